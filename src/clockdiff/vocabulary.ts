/** What conditions of clockdiff (--fail-if, --until) may speak of. */
import type { Vocabulary } from '../conditions/vocabulary.ts';
import { STATISTICS_WORDS } from '../conditions/words.ts';

const OWN_WORDS = {
  offset: { dimension: 'duration', help: "the peer's clock minus ours", signed: true },
  bound: { dimension: 'duration', help: 'the true offset is at most so far from the one measured' },
  samples: { dimension: 'count', help: 'replies that were used' },
  reached: { dimension: 'truth', help: 'a reply could be used' },
} as const satisfies Vocabulary;

export const CLOCKDIFF_WORDS = { ...STATISTICS_WORDS, ...OWN_WORDS } as const satisfies Vocabulary;

/** What the engine answers for its own words, live; null before anything is measured. */
export type ClockdiffFigures = Readonly<Record<keyof typeof OWN_WORDS, () => number | boolean | null>>;
