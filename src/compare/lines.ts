/** The lines of `sonde compare -j` as types: see ../cli/lines.ts. */
import type { CommonLine, Count } from '../cli/lines.ts';

/**
 * `sonde compare -j` writes one line for each target that both sides have, and a summary.
 *
 * @title One line of `sonde compare -j`
 */
export type CompareLine = TargetLine | SummaryLine | CommonLine;

/** `unknown`: there are too few data to tell. */
export type Change = 'worse' | 'better' | 'none' | 'unknown';

/**
 * A probability.
 *
 * @minimum 0
 * @maximum 1
 */
export type Probability = number;

/** Nanoseconds, with a fraction where a median lies between two round trips; negative for a shift downwards. */
export type SignedNanoseconds = number;

/** Both ends belong to it. */
export interface IntervalLine {
  readonly from: SignedNanoseconds;
  readonly to: SignedNanoseconds;
}

export interface SideLine {
  /** Round trips. */
  readonly count: Count;
  readonly median_ns: SignedNanoseconds;
  /** Of the median, at 1 - alpha. */
  readonly interval_ns: IntervalLine;
}

/** Whether round trips got longer: a rank test that allows for round trips that depend on each other, docs/compare.md. */
export interface LatencyLine {
  readonly change: Change;
  readonly base: SideLine;
  readonly new: SideLine;
  /** Hodges and Lehmann's: what is to be taken from the new round trips so that neither side tends to be longer. */
  readonly shift_ns: SignedNanoseconds;
  /** All shifts that the test does not refuse at alpha. */
  readonly shift_interval_ns: IntervalLine;
  /** A shift up to this, either way, is no change. */
  readonly margin_ns: SignedNanoseconds;
  /** That a new round trip is longer than one of the base, ties by half. */
  readonly superiority: Probability;
  /** How many round trips in a row are worth one independent one. */
  readonly widening: number;
  /** Two-tailed. */
  readonly p: Probability | null;
  /** By Holm's method over all tests of the comparison: this is what is compared with alpha. */
  readonly adjusted_p: Probability | null;
}

export interface SideLossLine {
  readonly sent: Count;
  readonly lost: Count;
}

/** Whether more probes were lost: Fisher's exact test, with losses in bursts counted as fewer. */
export interface LossLine {
  readonly change: Change;
  readonly base: SideLossLine;
  readonly new: SideLossLine;
  /** How many probes are worth one independent one. */
  readonly burst_factor: number;
  /** Null where the probes of a side are worth too few independent ones, as `adjusted_p`. */
  readonly p: Probability | null;
  readonly adjusted_p: Probability | null;
}

/** What became of one target from the first side to the second. */
export interface TargetLine {
  readonly type: 'target';
  /** As the runs named it. */
  readonly target: string;
  readonly change: Change;
  /** Null where a side has too few round trips. */
  readonly latency: LatencyLine | null;
  readonly loss: LossLine;
}

/** The last line: what all targets come to. */
export interface SummaryLine {
  readonly type: 'summary';
  readonly change: Change;
  /** That anything at all is called changed where nothing is. */
  readonly alpha: Probability;
  /** Targets that were compared. */
  readonly targets: Count;
  readonly worse: readonly string[];
  readonly better: readonly string[];
  /** Too few data, those of `missing` not among them. */
  readonly unknown: readonly string[];
  /** In the base, and not in the new runs. */
  readonly missing: readonly string[];
  /** In the new runs, and not in the base. */
  readonly added: readonly string[];
}
