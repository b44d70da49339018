/** Finds our own echo request in what an ICMP error quotes. IPv4 only: IPv6 errors come by the error queue. */
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { peekIcmpIdentifier, peekIcmpSequence, peekIcmpType } from '../packet/icmp-echo.ts';
import { decodeQuotedIpv4, IPPROTO_ICMP } from '../packet/ipv4.ts';

export interface QuotedEcho {
  readonly destination: string;
  readonly type: number;
  readonly identifier: number;
  readonly sequence: number;
}

/** Null unless octets [start, end) hold a whole IPv4 header and at least 8 octets of an ICMP message behind it. */
export function readQuotedEcho(octets: Uint8Array, start: number, end: number): QuotedEcho | null {
  const quoted = decodeQuotedIpv4(octets.subarray(start, end));
  if (!quoted.ok) return null;
  const { header, payload } = quoted.value;
  if (header.protocol !== IPPROTO_ICMP || header.fragmentOffset !== 0 || payload.length < ICMP_HEADER_LENGTH)
    return null;
  return {
    destination: header.destinationAddress,
    type: peekIcmpType(payload, 0),
    identifier: peekIcmpIdentifier(payload, 0),
    sequence: peekIcmpSequence(payload, 0),
  };
}
