/**
 * Mean and standard deviation in one pass and constant memory, by Welford's updating formula (B. P. Welford, Technometrics 4,
 * 1962): unlike the difference of two large sums it loses no digits where samples lie close together.
 */
export class Deviation {
  count = 0;
  /** NaN while empty. */
  mean = Number.NaN;
  #squares = 0;

  add(value: number): void {
    this.count++;
    const before = this.count === 1 ? value : this.mean;
    this.mean = before + (value - before) / this.count;
    this.#squares += (value - before) * (value - this.mean);
  }

  /** Of the samples as all there is: divided by n. NaN while empty. */
  get population(): number {
    return this.count === 0 ? Number.NaN : Math.sqrt(this.#squares / this.count);
  }

  /** Of the samples as an estimate of what they were taken from: divided by n - 1. NaN below two samples. */
  get sample(): number {
    return this.count < 2 ? Number.NaN : Math.sqrt(this.#squares / (this.count - 1));
  }
}
