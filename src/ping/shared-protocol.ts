/** Echoes on a socket that many pings share: their numbers on the wire are the ledger's, and a cookie in the payload tells late replies. */
import type { SequenceLease } from '../net/shared-socket.ts';
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { peekIcmpType } from '../packet/icmp-echo.ts';
import { TIMEVAL_OCTETS } from './payload-mismatch.ts';
import { echoProtocol, NOT_OURS, type ProbeProtocol } from './protocol.ts';

/** The cookie takes the second half of the time stamp's place, whose octets nobody compares on return. */
const COOKIE_OFFSET = ICMP_HEADER_LENGTH + TIMEVAL_OCTETS / 2;
const COOKIE_END = ICMP_HEADER_LENGTH + TIMEVAL_OCTETS;

/** `identifier` as for `echoProtocol`. Payloads below 16 octets have no room for a cookie and go without. */
export function sharedEchoProtocol(family: 4 | 6, identifier: number | null, lease: SequenceLease): ProbeProtocol {
  const echo = echoProtocol(family, identifier);
  let hasCookie = false;
  return {
    ...echo,
    sequenceOf: (octets, start, end) => {
      const wireSequence = echo.sequenceOf(octets, start, end);
      const entry = wireSequence === NOT_OURS ? null : lease.find(wireSequence);
      if (entry === null) return NOT_OURS;
      if (end - start < COOKIE_END) {
        // What an ICMP error quotes may end before the cookie: then the number alone must do, as it must for every ping.
        const isQuote = peekIcmpType(octets, start) === echo.requestType;
        return isQuote || !hasCookie ? entry.sequence : NOT_OURS;
      }
      const view = new DataView(octets.buffer, octets.byteOffset + start + COOKIE_OFFSET);
      const isSame = view.getUint32(0) === entry.cookieHigh && view.getUint32(4) === entry.cookieLow;
      return isSame ? entry.sequence : NOT_OURS;
    },
    writeRequest: (target, sequence, payloadOctets) => {
      const { wireSequence, entry } = lease.enter(sequence);
      hasCookie = payloadOctets >= TIMEVAL_OCTETS;
      if (hasCookie) {
        const view = new DataView(target.buffer, target.byteOffset + COOKIE_OFFSET);
        view.setUint32(0, entry.cookieHigh);
        view.setUint32(4, entry.cookieLow);
      }
      echo.writeRequest(target, wireSequence, payloadOctets);
    },
  };
}
