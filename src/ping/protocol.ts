/** Where ICMP and ICMPv6 differ for an echo: types, checksums, and which errors a raw socket is shown. */
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FRAG_NEEDED,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
} from '../packet/icmp-constants.ts';
import { isIcmpChecksumOk, peekIcmpCode, peekIcmpType, writeIcmp6Echo, writeIcmpEcho } from '../packet/icmp-echo.ts';
import { ICMPV6_ECHO_REPLY, ICMPV6_ECHO_REQUEST } from '../packet/icmp6-constants.ts';

export interface EchoProtocol {
  readonly requestType: number;
  readonly replyType: number;
  /** Message types that a raw socket of ours lets through beside replies. */
  readonly rawErrorTypes: readonly number[];
  /** Whether the kernel puts this error into the error queue too, where it is better told. */
  isInErrorQueue(type: number): boolean;
  isChecksumOk(octets: Uint8Array, start: number, end: number): boolean;
  /** Writes header (and, for IPv4, checksum) over a payload that stands at offset 8 already. */
  writeRequest(target: Uint8Array, identifier: number, sequence: number, payloadOctets: number): void;
}

const ICMP: EchoProtocol = {
  requestType: ICMP_ECHO,
  replyType: ICMP_ECHOREPLY,
  rawErrorTypes: [ICMP_SOURCE_QUENCH, ICMP_REDIRECT, ICMP_DEST_UNREACH, ICMP_TIME_EXCEEDED, ICMP_PARAMETERPROB],
  isInErrorQueue: (type) => type !== ICMP_SOURCE_QUENCH && type !== ICMP_REDIRECT,
  isChecksumOk: isIcmpChecksumOk,
  writeRequest: (target, identifier, sequence, payloadOctets) =>
    writeIcmpEcho(target, 0, ICMP_ECHO, identifier, sequence, payloadOctets),
};

/** The kernel computes and verifies ICMPv6 checksums on every socket (RFC 3542 section 3.1); errors come by the queue only. */
const ICMPV6: EchoProtocol = {
  requestType: ICMPV6_ECHO_REQUEST,
  replyType: ICMPV6_ECHO_REPLY,
  rawErrorTypes: [],
  isInErrorQueue: () => true,
  isChecksumOk: () => true,
  writeRequest: (target, identifier, sequence) => writeIcmp6Echo(target, 0, ICMPV6_ECHO_REQUEST, identifier, sequence),
};

export function echoProtocol(family: 4 | 6): EchoProtocol {
  return family === 4 ? ICMP : ICMPV6;
}

/**
 * What the 32 bits behind an ICMP (IPv4) header's checksum say, in the form of the error queue's `ee_info`: next-hop MTU
 * (RFC 1191), pointer, or gateway; 0 for other types.
 */
export function peekIcmpInfo(octets: Uint8Array, start: number): number {
  const word = new DataView(octets.buffer, octets.byteOffset + start).getUint32(4);
  switch (peekIcmpType(octets, start)) {
    case ICMP_DEST_UNREACH:
      return peekIcmpCode(octets, start) === ICMP_FRAG_NEEDED ? word & 0xffff : 0;
    case ICMP_PARAMETERPROB:
      return word >>> 24;
    case ICMP_REDIRECT:
      return word;
    default:
      return 0;
  }
}
