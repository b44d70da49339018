/** What came back, compared with what was sent. */
import type { IncomingPacket } from '../net/port.ts';
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import type { PayloadMismatch } from './events.ts';

/** The payload begins with a struct timeval where it fits; what follows is checked on return. */
export const TIMEVAL_OCTETS = 16;

/** The first octet behind the time stamp that is not as it was sent; null where all are. */
export function findMismatch({ octets, start, end }: IncomingPacket, sent: Uint8Array): PayloadMismatch | null {
  const data = start + ICMP_HEADER_LENGTH;
  for (let offset = TIMEVAL_OCTETS; offset < sent.length; offset++) {
    if (octets[data + offset] !== sent[offset]) {
      const [expected, received] = [sent[offset]!, octets[data + offset]!];
      return { offset, expected, received, payload: octets.slice(data, end) };
    }
  }
  return null;
}
