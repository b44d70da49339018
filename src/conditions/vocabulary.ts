/** What a condition may speak of: the words of a room, and what a run answers when it is asked for one. */

/** Base units: a number, a part of one (0 to 1), nanoseconds, yes or no. */
export type Dimension = 'count' | 'ratio' | 'duration' | 'truth';

export interface Word {
  readonly dimension: Dimension;
  /** What it is, for a list of words: begins small, no full stop. */
  readonly help: string;
  /** May be counted `in a row`. */
  readonly inARow?: true;
  /** May be asked for `in last 20` and `in last 30s`. */
  readonly windowed?: true;
  /** May be below zero; `abs()` is of use. */
  readonly signed?: true;
}

/** A room's words. Where `p50` is among them every other percentile is, `p0.001` to `p99.999`. */
export type Vocabulary = Readonly<Record<string, Word>>;

/** What part of a run a word is asked about. */
export type Scope =
  | { readonly kind: 'run' }
  /** Ending with the latest probe that is decided. */
  | { readonly kind: 'in-a-row' }
  | { readonly kind: 'last-probes'; readonly probes: number }
  | { readonly kind: 'last-time'; readonly ns: number };

export interface Measured {
  /** In base units; null where it is not measured, or not yet. Called only with words of the room's vocabulary. */
  read(word: string, scope: Scope): number | boolean | null;
}

const PERCENTILE = /^p([0-9]{1,2}(?:\.[0-9]{1,3})?)$/;

/** 0.95 for `p95`; null for what is no percentile. */
export function quantileOf(word: string): number | null {
  const percent = PERCENTILE.exec(word)?.[1];
  return percent === undefined || Number(percent) === 0 ? null : Number(percent) / 100;
}

export function findWord(vocabulary: Vocabulary, name: string): Word | null {
  // A name such as `constructor` is no word of ours.
  if (Object.hasOwn(vocabulary, name)) return vocabulary[name]!;
  return Object.hasOwn(vocabulary, 'p50') && quantileOf(name) !== null ? vocabulary['p50']! : null;
}
