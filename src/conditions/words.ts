/** Words that mean the same in every room that has them, and what probe statistics answer for them. */
import type { ProbeStatistics } from '../measure/probe-statistics.ts';
import { type Measured, quantileOf, type Scope, type Vocabulary, type Word } from './vocabulary.ts';

function duration(help: string): Word {
  return { dimension: 'duration', help };
}

function count(help: string): Word {
  return { dimension: 'count', help };
}

/** Of whatever sends probes and counts answers. */
const PROBE_WORDS = {
  sent: count('probes sent'),
  received: { ...count('probes answered, each counted once'), inARow: true },
  loss: { dimension: 'ratio', help: 'lost probes among those that are decided', windowed: true },
  lost: { ...count('probes given up and not answered since'), inARow: true },
  time: duration('since the run began'),
} as const satisfies Vocabulary;

/** Of whatever times its probes. */
const ROUND_TRIP_WORDS = {
  min: duration('least round trip'),
  avg: duration('mean round trip'),
  max: duration('greatest round trip'),
  p50: duration('median round trip; any other percentile likewise, as p99.9'),
  p90: duration('90th percentile of the round trips'),
  p95: duration('95th percentile of the round trips'),
  p99: duration('99th percentile of the round trips'),
  mdev: duration('population standard deviation of the round trips'),
  stddev: duration('sample standard deviation of the round trips'),
  'jitter.rfc3550': duration('smoothed jitter, RFC 3550'),
  'jitter.rfc3393': duration('95th percentile of the delay variation between consecutive probes, RFC 3393'),
  'jitter.mad': duration('mean absolute difference of consecutive round trips'),
  outage: duration('longest outage, from a lost probe to the next answered one'),
} as const satisfies Vocabulary;

/** Both, as most rooms have them. */
export const STATISTICS_WORDS = { ...PROBE_WORDS, ...ROUND_TRIP_WORDS } as const satisfies Vocabulary;

/** What is asked of statistics. */
export type StatisticsSource = Pick<
  ProbeStatistics,
  | 'sentCount'
  | 'receivedCount'
  | 'lostCount'
  | 'lossRatio'
  | 'inARow'
  | 'lossOver'
  | 'minNs'
  | 'meanNs'
  | 'maxNs'
  | 'quantile'
  | 'populationDeviationNs'
  | 'sampleDeviationNs'
  | 'smoothedJitterNs'
  | 'delayVariation'
  | 'meanAbsoluteDifferenceNs'
  | 'longestOutageNs'
>;

/** The clock that the probes were sent by, and when the run began on it. */
export interface RunTime {
  readonly nowNs: () => number;
  readonly startNs: () => number;
}

/** What a room knows of its own words: live values. A word that is here is not asked of the statistics. */
export type RoomWords = Readonly<Record<string, () => number | boolean | null>>;

/** Answers for a room's words where there are no statistics. */
export function measuredWords(roomWords: RoomWords): Measured {
  return { read: (word) => (Object.hasOwn(roomWords, word) ? roomWords[word]!() : null) };
}

/** Answers for STATISTICS_WORDS over a live run, and for whatever the room adds. */
export function measuredOf(statistics: StatisticsSource, time: RunTime, roomWords: RoomWords = {}): Measured {
  return {
    read: (word, scope) => {
      if (scope.kind !== 'run') return readScoped(statistics, word, scope, time);
      if (Object.hasOwn(roomWords, word)) return roomWords[word]!();
      if (Object.hasOwn(READERS, word)) return READERS[word as keyof typeof READERS](statistics, time);
      const q = quantileOf(word);
      return q === null ? null : statistics.quantile(q);
    },
  };
}

function readScoped(
  statistics: StatisticsSource,
  word: string,
  scope: Exclude<Scope, { readonly kind: 'run' }>,
  time: RunTime,
): number | null {
  switch (scope.kind) {
    case 'in-a-row':
      return word === 'received' || word === 'lost' ? statistics.inARow(word) : null;
    case 'last-probes':
      return word === 'loss' ? statistics.lossOver({ probes: scope.probes }) : null;
    case 'last-time':
      return word === 'loss' ? statistics.lossOver({ ns: scope.ns, nowNs: time.nowNs() }) : null;
  }
}

type Percentile = 'p50' | 'p90' | 'p95' | 'p99';
type Reader = (statistics: StatisticsSource, time: RunTime) => number | null;

/** A missing word fails to compile. */
const READERS: Readonly<Record<Exclude<keyof typeof STATISTICS_WORDS, Percentile>, Reader>> = {
  sent: ({ sentCount }) => sentCount,
  received: ({ receivedCount }) => receivedCount,
  lost: ({ lostCount }) => lostCount,
  loss: ({ lossRatio }) => lossRatio,
  time: (_statistics, time) => time.nowNs() - time.startNs(),
  min: ({ minNs }) => minNs,
  avg: ({ meanNs }) => meanNs,
  max: ({ maxNs }) => maxNs,
  mdev: ({ populationDeviationNs }) => populationDeviationNs,
  stddev: ({ sampleDeviationNs }) => sampleDeviationNs,
  'jitter.rfc3550': ({ smoothedJitterNs }) => smoothedJitterNs,
  'jitter.rfc3393': ({ delayVariation }) => delayVariation?.p95Ns ?? null,
  'jitter.mad': ({ meanAbsoluteDifferenceNs }) => meanAbsoluteDifferenceNs,
  outage: (statistics, time) => statistics.longestOutageNs(time.nowNs()),
};
