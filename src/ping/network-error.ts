/** The event of an ICMP error, from either of the two ways in which one reaches us. */
import type { IncomingPacket, QueuedError } from '../net/port.ts';
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { peekIcmpCode, peekIcmpType } from '../packet/icmp-echo.ts';
import type { NetworkErrorEvent } from './events.ts';
import { peekIcmpInfo } from './protocol.ts';

/** Where and when the error was met. */
export interface ErrorContext {
  readonly family: 4 | 6;
  readonly wallNs: number;
  /** Of the probe that it is about; null for somebody else's. */
  readonly sequence: number | null;
}

/** From the error queue (ip(7), IP_RECVERR), where the kernel has checked it. */
export function queuedNetworkError(error: QueuedError, { family, wallNs, sequence }: ErrorContext): NetworkErrorEvent {
  return {
    type: 'network-error',
    wallNs,
    source: error.offender ?? '',
    sequence,
    family,
    icmpType: error.type,
    icmpCode: error.code,
    info: error.info,
    via: 'queue',
    errno: error.errno,
    badChecksum: false,
    quoted: null,
  };
}

/** As a raw socket sees it: an ICMP message of at least 8 octets. Keeps a copy of the quote, as the port reuses its octets. */
export function rawNetworkError(
  { octets, start, end, source }: IncomingPacket,
  badChecksum: boolean,
  { family, wallNs, sequence }: ErrorContext,
): NetworkErrorEvent {
  return {
    type: 'network-error',
    wallNs,
    source,
    sequence,
    family,
    icmpType: peekIcmpType(octets, start),
    icmpCode: peekIcmpCode(octets, start),
    info: peekIcmpInfo(octets, start),
    via: 'raw',
    errno: null,
    badChecksum,
    quoted: octets.slice(start + ICMP_HEADER_LENGTH, end),
  };
}
