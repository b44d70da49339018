/**
 * How many probes are under way, by the highest sequence that was answered: serial-number arithmetic on 16 bits (RFC 1982), as
 * iputils' floods are paced by it. A reply that is missing below the highest one is not under way any more.
 */
import type { ProbeCounts } from './probe-counts.ts';

export const SEQUENCE_MASK = 0xffff;
const HALF_SEQUENCES = 0x7fff;

export class FlightWindow {
  /** Most probes that were under way at once, where a reply showed it. */
  pipe = 0;
  readonly #counts: ProbeCounts;
  /** Highest sequence that was answered, by any reply or IPv4 error. */
  #acknowledged = 0;

  constructor(counts: ProbeCounts) {
    this.#counts = counts;
  }

  /** Probes that may still be answered: the distance to the highest answered one, or all that are missing. */
  get inFlight(): number {
    const distance = (this.#counts.sent - this.#acknowledged) & SEQUENCE_MASK;
    return distance <= HALF_SEQUENCES ? distance : this.#counts.sent - this.#counts.concluded;
  }

  /** Probe `sequence` has been answered, in whatever order. */
  acknowledge(sequence: number): void {
    const distance = (this.#counts.sent - sequence + 1) & SEQUENCE_MASK;
    if (distance <= HALF_SEQUENCES && distance > this.pipe) this.pipe = distance;
    const ahead = (sequence - this.#acknowledged) & SEQUENCE_MASK;
    if (ahead <= HALF_SEQUENCES) this.#acknowledged = sequence;
  }
}
