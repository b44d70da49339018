/**
 * The ICMPv6 messages as values. Every octet of a message has a place in its value, so that encoding a decoded message
 * gives its own octets back; `unused` are those that a correct sender leaves zero, read as one number.
 */
import type { IcmpExtension } from './icmp-extensions.ts';
import type { IcmpExtendedEchoReply, IcmpExtendedEchoRequest } from './icmp-messages.ts';
import type {
  ICMPV6_DEST_UNREACH,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_EXT_ECHO_REPLY,
  ICMPV6_EXT_ECHO_REQUEST,
  ICMPV6_PARAMPROB,
  ICMPV6_PKT_TOOBIG,
  ICMPV6_TIME_EXCEED,
} from './icmp6-constants.ts';
import type { Ipv6Packet } from './ipv6.ts';
import type { NodeInformation } from './node-information.ts';

/** Echo request or reply, RFC 4443 section 4. */
export interface Icmp6Echo {
  readonly kind: 'echo';
  readonly type: typeof ICMPV6_ECHO_REQUEST | typeof ICMPV6_ECHO_REPLY;
  readonly code: number;
  readonly identifier: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/**
 * Destination unreachable or time exceeded, RFC 4443 sections 3.1 and 3.3. `lengthWords` is the length attribute of RFC
 * 4884: the octets of the quote in words of 8, or 0.
 */
export interface Icmp6ExtendedError {
  readonly kind: 'destination-unreachable' | 'time-exceeded';
  readonly type: typeof ICMPV6_DEST_UNREACH | typeof ICMPV6_TIME_EXCEED;
  readonly code: number;
  readonly lengthWords: number;
  readonly unused: number;
  readonly quote: Ipv6Packet;
  readonly extension: IcmpExtension | null;
}

/** Packet too big, RFC 4443 section 3.2. `mtu` in octets is a u32. */
export interface Icmp6PacketTooBig {
  readonly kind: 'packet-too-big';
  readonly type: typeof ICMPV6_PKT_TOOBIG;
  readonly code: number;
  readonly mtu: number;
  readonly quote: Ipv6Packet;
}

/** Parameter problem, RFC 4443 section 3.4. `pointer` is the octet of the quoted packet with the problem, a u32. */
export interface Icmp6ParameterProblem {
  readonly kind: 'parameter-problem';
  readonly type: typeof ICMPV6_PARAMPROB;
  readonly code: number;
  readonly pointer: number;
  readonly quote: Ipv6Packet;
}

/** Any other type, an error if it is below ICMPV6_INFOMSG_MASK; `body` is what stands behind the checksum. */
export interface Icmp6Unknown {
  readonly kind: 'unknown';
  readonly type: number;
  readonly code: number;
  readonly body: Uint8Array;
}

export type Icmp6ErrorMessage = Icmp6ExtendedError | Icmp6PacketTooBig | Icmp6ParameterProblem;

export type Icmp6Message =
  | Icmp6Echo
  | Icmp6ErrorMessage
  | IcmpExtendedEchoRequest<typeof ICMPV6_EXT_ECHO_REQUEST>
  | IcmpExtendedEchoReply<typeof ICMPV6_EXT_ECHO_REPLY>
  | NodeInformation
  | Icmp6Unknown;
