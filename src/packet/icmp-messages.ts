/**
 * The ICMP messages of IPv4 as values. Every octet of a message has a place in its value, so that encoding a decoded
 * message gives its own octets back; `unused` and `reserved` are those that a correct sender leaves zero, read as one
 * number.
 */
import type {
  ICMP_ADDRESS,
  ICMP_ADDRESSREPLY,
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_EXT_ECHO,
  ICMP_EXT_ECHOREPLY,
  ICMP_INFO_REPLY,
  ICMP_INFO_REQUEST,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
  ICMP_TIMESTAMP,
  ICMP_TIMESTAMPREPLY,
} from './icmp-constants.ts';
import type { IcmpExtension } from './icmp-extensions.ts';
import type { Ipv4Datagram } from './ipv4.ts';

/** Echo request or reply, RFC 792. */
export interface IcmpEcho {
  readonly kind: 'echo';
  readonly type: typeof ICMP_ECHO | typeof ICMP_ECHOREPLY;
  readonly code: number;
  readonly identifier: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** Timestamp request or reply, RFC 792. Times are u32: milliseconds since midnight UT if `isStandardTime`. */
export interface IcmpTimestamp {
  readonly kind: 'timestamp';
  readonly type: typeof ICMP_TIMESTAMP | typeof ICMP_TIMESTAMPREPLY;
  readonly code: number;
  readonly identifier: number;
  readonly sequence: number;
  readonly originateTimestamp: number;
  readonly receiveTimestamp: number;
  readonly transmitTimestamp: number;
  readonly trailing: Uint8Array;
}

/** Information request or reply, RFC 792. */
export interface IcmpInformation {
  readonly kind: 'information';
  readonly type: typeof ICMP_INFO_REQUEST | typeof ICMP_INFO_REPLY;
  readonly code: number;
  readonly identifier: number;
  readonly sequence: number;
  readonly trailing: Uint8Array;
}

/** Address mask request or reply, RFC 950. */
export interface IcmpAddressMask {
  readonly kind: 'address-mask';
  readonly type: typeof ICMP_ADDRESS | typeof ICMP_ADDRESSREPLY;
  readonly code: number;
  readonly identifier: number;
  readonly sequence: number;
  readonly addressMask: string;
  readonly trailing: Uint8Array;
}

/** Extended echo request, RFC 8335 section 2; the extension names the interface asked about. `sequence` is a u8. */
export interface IcmpExtendedEchoRequest<Type = typeof ICMP_EXT_ECHO> {
  readonly kind: 'extended-echo-request';
  readonly type: Type;
  readonly code: number;
  readonly identifier: number;
  readonly sequence: number;
  readonly reserved: number;
  readonly local: boolean;
  readonly extension: IcmpExtension | null;
}

/** Extended echo reply, RFC 8335 section 3; `state` is that of a neighbour (2 is reachable). `sequence` is a u8. */
export interface IcmpExtendedEchoReply<Type = typeof ICMP_EXT_ECHOREPLY> {
  readonly kind: 'extended-echo-reply';
  readonly type: Type;
  readonly code: number;
  readonly identifier: number;
  readonly sequence: number;
  readonly state: number;
  readonly reserved: number;
  readonly active: boolean;
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly trailing: Uint8Array;
}

/**
 * RFC 4884: `lengthWords` is the length attribute, the octets of the quote in words of 4 (ICMP) or 8 (ICMPv6), or 0.
 */
interface Extended {
  readonly lengthWords: number;
  readonly extension: IcmpExtension | null;
}

/**
 * Destination unreachable, RFC 792. `nextHopMtu` in octets has a meaning for code ICMP_FRAG_NEEDED (RFC 1191), 0 is
 * unknown.
 */
export interface IcmpDestinationUnreachable extends Extended {
  readonly kind: 'destination-unreachable';
  readonly type: typeof ICMP_DEST_UNREACH;
  readonly code: number;
  readonly unused: number;
  readonly nextHopMtu: number;
  readonly quote: Ipv4Datagram;
}

/** Source quench, RFC 792. */
export interface IcmpSourceQuench {
  readonly kind: 'source-quench';
  readonly type: typeof ICMP_SOURCE_QUENCH;
  readonly code: number;
  readonly unused: number;
  readonly quote: Ipv4Datagram;
}

/** Redirect, RFC 792. */
export interface IcmpRedirect {
  readonly kind: 'redirect';
  readonly type: typeof ICMP_REDIRECT;
  readonly code: number;
  readonly gatewayAddress: string;
  readonly quote: Ipv4Datagram;
}

/** Time exceeded, RFC 792. */
export interface IcmpTimeExceeded extends Extended {
  readonly kind: 'time-exceeded';
  readonly type: typeof ICMP_TIME_EXCEEDED;
  readonly code: number;
  readonly unused: number;
  readonly quote: Ipv4Datagram;
}

/** Parameter problem, RFC 792. `pointer` is the octet of the quoted header with the problem. */
export interface IcmpParameterProblem extends Extended {
  readonly kind: 'parameter-problem';
  readonly type: typeof ICMP_PARAMETERPROB;
  readonly code: number;
  readonly unused: number;
  readonly pointer: number;
  readonly quote: Ipv4Datagram;
}

/** Any other type; `body` is what stands behind the checksum. */
export interface IcmpUnknown {
  readonly kind: 'unknown';
  readonly type: number;
  readonly code: number;
  readonly body: Uint8Array;
}

export type IcmpErrorMessage =
  | IcmpDestinationUnreachable
  | IcmpSourceQuench
  | IcmpRedirect
  | IcmpTimeExceeded
  | IcmpParameterProblem;

export type IcmpMessage =
  | IcmpEcho
  | IcmpTimestamp
  | IcmpInformation
  | IcmpAddressMask
  | IcmpExtendedEchoRequest
  | IcmpExtendedEchoReply
  | IcmpErrorMessage
  | IcmpUnknown;
