import { describe, expect, it } from 'vitest';
import {
  decodeIpOptions,
  encodeIpOptions,
  IPOPT_RR,
  IPOPT_TIMESTAMP,
  type IpOption,
  usedRouteSlots,
  usedTimestampSlots,
} from '../../src/packet/ip-options.ts';
import { displaced, flipBit, hex, loadVectors, named, prefixesOf, randomBuffers, toHex } from './support.ts';
import { optionFields } from './vector-fields.ts';

const VECTORS = loadVectors('ip-options.json');
const VALID = VECTORS.filter((vector) => vector.valid);
const INVALID = VECTORS.filter((vector) => !vector.valid);
/** RFC 791 lets a pointer beyond the option mean "full", and the note in the vectors accepts that: read, with a flaw. */
const READ_WITH_A_FLAW = ['record-route-pointer-far-beyond-the-option', 'timestamp-pointer-beyond-the-option'];

function faultsOf(options: readonly IpOption[]): string[] {
  return options.flatMap((option) => {
    if (option.kind === 'malformed') return [option.reason];
    return 'flaw' in option && option.flaw !== undefined ? [option.flaw] : [];
  });
}

describe('golden option areas', () => {
  it('number 41 valid and 21 invalid ones', () => {
    expect([VALID.length, INVALID.length]).toEqual([41, 21]);
  });

  it.each(named(VALID))('%s decodes to its fields and encodes to its octets', (_name, vector) => {
    const options = decodeIpOptions(displaced(hex(vector.hex)));
    expect({ options: options.map(optionFields) }).toEqual(vector.fields);
    expect(faultsOf(options)).toEqual([]);
    expect(toHex(encodeIpOptions(options))).toBe(vector.hex);
  });

  it.each(named(INVALID))('%s shows one fault and keeps every octet', (name, vector) => {
    const options = decodeIpOptions(hex(vector.hex));
    expect(faultsOf(options)).toHaveLength(1);
    expect(options.some(({ kind }) => kind === 'malformed')).toBe(!READ_WITH_A_FLAW.includes(name));
    expect(toHex(encodeIpOptions(options))).toBe(vector.hex);
  });
});

describe('decodeIpOptions', () => {
  it('stops at an option length of 0 or 1, which cannot be stepped over (CVE-2010-2529)', () => {
    for (const digits of ['0700 0401 0101', '4401 0501 0101', '9e00 0001 0101']) {
      expect(decodeIpOptions(hex(digits))).toMatchObject([
        { kind: 'malformed', type: hex(digits)[0], bytes: hex(digits) },
      ]);
    }
  });

  it('stops at a length beyond the area and at an option without a length', () => {
    expect(faultsOf(decodeIpOptions(hex('0107 28')))).toEqual(['option length 40 runs past the 2 octets left']);
    expect(faultsOf(decodeIpOptions(hex('0107')))).toEqual(['option has no length octet']);
  });

  it('goes on behind an option whose contents are wrong but whose length is sound', () => {
    const options = decodeIpOptions(hex('0707 05 cb007101 9404 0000 00'));
    expect(options.map(({ kind }) => kind)).toEqual(['malformed', 'unknown', 'end']);
    expect(faultsOf(options)).toEqual(['pointer 5 is inside a slot']);
  });

  it('does not guess at the layout of a timestamp option with an undefined flag', () => {
    expect(faultsOf(decodeIpOptions(hex('440c 0502 00000000 00000000')))).toEqual(['timestamp flag 2 is not defined']);
  });

  it('ends in a bounded number of entries for every two octets at the front of an area', () => {
    const area = new Uint8Array(40);
    for (let word = 0; word < 0x10000; word++) {
      area[0] = word >> 8;
      area[1] = word;
      expect(decodeIpOptions(area).length).toBeLessThanOrEqual(40);
    }
  });

  it('gives every prefix and every single-bit corruption of every vector back as it was', () => {
    for (const vector of VECTORS) {
      const bytes = hex(vector.hex);
      for (const prefix of prefixesOf(bytes))
        expect(toHex(encodeIpOptions(decodeIpOptions(prefix)))).toBe(toHex(prefix));
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = flipBit(bytes, bit);
        expect(toHex(encodeIpOptions(decodeIpOptions(flipped)))).toBe(toHex(flipped));
      }
    }
  });

  it('gives random areas back as they were', () => {
    const types = [0, 1, 7, 68, 131, 137, 148, 130];
    for (const bytes of randomBuffers(20_000, 40, 0x2529)) {
      if (bytes.length > 2) {
        bytes[0] = types[bytes[0]! & 7]!;
        bytes[1]! %= 44;
      }
      expect(toHex(encodeIpOptions(decodeIpOptions(bytes)))).toBe(toHex(bytes));
    }
  });
});

describe('used slots', () => {
  const slots = (digits: string): number => {
    const [option] = decodeIpOptions(hex(digits));
    if (option?.kind === 'timestamp') return usedTimestampSlots(option);
    if (option?.kind === 'record-route') return usedRouteSlots(option);
    throw new Error(`no slots in ${digits}`);
  };

  it.each([
    ['070b 04 0000000000000000', 0],
    ['070b 08 cb00710100000000', 1],
    ['070b 0c cb007101cb007102', 2],
    ['070b ff cb007101cb007102', 2],
    ['440c 0500 0000000000000000', 0],
    ['440c 0900 02932e0000000000', 1],
    ['440c 0d10 02932e0002932e11', 2],
    ['4414 0501 cb00710100000000 cb00710200000000', 0],
    ['4414 0d01 cb00710102932e00 cb00710200000000', 1],
    ['4414 1501 cb00710102932e00 cb00710202932e11', 2],
  ])('of %s number %i', (digits, used) => {
    expect(slots(digits)).toBe(used);
  });
});

describe('encodeIpOptions', () => {
  const route = { kind: 'record-route', type: IPOPT_RR, pointer: 4, addresses: ['0.0.0.0'] } as const;
  const stamps = {
    kind: 'timestamp',
    type: IPOPT_TIMESTAMP,
    pointer: 5,
    overflow: 0,
    flag: 0,
    entries: [{ address: null, timestamp: 0 }],
  } as const;

  it.each<[string, IpOption]>([
    ['pointer', { ...route, pointer: 256 }],
    ['route address', { ...route, addresses: ['router1'] }],
    ['option length', { ...route, addresses: new Array<string>(64).fill('0.0.0.0') }],
    ['overflow', { ...stamps, overflow: 16 }],
    ['flag', { ...stamps, flag: 16 }],
    ['timestamp', { ...stamps, entries: [{ address: null, timestamp: -1 }] }],
    ['timestamp flag', { ...stamps, flag: 1 }],
    ['option type', { kind: 'unknown', type: 256, data: hex('') }],
  ])('throws a RangeError that names a bad %s', (field, option) => {
    expect(() => encodeIpOptions([option])).toThrow(RangeError);
    expect(() => encodeIpOptions([option])).toThrow(field);
  });
});
