/**
 * Which check begins when. It knows no clock: every call carries the time, and a test plays an hour in a moment. First tries go
 * in the order of the file; further ones as their back-off is over, before what has not begun yet.
 */

export interface ScheduleOptions {
  /** Checks under way at once. */
  readonly jobs: number;
  /** Tries begun in a second; 0 for as fast as they go. */
  readonly startsPerSecond: number;
}

export interface Tries {
  /** Further tries after the first one. */
  readonly retries: number;
  readonly backoffMs: number;
}

export type Step =
  | { readonly step: 'start'; readonly index: number }
  /** `untilMs` is null where only the end of a try can change anything. */
  | { readonly step: 'wait'; readonly untilMs: number | null }
  | { readonly step: 'end' };

const MS_PER_SECOND = 1000;
/** Starts that were due longer ago are not made up for. */
const CATCH_UP_MS = 100;
/** A back-off grows no further than this. */
const LONGEST_BACKOFF_MS = 60_000;

export class Schedule {
  readonly #tries: readonly Tries[];
  readonly #jobs: number;
  readonly #spacingMs: number;
  /** Number of tries begun, by check. */
  readonly #begun: number[];
  /** Next check whose first try has not begun. */
  #first = 0;
  /** Further tries, the earliest first. */
  readonly #further: { readonly index: number; readonly dueMs: number }[] = [];
  #running = 0;
  /** Null before the first start. */
  #nextStartMs: number | null = null;
  #isStopped = false;

  constructor(tries: readonly Tries[], { jobs, startsPerSecond }: ScheduleOptions) {
    this.#tries = tries;
    this.#jobs = jobs;
    this.#spacingMs = startsPerSecond === 0 ? 0 : MS_PER_SECOND / startsPerSecond;
    this.#begun = tries.map(() => 0);
  }

  /** How often the check was tried. */
  begun(index: number): number {
    return this.#begun[index]!;
  }

  /** What to do now. A `start` counts as begun. */
  next(nowMs: number): Step {
    const isDone = this.#isStopped || (this.#first === this.#tries.length && this.#further.length === 0);
    if (isDone) return this.#running === 0 ? { step: 'end' } : { step: 'wait', untilMs: null };
    if (this.#running >= this.#jobs) return { step: 'wait', untilMs: null };
    const dueMs = this.#first < this.#tries.length ? nowMs : this.#further[0]!.dueMs;
    const startMs = Math.max(dueMs, this.#nextStartMs ?? dueMs);
    if (startMs > nowMs) return { step: 'wait', untilMs: startMs };
    const index =
      this.#further[0] !== undefined && this.#further[0].dueMs <= nowMs ? this.#further.shift()!.index : this.#first++;
    this.#running++;
    this.#begun[index]!++;
    // A loop that is late catches up, so that the rate is kept; a pause is no licence for a burst.
    this.#nextStartMs = Math.max(this.#nextStartMs ?? nowMs, nowMs - CATCH_UP_MS) + this.#spacingMs;
    return { step: 'start', index };
  }

  /** A try has ended. Answers whether there will be another one. */
  ended(index: number, wantsAnother: boolean, nowMs: number): boolean {
    this.#running--;
    const { retries, backoffMs } = this.#tries[index]!;
    const begun = this.#begun[index]!;
    if (!wantsAnother || begun > retries || this.#isStopped) return false;
    const dueMs = nowMs + Math.min(backoffMs * 2 ** (begun - 1), Math.max(backoffMs, LONGEST_BACKOFF_MS));
    const at = this.#further.findIndex((further) => further.dueMs > dueMs);
    this.#further.splice(at < 0 ? this.#further.length : at, 0, { index, dueMs });
    return true;
  }

  /** Nothing begins any more. */
  stop(): void {
    this.#isStopped = true;
  }
}
