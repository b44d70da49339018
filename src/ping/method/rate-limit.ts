/** Hosts limit how many ICMP errors they send, which looks like loss to whoever probes by UDP. */
import type { SummaryEvent } from '../events.ts';

/** Linux, towards each host: net.ipv4.icmp_ratelimit, 1000 ms for one, with a burst of 6 saved up (icmp(7)). */
const BURST = 6;
const ERRORS_PER_SECOND = 1;
const NS_PER_SECOND = 1e9;

/**
 * Whether what was lost is what such a limit would have swallowed: about a burst was answered, then one probe a second. `refused`
 * probes never left.
 */
export function looksLimited(
  { method, transmitted, received, errors, elapsedNs }: SummaryEvent,
  refused: number,
): boolean {
  if (method !== 'udp' || errors > 0 || transmitted === received + refused || received < BURST - 1) return false;
  const seconds = elapsedNs / NS_PER_SECOND;
  const isFaster = transmitted > seconds * ERRORS_PER_SECOND + 2;
  return isFaster && received <= BURST + 1 + seconds * ERRORS_PER_SECOND;
}

export const LIMIT_HINT =
  'the loss looks like the limit that hosts put on ICMP errors (Linux: 6 at once, then one a second): try -i 1';
