/** Answers of routers and hosts as IP packets: RFC 792, RFC 4443, RFC 4884, RFC 768. */
import { addressOctets } from '../addresses.ts';
import { TYPE } from '../responder/icmp-errors.ts';
import { checksum, icmpMessage, type Packet, PROTOCOL, writePacket } from '../responder/packets.ts';
import type { EndSpec, ExtensionObject, QuoteSpec } from './spec.ts';

export type AnswerKind =
  | { readonly is: 'time-exceeded' | Exclude<EndSpec['is'], 'silent'> }
  | { readonly is: 'too-big'; readonly mtuOctets: number }
  | { readonly is: 'error'; readonly type: number; readonly code: number };

/** Who answers, and how. */
export interface AnswerFrom {
  readonly address: string;
  /** With which the answer arrives. */
  readonly hopLimit: number;
  readonly quote: QuoteSpec;
  readonly objects: readonly ExtensionObject[];
}

const IP_HEADER_OCTETS = { 4: 20, 6: 40 } as const;
const UDP_HEADER_OCTETS = 8;
const PORT_UNREACHABLE_CODE = { 4: 3, 6: 4 } as const;
const PROHIBITED_CODE = { 4: 13, 6: 1 } as const;
const FRAGMENTATION_NEEDED_CODE = 4;
/** The whole message fits the least MTU there can be: 576 (RFC 1812, section 4.3.2.3) and 1280 octets. */
const MESSAGE_LIMIT_OCTETS = { 4: 576 - 20 - 8, 6: 1280 - 40 - 8 } as const;
/** RFC 4884, section 4: what stands before an extension has at least this length, and a multiple of the family's word. */
const EXTENDED_QUOTE_OCTETS = 128;
const LENGTH_WORD_OCTETS = { 4: 4, 6: 8 } as const;
const EXTENSION_VERSION_2 = 0x2000;

export function answerPacket(packet: Packet, kind: AnswerKind, from: AnswerFrom): Buffer {
  const { family } = packet;
  const type = TYPE[family];
  switch (kind.is) {
    case 'time-exceeded':
      return extensibleError(packet, from, type.timeExceeded, 0);
    case 'port-unreachable':
      return extensibleError(packet, from, type.unreachable, PORT_UNREACHABLE_CODE[family]);
    case 'prohibited':
      return extensibleError(packet, from, type.unreachable, PROHIBITED_CODE[family]);
    case 'error':
      return extensibleError(packet, from, kind.type, kind.code);
    case 'too-big':
      return family === 4
        ? plainError(packet, from, TYPE[4].unreachable, FRAGMENTATION_NEEDED_CODE, kind.mtuOctets)
        : plainError(packet, from, TYPE[6].packetTooBig, 0, kind.mtuOctets);
    case 'udp-echo':
      return udpEcho(packet, from);
  }
}

function plainError(packet: Packet, from: AnswerFrom, type: number, code: number, rest: number): Buffer {
  return icmpPacket(packet, from, icmpMessage(type, code, rest, quoteOf(packet, from.quote)));
}

function extensibleError(packet: Packet, from: AnswerFrom, type: number, code: number): Buffer {
  if (from.objects.length === 0) return plainError(packet, from, type, code, 0);
  const { family } = packet;
  const quote = Buffer.alloc(EXTENDED_QUOTE_OCTETS);
  quoteOf(packet, from.quote).copy(quote);
  // The length attribute: the second octet of the word in ICMP, the first one in ICMPv6.
  const lengthWords = EXTENDED_QUOTE_OCTETS / LENGTH_WORD_OCTETS[family];
  const rest = family === 4 ? lengthWords << 16 : lengthWords << 24;
  return icmpPacket(packet, from, icmpMessage(type, code, rest, Buffer.concat([quote, extension(from.objects)])));
}

function extension(objects: readonly ExtensionObject[]): Buffer {
  const bodies = objects.map(({ classNumber, cType, body }) => {
    const octets = Buffer.concat([Buffer.of(0, 0, classNumber, cType), Buffer.from(body, 'hex')]);
    octets.writeUInt16BE(octets.length, 0);
    return octets;
  });
  const header = Buffer.alloc(4);
  header.writeUInt16BE(EXTENSION_VERSION_2, 0);
  header.writeUInt16BE(checksum([header, ...bodies]), 2);
  return Buffer.concat([header, ...bodies]);
}

/** The packet as it looked where it was stopped: its TTL ran down to 1 (a kernel quotes what it received). */
function quoteOf({ family, octets }: Packet, { dataOctets, typeOfService, payload }: QuoteSpec): Buffer {
  const header = IP_HEADER_OCTETS[family];
  const end = dataOctets === undefined ? MESSAGE_LIMIT_OCTETS[family] : header + dataOctets;
  const quote = Buffer.from(octets.subarray(0, end));
  quote[family === 4 ? 8 : 7] = 1;
  if (typeOfService !== undefined) setTrafficClass(quote, family, typeOfService);
  if (family === 4) {
    quote.writeUInt16BE(0, 10);
    quote.writeUInt16BE(checksum([quote.subarray(0, header)]), 10);
  }
  const data = quote.subarray(header + UDP_HEADER_OCTETS);
  if (payload === 'zero') data.fill(0);
  if (payload === 'inverted') data.set(data.map((octet) => octet ^ 0xff));
  return quote;
}

function setTrafficClass(quote: Buffer, family: 4 | 6, value: number): void {
  if (family === 4) quote[1] = value;
  else quote.writeUInt16BE((quote.readUInt16BE(0) & 0xf00f) | (value << 4), 0);
}

function icmpPacket(packet: Packet, { address, hopLimit }: AnswerFrom, icmp: Buffer): Buffer {
  return writePacket({
    source: addressOctets(address),
    destination: packet.source,
    hopLimit,
    options: Buffer.alloc(0),
    icmp,
    wrongChecksum: false,
  });
}

/** The datagram sent back with its ports exchanged, which leaves its checksum right: RFC 768 sums them all alike. */
function udpEcho(packet: Packet, { address, hopLimit }: AnswerFrom): Buffer {
  const { family, octets } = packet;
  const echo = Buffer.from(octets);
  const [sourceAt, addressOctetCount] = family === 4 ? [12, 4] : [8, 16];
  addressOctets(address).copy(echo, sourceAt);
  packet.source.copy(echo, sourceAt + addressOctetCount);
  echo[family === 4 ? 8 : 7] = hopLimit;
  const udp = IP_HEADER_OCTETS[family];
  octets.copy(echo, udp, udp + 2, udp + 4);
  octets.copy(echo, udp + 2, udp, udp + 2);
  writeUdpChecksum(echo, family);
  if (family === 4) {
    echo.writeUInt16BE(0, 10);
    echo.writeUInt16BE(checksum([echo.subarray(0, udp)]), 10);
  }
  return echo;
}

/** Anew, because a kernel leaves the checksum of what crosses a veth link to hardware that is not there. */
function writeUdpChecksum(octets: Buffer, family: 4 | 6): void {
  const udp = octets.subarray(IP_HEADER_OCTETS[family]);
  const addresses = family === 4 ? octets.subarray(12, 20) : octets.subarray(8, 40);
  const lengthAndProtocol = Buffer.of(0, PROTOCOL.UDP, udp.length >> 8, udp.length & 0xff);
  udp.writeUInt16BE(0, 6);
  udp.writeUInt16BE(checksum([addresses, lengthAndProtocol, udp]) || 0xffff, 6);
}
