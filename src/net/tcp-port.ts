/**
 * What ping needs of TCP: one SYN for each probe, and what it is answered with. `openTcpPort` (tcp-addon-port.ts) implements it on
 * the addon. Nothing here needs a privilege.
 *
 * - **A probe is a connection** to be: a socket of its own, so a port of its own. Nothing that comes can be taken for the answer to
 *   another probe. As soon as it is answered the socket is closed with a reset: the peer keeps no half of a connection, and we none
 *   in TIME_WAIT.
 * - **One SYN.** The kernel sends a SYN again after a second (RFC 6298 section 2), and cannot be told not to. So a probe ends
 *   LIFE_NS after it left; an answer after that is late and not seen. Where the process was stopped for so long that the kernel did
 *   send again, nobody can tell which SYN was answered, and the answer is not told.
 * - **Times.** From SYN to SYN-ACK the kernel measures itself (`tcpi_rtt`), in microseconds. Of a reset it tells no time: then it is
 *   user space's, from right before the connect to when its end was seen.
 */
import type { Instant } from './clock.ts';
import type { QueuedError } from './port.ts';
import type { Family } from './sockaddr.ts';

/** How long a probe may be answered: until shortly before the kernel would send its SYN again. */
export const LIFE_NS = 950e6;

export interface TcpRoundTrip {
  readonly ns: number;
  /** Whose measure that is. */
  readonly clock: 'kernel' | 'user';
}

/** Receives what a drain finds. `at` is when it was found. */
export interface TcpPortHandler {
  /** SYN-ACK. */
  accepted(token: number, roundTrip: TcpRoundTrip, at: Instant): void;
  /** RST: nobody listens there. */
  refused(token: number, roundTrip: TcpRoundTrip, at: Instant): void;
  /** An ICMP error about the probe, or (`local`) a refusal of our own kernel. The error is overwritten by the next one. */
  queuedError(token: number, error: QueuedError, at: Instant): void;
}

export interface TcpPort {
  readonly family: Family;
  /** When `drain` must be called at the latest, `monoNs`; Infinity while no probe is under way. */
  readonly wakeAtNs: number;
  /** A SYN leaves. Answers 0 or an errno. `token` (any number that is not under way) names the probe. */
  send(token: number): number;
  /** Tells what has come. Answers whether anything has. */
  drain(handler: TcpPortHandler): boolean;
  /** Calls back from the event loop whenever there may be something to drain; null stops. */
  watch(callback: (() => void) | null): void;
  close(): void;
}
