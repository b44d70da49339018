/** What `ProbeStatistics` knows, as a value. Definitions, sources and errors: docs/statistics.md. */

/** All statistics of a run: goes into the summary of every room that times things. */
export interface StatisticsSummary {
  /** Probes sent. */
  readonly sent: number;
  /** Probes that were answered; duplicates are not counted. */
  readonly received: number;
  /** Probes that were given up and not answered since. */
  readonly lost: number;
  /** Probes that might still have been answered: sent = received + lost + undecided. */
  readonly undecided: number;
  /** lost / (received + lost), from 0 to 1; null while no probe is decided. */
  readonly lossRatio: number | null;
  /** Null while no probe is answered. */
  readonly roundTrip: RoundTripDistribution | null;
  /** Null below two answers. */
  readonly jitter: JitterFigures | null;
  /** Runs of consecutive lost probes. */
  readonly lossRuns: LossRunFigures;
  /** From the sending of a lost probe to that of the next answered one, or to now; 0 without loss, null while no probe is decided. */
  readonly longestOutageNs: number | null;
  /** Among the last probes; null while no probe is decided. */
  readonly recentLoss: RecentLoss | null;
}

export interface RoundTripDistribution {
  /** Round trips measured. */
  readonly count: number;
  readonly minNs: number;
  readonly meanNs: number;
  readonly maxNs: number;
  /** Median, by nearest rank: at most `quantileError` of itself from the true one. So are the next. */
  readonly p50Ns: number;
  /** 90th percentile, by nearest rank. */
  readonly p90Ns: number;
  /** 95th percentile, by nearest rank. */
  readonly p95Ns: number;
  /** 99th percentile, by nearest rank. */
  readonly p99Ns: number;
  /** 1/256, relative. */
  readonly quantileError: number;
  /** Divided by n. */
  readonly populationDeviationNs: number;
  /** Divided by n - 1; null below two answers. */
  readonly sampleDeviationNs: number | null;
}

export interface JitterFigures {
  /** Interarrival jitter, RFC 3550 section 6.4.1: smoothed over answers in the order in which they came. */
  readonly rfc3550Ns: number;
  /** Null without two consecutive probes that were both answered; so is the next. */
  readonly rfc3393: DelayVariationFigures | null;
  /** Mean of the differences of consecutive round trips without their signs, over the same pairs as `rfc3393`. */
  readonly meanAbsoluteDifferenceNs: number | null;
}

/** Packet delay variation, RFC 3393: a round trip minus that of the probe before. */
export interface DelayVariationFigures {
  /** Pairs of consecutive probes that were both answered. */
  readonly pairs: number;
  /** With its sign: at most 0 unless round trips only grew. */
  readonly minNs: number;
  readonly maxNs: number;
  /** 95th percentile (section 4.3) of the differences without their signs (section 4.5). */
  readonly p95Ns: number;
}

/** Runs of consecutive lost probes: the loss periods of RFC 3357. */
export interface LossRunFigures {
  /** Type-P-One-Way-Loss-Period-Total, section 6.2. */
  readonly count: number;
  /** Probes in the longest run; 0 without loss. */
  readonly longest: number;
  /** Probes lost in a run on average; null without loss. */
  readonly meanLength: number | null;
  /**
   * Type-P-One-Way-Loss-Noticeable-Rate with a loss constraint of 1, section 6.1: the share of lost probes that follow
   * directly on another lost one, from 0 (all losses stand alone) to below 1 (they come in bursts); null without loss.
   */
  readonly noticeableRate: number | null;
}

export interface RecentLoss {
  /** So many of the last decided probes: 10, or all where there are fewer. */
  readonly probes: number;
  /** Of these, those that were lost. */
  readonly lost: number;
}
