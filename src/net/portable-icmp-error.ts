/**
 * What the kernel does for IP_RECVERR, done by hand: reads from an ICMP error, as a raw socket sees it, which of our messages
 * it is about. ip(7), ipv6(7).
 */
import {
  ICMP_DEST_UNREACH,
  ICMP_FRAG_NEEDED,
  ICMP_HEADER_LENGTH,
  ICMP_PARAMETERPROB,
  ICMP_TIME_EXCEEDED,
} from '../packet/icmp-constants.ts';
import { isIcmpChecksumOk, peekIcmpCode, peekIcmpType } from '../packet/icmp-echo.ts';
import {
  ICMPV6_DEST_UNREACH,
  ICMPV6_PARAMPROB,
  ICMPV6_PKT_TOOBIG,
  ICMPV6_TIME_EXCEED,
} from '../packet/icmp6-constants.ts';
import { decodeQuotedIpv4, IPPROTO_ICMP, IPPROTO_ICMPV6 } from '../packet/ipv4.ts';
import { decodeQuotedIpv6, findUpperLayer } from '../packet/ipv6.ts';
import type { Family } from './sockaddr.ts';

/** Types that the kernel puts into an error queue, by family. */
export const QUEUED_ERROR_TYPES: Readonly<Record<Family, readonly number[]>> = {
  4: [ICMP_DEST_UNREACH, ICMP_TIME_EXCEEDED, ICMP_PARAMETERPROB],
  6: [ICMPV6_DEST_UNREACH, ICMPV6_PKT_TOOBIG, ICMPV6_TIME_EXCEED, ICMPV6_PARAMPROB],
};

export interface IcmpError {
  readonly type: number;
  readonly code: number;
  /** In the form of `ee_info`: next-hop MTU or pointer. */
  readonly info: number;
  readonly destination: string;
  /** The quoted ICMP message as far as it is there, at least its header; aliases the octets. */
  readonly message: Uint8Array;
}

/** Null for another type of message, for one that the kernel would drop (its checksum), and without a whole ICMP header quoted. */
export function readIcmpError(family: Family, octets: Uint8Array, start: number, end: number): IcmpError | null {
  const type = peekIcmpType(octets, start);
  if (end - start < ICMP_HEADER_LENGTH || !QUEUED_ERROR_TYPES[family].includes(type)) return null;
  // Nobody but us looks at this one; those of ICMPv6 the kernel has seen to (RFC 3542 section 3.1).
  if (family === 4 && !isIcmpChecksumOk(octets, start, end)) return null;
  const original = octets.subarray(start + ICMP_HEADER_LENGTH, end);
  const quoted = family === 4 ? readQuoted4(original) : readQuoted6(original);
  if (quoted === null || quoted.message.length < ICMP_HEADER_LENGTH) return null;
  const code = peekIcmpCode(octets, start);
  const word = new DataView(octets.buffer, octets.byteOffset + start).getUint32(4);
  return { type, code, info: family === 4 ? infoOf(type, code, word) : word, ...quoted };
}

type Quoted = Pick<IcmpError, 'destination' | 'message'>;

function readQuoted4(original: Uint8Array): Quoted | null {
  const quoted = decodeQuotedIpv4(original);
  if (!quoted.ok) return null;
  const { header, payload } = quoted.value;
  if (header.protocol !== IPPROTO_ICMP || header.fragmentOffset !== 0) return null;
  return { destination: header.destinationAddress, message: payload };
}

function readQuoted6(original: Uint8Array): Quoted | null {
  const quoted = decodeQuotedIpv6(original);
  if (!quoted.ok) return null;
  const { header, payload } = quoted.value;
  const upper = findUpperLayer(header.nextHeader, payload);
  if (!upper.ok || upper.value.protocol !== IPPROTO_ICMPV6 || upper.value.fragmentOffset !== 0) return null;
  return { destination: header.destinationAddress, message: payload.subarray(upper.value.offset) };
}

/** RFC 1191 for the MTU, RFC 792 for the pointer; in other types of IPv4 the word means nothing. */
function infoOf(type: number, code: number, word: number): number {
  if (type === ICMP_PARAMETERPROB) return word >>> 24;
  return type === ICMP_DEST_UNREACH && code === ICMP_FRAG_NEEDED ? word & 0xffff : 0;
}
