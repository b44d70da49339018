import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, middleOfBuckets } from '../../src/measure/quantiles.ts';
import { EXACT_SAMPLES, makeSamples } from '../../src/sweep/samples.ts';

describe('round trips of a few attempts', () => {
  it('are kept under their attempt, each target its own', () => {
    const samples = makeSamples(3, 4);
    samples.add(1, 0, 1000);
    samples.add(1, 3, 250);
    samples.add(2, 2, 7);
    expect(samples.list(1, 4)).toEqual([1000, null, null, 250]);
    expect(samples.list(1, 2)).toEqual([1000, null]);
    expect(samples.list(0, 3)).toEqual([null, null, null]);
    expect([samples.has(1, 3), samples.has(1, 2), samples.has(2, 3)]).toEqual([true, false, false]);
    expect(samples.summary(1)).toEqual({
      minNs: 250,
      meanNs: 625,
      maxNs: 1000,
      medianNs: 250,
      p95Ns: 1000,
      p99Ns: 1000,
    });
    expect(samples.summary(0)).toBeNull();
  });

  it('of no time at all are one nanosecond: 0 means that there is none', () => {
    const samples = makeSamples(1, 1);
    samples.add(0, 0, 0);
    expect(samples.list(0, 1)).toEqual([1]);
  });
});

describe('round trips of many attempts', () => {
  const ATTEMPTS = EXACT_SAMPLES + 1;
  const exact = (sorted: readonly number[], q: number) => sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)]!;

  it('have exact ends and average, and quantiles within the error of their spread', () => {
    const spread = fc.integer({ min: 0, max: 24 });
    const values = (bits: number) =>
      fc.array(
        fc.double({ min: 0, max: bits, noNaN: true }).map((octaves) => Math.round(1000 * 2 ** octaves)),
        { minLength: 1, maxLength: 400 },
      );
    fc.assert(
      fc.property(
        spread.chain((bits) => fc.tuple(fc.constant(bits), values(bits))),
        ([, roundTrips]) => {
          const samples = makeSamples(2, 65_535);
          for (const [attempt, ns] of roundTrips.entries()) samples.add(1, attempt, ns);
          const sorted = [...roundTrips].sort((a, b) => a - b);
          const summary = samples.summary(1)!;
          expect(summary.minNs).toBe(Math.fround(sorted[0]!));
          expect(summary.maxNs).toBe(Math.fround(sorted.at(-1)!));
          expect(summary.meanNs).toBeCloseTo(sorted.reduce((sum, ns) => sum + ns, 0) / sorted.length, 3);
          // Buckets of 1/128 octave, joined until those from the least to the greatest are 64: half a bucket is the error.
          const [low, high] = [bucketOf(sorted[0]!), bucketOf(sorted.at(-1)!)];
          let joins = 0;
          while ((high >> joins) - (low >> joins) >= 64) joins++;
          const error = 2 ** joins / 256;
          for (const [q, answer] of [
            [0.5, summary.medianNs],
            [0.95, summary.p95Ns],
            [0.99, summary.p99Ns],
          ] as const) {
            expect(Math.abs(answer / exact(sorted, q) - 1)).toBeLessThanOrEqual(error + 1e-6);
          }
        },
      ),
    );
  });

  it('keep their place when buckets are joined, wherever the row begins', () => {
    for (const middle of [930, 931]) {
      for (let count = 34; count <= 64; count++) {
        const samples = makeSamples(1, 1000);
        // Low in an octave, where buckets are widest: around the first one a row of neighbours, and then one so far off that all must be joined in pairs.
        const buckets = [middle, ...Array.from({ length: count }, (_, index) => middle - 32 + index), middle + 70];
        const values = buckets.map((bucket) => middleOfBuckets(bucket, bucket));
        for (const [attempt, ns] of values.entries()) samples.add(0, attempt, ns);
        const median = exact(
          [...values].sort((a, b) => a - b),
          0.5,
        );
        expect(Math.abs(samples.summary(0)!.medianNs / median - 1), `${middle}, ${count}`).toBeLessThanOrEqual(2 / 256);
      }
    }
  });

  it('that are all alike have quantiles within a hundredth', () => {
    const samples = makeSamples(1, 1000);
    for (let attempt = 0; attempt < 1000; attempt++) samples.add(0, attempt, 1_000_000 + 30 * attempt);
    const { medianNs, p95Ns } = samples.summary(0)!;
    expect(Math.abs(medianNs / 1_015_000 - 1)).toBeLessThan(0.01);
    expect(Math.abs(p95Ns / 1_028_500 - 1)).toBeLessThan(0.01);
  });

  it('do not mix with those of other targets', () => {
    const samples = makeSamples(2, ATTEMPTS);
    samples.add(0, 0, 1e9);
    samples.add(1, 0, 1e3);
    expect([samples.summary(0)?.maxNs, samples.summary(1)?.maxNs]).toEqual([1e9, 1e3]);
    expect(samples.list(0, 1)).toBeNull();
  });

  it('know which of the last attempts were answered, in whatever order', () => {
    const samples = makeSamples(1, 100);
    for (const attempt of [0, 2, 1, 40, 30]) {
      expect(samples.has(0, attempt), `${attempt}`).toBe(false);
      samples.add(0, attempt, 10);
      expect(samples.has(0, attempt), `${attempt}`).toBe(true);
    }
    expect([31, 39, 41].map((attempt) => samples.has(0, attempt))).toEqual([false, false, false]);
    // Too old to be known: taken for answered.
    expect(samples.has(0, 5)).toBe(true);
  });
});
