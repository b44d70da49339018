/** What rounds over a path tell. A lost probe has no answer and no round trip. */
import type { ConditionVerdict } from '../../conditions/judge.ts';
import type { MeasuredRoundTrip } from '../../measure/stamped-interval.ts';
import type { StatisticsSummary } from '../../measure/statistics-summary.ts';
import type { AnswerError } from '../probing/answer-error.ts';

/**
 * A probe is answered, or nobody has answered it in time. The round trip is null for a lost probe, and for an answer that may be
 * to any of several probes to that hop.
 */
export interface RoundProbeEvent extends MeasuredRoundTrip, AnswerError {
  readonly type: 'probe';
  /** From 1. */
  readonly round: number;
  readonly hop: number;
  readonly port: number;
  /** Octets of the IP packet. */
  readonly octets: number;
  /** Who answered; null for a lost probe. */
  readonly source: string | null;
  readonly hopLimit: number | null;
  /** It is the target that answered. */
  readonly reached: boolean;
  /** `!H` and so on: nothing passes beyond here. */
  readonly mark: string | null;
  /** The probe had been told of as lost before. */
  readonly late: boolean;
  readonly wallNs: number;
}

/** Packets are smaller from now on: somebody's link is too small. `source` is null for this machine. */
export interface RoundMtuEvent {
  readonly type: 'pmtu';
  readonly source: string | null;
  readonly mtuOctets: number;
  readonly wallNs: number;
}

export interface RoundSendErrorEvent {
  readonly type: 'send-error';
  readonly hop: number;
  readonly errno: number;
  readonly wallNs: number;
}

/** What is known of one hop. Null where nothing was measured, or not enough for that figure. */
export interface HopReport {
  readonly hop: number;
  /** Who answered and how often, most often first. */
  readonly addresses: readonly { readonly address: string; readonly answers: number }[];
  readonly sent: number;
  readonly received: number;
  /** Probes that were not answered in time; what is still under way is neither lost nor received. */
  readonly lost: number;
  /** Answers without a round trip: they may be to any of several probes. */
  readonly untimed: number;
  /** The latest round trip. */
  readonly lastNs: number | null;
  /** Mean round trip. */
  readonly averageNs: number | null;
  /** The shortest round trip. */
  readonly bestNs: number | null;
  /** The longest one. */
  readonly worstNs: number | null;
  /** Sample standard deviation, from two round trips on. */
  readonly deviationNs: number | null;
  /** RFC 3550 section 6.4.1, from two round trips on. */
  readonly jitterNs: number | null;
  /** Nearest rank, to within the sketch's error (measure/quantiles.ts). */
  readonly p95Ns: number | null;
  /** `!H` and so on: nothing passes beyond here. */
  readonly mark: string | null;
}

/** `condition`: what was waited for holds. */
export type RoundsEndReason = 'complete' | 'interrupted' | 'send-failed' | 'deadline' | 'condition';

export interface RoundsSummaryEvent {
  readonly type: 'summary';
  readonly reason: RoundsEndReason;
  /** Rounds that were begun. */
  readonly rounds: number;
  /** One for each, from the first on. */
  readonly hops: readonly HopReport[];
  /** The target answered from the last hop. */
  readonly reached: boolean;
  readonly elapsedNs: number;
  /** Of the target: each round counts as one probe of it. */
  readonly statistics: StatisticsSummary;
  /** The verdicts on `until` and on `conditions`. */
  readonly conditions: readonly ConditionVerdict[];
}

export type RoundsEvent = RoundProbeEvent | RoundMtuEvent | RoundSendErrorEvent | RoundsSummaryEvent;
