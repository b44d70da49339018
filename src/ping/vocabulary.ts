/** What conditions of ping (--fail-if, --until) may speak of. */
import type { Vocabulary } from '../conditions/vocabulary.ts';
import { STATISTICS_WORDS } from '../conditions/words.ts';

const OWN_WORDS = {
  duplicates: { dimension: 'count', help: 'second and further replies to the same probe' },
  corrupted: { dimension: 'count', help: 'replies with a wrong checksum' },
  errors: { dimension: 'count', help: 'ICMP errors, and refusals of our own kernel' },
} as const satisfies Vocabulary;

export const PING_WORDS = { ...STATISTICS_WORDS, ...OWN_WORDS } as const satisfies Vocabulary;

/** What the engine answers for its own words, live. */
export type PingFigures = Readonly<Record<keyof typeof OWN_WORDS, () => number>>;
