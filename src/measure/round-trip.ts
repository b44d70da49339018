/**
 * Round-trip statistics exactly as ping's last line gives them: integer microseconds, truncated average, population
 * deviation by integer square root. Sums stay exact: what outgrows a double's 53 bits is carried into a BigInt.
 */

const INT_MAX = 2 ** 31 - 1;
const SPILL = 2 ** 52;
/** Its square is SPILL: two such terms still add up exactly in 53 bits, what is larger goes to the BigInt at once. */
const LARGEST_EXACT_ROOT = 2 ** 26;
const EWMA_WEIGHT = 8;

export interface RoundTripSummary {
  readonly minUs: number;
  /** Cut, not rounded. */
  readonly avgUs: number;
  readonly maxUs: number;
  /** Population standard deviation. */
  readonly mdevUs: number;
  /** Exponentially weighted moving average, weight 1/8. */
  readonly ewmaUs: number;
}

export class RoundTripStatistics {
  count = 0;
  minUs = Number.MAX_SAFE_INTEGER;
  maxUs = 0;
  /** Eight times the moving average, in integer steps (ping(8), "ipg/ewma"). */
  ewmaTimes8Us = 0;
  #sum = 0;
  #squares = 0;
  #spilledSum = 0n;
  #spilledSquares = 0n;

  /** Adds one round trip of whole microseconds. */
  add(us: number): void {
    this.count++;
    if (us < this.minUs) this.minUs = us;
    if (us > this.maxUs) this.maxUs = us;
    this.ewmaTimes8Us += this.count === 1 ? us * EWMA_WEIGHT : us - Math.trunc(this.ewmaTimes8Us / EWMA_WEIGHT);
    this.#sum += us;
    if (us > LARGEST_EXACT_ROOT) this.#spilledSquares += BigInt(us) ** 2n;
    else this.#squares += us * us;
    if (this.#sum > SPILL || this.#squares > SPILL) this.#spill();
  }

  get ewmaUs(): number {
    return Math.trunc(this.ewmaTimes8Us / EWMA_WEIGHT);
  }

  get avgUs(): number {
    return this.count === 0 ? 0 : Number(this.#totalSum() / BigInt(this.count));
  }

  /** Null while nothing was measured. */
  summary(): RoundTripSummary | null {
    if (this.count === 0) return null;
    const total = BigInt(this.count);
    const sum = this.#totalSum();
    const squares = this.#spilledSquares + BigInt(this.#squares);
    const avg = sum / total;
    const variance = sum < BigInt(INT_MAX) ? (squares - (sum * sum) / total) / total : squares / total - avg * avg;
    return {
      minUs: this.minUs,
      avgUs: Number(avg),
      maxUs: this.maxUs,
      mdevUs: integerSquareRoot(variance),
      ewmaUs: this.ewmaUs,
    };
  }

  #totalSum(): bigint {
    return this.#spilledSum + BigInt(this.#sum);
  }

  #spill(): void {
    this.#spilledSum += BigInt(this.#sum);
    this.#spilledSquares += BigInt(this.#squares);
    this.#sum = 0;
    this.#squares = 0;
  }
}

/** The largest integer whose square is not above `value`; 0 for what is not positive. */
export function integerSquareRoot(value: bigint): number {
  if (value <= 0n) return 0;
  let root = BigInt(Math.floor(Math.sqrt(Number(value))));
  while (root * root > value) root--;
  while ((root + 1n) * (root + 1n) <= value) root++;
  return Number(root);
}
