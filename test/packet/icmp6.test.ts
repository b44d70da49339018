import { describe, expect, it } from 'vitest';
import { requireIpv6 } from '../../src/packet/address.ts';
import {
  type DecodedIcmp6,
  decodeIcmp6,
  encodeIcmp6,
  ICMPV6_ECHO_REQUEST,
  type Icmp6Message,
  type Ipv6AddressPair,
} from '../../src/packet/icmp6.ts';
import {
  displaced,
  flipBit,
  hex,
  loadVectors,
  mustEqual,
  named,
  prefixesOf,
  randomBuffers,
  toHex,
  type Vector,
} from './support.ts';
import { icmp6Fields } from './vector-fields.ts';

const VECTORS = loadVectors('icmpv6.json');
const VALID = VECTORS.filter((vector) => vector.valid);

/** Invalid vectors that we decode all the same, each with the flaw that the result must name; see icmp.test.ts. */
const DECODED_WITH_A_FLAW: Readonly<Record<string, string>> = {
  'time-exceeded-extension-object-length-zero': 'object length 0 is below 4',
  'time-exceeded-extension-object-past-the-message': 'object of 99 octets runs past the 8 left',
};
const FLAWED = VECTORS.filter((vector) => vector.name in DECODED_WITH_A_FLAW);
const REFUSED = VECTORS.filter((vector) => !vector.valid && !(vector.name in DECODED_WITH_A_FLAW));

function addressesOf({ context }: Vector): Ipv6AddressPair {
  const source = requireIpv6('sourceAddress', context?.sourceAddress ?? '');
  return { source, destination: requireIpv6('destinationAddress', context?.destinationAddress ?? '') };
}

function mustDecode(bytes: Uint8Array, addresses?: Ipv6AddressPair): DecodedIcmp6 {
  const result = decodeIcmp6(bytes, addresses);
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}

/** Decodes, and when that succeeds demands that encoding gives the same octets. */
function roundTrip(bytes: Uint8Array): boolean {
  const result = decodeIcmp6(bytes);
  if (result.ok) mustEqual(encodeIcmp6(result.value.message, result.value.checksum), bytes);
  return result.ok;
}

describe('golden ICMPv6 messages', () => {
  it('number 56 valid ones, 2 decoded with a flaw and 4 refused', () => {
    expect([VALID.length, FLAWED.length, REFUSED.length]).toEqual([56, 2, 4]);
    expect(VALID.length + FLAWED.length + REFUSED.length).toBe(VECTORS.length);
  });

  it.each(named(VALID))('%s decodes to its fields and encodes to its octets', (_name, vector) => {
    const addresses = addressesOf(vector);
    const { message, checksum, checksumOk, flaws } = mustDecode(displaced(hex(vector.hex)), addresses);
    expect(icmp6Fields(message, checksum)).toEqual(vector.fields);
    expect(checksumOk).toBe(vector.checksumOk);
    expect(flaws).toEqual([]);
    expect(toHex(encodeIcmp6(message, checksum))).toBe(vector.hex);
    if (checksumOk) expect(toHex(encodeIcmp6(message, addresses))).toBe(vector.hex);
  });

  it.each(named(FLAWED))('%s decodes, names its flaw and encodes to its octets', (name, vector) => {
    const { message, checksum, checksumOk, flaws } = mustDecode(hex(vector.hex), addressesOf(vector));
    const { type, code, originalDatagram } = vector.fields;
    expect(icmp6Fields(message, checksum)).toMatchObject({ type, code, originalDatagram });
    expect(checksumOk).toBe(vector.checksumOk);
    expect(flaws).toEqual([DECODED_WITH_A_FLAW[name]]);
    expect(toHex(encodeIcmp6(message, checksum))).toBe(vector.hex);
  });

  it.each(named(REFUSED))('%s is refused with a reason', (_name, vector) => {
    const result = decodeIcmp6(hex(vector.hex));
    expect(result.ok).toBe(false);
    expect(!result.ok && result.error.reason).toMatch(/\w{4}/);
  });
});

describe('decodeIcmp6', () => {
  const loopback = addressesOf(VALID.find(({ name }) => name === 'echo-reply-over-loopback')!);
  const reply = hex('8100 7ca5 0009 0009 000102'); // vector "echo-reply-over-loopback"

  it('says nothing about the checksum when the addresses are not known', () => {
    expect(mustDecode(reply).checksumOk).toBeNull();
  });

  it('refuses every single-bit corruption of an echo reply, or of its addresses, or finds its checksum wrong', () => {
    for (let bit = 0; bit < reply.length * 8; bit++) {
      const result = decodeIcmp6(flipBit(reply, bit), loopback);
      expect(result.ok && result.value.checksumOk, `bit ${bit}`).toBe(false);
    }
    for (let bit = 0; bit < 128; bit++) {
      const source = flipBit(loopback.source, bit);
      expect(mustDecode(reply, { ...loopback, source }).checksumOk, `address bit ${bit}`).toBe(false);
    }
  });

  it('refuses every prefix below eight octets of a type that it knows, and below four of any other', () => {
    for (const vector of VECTORS) {
      const bytes = hex(vector.hex);
      const needed = bytes[0] === 100 ? 4 : 8;
      for (const prefix of prefixesOf(bytes.subarray(0, needed))) expect(decodeIcmp6(prefix).ok).toBe(false);
    }
    expect(decodeIcmp6(hex('64070000')).ok).toBe(true);
  });

  it('gives every prefix and every single-bit corruption of every vector that it accepts back as it was', () => {
    for (const vector of VECTORS) {
      const bytes = hex(vector.hex);
      for (const prefix of prefixesOf(bytes)) roundTrip(prefix);
      for (let bit = 0; bit < bytes.length * 8; bit++) roundTrip(flipBit(bytes, bit));
    }
  });

  it('gives random messages of every type that it accepts back as they were', () => {
    const types = [1, 2, 3, 4, 128, 129, 139, 140, 160, 161, 100, 200];
    let accepted = 0;
    for (const bytes of randomBuffers(20_000, 250, 0x4443)) {
      if (bytes.length > 8) {
        bytes[0] = types[bytes[0]! % types.length]!;
        bytes[8] = 0x60;
      }
      if (roundTrip(bytes)) accepted += 1;
    }
    expect(accepted).toBeGreaterThan(10_000);
  });

  it('does not look for an unannounced extension, which only routers of IPv4 sent', () => {
    const vector = VALID.find(({ name }) => name === 'time-exceeded-with-one-mpls-label')!;
    const bytes = hex(vector.hex);
    bytes[4] = 0;
    expect(mustDecode(bytes).message).toMatchObject({ lengthWords: 0, extension: null });
  });
});

describe('encodeIcmp6', () => {
  const echo = {
    kind: 'echo',
    type: ICMPV6_ECHO_REQUEST,
    code: 0,
    identifier: 1,
    sequence: 2,
    payload: hex(''),
  } as const;

  it('leaves the checksum zero for the kernel when none is given', () => {
    expect(toHex(encodeIcmp6(echo))).toBe('8000000000010002');
  });

  it.each<[string, Icmp6Message]>([
    ['identifier', { ...echo, identifier: 0x10000 }],
    ['sequence', { ...echo, sequence: -1 }],
    ['code', { ...echo, code: 256 }],
    ['type', { kind: 'unknown', type: 256, code: 0, body: hex('') }],
  ])('throws a RangeError that names a bad %s', (field, message) => {
    expect(() => encodeIcmp6(message)).toThrow(RangeError);
    expect(() => encodeIcmp6(message)).toThrow(field);
  });

  it('throws a RangeError for an MTU or a pointer above 32 bits', () => {
    const tooBig = mustDecode(hex(VALID.find(({ name }) => name === 'packet-too-big-mtu-1280')?.hex ?? '')).message;
    expect(() => encodeIcmp6({ ...tooBig, mtu: 2 ** 32 } as Icmp6Message)).toThrow('mtu');
  });
});
