import { describe, expect, it } from 'vitest';
import { foldSum, internetChecksum, ipv4PseudoHeaderSum, ipv6PseudoHeaderSum } from '../../src/packet/checksum.ts';
import { flipBit, hex, randomBuffers } from './support.ts';

/** RFC 1071 by the letter: one big integer, carries added back until none is left. */
function slowChecksum(bytes: Uint8Array): number {
  let sum = 0n;
  for (let i = 0; i < bytes.length; i += 2) sum += BigInt(bytes[i]! * 256 + (bytes[i + 1] ?? 0));
  while (sum > 0xffffn) sum = (sum & 0xffffn) + (sum >> 16n);
  return Number(sum) ^ 0xffff;
}

describe('internetChecksum', () => {
  it('complements the sum of the example in RFC 1071 section 3', () => {
    expect(internetChecksum(hex('0001 f203 f4f5 f6f7'))).toBe(0xddf2 ^ 0xffff);
  });

  it('takes a last odd octet for the high half of a word', () => {
    expect(internetChecksum(hex('0100 02'))).toBe(0x0300 ^ 0xffff);
    expect(internetChecksum(hex('02'))).toBe(0x0200 ^ 0xffff);
  });

  it('is 0xffff over nothing and over zeros, which therefore do not verify', () => {
    expect(internetChecksum(new Uint8Array(0))).toBe(0xffff);
    expect(internetChecksum(new Uint8Array(8))).toBe(0xffff);
  });

  it('is 0 over an echo request with its own checksum, whose word is ~(0x0800 + 0x1b2c + 0x0007)', () => {
    const request = hex('0800 dccc 1b2c 0007');
    expect(internetChecksum(request)).toBe(0);
    for (let bit = 0; bit < 64; bit++) expect(internetChecksum(flipBit(request, bit)), `bit ${bit}`).not.toBe(0);
  });

  it('sums only from start to before end', () => {
    expect(internetChecksum(hex('ffff 0001 f203 f4f5 f6f7 ffff'), 2, 10)).toBe(0xddf2 ^ 0xffff);
    expect(internetChecksum(hex('ff 0001 f203 f4f5 f6f7 ff'), 1, 9)).toBe(0xddf2 ^ 0xffff);
    expect(internetChecksum(hex('ffff'), 1, 1)).toBe(0xffff);
  });

  it('begins with an initial partial sum, carries and all', () => {
    expect(internetChecksum(hex('f4f5 f6f7'), 0, 4, 0x0001 + 0xf203)).toBe(0xddf2 ^ 0xffff);
    expect(internetChecksum(new Uint8Array(0), 0, 0, 0xffff_ffff)).toBe(0);
    expect(internetChecksum(new Uint8Array(0), 0, 0, 0x1_0001)).toBe(0x0002 ^ 0xffff);
  });

  it('agrees with the definition on random octets of every length up to 200', () => {
    for (const bytes of randomBuffers(5000, 200, 0x1071)) expect(internetChecksum(bytes)).toBe(slowChecksum(bytes));
  });

  it('loses no carry over the largest datagram and beyond', () => {
    for (const length of [65_535, 65_536, 65_537, 200_001]) {
      const bytes = new Uint8Array(length).fill(0xff);
      bytes[0] = 0x12;
      expect(internetChecksum(bytes), `${length} octets`).toBe(slowChecksum(bytes));
    }
  });
});

describe('foldSum', () => {
  it.each([
    [0, 0],
    [0xffff, 0xffff],
    [0x1_0000, 1],
    [0x1_ffff, 1],
    [0xffff_ffff, 0xffff],
    [0xfffe_0002, 1],
  ])('folds %i to %i', (sum, folded) => {
    expect(foldSum(sum)).toBe(folded);
  });
});

describe('pseudo-headers', () => {
  it('verify a UDP datagram over IPv4 (vector "header-with-ihl-5-carries-0-option-bytes")', () => {
    const source = hex('c000 0201');
    const destination = hex('c633 6402');
    const datagram = hex('9c40 829a 0018 bc6b 0001 0203 0405 0607 0809 0a0b 0c0d 0e0f');
    const sum = ipv4PseudoHeaderSum(source, destination, datagram.length, 17);
    expect(internetChecksum(datagram, 0, datagram.length, sum)).toBe(0);
  });

  it('verify an echo request over IPv6 (vector "echo-request-with-0-payload-bytes")', () => {
    const source = hex('20010db8 00000000 00000000 00000001');
    const destination = hex('20010db8 00010000 00000000 00000002');
    const message = hex('8000 0a1c 1a2b 0000');
    const sum = ipv6PseudoHeaderSum(source, destination, message.length, 58);
    expect(internetChecksum(message, 0, message.length, sum)).toBe(0);
  });

  it('count an upper-layer length above 16 bits as two words', () => {
    const zeros = new Uint8Array(16);
    expect(ipv6PseudoHeaderSum(zeros, zeros, 0x0002_0003, 58)).toBe(2 + 3 + 58);
  });
});
