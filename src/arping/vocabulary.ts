/** What conditions of arping (--fail-if, --until) may speak of. */
import type { Vocabulary } from '../conditions/vocabulary.ts';
import { STATISTICS_WORDS } from '../conditions/words.ts';

const OWN_WORDS = {
  macs: { dimension: 'count', help: 'hardware addresses that answered; with --reverse, IPv4 addresses told' },
  duplicate: { dimension: 'truth', help: 'several answered for the same address' },
} as const satisfies Vocabulary;

export const ARPING_WORDS = { ...STATISTICS_WORDS, ...OWN_WORDS } as const satisfies Vocabulary;

/** What the engine answers for its own words, live. */
export type ArpingFigures = Readonly<Record<keyof typeof OWN_WORDS, () => number | boolean>>;
