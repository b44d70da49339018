/** What a run of arping has to tell, whoever listens: text.ts prints it, json.ts writes it. */
import type { ConditionVerdict } from '../conditions/judge.ts';
import type { RoundTripSummary } from '../measure/round-trip.ts';
import type { MeasuredRoundTrip } from '../measure/stamped-interval.ts';
import type { StatisticsSummary } from '../measure/statistics-summary.ts';

/** To whom an answer was sent at the link layer. */
export type Delivery = 'unicast' | 'broadcast';

/** Somebody's answer, as its packet has it. */
export interface Answer {
  /** `ar$op`: a request of the target's own to us is an answer too. */
  readonly operation: 'request' | 'reply';
  /** To us alone, or to all. */
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

/** The round trip is null where nothing was sent yet. */
export interface ReplyEvent extends MeasuredRoundTrip {
  readonly type: 'reply';
  /** On the run's wall clock, ns since its epoch. */
  readonly wallNs: number;
  readonly answer: Answer;
  /** Number of the probe that it is measured against, from 1: ARP says not which one it answers. */
  readonly sequence: number | null;
}

/** A probe was not answered when the next one was due, or when the run ended. */
export interface UnansweredEvent {
  readonly type: 'unanswered';
  readonly wallNs: number;
  /** Number of the probe, from 1. */
  readonly sequence: number;
  readonly roundTripNs: null;
}

/** The kernel refused a probe. */
export interface SendErrorEvent {
  readonly type: 'send-error';
  readonly wallNs: number;
  /** errno(3), as the kernel counts: positive. */
  readonly errno: number;
}

/** Receiving failed, and the run ends. */
export interface ReceiveErrorEvent {
  readonly type: 'receive-error';
  readonly wallNs: number;
  /** errno(3), as the kernel counts: positive. */
  readonly errno: number;
}

/**
 * --watch: who answers for the target has changed. `found`: somebody does. `moved`: another one does. `duplicate`: several do.
 * `alone`: of several, one is left. `gone`: nobody does any more.
 */
export type BindingChange = 'found' | 'moved' | 'duplicate' | 'alone' | 'gone';

/** With `watch`: who answers for the target has changed. */
export interface BindingEvent {
  readonly type: 'binding';
  readonly wallNs: number;
  readonly change: BindingChange;
  /** Hardware addresses that answer now, and those that did before. */
  readonly now: readonly string[];
  readonly before: readonly string[];
}

/** `condition`: what was waited for holds. */
export type EndReason = 'count' | 'replies' | 'deadline' | 'interrupted' | 'error' | 'condition';

export interface SummaryEvent {
  readonly type: 'summary';
  readonly reason: EndReason;
  /** Probes, those to all among them. */
  readonly sent: number;
  /** Of `sent`, those that went to everybody. */
  readonly broadcasts: number;
  /** Answers of all kinds; two to one probe are two. */
  readonly received: number;
  /** Of `received`, ARP requests. */
  readonly receivedRequests: number;
  /** Of `received`, those that were sent to everybody. */
  readonly receivedBroadcasts: number;
  /** Probes that nothing came back for; 0 with -U and -A, which wait for nothing. */
  readonly unanswered: number;
  /** All that were told for the target, in the order of their first answer: hardware addresses, or with --reverse IPv4 addresses. */
  readonly told: readonly string[];
  /** Several answered for one address. */
  readonly duplicate: boolean;
  /** Null when nothing was measured. */
  readonly roundTrip: RoundTripSummary | null;
  /** Over first answers alone. With -U and -A probes stay undecided. */
  readonly statistics: StatisticsSummary;
  /** The verdicts on `until` and on `conditions`. */
  readonly conditions: readonly ConditionVerdict[];
}

export type ArpingEvent =
  | ReplyEvent
  | UnansweredEvent
  | SendErrorEvent
  | ReceiveErrorEvent
  | BindingEvent
  | SummaryEvent;
