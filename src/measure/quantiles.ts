/**
 * Quantiles of any number of samples in little memory, and never further from the true one than RELATIVE_ERROR of it. Buckets
 * are log-linear: as wide as 1 for small values, then twice as wide in each octave. So round trips of microseconds and of
 * minutes stand in one sketch, and two sketches merge without loss: their buckets are the same.
 */

const PRECISION_BITS = 7;
/** Buckets in each octave. */
const OCTAVE_BUCKETS = 2 ** PRECISION_BITS;
/** Below this every whole number has a bucket of its own. */
const EXACT_LIMIT = 2 * OCTAVE_BUCKETS;
/** What is returned is the middle of a bucket, half a width at most from any sample in it. */
export const RELATIVE_ERROR = 1 / (2 * OCTAVE_BUCKETS);
/** Takes back what rounding added to `q * count`: 0.07 * 100 is a little more than 7 in a double. */
const ROUNDING = 1 - 1e-12;
const UINT32_BITS = 32;
const UINT32_LIMIT = 2 ** UINT32_BITS;

/** The rank (1 to `count`) of quantile `q` by the nearest-rank definition: at least `q * count` samples are not above it. */
export function nearestRank(q: number, count: number): number {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`a quantile is a number from 0 to 1, not ${q}`);
  return Math.max(1, Math.ceil(q * count * ROUNDING));
}

/** What a sketch hands out, and takes back with `add(value, count)`. */
export interface QuantileBucket {
  /** The middle of the bucket. */
  readonly value: number;
  readonly count: number;
}

export class QuantileSketch {
  count = 0;
  /** Exact; NaN while empty. */
  min = Number.NaN;
  max = Number.NaN;
  /** Exact up to 2^53. */
  sum = 0;
  /** Counters of the buckets from #first on; it grows by octaves, at most to 7,296 counters for values up to 2^63. */
  #counters = new Float64Array(0);
  #first = 0;

  /** Adds `times` samples of `value`, a whole number from 0 to below 2^63 (a fraction is cut off). @throws RangeError */
  add(value: number, times = 1): void {
    if (!(value >= 0 && value < 2 ** 63)) throw new RangeError(`a sample is a number from 0 to 2^63, not ${value}`);
    if (!(times >= 1)) throw new RangeError(`a sample is there at least once, not ${times} times`);
    const index = bucketOf(value);
    this.#makeRoom(index, index);
    this.#counters[index - this.#first]! += times;
    this.#include(value, value, value * times, times);
  }

  /** Adds all samples of `other`; what it held stays. */
  merge(other: QuantileSketch): void {
    if (other.count === 0) return;
    this.#makeRoom(other.#first, other.#first + other.#counters.length - 1);
    const shift = other.#first - this.#first;
    for (const [index, count] of other.#counters.entries()) this.#counters[index + shift]! += count;
    this.#include(other.min, other.max, other.sum, other.count);
  }

  #include(min: number, max: number, sum: number, count: number): void {
    this.min = this.count === 0 ? min : Math.min(this.min, min);
    this.max = this.count === 0 ? max : Math.max(this.max, max);
    this.sum += sum;
    this.count += count;
  }

  /** The average; NaN while empty. */
  get mean(): number {
    return this.sum / this.count;
  }

  /**
   * The sample at `nearestRank(q, count)`, to within RELATIVE_ERROR of it; exact below 256 and for the least and the greatest
   * one. NaN while empty. @throws RangeError when `q` is not from 0 to 1.
   */
  quantile(q: number): number {
    const rank = nearestRank(q, this.count);
    if (this.count === 0) return Number.NaN;
    if (rank === 1) return this.min;
    if (rank >= this.count) return this.max;
    let below = 0;
    let index = 0;
    for (; index < this.#counters.length - 1; index++) {
      below += this.#counters[index]!;
      if (below >= rank) break;
    }
    return Math.min(this.max, Math.max(this.min, middleOfBuckets(this.#first + index, this.#first + index)));
  }

  /** What is not empty, in rising order. */
  *buckets(): Generator<QuantileBucket> {
    for (const [index, count] of this.#counters.entries()) {
      if (count > 0) yield { value: middleOfBuckets(this.#first + index, this.#first + index), count };
    }
  }

  /** Whole octaves are added, so that a series that drifts does not copy the counters for each bucket. */
  #makeRoom(from: number, to: number): void {
    const end = this.#first + this.#counters.length;
    if (this.#counters.length > 0 && from >= this.#first && to < end) return;
    const wantedFirst = Math.floor(from / OCTAVE_BUCKETS) * OCTAVE_BUCKETS;
    const wantedEnd = (Math.floor(to / OCTAVE_BUCKETS) + 1) * OCTAVE_BUCKETS;
    const isEmpty = this.#counters.length === 0;
    const first = isEmpty ? wantedFirst : Math.min(this.#first, wantedFirst);
    const counters = new Float64Array((isEmpty ? wantedEnd : Math.max(end, wantedEnd)) - first);
    if (!isEmpty) counters.set(this.#counters, this.#first - first);
    this.#counters = counters;
    this.#first = first;
  }
}

/** Index of the bucket of `value`: its first 8 significant bits, and how many more there are behind them. */
export function bucketOf(value: number): number {
  if (value < EXACT_LIMIT) return Math.trunc(value);
  const doublings = floorLog2(value) - PRECISION_BITS;
  // What fits in 32 bits, 4.3 s of ns, is shifted: a power and a division take several times as long.
  const leading = value < UINT32_LIMIT ? value >>> doublings : Math.trunc(value / 2 ** doublings);
  return doublings * OCTAVE_BUCKETS + leading;
}

/** The middle of the whole numbers in the buckets from `first` to `last`. */
export function middleOfBuckets(first: number, last: number): number {
  return Math.floor((startOf(first) + startOf(last + 1) - 1) / 2);
}

/** The least whole number in a bucket. */
function startOf(index: number): number {
  if (index < EXACT_LIMIT) return index;
  const doublings = Math.floor(index / OCTAVE_BUCKETS) - 1;
  return (index - doublings * OCTAVE_BUCKETS) * 2 ** doublings;
}

/** Exact where Math.log2 may round up to the next power. */
function floorLog2(value: number): number {
  return value < UINT32_LIMIT
    ? UINT32_BITS - 1 - Math.clz32(value)
    : 2 * UINT32_BITS - 1 - Math.clz32(Math.trunc(value / UINT32_LIMIT));
}
