import { describe, expect, it } from 'vitest';
import { decodeIcmp, encodeIcmp, ICMP_ECHO, ICMP_ECHOREPLY, writeIcmpEcho } from '../../src/packet/icmp.ts';
import { isIcmpChecksumOk, writeIcmp6Echo } from '../../src/packet/icmp-echo.ts';
import {
  ICMPV6_ECHO_REQUEST,
  peekIcmpCode,
  peekIcmpIdentifier,
  peekIcmpSequence,
  peekIcmpType,
} from '../../src/packet/icmp6.ts';
import { flipBit, hex, randomBuffers, toHex } from './support.ts';

describe('writeIcmpEcho', () => {
  it('writes the header and checksum that are right by hand: ~(0x0800 + 0x1b2c + 0x0007) = 0xdccc', () => {
    const target = new Uint8Array(8);
    writeIcmpEcho(target, 0, ICMP_ECHO, 0x1b2c, 7, 0);
    expect(toHex(target)).toBe('0800dccc1b2c0007');
  });

  it('writes what encodeIcmp encodes, over any payload at any offset, and touches nothing else', () => {
    for (const payload of randomBuffers(500, 80, 0xec40)) {
      const offset = payload.length % 7;
      const target = new Uint8Array(offset + 8 + payload.length + 5).fill(0xee);
      target.set(payload, offset + 8);
      writeIcmpEcho(target, offset, ICMP_ECHOREPLY, 0xffff, payload.length, payload.length);
      const message = {
        kind: 'echo',
        type: ICMP_ECHOREPLY,
        code: 0,
        identifier: 0xffff,
        sequence: payload.length,
      } as const;
      const end = offset + 8 + payload.length;
      expect(toHex(target.subarray(offset, end))).toBe(toHex(encodeIcmp({ ...message, payload })));
      expect(toHex(target.subarray(0, offset)) + toHex(target.subarray(end))).toMatch(/^(ee)*$/);
    }
  });

  it('overwrites a header that was there before', () => {
    const target = hex('ffff ffff ffff ffff 0102');
    writeIcmpEcho(target, 0, ICMP_ECHO, 1, 2, 2);
    const result = decodeIcmp(target);
    expect(result.ok && result.value).toMatchObject({
      checksumOk: true,
      message: { code: 0, identifier: 1, sequence: 2 },
    });
  });

  it.each([
    ['a sequence above 16 bits', [0, 8, 1, 0x10000, 0]],
    ['a negative identifier', [0, 8, -1, 1, 0]],
    ['a fractional sequence', [0, 8, 1, 1.5, 0]],
    ['a type above 8 bits', [0, 256, 1, 1, 0]],
    ['a negative offset', [-1, 8, 1, 1, 0]],
    ['a negative payload length', [0, 8, 1, 1, -1]],
    ['a payload beyond the target', [0, 8, 1, 1, 9]],
    ['an offset too near the end', [9, 8, 1, 1, 0]],
  ] as const)(
    'throws a RangeError for %s and writes nothing',
    (_what, [offset, type, identifier, sequence, octets]) => {
      const target = new Uint8Array(16);
      expect(() => writeIcmpEcho(target, offset, type, identifier, sequence, octets)).toThrow(RangeError);
      expect(toHex(target)).toBe('00'.repeat(16));
    },
  );
});

describe('writeIcmp6Echo', () => {
  it('writes the header and leaves the checksum to the kernel', () => {
    const target = new Uint8Array(10).fill(0xff);
    writeIcmp6Echo(target, 1, ICMPV6_ECHO_REQUEST, 0x1b2c, 0x0107);
    expect(toHex(target)).toBe('ff800000001b2c0107ff');
  });

  it('throws a RangeError when the header does not fit', () => {
    expect(() => writeIcmp6Echo(new Uint8Array(8), 1, ICMPV6_ECHO_REQUEST, 1, 1)).toThrow(RangeError);
  });
});

describe('reading in place', () => {
  const batch = hex('eeee 8003 0000 fffe 8001 eeee');

  it('finds type, code, identifier and sequence at an offset', () => {
    expect(peekIcmpType(batch, 2)).toBe(128);
    expect(peekIcmpCode(batch, 2)).toBe(3);
    expect(peekIcmpIdentifier(batch, 2)).toBe(0xfffe);
    expect(peekIcmpSequence(batch, 2)).toBe(0x8001);
  });

  it('reads missing octets as zero and never throws', () => {
    expect(peekIcmpType(batch, 99)).toBe(0);
    expect(peekIcmpCode(batch, 99)).toBe(0);
    expect(peekIcmpIdentifier(batch, 99)).toBe(0);
    expect(peekIcmpSequence(batch, batch.length - 7)).toBe(0xee00);
  });

  it('verifies a checksum from an offset to before an end, and no corrupted one', () => {
    const message = hex('0800 dccc 1b2c 0007');
    const around = (bytes: Uint8Array): Uint8Array => hex(`ff ${toHex(bytes)} ff`);
    expect(isIcmpChecksumOk(around(message), 1, 9)).toBe(true);
    expect(isIcmpChecksumOk(around(message), 1, 10)).toBe(false);
    for (let bit = 0; bit < 64; bit++) expect(isIcmpChecksumOk(around(flipBit(message, bit)), 1, 9)).toBe(false);
  });
});
