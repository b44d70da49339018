/** Probes by their order of sending, each with its round trip or without, and the statistics over them. */
import { measuredOf, type RoomWords } from '../../conditions/words.ts';
import { ProbeStatistics } from '../../measure/probe-statistics.ts';
import type { ReadWord } from './verdicts.ts';

const NS_PER_MS = 1e6;

export class Series {
  /** Undefined where nothing was heard of a probe yet. */
  readonly #roundTripsMs: (number | null | undefined)[] = [];

  /** The first answer to probe `number`, counted from 1. */
  answered(number: number, roundTripMs: number): void {
    if (typeof this.#roundTripsMs[number - 1] !== 'number') this.#roundTripsMs[number - 1] = roundTripMs;
  }

  /** Given up, or an error came for it; an answer may still come. */
  lost(number: number): void {
    this.#roundTripsMs[number - 1] ??= null;
  }

  /** Of the first `sent` probes; null for one that nobody answered. */
  roundTripsMs(sent: number): readonly (number | null)[] {
    return Array.from({ length: sent }, (_, index) => this.#roundTripsMs[index] ?? null);
  }
}

/** The words of STATISTICS_WORDS over a finished series whose probes left `intervalMs` apart, and those of `roomWords`. */
export function statisticsReader(
  roundTripsMs: readonly (number | null)[],
  intervalMs: number,
  elapsedMs: number,
  roomWords: RoomWords = {},
): ReadWord {
  const statistics = new ProbeStatistics();
  for (const [index, roundTripMs] of roundTripsMs.entries()) {
    statistics.sent(index * intervalMs * NS_PER_MS);
    if (roundTripMs === null) statistics.lost(index + 1);
    else statistics.answered(index + 1, roundTripMs * NS_PER_MS);
  }
  const endNs = elapsedMs * NS_PER_MS;
  return measuredOf(statistics, { nowNs: () => endNs, startNs: () => 0 }, roomWords).read;
}
