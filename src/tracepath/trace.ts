/** What all ways of tracing have in common: the facts they begin with, and the way a driver speaks with them. */
import type { Instant } from '../net/clock.ts';
import type { Family } from '../net/sockaddr.ts';
import type { QueuedUdpError, UdpProbe, UdpReply } from '../net/udp-port.ts';
import type { LimitsConfig } from './probing/run-limits.ts';

export interface TraceConfig {
  /** Of the packets on the wire. */
  readonly family: Family;
  /** The target was given as ::ffff:a.b.c.d, and addresses are shown that way. */
  readonly isMapped: boolean;
  /** The target as the port shows destinations. */
  readonly wireTarget: string;
  readonly maxHops: number;
  readonly basePort: number;
  /** Octets of the first packet, headers included. */
  readonly length: number;
  /** Look for sizes that vanish where probes go unanswered. */
  readonly blackHoles: boolean;
  readonly limits: LimitsConfig;
}

/** What a driver shall do next: send `batch`, wait until `wakeAtNs` or for an input, or end. */
export type Step = 'send' | 'wait' | 'done';

/** Decides. Every input carries its own time; events go to the function that the engine was made with. */
export interface TraceEngine {
  /** What to send after `next` said so, in this order. */
  readonly batch: readonly UdpProbe[];
  /** On the `monoNs` scale. */
  readonly wakeAtNs: number;
  next(now: Instant): Step;
  /** The first `count` of the batch were taken by the kernel. */
  sent(count: number): void;
  /** None of the batch was taken. What the error queue holds has been handed over before. */
  refused(errno: number, now: Instant): void;
  transmitted(token: number, stampNs: number): void;
  queuedError(error: QueuedUdpError, now: Instant): void;
  reply(reply: UdpReply, now: Instant): void;
  /** The user wants no more: ends with a summary of what is known. */
  interrupt(now: Instant): void;
}

export const ATTEMPTS = 3;
/** So long a probe's answer is waited for. */
export const PATIENCE_NS = 1e9;
/** So often a probe is offered to a kernel that refuses it. */
export const SEND_TRIES = 10;
