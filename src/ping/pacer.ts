/**
 * When the next probe may go: iputils' token bucket, in nanoseconds, with one difference. A bucket that holds `preload`
 * intervals and no more loses what a late wake-up exceeds it by, and so the schedule drifts with every probe; this one keeps
 * up to CATCH_UP_NS of lateness, so that the n-th probe is due n intervals after the first, whatever happened between.
 */

const NS_PER_MS = 1e6;
/** Lateness beyond this (a suspended process, not a slow callback) moves the schedule instead of causing a burst. */
export const CATCH_UP_NS = 1e9;
/** With interval 0 and nothing coming back: a hundred probes a second, ping(8) -f. */
const FLOOD_WAIT_NS = 10 * NS_PER_MS;

export class Pacer {
  intervalNs: number;
  readonly #preload: number;
  /** An adaptive interval has no schedule to keep. */
  readonly #keepsSchedule: boolean;
  #tokensNs = 0;
  #lastNs: number | null = null;

  constructor(intervalNs: number, preload: number, keepsSchedule: boolean) {
    this.intervalNs = intervalNs;
    this.#preload = preload;
    this.#keepsSchedule = keepsSchedule;
  }

  /** Nanoseconds until a probe may go; 0 means now. Asks, changes nothing. */
  delayNs(nowNs: number, inFlight: number): number {
    if (this.#lastNs === null) return 0;
    const elapsedNs = nowNs - this.#lastNs;
    if (this.intervalNs === 0) {
      return inFlight >= this.#preload ? Math.max(0, FLOOD_WAIT_NS - elapsedNs) : 0;
    }
    return Math.max(0, this.intervalNs - this.#available(elapsedNs));
  }

  /** A probe went at `nowNs`: pays for it. */
  spend(nowNs: number): void {
    if (this.#lastNs === null) this.#tokensNs = this.intervalNs * (this.#preload - 1);
    else if (this.intervalNs === 0) this.#tokensNs = 0;
    else this.#tokensNs = Math.max(0, this.#available(nowNs - this.#lastNs) - this.intervalNs);
    this.#lastNs = nowNs;
  }

  /** The kernel has no buffers: what was saved up is forfeit, and the next probe may go in `retryNs` at the soonest. */
  forfeit(nowNs: number, retryNs: number): void {
    this.#lastNs = nowNs;
    this.#tokensNs = Math.max(0, this.intervalNs - retryNs);
  }

  #available(elapsedNs: number): number {
    const capacity = this.intervalNs * this.#preload + (this.#keepsSchedule ? CATCH_UP_NS : 0);
    return Math.min(elapsedNs + this.#tokensNs, capacity);
  }
}
