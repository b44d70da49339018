/** The last round trips of a hop as a row of characters, each as high as the round trip is long. */
import type { Sample } from './hop-statistics.ts';

/** From the least to the greatest. `lost`, `waiting` and `untimed` stand for probes without a round trip. */
export interface SparkGlyphs {
  readonly levels: string;
  readonly lost: string;
  readonly waiting: string;
  readonly untimed: string;
}

export const ASCII_SPARKS: SparkGlyphs = { levels: '_.-=+*%#', lost: '!', waiting: ' ', untimed: '?' };
export const BLOCK_SPARKS: SparkGlyphs = { levels: '▁▂▃▄▅▆▇█', lost: '!', waiting: ' ', untimed: '?' };

/** The last `columns` of `history`, oldest at the left; what is shown is spread over all levels. */
export function sparkline(history: readonly Sample[], columns: number, glyphs: SparkGlyphs): string {
  const shown = columns <= 0 ? [] : history.slice(-columns);
  const times = shown.map(({ ns }) => ns).filter((ns): ns is number => ns !== null && Number.isFinite(ns));
  const [least, most] = [Math.min(...times), Math.max(...times)];
  return shown.map(({ ns }) => glyphFor(ns, least, most, glyphs)).join('');
}

function glyphFor(ns: number | null, least: number, most: number, glyphs: SparkGlyphs): string {
  if (ns === null) return glyphs.lost;
  if (Number.isNaN(ns)) return glyphs.waiting;
  if (ns === Number.POSITIVE_INFINITY) return glyphs.untimed;
  const share = most === least ? 0 : (ns - least) / (most - least);
  return glyphs.levels[Math.min(glyphs.levels.length - 1, Math.floor(share * glyphs.levels.length))]!;
}
