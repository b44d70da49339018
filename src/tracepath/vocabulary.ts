/** What conditions of tracepath (--fail-if, --until) may speak of. Each way of running has words of its own. */
import type { Vocabulary, Word } from '../conditions/vocabulary.ts';
import { STATISTICS_WORDS } from '../conditions/words.ts';
import type { Mode } from './mode-options.ts';

const REACHED: Word = { dimension: 'truth', help: 'the target answered' };
const TIME: Word = { dimension: 'duration', help: 'since the run began' };

/** Hop by hop, and with --parallel. */
export const TRACE_WORDS = {
  reached: REACHED,
  hops: { dimension: 'count', help: 'hops to the target' },
  back: { dimension: 'count', help: 'hops back from the target, as its answer lets us guess' },
  rtt: { dimension: 'duration', help: 'least round trip to the target' },
  pmtu: { dimension: 'count', help: 'path MTU in octets, as far as probes came' },
  silent: { dimension: 'count', help: 'hops that gave no answer' },
  sent: { dimension: 'count', help: 'probes sent' },
  answered: { dimension: 'count', help: 'answers from other hosts' },
  time: TIME,
} as const satisfies Vocabulary;

/** --report, --count, --live: each round counts as one probe of the target. */
export const ROUNDS_WORDS = {
  ...STATISTICS_WORDS,
  rounds: { dimension: 'count', help: 'rounds that were begun' },
  reached: { dimension: 'truth', help: 'the target answers, at present' },
  hops: { dimension: 'count', help: 'hops to the target, at present' },
  'worst.loss': { dimension: 'ratio', help: 'greatest loss of a hop, among those that answered at all' },
  'worst.avg': { dimension: 'duration', help: 'greatest mean round trip of a hop' },
  'worst.p95': { dimension: 'duration', help: 'greatest 95th percentile of the round trips of a hop' },
} as const satisfies Vocabulary;

/** --flows. */
export const FLOWS_WORDS = {
  reached: { dimension: 'truth', help: 'the target answered on some flow' },
  paths: { dimension: 'count', help: 'different paths to the target that flows took' },
  flows: { dimension: 'count', help: 'flows that were begun' },
  hops: { dimension: 'count', help: 'hops to the target, on the longest path' },
  pmtu: { dimension: 'count', help: 'path MTU in octets, on the narrowest path to the target' },
  sent: { dimension: 'count', help: 'probes sent' },
  answered: { dimension: 'count', help: 'probes answered' },
  time: TIME,
} as const satisfies Vocabulary;

export type TraceWord = keyof typeof TRACE_WORDS;
export type FlowsWord = keyof typeof FLOWS_WORDS;
/** Those that the statistics of the target do not answer. */
export type RoundsWord = Exclude<keyof typeof ROUNDS_WORDS, keyof typeof STATISTICS_WORDS>;

export function vocabularyOf(mode: Mode): Vocabulary {
  switch (mode) {
    case 'serial':
    case 'parallel':
      return TRACE_WORDS;
    case 'report':
    case 'live':
      return ROUNDS_WORDS;
    case 'flows':
      return FLOWS_WORDS;
  }
}
