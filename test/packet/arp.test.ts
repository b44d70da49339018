import { describe, expect, it } from 'vitest';
import { formatIpv4 } from '../../src/packet/address.ts';
import {
  ARP_PROTOCOL_IPV4,
  ARPHRD_ETHER,
  ARPHRD_IEEE802,
  ARPOP_REPLY,
  type ArpPacket,
  decodeArp,
  encodeArp,
} from '../../src/packet/arp.ts';
import { decodeEthernet, encodeEthernet } from '../../src/packet/ethernet.ts';
import { formatHardwareAddress } from '../../src/packet/hardware-address.ts';
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

const VECTORS = loadVectors('arp.json');
const VALID = VECTORS.filter(({ valid }) => valid);
const INVALID = VECTORS.filter(({ valid }) => !valid);

// Ethernet, IPv4, reply; 02:00:00:00:00:02 has 192.0.2.2, and tells so 02:00:00:00:00:01, 192.0.2.1. By hand from RFC 826.
const REPLY = hex('0001 0800 06 04 0002 020000000002 c0000202 020000000001 c0000201');

function decodeOrThrow(bytes: Uint8Array): ArpPacket {
  const result = decodeArp(bytes);
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}

/** The packet in the words of the golden vectors. */
function arpFields(packet: ArpPacket): Record<string, unknown> {
  const hardware = (octets: Uint8Array) =>
    [ARPHRD_ETHER, ARPHRD_IEEE802].includes(packet.hardwareType)
      ? formatHardwareAddress(octets).toLowerCase()
      : toHex(octets);
  const protocol = (octets: Uint8Array) =>
    packet.protocolType === ARP_PROTOCOL_IPV4 ? formatIpv4(octets) : toHex(octets);
  return {
    hrd: packet.hardwareType,
    pro: packet.protocolType,
    hln: packet.senderHardware.length,
    pln: packet.senderProtocol.length,
    op: packet.operation,
    sha: hardware(packet.senderHardware),
    spa: protocol(packet.senderProtocol),
    tha: hardware(packet.targetHardware),
    tpa: protocol(packet.targetProtocol),
  };
}

/** The ARP packet of a vector, which may stand in an Ethernet frame, and what the vector says of both. */
function readVector(vector: Vector): { readonly packet: Uint8Array; readonly ethernet: Record<string, unknown> } {
  const bytes = hex(vector.hex);
  if (vector.fields['ethernet'] === undefined) return { packet: bytes, ethernet: {} };
  const frame = decodeEthernet(bytes);
  if (!frame.ok) throw new Error(frame.error.reason);
  mustEqual(encodeEthernet(frame.value), bytes);
  const { destination, source, type, payload } = frame.value;
  const address = (octets: Uint8Array) => formatHardwareAddress(octets).toLowerCase();
  return {
    packet: payload,
    ethernet: { ethernet: { destination: address(destination), source: address(source), type } },
  };
}

describe('golden ARP packets', () => {
  it('number 26 valid and 9 invalid ones, two of them in Ethernet frames', () => {
    expect([VALID.length, INVALID.length]).toEqual([26, 9]);
    expect(VECTORS.filter(({ fields }) => fields['ethernet'] !== undefined)).toHaveLength(2);
  });

  it.each(named(VALID))('%s decodes to its fields and back to its octets', (_name, vector) => {
    const { packet, ethernet } = readVector(vector);
    const decoded = decodeOrThrow(packet);
    expect({ ...arpFields(decoded), ...ethernet }).toEqual(vector.fields);
    mustEqual(encodeArp(decoded), packet);
  });

  it.each(named(INVALID))('%s is refused', (_name, vector) => {
    expect(decodeArp(hex(vector.hex)).ok, vector.why).toBe(false);
  });
});

describe('decodeArp', () => {
  it('reads every field, wherever the octets lie in their buffer', () => {
    expect(decodeOrThrow(displaced(REPLY))).toEqual({
      hardwareType: 1,
      protocolType: 0x0800,
      operation: ARPOP_REPLY,
      senderHardware: hex('020000000002'),
      senderProtocol: hex('c0000202'),
      targetHardware: hex('020000000001'),
      targetProtocol: hex('c0000201'),
      trailer: hex(''),
    });
  });

  it('says how many octets are missing from every shorter prefix', () => {
    for (const prefix of prefixesOf(REPLY)) {
      const neededOctets = prefix.length < 8 ? 8 : 28;
      expect(decodeArp(prefix)).toMatchObject({ ok: false, error: { neededOctets, haveOctets: prefix.length } });
    }
  });

  it('refuses a packet with any one bit flipped, or tells the flip when it is encoded again', () => {
    let refused = 0;
    for (let bit = 0; bit < REPLY.length * 8; bit++) {
      const flipped = flipBit(REPLY, bit);
      const result = decodeArp(flipped);
      if (result.ok) mustEqual(encodeArp(result.value), flipped);
      else refused++;
    }
    // All 16 bits of the two lengths, and bits 13 to 15 of neither type: other types may have any length, and 28 octets do.
    expect(refused).toBe(16);
  });

  it('neither throws nor loses an octet on random buffers', () => {
    let accepted = 0;
    for (const bytes of randomBuffers(20_000, 600, 0xa4b)) {
      const result = decodeArp(bytes);
      if (!result.ok) continue;
      accepted++;
      mustEqual(encodeArp(result.value), bytes);
    }
    expect(accepted).toBeGreaterThan(500);
  });

  it('takes addresses of no length where no type forbids them', () => {
    const packet = decodeOrThrow(hex('ffff ffff 00 00 0001'));
    expect([packet.senderHardware.length, packet.targetProtocol.length, packet.trailer.length]).toEqual([0, 0, 0]);
  });
});

describe('encodeArp', () => {
  const packet = decodeOrThrow(REPLY);

  it.each([
    ['hardwareType', { hardwareType: 0x1_0000 }, 'hardwareType'],
    ['protocolType', { protocolType: -1 }, 'protocolType'],
    ['operation', { operation: 1.5 }, 'operation'],
    ['hardware addresses of different lengths', { targetHardware: new Uint8Array(5) }, 'different lengths'],
    ['protocol addresses of different lengths', { targetProtocol: new Uint8Array(16) }, 'different lengths'],
    [
      'an Ethernet address of 5 octets',
      { senderHardware: new Uint8Array(5), targetHardware: new Uint8Array(5) },
      'hardware addresses of 5 octets where 6 are right',
    ],
    [
      'an IPv4 address of 16 octets',
      { senderProtocol: new Uint8Array(16), targetProtocol: new Uint8Array(16) },
      'protocol addresses of 16 octets where 4 are right',
    ],
    [
      'an address beyond the 8 bits of its length',
      { hardwareType: 99, senderHardware: new Uint8Array(256), targetHardware: new Uint8Array(256) },
      'hardware length',
    ],
  ])('throws a RangeError for %s', (_what, change, message) => {
    expect(() => encodeArp({ ...packet, ...change })).toThrow(RangeError);
    expect(() => encodeArp({ ...packet, ...change })).toThrow(message);
  });
});
