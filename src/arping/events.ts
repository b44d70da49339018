/** What a run of arping has to tell, whoever listens: text.ts prints it, json.ts writes it. */
import type { RoundTripSummary } from '../measure/round-trip.ts';
import type { StampedInterval } from '../measure/stamped-interval.ts';

/** To whom an answer was sent at the link layer. */
export type Delivery = 'unicast' | 'broadcast';

/** Somebody's answer, as its packet has it. */
export interface Answer {
  readonly operation: 'request' | 'reply';
  readonly delivery: Delivery;
  /** `ar$spa` and `ar$sha`: who says so. */
  readonly senderAddress: string;
  readonly senderHardware: string;
  /** The same in octets, a copy. */
  readonly hardware: Uint8Array;
  /** `ar$tpa` and `ar$tha`: whom it is said to. With --reverse the first one is the address that was asked for. */
  readonly targetAddress: string;
  readonly targetHardware: string;
  /** It answers nobody: the sender speaks of itself (`ar$spa` is `ar$tpa`), to all who listen. */
  readonly isAnnouncement: boolean;
}

export interface ReplyEvent {
  readonly type: 'reply';
  /** On the run's wall clock, ns since its epoch. */
  readonly wallNs: number;
  readonly answer: Answer;
  /** Number of the probe that it is measured against, from 1: ARP says not which one it answers. */
  readonly sequence: number | null;
  /** Null where nothing was sent yet. */
  readonly roundTrip: StampedInterval | null;
}

/** A probe was not answered when the next one was due, or when the run ended. */
export interface UnansweredEvent {
  readonly type: 'unanswered';
  readonly wallNs: number;
  readonly sequence: number;
}

/** The kernel refused a probe. */
export interface SendErrorEvent {
  readonly type: 'send-error';
  readonly wallNs: number;
  readonly errno: number;
}

/** Receiving failed, and the run ends. */
export interface ReceiveErrorEvent {
  readonly type: 'receive-error';
  readonly wallNs: number;
  readonly errno: number;
}

/**
 * --watch: who answers for the target has changed. `found`: somebody does. `moved`: another one does. `duplicate`: several do.
 * `alone`: of several, one is left. `gone`: nobody does any more.
 */
export type BindingChange = 'found' | 'moved' | 'duplicate' | 'alone' | 'gone';

export interface BindingEvent {
  readonly type: 'binding';
  readonly wallNs: number;
  readonly change: BindingChange;
  /** Hardware addresses that answer now, and those that did before. */
  readonly now: readonly string[];
  readonly before: readonly string[];
}

export type EndReason = 'count' | 'replies' | 'deadline' | 'interrupted' | 'error';

export interface SummaryEvent {
  readonly type: 'summary';
  readonly reason: EndReason;
  readonly sent: number;
  readonly broadcasts: number;
  readonly received: number;
  readonly receivedRequests: number;
  readonly receivedBroadcasts: number;
  /** Probes that nothing came back for; 0 with -U and -A, which wait for nothing. */
  readonly unanswered: number;
  /** All that were told for the target, in the order of their first answer: hardware addresses, or with --reverse IPv4 addresses. */
  readonly told: readonly string[];
  /** Several answered for one address. */
  readonly duplicate: boolean;
  /** Null when nothing was measured. */
  readonly roundTrip: RoundTripSummary | null;
}

export type ArpingEvent =
  | ReplyEvent
  | UnansweredEvent
  | SendErrorEvent
  | ReceiveErrorEvent
  | BindingEvent
  | SummaryEvent;
