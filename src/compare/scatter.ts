/** How much the mean over a run scatters from run to run, judged from one run whose values follow each other. */

const MOST_BATCHES = 10;
const LEAST_BATCH = 2;
/** A run that hangs together more than this is worth one value, whatever its length. */
const MOST_CORRELATION = 0.98;

export interface Batch {
  readonly from: number;
  /** Behind the last one. */
  readonly to: number;
}

export interface Scatter {
  readonly mean: number;
  /** Of the mean. */
  readonly variance: number;
  /** Degrees of freedom of the variance. */
  readonly freedom: number;
}

/** As many batches of consecutive values as there may be, of about one size, none over the end of a run. */
export function cutIntoBatches(lengths: readonly number[]): readonly Batch[] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const wanted = Math.max(1, Math.min(MOST_BATCHES, Math.floor(total / LEAST_BATCH)));
  const batches: Batch[] = [];
  let start = 0;
  for (const length of lengths) {
    const count = Math.min(length, Math.max(1, Math.round((wanted * length) / total)));
    for (let batch = 0; batch < count; batch++) {
      const at = (number: number) => start + Math.floor((number * length) / count);
      batches.push({ from: at(batch), to: at(batch + 1) });
    }
    start += length;
  }
  return batches;
}

/**
 * The lag-1 correlation that two samples have in common, 0 where it is negative. Each has lost its own mean, which makes the
 * plain estimate too small by (1 + 3r) / n (Kendall 1954, Marriott and Pope 1954).
 */
export function measureCorrelation(samples: readonly Float64Array[]): number {
  let together = 0;
  let alone = 0;
  let correction = 0;
  // One that does not vary says nothing of how it varies.
  const varied = samples.filter((sample) => sample.some((value) => value !== sample[0]));
  if (varied.length === 0) return 0;
  for (const sample of varied) {
    const mean = meanOf(sample, { from: 0, to: sample.length });
    for (let at = 0; at < sample.length; at++) {
      alone += (sample[at]! - mean) ** 2;
      if (at > 0) together += (sample[at]! - mean) * (sample[at - 1]! - mean);
    }
    correction += 1 / sample.length;
  }
  const r = together / alone;
  return Math.min(MOST_CORRELATION, Math.max(0, r + ((1 + 3 * r) * correction) / varied.length));
}

/** How many values in a row are worth one, where each has the correlation `r` with the one before. */
export function wideningOf(r: number): number {
  return (1 + r) / (1 - r);
}

/**
 * The wider of two judgements. That from batch means holds whatever happens inside a batch, but not where batches are so short
 * that they depend on each other. That from the lag-1 correlation holds in short runs, but not for what has a long memory.
 */
export function measureScatter(sample: Float64Array, batches: readonly Batch[], widening: number): Scatter {
  const size = sample.length;
  const mean = meanOf(sample, { from: 0, to: size });
  let squares = 0;
  for (const each of sample) squares += (each - mean) ** 2;
  const freedom = Math.max(1, batches.length - 1);
  // Batches may differ in size by a little: each counts by its size.
  const ofBatches = batches.reduce(
    (sum, batch) => sum + (((batch.to - batch.from) / size) * (meanOf(sample, batch) - mean)) ** 2,
    0,
  );
  return {
    mean,
    variance: Math.max((ofBatches * batches.length) / freedom, (squares / Math.max(1, size - 1) / size) * widening),
    freedom: Math.max(1, Math.min(freedom, size / widening - 1)),
  };
}

function meanOf(sample: Float64Array, { from, to }: Batch): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += sample[at]!;
  return sum / (to - from);
}

/** Welch and Satterthwaite's degrees of freedom of a difference. */
export function freedomOfDifference(a: Scatter, b: Scatter): number {
  const denominator = a.variance ** 2 / a.freedom + b.variance ** 2 / b.freedom;
  return denominator === 0 ? a.freedom + b.freedom : (a.variance + b.variance) ** 2 / denominator;
}
