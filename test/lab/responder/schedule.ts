/**
 * Things to be done at an exact time. A timer of the kernel wakes us a little early, and we spin for the rest, since
 * tests look at how the tenth of a millisecond is rounded.
 */
import type { NativeAddon, NativeHandle } from '../../../src/net/native.ts';

const SPIN_NS = 1_000_000;

export class Schedule {
  readonly #addon: NativeAddon;
  readonly #timer: NativeHandle;
  readonly #clocks = new Float64Array(3);
  /** Sorted by time. */
  readonly #jobs: { readonly atNs: number; readonly run: (waitUntilDue: () => void) => void }[] = [];

  constructor(addon: NativeAddon) {
    this.#addon = addon;
    this.#timer = addon.openTimer();
    addon.watch(this.#timer, () => this.#runDue());
  }

  /** CLOCK_MONOTONIC. */
  nowNs(): number {
    this.#addon.readClocks(this.#clocks);
    return this.#clocks[0]!;
  }

  /** The monotonic time at which CLOCK_REALTIME showed the given time. */
  monotonicNs(realSeconds: number, realNanoseconds: number): number {
    this.#addon.readClocks(this.#clocks);
    const [monotonicNs, seconds, nanoseconds] = [this.#clocks[0]!, this.#clocks[1]!, this.#clocks[2]!];
    return monotonicNs - (seconds - realSeconds) * 1e9 - (nanoseconds - realNanoseconds);
  }

  /** Calls `run` shortly before `atNs` on CLOCK_MONOTONIC: it prepares, calls `waitUntilDue`, and does the rest on time. */
  at(atNs: number, run: (waitUntilDue: () => void) => void): void {
    const later = this.#jobs.findIndex((job) => job.atNs > atNs);
    this.#jobs.splice(later === -1 ? this.#jobs.length : later, 0, { atNs, run });
    this.#arm();
  }

  #runDue(): void {
    for (let job = this.#jobs[0]; job !== undefined && job.atNs - SPIN_NS <= this.nowNs(); job = this.#jobs[0]) {
      this.#jobs.shift();
      const { atNs, run } = job;
      run(() => {
        while (this.nowNs() < atNs);
      });
    }
    this.#arm();
  }

  #arm(): void {
    const next = this.#jobs[0];
    this.#addon.armTimer(this.#timer, next === undefined ? 0 : Math.max(1, next.atNs - SPIN_NS));
  }
}
