/**
 * Two clocks read together. `monoNs` (CLOCK_MONOTONIC) paces; `wallNs` (CLOCK_REALTIME) is what kernel stamps are in, and
 * counts from a per-run epoch, because nanoseconds since 1970 do not fit a double exactly.
 */
const NS_PER_SECOND = 1e9;

/** One moment on both clocks, in nanoseconds. An engine gets it with every input and asks no clock itself. */
export interface Instant {
  readonly monoNs: number;
  readonly wallNs: number;
}

/** Fills in monotonic nanoseconds, Unix seconds, and nanoseconds of that second, read together. */
export type ReadClocks = (out: Float64Array) => void;

export class Clock implements Instant {
  monoNs = 0;
  wallNs = 0;
  /** Unix seconds at which `wallNs` is zero. */
  readonly epochSeconds: number;
  readonly #readClocks: ReadClocks;
  readonly #reading = new Float64Array(3);

  constructor(readClocks: ReadClocks) {
    this.#readClocks = readClocks;
    readClocks(this.#reading);
    this.epochSeconds = this.#reading[1]!;
    this.read();
  }

  /** Reads both clocks into this object and returns it: one Clock serves as every Instant of a run. */
  read(): Instant {
    this.#readClocks(this.#reading);
    return this.show(this.#reading, 0);
  }

  /** Takes over a reading that somebody else took: three numbers from `at` on, as `readClocks` writes them. */
  show(readings: Float64Array, at: number): Instant {
    this.monoNs = readings[at]!;
    this.wallNs = this.fromUnix(readings[at + 1]!, readings[at + 2]!);
    return this;
  }

  /** Goes on to a later moment of the monotonic clock, as if the wall clock had kept step since the last reading. */
  advanceTo(monoNs: number): void {
    this.wallNs += monoNs - this.monoNs;
    this.monoNs = monoNs;
  }

  /** A kernel stamp (struct timespec) on the `wallNs` scale. */
  fromUnix(seconds: number, nanoseconds: number): number {
    return (seconds - this.epochSeconds) * NS_PER_SECOND + nanoseconds;
  }
}
