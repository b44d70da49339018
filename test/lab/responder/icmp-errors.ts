/** ICMP errors about a packet: RFC 792, RFC 4443, and their extensions, RFC 4884. */

import { LIES } from './lies.ts';
import { checksum, icmpMessage, type Packet } from './packets.ts';
import type { Reply } from './reply.ts';

/** Types by family: an error about the same thing has another number in ICMPv6. */
export const TYPE = {
  4: { unreachable: 3, sourceQuench: 4, redirect: 5, timeExceeded: 11, parameterProblem: 12 },
  6: { unreachable: 1, packetTooBig: 2, timeExceeded: 3, parameterProblem: 4 },
} as const;

/** The whole message fits the least MTU there can be: 576 (RFC 1812, section 4.3.2.3) and 1280 octets. */
const QUOTE_LIMIT_OCTETS = { 4: 576 - 20 - 8, 6: 1280 - 40 - 8 } as const;

const EXTENDED_QUOTE_OCTETS = 128;
/** RFC 4950: class 1, C-type 1, one label stack entry (label 16000, bottom of stack, TTL 1). */
const MPLS_OBJECT = Buffer.from([0, 8, 1, 1, ...labelStackEntry(16_000, 1)]);
const EXTENSION_VERSION_2 = 0x2000;

/** An error about `packet`, from `LIES.other`. `rest` is the second word: pointer, MTU, next hop. */
export function icmpError(packet: Packet, type: number, code: number, rest = 0): Reply {
  return quotingError(packet, type, code, rest, packet.octets.subarray(0, QUOTE_LIMIT_OCTETS[packet.family]));
}

/** An error that quotes whatever it is told to. */
export function quotingError(packet: Packet, type: number, code: number, rest: number, quote: Buffer): Reply {
  return { icmp: icmpMessage(type, code, rest, quote), from: LIES.other[packet.family === 4 ? 'ipv4' : 'ipv6'] };
}

/** Time exceeded with an MPLS label stack behind a quote that is padded as RFC 4884, section 3, demands. */
export function extendedTimeExceeded(packet: Packet): Reply {
  const quote = Buffer.alloc(EXTENDED_QUOTE_OCTETS);
  packet.octets.copy(quote);
  const header = Buffer.alloc(4);
  header.writeUInt16BE(EXTENSION_VERSION_2, 0);
  header.writeUInt16BE(checksum([header, MPLS_OBJECT]), 2);
  // The length of the quote: the second octet of the word, in 4 octets; in ICMPv6 the first one, in 8 octets.
  const rest = packet.family === 4 ? (EXTENDED_QUOTE_OCTETS / 4) << 16 : (EXTENDED_QUOTE_OCTETS / 8) << 24;
  const body = Buffer.concat([quote, header, MPLS_OBJECT]);
  return quotingError(packet, TYPE[packet.family].timeExceeded, 0, rest, body);
}

function labelStackEntry(label: number, timeToLive: number): Buffer {
  const entry = Buffer.alloc(4);
  entry.writeUInt32BE(((label << 12) | 0x100 | timeToLive) >>> 0);
  return entry;
}
