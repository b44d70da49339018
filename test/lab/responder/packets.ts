/**
 * Packets out of values, and only as much of them out of octets as the liar needs. Deliberately independent of
 * src/packet/: a mistake made there must not meet its own twin here.
 */

export const PROTOCOL = { ICMP: 1, UDP: 17, FRAGMENT: 44, ICMPV6: 58, DESTINATION_OPTIONS: 60 } as const;

const IPV4_HEADER_OCTETS = 20;
const IPV6_HEADER_OCTETS = 40;
const VERSION_6 = 0x60;
/** More-fragments flag and fragment offset. */
const FRAGMENT_MASK = 0x3fff;

export interface Packet {
  readonly family: 4 | 6;
  readonly source: Buffer;
  readonly destination: Buffer;
  readonly protocol: number;
  /** What follows the IP header. */
  readonly body: Buffer;
  /** The whole of it. */
  readonly octets: Buffer;
}

/** Reads an IP packet as a kernel sends it: null for what is no IP or a fragment. Octets after its end are left out. */
export function readPacket(octets: Buffer): Packet | null {
  const version = (octets[0] ?? 0) >> 4;
  if (version === 4 && octets.length >= IPV4_HEADER_OCTETS) {
    if ((octets.readUInt16BE(6) & FRAGMENT_MASK) !== 0) return null;
    const whole = octets.subarray(0, octets.readUInt16BE(2));
    return {
      family: 4,
      source: whole.subarray(12, 16),
      destination: whole.subarray(16, 20),
      protocol: whole[9]!,
      body: whole.subarray((whole[0]! & 0x0f) * 4),
      octets: whole,
    };
  }
  if (version === 6 && octets.length >= IPV6_HEADER_OCTETS) {
    if (octets[6] === PROTOCOL.FRAGMENT) return null;
    const whole = octets.subarray(0, IPV6_HEADER_OCTETS + octets.readUInt16BE(4));
    return {
      family: 6,
      source: whole.subarray(8, 24),
      destination: whole.subarray(24, 40),
      protocol: whole[6]!,
      body: whole.subarray(IPV6_HEADER_OCTETS),
      octets: whole,
    };
  }
  return null;
}

export interface OutgoingPacket {
  readonly source: Buffer;
  readonly destination: Buffer;
  readonly hopLimit: number;
  /** IPv4 options (a multiple of 4 octets), or an IPv6 destination options header without its next-header octet's value. */
  readonly options: Buffer;
  /** An ICMP message with a zero checksum field, which is filled in here. */
  readonly icmp: Buffer;
  readonly wrongChecksum: boolean;
}

export function writePacket(packet: OutgoingPacket): Buffer {
  return packet.source.length === 4 ? writeIpv4(packet) : writeIpv6(packet);
}

function writeIpv4({ source, destination, hopLimit, options, icmp, wrongChecksum }: OutgoingPacket): Buffer {
  const header = Buffer.concat([Buffer.alloc(IPV4_HEADER_OCTETS), options]);
  header[0] = (4 << 4) | (header.length / 4);
  header.writeUInt16BE(header.length + icmp.length, 2);
  header[8] = hopLimit;
  header[9] = PROTOCOL.ICMP;
  source.copy(header, 12);
  destination.copy(header, 16);
  header.writeUInt16BE(checksum([header]), 10);
  return Buffer.concat([header, withChecksum(icmp, checksum([icmp]), wrongChecksum)]);
}

function writeIpv6({ source, destination, hopLimit, options, icmp, wrongChecksum }: OutgoingPacket): Buffer {
  const header = Buffer.alloc(IPV6_HEADER_OCTETS);
  header[0] = VERSION_6;
  header.writeUInt16BE(options.length + icmp.length, 4);
  header[6] = options.length === 0 ? PROTOCOL.ICMPV6 : PROTOCOL.DESTINATION_OPTIONS;
  header[7] = hopLimit;
  source.copy(header, 8);
  destination.copy(header, 24);
  const extension = Buffer.from(options);
  if (extension.length > 0) extension[0] = PROTOCOL.ICMPV6;
  // RFC 8200, section 8.1: the checksum covers the addresses, the length and the protocol as well.
  const lengthAndProtocol = Buffer.alloc(8);
  lengthAndProtocol.writeUInt32BE(icmp.length, 0);
  lengthAndProtocol[7] = PROTOCOL.ICMPV6;
  const sum = checksum([source, destination, lengthAndProtocol, icmp]);
  return Buffer.concat([header, extension, withChecksum(icmp, sum, wrongChecksum)]);
}

function withChecksum(icmp: Buffer, sum: number, wrong: boolean): Buffer {
  const message = Buffer.from(icmp);
  message.writeUInt16BE(wrong ? sum ^ 0x0101 : sum, 2);
  return message;
}

/** RFC 1071 over pieces of which all but the last have an even length. */
export function checksum(pieces: readonly Buffer[]): number {
  let sum = 0;
  for (const piece of pieces) {
    for (let offset = 0; offset < piece.length; offset += 2) sum += (piece[offset]! << 8) | (piece[offset + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** An ICMP message: type, code, room for the checksum, the 4 octets whose meaning is the type's, the body. */
export function icmpMessage(type: number, code: number, rest: number, body: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = type;
  header[1] = code;
  header.writeUInt32BE(rest >>> 0, 4);
  return Buffer.concat([header, body]);
}
