import { describe, expect, it } from 'vitest';
import { HalfSipHash } from '../../src/sweep/half-siphash.ts';

describe('HalfSipHash-2-4 with 64-bit tags', () => {
  // From the authors' test vectors (vectors_hsip64): key 00 01 … 07, message 00 01 …, so many octets of it.
  it.each([
    [0, '218d1f59b9b83cc8'],
    [4, 'd5e78a175be52ea1'],
    [8, 'edfee820bce4858c'],
    [12, '7bc71f9faef5c799'],
    [16, '7336aad25f7bf3b5'],
  ])('of %d octets is as published', (octets, expected) => {
    const message = Uint8Array.from({ length: 16 }, (_, index) => index);
    const hash = new HalfSipHash(0x03020100, 0x07060504);
    hash.hash(new Uint32Array(message.buffer), octets / 4);
    const tag = Buffer.alloc(8);
    tag.writeUInt32LE(hash.low, 0);
    tag.writeUInt32LE(hash.high, 4);
    expect(tag.toString('hex')).toBe(expected);
  });
});
