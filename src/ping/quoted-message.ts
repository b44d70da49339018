/** What an ICMP error quotes: the ICMP message inside an IPv4 datagram. IPv6 errors come by the error queue. */
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { decodeQuotedIpv4, IPPROTO_ICMP } from '../packet/ipv4.ts';

export interface QuotedMessage {
  readonly destination: string;
  /** The quoted ICMP message as far as it is there, at least its header. */
  readonly message: Uint8Array;
}

/** Null unless octets [start, end) hold a whole IPv4 header and at least 8 octets of an ICMP message behind it. */
export function readQuotedMessage(octets: Uint8Array, start: number, end: number): QuotedMessage | null {
  const quoted = decodeQuotedIpv4(octets.subarray(start, end));
  if (!quoted.ok) return null;
  const { header, payload } = quoted.value;
  if (header.protocol !== IPPROTO_ICMP || header.fragmentOffset !== 0 || payload.length < ICMP_HEADER_LENGTH)
    return null;
  return { destination: header.destinationAddress, message: payload };
}
