/**
 * What differs between the messages that ping may send and count: an ICMP echo, an ICMPv6 echo, a node information query
 * (node-information.ts). The engine knows them only through this.
 */
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FRAG_NEEDED,
  ICMP_HEADER_LENGTH,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
} from '../packet/icmp-constants.ts';
import {
  isIcmpChecksumOk,
  peekIcmpCode,
  peekIcmpIdentifier,
  peekIcmpSequence,
  peekIcmpType,
  writeIcmp6Echo,
  writeIcmpEcho,
} from '../packet/icmp-echo.ts';
import { ICMPV6_ECHO_REPLY, ICMPV6_ECHO_REQUEST } from '../packet/icmp6-constants.ts';

/** `sequenceOf` a message that is not one of ours. */
export const NOT_OURS = -1;

export interface ProbeProtocol {
  readonly requestType: number;
  readonly replyType: number;
  /** Octets of the message before the payload. */
  readonly headerOctets: number;
  /** Message types that a raw socket of ours lets through beside replies. */
  readonly rawErrorTypes: readonly number[];
  /** Whether the kernel puts this error into the error queue too, where it is better told. */
  isInErrorQueue(type: number): boolean;
  isChecksumOk(octets: Uint8Array, start: number, end: number): boolean;
  /** The sequence of our request, or of a reply to it, in octets [start, end) whose type fits; NOT_OURS for a stranger's. */
  sequenceOf(octets: Uint8Array, start: number, end: number): number;
  /** Writes what stands before the payload (and the IPv4 checksum over both). */
  writeRequest(target: Uint8Array, sequence: number, payloadOctets: number): void;
}

/** `identifier` is null on a datagram socket: the kernel puts its own in, and hands us only replies that carry it. */
export function echoProtocol(family: 4 | 6, identifier: number | null): ProbeProtocol {
  const sequenceOf = (octets: Uint8Array, start: number, end: number): number => {
    if (end - start < ICMP_HEADER_LENGTH || peekIcmpCode(octets, start) !== 0) return NOT_OURS;
    if (identifier !== null && peekIcmpIdentifier(octets, start) !== identifier) return NOT_OURS;
    return peekIcmpSequence(octets, start);
  };
  return family === 4
    ? {
        requestType: ICMP_ECHO,
        replyType: ICMP_ECHOREPLY,
        headerOctets: ICMP_HEADER_LENGTH,
        rawErrorTypes: [ICMP_SOURCE_QUENCH, ICMP_REDIRECT, ICMP_DEST_UNREACH, ICMP_TIME_EXCEEDED, ICMP_PARAMETERPROB],
        isInErrorQueue: (type) => type !== ICMP_SOURCE_QUENCH && type !== ICMP_REDIRECT,
        isChecksumOk: isIcmpChecksumOk,
        sequenceOf,
        writeRequest: (target, sequence, payloadOctets) =>
          writeIcmpEcho(target, 0, ICMP_ECHO, identifier ?? 0, sequence, payloadOctets),
      }
    : {
        requestType: ICMPV6_ECHO_REQUEST,
        replyType: ICMPV6_ECHO_REPLY,
        headerOctets: ICMP_HEADER_LENGTH,
        ...ICMPV6_COMMON,
        sequenceOf,
        writeRequest: (target, sequence) => writeIcmp6Echo(target, 0, ICMPV6_ECHO_REQUEST, identifier ?? 0, sequence),
      };
}

const LAST_SEQUENCE = 0xffff;

/** The same messages, numbered on the wire from 65,535 downwards. */
export function fromTheEnd(protocol: ProbeProtocol): ProbeProtocol {
  return {
    ...protocol,
    sequenceOf: (octets, start, end) => {
      const sequence = protocol.sequenceOf(octets, start, end);
      return sequence === NOT_OURS ? NOT_OURS : LAST_SEQUENCE - sequence;
    },
    writeRequest: (target, sequence, payloadOctets) =>
      protocol.writeRequest(target, LAST_SEQUENCE - sequence, payloadOctets),
  };
}

/** The kernel computes and verifies ICMPv6 checksums on every socket (RFC 3542 section 3.1); errors come by the queue only. */
export const ICMPV6_COMMON = {
  rawErrorTypes: [] as readonly number[],
  isInErrorQueue: () => true,
  isChecksumOk: () => true,
};

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
