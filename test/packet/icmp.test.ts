import { describe, expect, it } from 'vitest';
import { type DecodedIcmp, decodeIcmp, encodeIcmp, ICMP_ECHO, type IcmpMessage } from '../../src/packet/icmp.ts';
import { displaced, flipBit, hex, loadVectors, mustEqual, named, prefixesOf, randomBuffers, toHex } from './support.ts';
import { icmpFields } from './vector-fields.ts';

const VECTORS = loadVectors('icmpv4.json');
const VALID = VECTORS.filter((vector) => vector.valid);

/**
 * Invalid vectors that we decode all the same, each with the flaw that the result must name: the error still says what
 * happened to which packet, and hiding that from the user would help nobody.
 */
const DECODED_WITH_A_FLAW: Readonly<Record<string, string>> = {
  'time-exceeded-quote-header-only': 'quote has 0 of the 8 data octets that RFC 792 asks for',
  'extension-version-one-is-not-two': 'extension version is 1, not 2',
  'extension-object-length-zero': 'object length 0 is below 4',
  'extension-object-length-three': 'object length 3 is below 4',
  'extension-cut-to-two-bytes': 'extension header is cut: 4 octets needed, 2 there',
};
const FLAWED = VECTORS.filter((vector) => vector.name in DECODED_WITH_A_FLAW);
const REFUSED = VECTORS.filter((vector) => !vector.valid && !(vector.name in DECODED_WITH_A_FLAW));

function mustDecode(bytes: Uint8Array): DecodedIcmp {
  const result = decodeIcmp(bytes);
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}

/** Decodes, and when that succeeds demands that encoding gives the same octets. */
function roundTrip(bytes: Uint8Array): boolean {
  const result = decodeIcmp(bytes);
  if (result.ok) mustEqual(encodeIcmp(result.value.message, result.value.checksum), bytes);
  return result.ok;
}

describe('golden ICMP messages', () => {
  it('number 76 valid ones, 5 decoded with a flaw and 6 refused', () => {
    expect([VALID.length, FLAWED.length, REFUSED.length]).toEqual([76, 5, 6]);
    expect(VALID.length + FLAWED.length + REFUSED.length).toBe(VECTORS.length);
  });

  it.each(named(VALID))('%s decodes to its fields and encodes to its octets', (_name, vector) => {
    const { message, checksum, checksumOk, flaws } = mustDecode(displaced(hex(vector.hex)));
    expect(icmpFields(message, checksum)).toEqual(vector.fields);
    expect(checksumOk).toBe(vector.checksumOk);
    expect(flaws).toEqual([]);
    expect(toHex(encodeIcmp(message, checksum))).toBe(vector.hex);
    if (checksumOk) expect(toHex(encodeIcmp(message))).toBe(vector.hex);
  });

  it.each(named(FLAWED))('%s decodes, names its flaw and encodes to its octets', (name, vector) => {
    const { message, checksum, checksumOk, flaws } = mustDecode(hex(vector.hex));
    const { type, code, originalDatagram } = vector.fields;
    expect(icmpFields(message, checksum)).toMatchObject({ type, code, originalDatagram });
    expect(checksumOk).toBe(vector.checksumOk);
    expect(flaws).toEqual([DECODED_WITH_A_FLAW[name]]);
    expect(toHex(encodeIcmp(message, checksum))).toBe(vector.hex);
  });

  it.each(named(REFUSED))('%s is refused with a reason', (_name, vector) => {
    const result = decodeIcmp(hex(vector.hex));
    expect(result.ok).toBe(false);
    expect(!result.ok && result.error.reason).toMatch(/\w{4}/);
  });
});

describe('decodeIcmp', () => {
  it('flags every single-bit corruption of an echo request as a bad checksum', () => {
    const request = hex('0800 dccc 1b2c 0007'); // identifier 0x1b2c, sequence 7: ~(0x0800 + 0x1b2c + 0x0007) = 0xdccc
    for (let bit = 0; bit < request.length * 8; bit++) {
      const result = decodeIcmp(flipBit(request, bit));
      expect(result.ok && result.value.checksumOk, `bit ${bit}`).toBe(false);
    }
  });

  it('refuses every prefix below eight octets of every vector', () => {
    for (const vector of VECTORS) {
      for (const prefix of prefixesOf(hex(vector.hex).subarray(0, 8))) expect(decodeIcmp(prefix).ok).toBe(false);
    }
  });

  it('gives every prefix of every vector that it accepts back as it was', () => {
    for (const vector of VECTORS) for (const prefix of prefixesOf(hex(vector.hex))) roundTrip(prefix);
  });

  it('gives every single-bit corruption of every vector that it accepts back as it was', () => {
    for (const vector of VECTORS) {
      const bytes = hex(vector.hex);
      for (let bit = 0; bit < bytes.length * 8; bit++) roundTrip(flipBit(bytes, bit));
    }
  });

  it('gives random messages of every type that it accepts back as they were', () => {
    let accepted = 0;
    for (const bytes of randomBuffers(20_000, 200, 0x0792)) {
      if (bytes.length > 9) {
        bytes[0]! %= 20;
        bytes[8] = 0x45 + (bytes[9]! & 3);
      }
      if (roundTrip(bytes)) accepted += 1;
    }
    expect(accepted).toBeGreaterThan(10_000);
  });

  it('knows the packet again in an error whose length attribute is impossible', () => {
    const exceeded = VECTORS.find(({ name }) => name === 'time-exceeded-in-transit')!;
    for (const lengthWords of [1, 4, 12, 255]) {
      const bytes = hex(exceeded.hex);
      bytes[5] = lengthWords;
      const { message, flaws } = mustDecode(bytes);
      if (message.kind !== 'time-exceeded') throw new Error(message.kind);
      expect(message.quote.header.destinationAddress).toBe('198.51.100.2');
      expect(message.extension).toBeNull();
      expect(flaws).toEqual([`RFC 4884 length of ${4 * lengthWords} octets does not fit the 44 there`]);
    }
  });

  it('tells when an extension begins before octet 128 of the quote', () => {
    const exceeded = VECTORS.find(({ name }) => name === 'time-exceeded-in-transit')!;
    const bytes = hex(`${exceeded.hex} 2000 0000 0008 0101 00010101`);
    bytes[5] = 11;
    const { message, flaws } = mustDecode(bytes);
    expect(message).toMatchObject({ extension: { checksumOk: null, objects: [{ classNumber: 1 }] } });
    expect(flaws).toEqual(['extension begins at octet 44, before octet 128']);
  });

  it('takes octets at 128 without a length for an extension only if version, checksum and objects agree', () => {
    const vector = VECTORS.find(({ name }) => name === 'non-compliant-length-zero-destination-unreachable')!;
    const announced = mustDecode(hex(vector.hex));
    expect(announced.message).toMatchObject({ lengthWords: 0, extension: { checksumOk: true } });
    const start = 8 + 128;
    const withoutChecksum = hex(vector.hex);
    withoutChecksum.fill(0, start + 2, start + 4);
    for (const bytes of [
      withoutChecksum,
      flipBit(hex(vector.hex), start * 8),
      flipBit(hex(vector.hex), start * 8 + 70),
    ]) {
      expect(mustDecode(bytes).message).toMatchObject({ extension: null });
    }
  });

  it('tells when an extended echo request names no interface', () => {
    expect(mustDecode(hex('2a00 d4f4 0009 0101')).flaws).toEqual(['extended echo request names no interface']);
  });
});

describe('encodeIcmp', () => {
  const echo = { kind: 'echo', type: ICMP_ECHO, code: 0, identifier: 0x1b2c, sequence: 7, payload: hex('') } as const;

  it('computes the checksum when none is given, and writes a given one as it is', () => {
    expect(toHex(encodeIcmp(echo))).toBe('0800dccc1b2c0007');
    expect(toHex(encodeIcmp(echo, 0xbad))).toBe('08000bad1b2c0007');
  });

  const timeExceeded = mustDecode(
    hex(VALID.find(({ name }) => name === 'time-exceeded-in-transit')?.hex ?? ''),
  ).message;
  const redirect = mustDecode(hex(VALID.find(({ name }) => name === 'redirect-code-0')?.hex ?? '')).message;

  it.each<[string, IcmpMessage]>([
    ['code', { ...echo, code: 256 }],
    ['identifier', { ...echo, identifier: 0x10000 }],
    ['sequence', { ...echo, sequence: -1 }],
    ['sequence', { ...echo, sequence: 1.5 }],
    ['type', { kind: 'unknown', type: 256, code: 0, body: hex('00000000') }],
    ['lengthWords', { ...timeExceeded, lengthWords: 256 } as IcmpMessage],
    ['unused', { ...timeExceeded, unused: 0x1000000 } as IcmpMessage],
    ['gatewayAddress', { ...redirect, gatewayAddress: 'router1' } as IcmpMessage],
  ])('throws a RangeError that names a bad %s', (field, message) => {
    expect(() => encodeIcmp(message)).toThrow(RangeError);
    expect(() => encodeIcmp(message)).toThrow(field);
  });

  it('throws a RangeError for a checksum above 16 bits', () => {
    expect(() => encodeIcmp(echo, 0x10000)).toThrow('checksum');
  });
});
