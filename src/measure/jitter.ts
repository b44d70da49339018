/**
 * The interarrival jitter of RFC 3550 section 6.4.1, J += (|D| - J) / 16, with D the difference of two successive round trips:
 * they stand in for the transit times, which nobody knows without two clocks that agree.
 */
const GAIN = 1 / 16;

export class SmoothedJitter {
  #jitter = 0;
  #last = Number.NaN;
  #differences = 0;

  /** Adds a round trip, in any unit; lost probes are left out, as RTP leaves out lost packets. */
  add(roundTrip: number): void {
    if (!Number.isNaN(this.#last)) {
      this.#jitter += (Math.abs(roundTrip - this.#last) - this.#jitter) * GAIN;
      this.#differences++;
    }
    this.#last = roundTrip;
  }

  /** In the unit of the samples; NaN below two of them. */
  get value(): number {
    return this.#differences === 0 ? Number.NaN : this.#jitter;
  }
}
