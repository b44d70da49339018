/** Notices when our own clock is set: both clocks are slewed alike (clock_gettime(2)), so only a step moves one against the other. */
import type { Instant } from '../net/clock.ts';

/** More than a clock made of node's parts is off by itself (portable-clock.ts). */
const STEP_NS = 2e6;

export class ClockWatch {
  #apartNs: number;

  constructor(now: Instant) {
    this.#apartNs = now.wallNs - now.monoNs;
  }

  /** By how much the wall clock was set since the last call, in ns; 0 when it was not. */
  stepAt(now: Instant): number {
    const apartNs = now.wallNs - now.monoNs;
    const stepNs = apartNs - this.#apartNs;
    if (Math.abs(stepNs) <= STEP_NS) return 0;
    this.#apartNs = apartNs;
    return stepNs;
  }
}
