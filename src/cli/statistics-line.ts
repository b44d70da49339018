/** `stats` in the summary line of -j, in every command that times things: as a type for the schema, and made. */
import type {
  DelayVariationFigures,
  JitterFigures,
  RoundTripDistribution,
  StatisticsSummary,
} from '../measure/statistics-summary.ts';
import type { Count, Integer, Nanoseconds, PositiveCount } from './lines.ts';

/**
 * A number from 0 to 1.
 *
 * @minimum 0
 * @maximum 1
 */
export type Ratio = number;

/** Statistics of all probes of a run. What each figure means, where it comes from and how exact it is: docs/statistics.md. */
export interface StatisticsLine {
  /** Probes sent. */
  readonly sent: Count;
  /** Probes answered; duplicates do not count. */
  readonly received: Count;
  /** Probes given up, and not answered since. */
  readonly lost: Count;
  /** Probes that may still have been answered when the run ended: sent = received + lost + undecided. */
  readonly undecided: Count;
  /** lost / (received + lost); null when no probe was decided. */
  readonly loss_ratio: Ratio | null;
  /** Null when no probe was answered. */
  readonly rtt: RoundTripStatisticsLine | null;
  /** Null below two answers. */
  readonly jitter: JitterLine | null;
  readonly loss_runs: LossRunsLine;
  /** Longest time from the sending of a lost probe to that of the next answered one, or to the end; 0 without loss, null when no probe was decided. */
  readonly longest_outage_ns: Nanoseconds | null;
  /** Loss among the last decided probes; null when none was decided. */
  readonly recent_loss: RecentLossLine | null;
}

/** Round trips, one for each probe that was answered. */
export interface RoundTripStatisticsLine {
  readonly count: PositiveCount;
  readonly min_ns: Nanoseconds;
  /** Rounded. */
  readonly mean_ns: Nanoseconds;
  readonly max_ns: Nanoseconds;
  /** Median; as all percentiles by nearest rank, and at most `quantile_error` of itself from the true one. */
  readonly p50_ns: Nanoseconds;
  readonly p90_ns: Nanoseconds;
  readonly p95_ns: Nanoseconds;
  readonly p99_ns: Nanoseconds;
  /** Largest relative error of the percentiles: 1/256. */
  readonly quantile_error: Ratio;
  /** Standard deviation of the round trips as all there is, divided by n. */
  readonly population_deviation_ns: Nanoseconds;
  /** Standard deviation as an estimate for the path, divided by n - 1; null below two answers. */
  readonly sample_deviation_ns: Nanoseconds | null;
}

/** Jitter under its names. */
export interface JitterLine {
  /** RFC 3550 section 6.4.1: smoothed with gain 1/16, over answers in the order in which they came. */
  readonly rfc3550_ns: Nanoseconds;
  /** RFC 3393: the delay variation of consecutive probes; null without two of them that were both answered. */
  readonly rfc3393: DelayVariationLine | null;
  /** Mean of the differences between the round trips of consecutive probes, signs left out; null like `rfc3393`. */
  readonly mean_absolute_difference_ns: Nanoseconds | null;
}

/** The round trip of a probe minus that of the probe before, over all pairs that were both answered. */
export interface DelayVariationLine {
  readonly pairs: PositiveCount;
  /** The least difference, with its sign. */
  readonly min_ns: Integer;
  /** The greatest one, with its sign. */
  readonly max_ns: Integer;
  /** 95th percentile of the differences, signs left out, with the relative error of all percentiles. */
  readonly p95_ns: Nanoseconds;
}

/** Runs of consecutive lost probes: the loss periods of RFC 3357. */
export interface LossRunsLine {
  readonly count: Count;
  /** Probes in the longest run. */
  readonly longest: Count;
  /** Probes in a run on average; null without loss. */
  readonly mean_length: number | null;
  /** The share of lost probes that follow directly on another lost one; null without loss. */
  readonly noticeable_rate: Ratio | null;
}

export interface RecentLossLine {
  /**
   * So many of the last decided probes: 10, or all where there are fewer.
   *
   * @asType integer
   * @minimum 1
   * @maximum 10
   */
  readonly probes: number;
  readonly lost: Count;
}

export function toStatisticsLine(summary: StatisticsSummary): StatisticsLine {
  const { sent, received, lost, undecided, lossRatio, roundTrip, jitter, lossRuns, recentLoss } = summary;
  return {
    sent,
    received,
    lost,
    undecided,
    loss_ratio: lossRatio,
    rtt: roundTrip === null ? null : toRoundTripLine(roundTrip),
    jitter: jitter === null ? null : toJitterLine(jitter),
    loss_runs: {
      count: lossRuns.count,
      longest: lossRuns.longest,
      mean_length: lossRuns.meanLength,
      noticeable_rate: lossRuns.noticeableRate,
    },
    longest_outage_ns: wholeOrNull(summary.longestOutageNs),
    recent_loss: recentLoss,
  };
}

function toRoundTripLine(figures: RoundTripDistribution): RoundTripStatisticsLine {
  return {
    count: figures.count,
    min_ns: Math.round(figures.minNs),
    mean_ns: Math.round(figures.meanNs),
    max_ns: Math.round(figures.maxNs),
    p50_ns: Math.round(figures.p50Ns),
    p90_ns: Math.round(figures.p90Ns),
    p95_ns: Math.round(figures.p95Ns),
    p99_ns: Math.round(figures.p99Ns),
    quantile_error: figures.quantileError,
    population_deviation_ns: Math.round(figures.populationDeviationNs),
    sample_deviation_ns: wholeOrNull(figures.sampleDeviationNs),
  };
}

function toJitterLine({ rfc3550Ns, rfc3393, meanAbsoluteDifferenceNs }: JitterFigures): JitterLine {
  return {
    rfc3550_ns: Math.round(rfc3550Ns),
    rfc3393: rfc3393 === null ? null : toVariationLine(rfc3393),
    mean_absolute_difference_ns: wholeOrNull(meanAbsoluteDifferenceNs),
  };
}

function toVariationLine({ pairs, minNs, maxNs, p95Ns }: DelayVariationFigures): DelayVariationLine {
  return { pairs, min_ns: Math.round(minNs), max_ns: Math.round(maxNs), p95_ns: Math.round(p95Ns) };
}

function wholeOrNull(ns: number | null): number | null {
  return ns === null ? null : Math.round(ns);
}
