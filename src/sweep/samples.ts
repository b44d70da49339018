/**
 * Round trips of every target in a few words each, however many there are. Up to EXACT_SAMPLES probes a target, each round trip
 * is kept under its attempt. Beyond, a target has a row of counters over log-linear buckets (measure/quantiles.ts): as fine as
 * they can be while they span the row, and twice as wide each time a round trip falls outside it, so that the relative error
 * follows the spread: below 1 % where round trips are alike, some 6 % where they differ sixteenfold.
 */
import { bucketOf, middleOfBuckets, nearestRank } from '../measure/quantiles.ts';

export const EXACT_SAMPLES = 24;
/** Counters of a row: Uint16, as there are at most 65,535 attempts. */
const ROW_COUNTERS = 64;
/** Attempts whose answer is remembered, to tell duplicates. */
const WINDOW = 32;

export interface SampleSummary {
  readonly minNs: number;
  readonly meanNs: number;
  readonly maxNs: number;
  readonly medianNs: number;
  readonly p95Ns: number;
  readonly p99Ns: number;
}

export interface Samples {
  /** Whether an attempt has its round trip already. */
  has(index: number, attempt: number): boolean;
  /** Takes the round trip of an attempt that has none. */
  add(index: number, attempt: number, roundTripNs: number): void;
  /** Null for a target without round trips. */
  summary(index: number): SampleSummary | null;
  /** Round trips by attempt, null for one without; null where they are not kept. */
  list(index: number, attempts: number): (number | null)[] | null;
}

export function makeSamples(targets: number, attempts: number): Samples {
  return attempts <= EXACT_SAMPLES ? new ExactSamples(targets, attempts) : new SampleRows(targets);
}

class ExactSamples implements Samples {
  readonly #width: number;
  /** ns, exact to 1/16,777,216 of them. 0 is none: a round trip takes a nanosecond at least. */
  readonly #roundTrips: Float32Array;

  constructor(targets: number, width: number) {
    this.#width = width;
    this.#roundTrips = new Float32Array(targets * width);
  }

  has(index: number, attempt: number): boolean {
    return this.#roundTrips[index * this.#width + attempt] !== 0;
  }

  add(index: number, attempt: number, roundTripNs: number): void {
    this.#roundTrips[index * this.#width + attempt] = Math.max(1, roundTripNs);
  }

  summary(index: number): SampleSummary | null {
    const only = this.#onlyOne(index);
    if (only === 0) return null;
    if (only > 0) return { minNs: only, meanNs: only, maxNs: only, medianNs: only, p95Ns: only, p99Ns: only };
    const sorted = this.#row(index, this.#width)
      .filter((roundTrip) => roundTrip !== 0)
      .sort();
    const count = sorted.length;
    const at = (q: number) => sorted[nearestRank(q, count) - 1]!;
    return {
      minNs: sorted[0]!,
      meanNs: sorted.reduce((sum, roundTrip) => sum + roundTrip, 0) / count,
      maxNs: sorted[count - 1]!,
      medianNs: at(0.5),
      p95Ns: at(0.95),
      p99Ns: at(0.99),
    };
  }

  /** The one round trip of a target, as most have; 0 for none, -1 for several. */
  #onlyOne(index: number): number {
    let only = 0;
    for (let at = index * this.#width; at < (index + 1) * this.#width; at++) {
      const roundTrip = this.#roundTrips[at]!;
      if (roundTrip === 0) continue;
      if (only !== 0) return -1;
      only = roundTrip;
    }
    return only;
  }

  list(index: number, attempts: number): (number | null)[] {
    const list: (number | null)[] = [];
    for (let attempt = 0; attempt < attempts; attempt++) {
      const roundTrip = this.#roundTrips[index * this.#width + attempt]!;
      list.push(roundTrip === 0 ? null : roundTrip);
    }
    return list;
  }

  #row(index: number, width: number): Float32Array {
    return this.#roundTrips.subarray(index * this.#width, index * this.#width + width);
  }
}

class SampleRows implements Samples {
  readonly #counters: Uint16Array;
  /** First bucket of each row, and how many times the buckets were joined in pairs. */
  readonly #first: Int16Array;
  readonly #joined: Uint8Array;
  readonly #count: Uint16Array;
  readonly #min: Float32Array;
  readonly #max: Float32Array;
  readonly #sum: Float64Array;
  /** The highest answered attempt, and a bit for each of the WINDOW up to it. */
  readonly #highest: Int32Array;
  readonly #answered: Uint32Array;

  constructor(targets: number) {
    this.#counters = new Uint16Array(targets * ROW_COUNTERS);
    this.#first = new Int16Array(targets);
    this.#joined = new Uint8Array(targets);
    this.#count = new Uint16Array(targets);
    this.#min = new Float32Array(targets);
    this.#max = new Float32Array(targets);
    this.#sum = new Float64Array(targets);
    this.#highest = new Int32Array(targets).fill(-1);
    this.#answered = new Uint32Array(targets);
  }

  /** An attempt too old for the window counts as answered: better one round trip too few than one twice. */
  has(index: number, attempt: number): boolean {
    const behind = this.#highest[index]! - attempt;
    if (behind < 0) return false;
    return behind >= WINDOW || (this.#answered[index]! & (1 << behind)) !== 0;
  }

  add(index: number, attempt: number, roundTripNs: number): void {
    this.#answer(index, attempt);
    const bucket = bucketOf(Math.max(0, roundTripNs));
    if (this.#count[index] === 0) {
      this.#first[index] = Math.max(0, bucket - ROW_COUNTERS / 2);
      this.#min[index] = this.#max[index] = roundTripNs;
    }
    this.#makeRoom(index, bucket);
    this.#counters[index * ROW_COUNTERS + (bucket >> this.#joined[index]!) - this.#first[index]!]! += 1;
    this.#count[index]! += 1;
    this.#sum[index]! += roundTripNs;
    if (roundTripNs < this.#min[index]!) this.#min[index] = roundTripNs;
    if (roundTripNs > this.#max[index]!) this.#max[index] = roundTripNs;
  }

  #answer(index: number, attempt: number): void {
    const ahead = attempt - this.#highest[index]!;
    if (ahead <= 0) {
      this.#answered[index]! |= 1 << -ahead;
      return;
    }
    this.#answered[index] = ahead >= WINDOW ? 1 : (this.#answered[index]! << ahead) | 1;
    this.#highest[index] = attempt;
  }

  /** Joins neighbours until `bucket` is in the row, whose occupied part is moved to its middle where that is enough. */
  #makeRoom(index: number, bucket: number): void {
    for (;;) {
      const wanted = bucket >> this.#joined[index]!;
      const first = this.#first[index]!;
      if (wanted >= first && wanted < first + ROW_COUNTERS) return;
      const row = this.#row(index);
      let low = 0;
      let high = ROW_COUNTERS - 1;
      while (low < high && row[low] === 0) low++;
      while (high > low && row[high] === 0) high--;
      const lowest = Math.min(wanted, first + low);
      const span = Math.max(wanted, first + high) - lowest + 1;
      if (span <= ROW_COUNTERS) {
        const moved = Math.max(0, lowest - ((ROW_COUNTERS - span) >> 1));
        shift(row, low, high, first - moved);
        this.#first[index] = moved;
        return;
      }
      joinPairs(row, first);
      this.#first[index] = first >> 1;
      this.#joined[index]! += 1;
    }
  }

  summary(index: number): SampleSummary | null {
    const count = this.#count[index]!;
    if (count === 0) return null;
    const sum = this.#sum[index]!;
    return {
      minNs: this.#min[index]!,
      meanNs: sum / count,
      maxNs: this.#max[index]!,
      medianNs: this.#quantile(index, 0.5),
      p95Ns: this.#quantile(index, 0.95),
      p99Ns: this.#quantile(index, 0.99),
    };
  }

  #quantile(index: number, q: number): number {
    const rank = nearestRank(q, this.#count[index]!);
    const row = this.#row(index);
    let below = 0;
    let counter = 0;
    for (; counter < ROW_COUNTERS - 1; counter++) {
      below += row[counter]!;
      if (below >= rank) break;
    }
    const joined = this.#joined[index]!;
    const first = (this.#first[index]! + counter) << joined;
    const middle = middleOfBuckets(first, first + (1 << joined) - 1);
    return Math.min(this.#max[index]!, Math.max(this.#min[index]!, middle));
  }

  list(): null {
    return null;
  }

  #row(index: number): Uint16Array {
    return this.#counters.subarray(index * ROW_COUNTERS, (index + 1) * ROW_COUNTERS);
  }
}

/** Moves counters low to high by `distance` places; what they leave is zero. */
function shift(row: Uint16Array, low: number, high: number, distance: number): void {
  const kept = row.slice(low, high + 1);
  row.fill(0);
  row.set(kept, low + distance);
}

/** Counters of buckets 2k and 2k+1 become one, where the first counter is bucket `first`. */
function joinPairs(row: Uint16Array, first: number): void {
  const joined = new Uint16Array(ROW_COUNTERS);
  for (let counter = 0; counter < ROW_COUNTERS; counter++) {
    joined[((first + counter) >> 1) - (first >> 1)]! += row[counter]!;
  }
  row.set(joined);
}
