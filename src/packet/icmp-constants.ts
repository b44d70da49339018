/**
 * ICMP for IPv4: message types and codes under their kernel names (<linux/icmp.h>), and the offsets of the common
 * header.
 */

export const ICMP_HEADER_LENGTH = 8; // octets
export const ICMP_TYPE_OFFSET = 0;
export const ICMP_CODE_OFFSET = 1;
export const ICMP_CHECKSUM_OFFSET = 2;
export const ICMP_IDENTIFIER_OFFSET = 4;
export const ICMP_SEQUENCE_OFFSET = 6;

export const ICMP_ECHOREPLY = 0; // RFC 792
export const ICMP_DEST_UNREACH = 3; // RFC 792
export const ICMP_SOURCE_QUENCH = 4; // RFC 792, withdrawn by RFC 6633
export const ICMP_REDIRECT = 5; // RFC 792
export const ICMP_ECHO = 8; // RFC 792
export const ICMP_TIME_EXCEEDED = 11; // RFC 792
export const ICMP_PARAMETERPROB = 12; // RFC 792
export const ICMP_TIMESTAMP = 13; // RFC 792
export const ICMP_TIMESTAMPREPLY = 14; // RFC 792
export const ICMP_INFO_REQUEST = 15; // RFC 792, withdrawn by RFC 6918
export const ICMP_INFO_REPLY = 16;
export const ICMP_ADDRESS = 17; // RFC 950, withdrawn by RFC 6918
export const ICMP_ADDRESSREPLY = 18;
export const ICMP_EXT_ECHO = 42; // RFC 8335
export const ICMP_EXT_ECHOREPLY = 43; // RFC 8335

/**
 * Codes of ICMP_DEST_UNREACH: RFC 792 (0 to 5), RFC 1122 section 3.2.2.1 (6 to 12), RFC 1812 section 5.2.7.1 (13 to
 * 15).
 */
export const ICMP_NET_UNREACH = 0;
export const ICMP_HOST_UNREACH = 1;
export const ICMP_PROT_UNREACH = 2;
export const ICMP_PORT_UNREACH = 3;
export const ICMP_FRAG_NEEDED = 4;
export const ICMP_SR_FAILED = 5;
export const ICMP_NET_UNKNOWN = 6;
export const ICMP_HOST_UNKNOWN = 7;
export const ICMP_HOST_ISOLATED = 8;
export const ICMP_NET_ANO = 9;
export const ICMP_HOST_ANO = 10;
export const ICMP_NET_UNR_TOS = 11;
export const ICMP_HOST_UNR_TOS = 12;
export const ICMP_PKT_FILTERED = 13;
export const ICMP_PREC_VIOLATION = 14;
export const ICMP_PREC_CUTOFF = 15;

/** Codes of ICMP_REDIRECT, RFC 792. */
export const ICMP_REDIR_NET = 0;
export const ICMP_REDIR_HOST = 1;
export const ICMP_REDIR_NETTOS = 2;
export const ICMP_REDIR_HOSTTOS = 3;

/** Codes of ICMP_TIME_EXCEEDED, RFC 792. */
export const ICMP_EXC_TTL = 0;
export const ICMP_EXC_FRAGTIME = 1;

/** Codes of ICMP_EXT_ECHOREPLY, RFC 8335 section 3. */
export const ICMP_EXT_CODE_MAL_QUERY = 1;
export const ICMP_EXT_CODE_NO_IF = 2;
export const ICMP_EXT_CODE_NO_TABLE_ENT = 3;
export const ICMP_EXT_CODE_MULT_IFS = 4;

/** Set in an ICMP or IP timestamp that is not milliseconds since midnight UT (RFC 792, RFC 791). */
export const NONSTANDARD_TIME_BIT = 0x80000000;

/** Whether a 32-bit ICMP or IP timestamp is milliseconds since midnight UT, its high bit being clear (RFC 792). */
export function isStandardTime(timestamp: number): boolean {
  return timestamp < NONSTANDARD_TIME_BIT;
}
