/**
 * IP packet delay variation, RFC 3393, with the selection function of its section 4.5 (RFC 5481 section 4.1 calls it IPDV):
 * pairs of consecutive probes. The difference is the round trip of a probe minus that of the probe before it; round trips
 * stand in for the one-way delays, which nobody knows without two clocks that agree. A pair with a lost probe is undefined
 * and left out. Pairs are by number, so reordering changes nothing.
 */
import { QuantileSketch } from './quantiles.ts';

export class DelayVariation {
  /** NaN while there is no pair. */
  minNs = Number.NaN;
  maxNs = Number.NaN;
  readonly #magnitudes = new QuantileSketch();

  /** Adds a pair, once: in any order among pairs. */
  add(roundTripNs: number, roundTripBeforeNs: number): void {
    const differenceNs = roundTripNs - roundTripBeforeNs;
    this.minNs = this.pairs === 0 ? differenceNs : Math.min(this.minNs, differenceNs);
    this.maxNs = this.pairs === 0 ? differenceNs : Math.max(this.maxNs, differenceNs);
    this.#magnitudes.add(Math.abs(differenceNs));
  }

  get pairs(): number {
    return this.#magnitudes.count;
  }

  /** The mean of the differences without their signs; NaN while there is no pair. */
  get meanMagnitudeNs(): number {
    return this.#magnitudes.mean;
  }

  /** Quantile `q` of the differences without their signs, to within RELATIVE_ERROR. NaN while there is no pair. */
  quantileOfMagnitudes(q: number): number {
    return this.#magnitudes.quantile(q);
  }
}
