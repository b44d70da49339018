import { describe, expect, it } from 'vitest';
import {
  ALL_ROUTERS,
  ALL_SYSTEMS,
  advertisementOf,
  type DecodedIrdp,
  decodeIrdp,
  encodeIrdp,
  findFlaw,
  INELIGIBLE_PREFERENCE,
  type IrdpMessage,
  SOLICITATION,
} from '../../src/packet/irdp.ts';
import { displaced, flipBit, hex, loadVectors, mustEqual, named, prefixesOf, randomBuffers, toHex } from './support.ts';

const VECTORS = loadVectors('irdp.json');
const VALID = VECTORS.filter(({ valid }) => valid);
/** Discarded by a rule, and decoded all the same so that -v can say by which. */
const FLAWED = VECTORS.filter(({ valid, hex: digits }) => !valid && digits.length >= 16);
const REFUSED = VECTORS.filter(({ valid, hex: digits }) => !valid && digits.length < 16);

function mustDecode(bytes: Uint8Array): DecodedIrdp {
  const result = decodeIrdp(bytes);
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}

function roundTrip(bytes: Uint8Array): boolean {
  const result = decodeIrdp(bytes);
  if (result.ok) mustEqual(encodeIrdp(result.value.message, result.value.checksum), bytes);
  return result.ok;
}

/** In the words of the vectors. */
function fieldsOf({ message, checksum }: DecodedIrdp): Record<string, unknown> {
  const head = { type: message.type, code: message.code, checksum };
  if (message.kind === 'solicitation') return head;
  return {
    ...head,
    numAddrs: message.addressCount,
    addrEntrySize: message.entryWords,
    lifetime: message.lifetimeSeconds,
    routers: message.entries.map(({ address, preference }) => ({
      routerAddress: address,
      preferenceLevel: preference,
    })),
  };
}

/** Each rule's flaw, by what the vectors call it. */
const FLAW_OF: Readonly<Record<string, string>> = {
  'code is not 0': 'bad-code',
  'no addresses': 'no-addresses',
  'entry size below 2': 'bad-entry-size',
  'addresses run past the message': 'too-short',
};

describe('golden router discovery messages', () => {
  it('number 21 valid ones, 10 that a rule discards and 1 that is cut', () => {
    expect([VALID.length, FLAWED.length, REFUSED.length]).toEqual([21, 10, 1]);
    expect(VALID.length + FLAWED.length + REFUSED.length).toBe(VECTORS.length);
  });

  it.each(named(VALID))('%s decodes to its fields and encodes to its octets', (_name, vector) => {
    const decoded = mustDecode(displaced(hex(vector.hex)));
    expect(fieldsOf(decoded)).toEqual(vector.fields);
    expect(decoded.checksumOk).toBe(vector.checksumOk);
    expect(findFlaw(decoded)).toEqual(vector.checksumOk ? null : { kind: 'bad-checksum' });
    expect(toHex(encodeIrdp(decoded.message, decoded.checksum))).toBe(vector.hex);
    if (decoded.checksumOk) expect(toHex(encodeIrdp(decoded.message))).toBe(vector.hex);
  });

  it.each(named(FLAWED))('%s is discarded by its rule, and shows its fields', (_name, vector) => {
    const decoded = mustDecode(hex(vector.hex));
    expect(fieldsOf(decoded)).toEqual(vector.fields);
    // A wrong checksum comes before every other rule; these octets are cut from a message whose checksum was right.
    const repaired = { ...decoded, checksumOk: true };
    expect(findFlaw(repaired)?.kind).toBe(FLAW_OF[vector.why!]);
    expect(findFlaw({ ...decoded, checksumOk: false })).toEqual({ kind: 'bad-checksum' });
    expect(toHex(encodeIrdp(decoded.message, decoded.checksum))).toBe(vector.hex);
  });

  it.each(named(REFUSED))('%s is refused with a reason', (_name, vector) => {
    const result = decodeIrdp(hex(vector.hex));
    expect(!result.ok && result.error.reason).toBe('router discovery message is cut: 8 octets needed, 4 there');
  });
});

describe('findFlaw', () => {
  /** Everything is wrong with this one at first; each repair brings out the next rule. */
  const broken = (bytes: Uint8Array) => {
    const { message } = mustDecode(bytes);
    return mustDecode(encodeIrdp(message)); // its checksum made right
  };
  const flawOf = (digits: string) => findFlaw(broken(hex(digits)));

  it('asks for checksum, code, addresses, entry size and room, in this order', () => {
    expect(findFlaw(mustDecode(hex('0901 0000 0001 0708 c0000201')))).toEqual({ kind: 'bad-checksum' });
    expect(flawOf('0901 0000 0001 0708 c0000201')).toEqual({ kind: 'bad-code', code: 1 });
    expect(flawOf('0900 0000 0001 0708 c0000201')).toEqual({ kind: 'no-addresses' });
    expect(flawOf('0900 0000 0101 0708 c0000201')).toEqual({ kind: 'bad-entry-size', entryWords: 1 });
    expect(flawOf('0900 0000 0102 0708 c0000201')).toEqual({ kind: 'too-short', neededOctets: 16, haveOctets: 12 });
    expect(flawOf('0900 0000 0102 0708 c0000201 00000000')).toBeNull();
  });

  it('reckons with entries of the largest size and number that a message can claim', () => {
    const flaw = flawOf('0900 0000 ffff 0708 c0000201 00000000');
    expect(flaw).toEqual({ kind: 'too-short', neededOctets: 8 + 255 * 255 * 4, haveOctets: 16 });
  });

  it('asks a solicitation for its checksum and its code only', () => {
    expect(flawOf('0a01 0000 0000 0000')).toEqual({ kind: 'bad-code', code: 1 });
    expect(flawOf('0a00 0000 ffff ffff 0102')).toBeNull();
  });
});

describe('decodeIrdp', () => {
  it('flags every single-bit corruption as a bad checksum or as another type', () => {
    // One address, 192.0.2.254 with preference 0, for 1800 s: the checksum is scapy's.
    const advertisement = hex('0900 2bf7 0102 0708 c00002fe 00000000');
    for (let bit = 0; bit < advertisement.length * 8; bit++) {
      const result = decodeIrdp(flipBit(advertisement, bit));
      expect(result.ok && result.value.checksumOk, `bit ${bit}`).toBe(false);
    }
  });

  it('refuses every prefix below eight octets, and gives every longer one back as it was', () => {
    for (const vector of VECTORS) {
      for (const prefix of prefixesOf(hex(vector.hex))) expect(roundTrip(prefix)).toBe(prefix.length >= 8);
    }
  });

  it('gives every single-bit corruption of every vector that it accepts back as it was', () => {
    for (const vector of VECTORS) {
      const bytes = hex(vector.hex);
      // The head decides; of 255 entries the first few stand for all.
      for (let bit = 0; bit < Math.min(bytes.length, 64) * 8; bit++) roundTrip(flipBit(bytes, bit));
    }
  });

  it('gives random messages of both types back as they were, with or without a flaw', () => {
    let accepted = 0;
    for (const bytes of randomBuffers(20_000, 200, 0x1256)) {
      if (bytes.length > 5) {
        bytes[0] = 9 + (bytes[0]! & 1);
        bytes[5]! &= 7;
      }
      const result = decodeIrdp(bytes);
      if (result.ok) findFlaw(result.value);
      if (roundTrip(bytes)) accepted += 1;
    }
    expect(accepted).toBeGreaterThan(15_000);
  });

  it('knows no other type', () => {
    const result = decodeIrdp(hex('0800 f7ff 0000 0000'));
    expect(!result.ok && result.error.reason).toBe('ICMP type 8 is no router discovery message');
  });
});

describe('encodeIrdp', () => {
  it('makes the solicitation and the advertisement of RFC 1256 section 3', () => {
    expect(toHex(encodeIrdp(SOLICITATION))).toBe('0a00f5ff00000000');
    expect(toHex(encodeIrdp(advertisementOf(1800, ['192.0.2.254'], 0)))).toBe('09002bf701020708c00002fe00000000');
    expect(toHex(encodeIrdp(advertisementOf(1800, ['192.0.2.254'], INELIGIBLE_PREFERENCE)))).toBe(
      '0900abf601020708c00002fe80000000',
    );
    expect([ALL_SYSTEMS, ALL_ROUTERS]).toEqual(['224.0.0.1', '224.0.0.2']);
  });

  const good = advertisementOf(1800, ['192.0.2.254'], 0);
  const bad: readonly (readonly [string, IrdpMessage])[] = [
    ['addressCount', { ...good, addressCount: 256 }],
    ['entryWords', { ...good, entries: [], entryWords: 256 }],
    ['lifetimeSeconds', { ...good, lifetimeSeconds: 65_536 }],
    ['code', { ...good, code: -1 }],
    ['preference', advertisementOf(1800, ['192.0.2.254'], 2 ** 31)],
    ['preference', advertisementOf(1800, ['192.0.2.254'], 0.5)],
    ['address', advertisementOf(1800, ['192.0.2'], 0)],
    ['an entry must have 3 words', { ...good, entryWords: 3 }],
    ['reserved', { ...SOLICITATION, reserved: 2 ** 32 }],
  ];
  it.each(bad)('throws a RangeError that names %s', (field, message) => {
    expect(() => encodeIrdp(message)).toThrow(RangeError);
    expect(() => encodeIrdp(message)).toThrow(field);
  });
});
