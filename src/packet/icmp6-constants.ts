/**
 * ICMPv6: message types and codes under their kernel names (<linux/icmpv6.h>); the header's offsets are those of ICMP.
 */

export const ICMP6_MIN_LENGTH = 4; // octets: type, code, checksum (RFC 4443 section 2.1)
export const ICMP6_CHECKSUM_OFFSET = 2;
/** Types below this are errors (RFC 4443 section 2.1). */
export const ICMPV6_INFOMSG_MASK = 0x80;

export const ICMPV6_DEST_UNREACH = 1; // RFC 4443
export const ICMPV6_PKT_TOOBIG = 2; // RFC 4443
export const ICMPV6_TIME_EXCEED = 3; // RFC 4443
export const ICMPV6_PARAMPROB = 4; // RFC 4443
export const ICMPV6_ECHO_REQUEST = 128; // RFC 4443
export const ICMPV6_ECHO_REPLY = 129; // RFC 4443
export const ICMPV6_MGM_QUERY = 130; // RFC 2710
export const ICMPV6_MGM_REPORT = 131; // RFC 2710
export const ICMPV6_MGM_REDUCTION = 132; // RFC 2710
export const ICMPV6_NI_QUERY = 139; // RFC 4620
export const ICMPV6_NI_REPLY = 140; // RFC 4620
export const ICMPV6_EXT_ECHO_REQUEST = 160; // RFC 8335
export const ICMPV6_EXT_ECHO_REPLY = 161; // RFC 8335

/** Codes of ICMPV6_DEST_UNREACH, RFC 4443 section 3.1. */
export const ICMPV6_NOROUTE = 0;
export const ICMPV6_ADM_PROHIBITED = 1;
export const ICMPV6_NOT_NEIGHBOUR = 2;
export const ICMPV6_ADDR_UNREACH = 3;
export const ICMPV6_PORT_UNREACH = 4;
export const ICMPV6_POLICY_FAIL = 5;
export const ICMPV6_REJECT_ROUTE = 6;

/** Codes of ICMPV6_TIME_EXCEED, RFC 4443 section 3.3. */
export const ICMPV6_EXC_HOPLIMIT = 0;
export const ICMPV6_EXC_FRAGTIME = 1;

/** Codes of ICMPV6_PARAMPROB, RFC 4443 section 3.4. */
export const ICMPV6_HDR_FIELD = 0;
export const ICMPV6_UNK_NEXTHDR = 1;
export const ICMPV6_UNK_OPTION = 2;
