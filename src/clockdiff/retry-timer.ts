/** How long a probe is waited for before the next one is sent. Late replies are taken all the same. */

const NS_PER_MS = 1e6;
/** Before any reply there is nothing to go by. */
const FIRST_WAIT_NS = 1000 * NS_PER_MS;
/** Waits grow up to here while a host that has answered before is silent: a busy one is not to be pelted. */
const BACK_OFF_NS = 100 * NS_PER_MS;
/** RFC 6298 section 2: K. */
const DEVIATIONS = 4;
const WEIGHT = 1 / 4;

export class RetryTimer {
  readonly #minimumNs: number;
  #smoothedNs = Number.NaN;
  #deviationNs = 0;
  #smallestNs = Number.POSITIVE_INFINITY;

  /** `minimumNs`: as long as it takes to notice a reply that is there. */
  constructor(minimumNs: number) {
    this.#minimumNs = minimumNs;
  }

  /** Takes a round trip into the average: a quarter of each new one, as in clockdiff(8), beginning with the first. */
  add(roundTripNs: number): void {
    if (Number.isNaN(this.#smoothedNs)) {
      this.#smoothedNs = roundTripNs;
      // RFC 6298 section 2.2: until more is known.
      this.#deviationNs = roundTripNs / 2;
    }
    this.#smoothedNs += (roundTripNs - this.#smoothedNs) * WEIGHT;
    this.#deviationNs += (Math.abs(roundTripNs - this.#smoothedNs) - this.#deviationNs) * WEIGHT;
    this.#smallestNs = Math.min(this.#smallestNs, roundTripNs);
  }

  /** `misses`: probes in a row that have been given up. */
  waitNs(misses: number): number {
    if (Number.isNaN(this.#smoothedNs)) return FIRST_WAIT_NS;
    const backOff = Math.min(this.#minimumNs * 2 ** misses, BACK_OFF_NS);
    return Math.max(this.#smoothedNs + DEVIATIONS * this.#deviationNs, backOff);
  }

  /** Null before the first round trip. */
  get roundTrip(): { readonly smoothedNs: number; readonly deviationNs: number; readonly smallestNs: number } | null {
    if (Number.isNaN(this.#smoothedNs)) return null;
    return { smoothedNs: this.#smoothedNs, deviationNs: this.#deviationNs, smallestNs: this.#smallestNs };
  }
}
