import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestRank, QuantileSketch, RELATIVE_ERROR } from '../../src/measure/quantiles.ts';

function sketch(samples: readonly number[]): QuantileSketch {
  const made = new QuantileSketch();
  for (const sample of samples) made.add(sample);
  return made;
}

/** The quantile by definition, from all samples. */
function exactQuantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)]!;
}

const QUANTILES = [0, 0.01, 0.07, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

/** Whole numbers of every order of magnitude, small ones as often as large ones. */
const wholeNumbers = fc
  .tuple(fc.integer({ min: 0, max: 52 }), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }))
  .map(([bits, fraction]) => Math.floor(2 ** bits * (1 + fraction)) - 1);

describe('a quantile', () => {
  it('is NaN while there is no sample', () => {
    const empty = new QuantileSketch();
    expect([empty.quantile(0.5), empty.min, empty.max, empty.mean, empty.count]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      0,
    ]);
  });

  it('of one sample is that sample, however large', () => {
    for (const value of [0, 1, 255, 256, 257, 1_000_003, 2 ** 32, 2 ** 52 + 1]) {
      expect(QUANTILES.map((q) => sketch([value]).quantile(q))).toEqual(QUANTILES.map(() => value));
    }
  });

  it('is exact below 256', () => {
    const samples = Array.from({ length: 256 }, (_, index) => (index * 77) % 256);
    for (const q of QUANTILES) expect(sketch(samples).quantile(q), `q ${q}`).toBe(exactQuantile(samples, q));
  });

  it('is never further from the true one than RELATIVE_ERROR of it', () => {
    fc.assert(
      fc.property(fc.array(wholeNumbers, { minLength: 1, maxLength: 300 }), (samples) => {
        const made = sketch(samples);
        for (const q of QUANTILES) {
          const exact = exactQuantile(samples, q);
          expect(Math.abs(made.quantile(q) - exact)).toBeLessThanOrEqual(exact * RELATIVE_ERROR);
        }
      }),
    );
  });

  it('keeps to the error at both ends of every octave', () => {
    for (let bits = 1; bits < 53; bits++) {
      for (const value of [2 ** bits - 1, 2 ** bits, 2 ** bits + 1]) {
        // Between two others, so that neither the least nor the greatest is asked for.
        const answer = sketch([0, value, value, value, 2 ** 60]).quantile(0.5);
        expect(Math.abs(answer - value), `${value}`).toBeLessThanOrEqual(value * RELATIVE_ERROR);
      }
    }
  });

  it('knows the least, the greatest, the sum and the average exactly', () => {
    const samples = [1_000_001, 5_000_007, 3_000_004];
    const made = sketch(samples);
    expect([made.min, made.max, made.quantile(0), made.quantile(1)]).toEqual([
      1_000_001, 5_000_007, 1_000_001, 5_000_007,
    ]);
    expect([made.sum, made.mean, made.count]).toEqual([9_000_012, 3_000_004, 3]);
  });

  it('is monotonous in q', () => {
    fc.assert(
      fc.property(fc.array(wholeNumbers, { minLength: 1 }), (samples) => {
        const made = sketch(samples);
        const answers = QUANTILES.map((q) => made.quantile(q));
        expect(answers).toEqual([...answers].sort((a, b) => a - b));
      }),
    );
  });

  it('refuses what is no quantile and no sample', () => {
    const made = sketch([1]);
    for (const q of [-0.1, 1.1, Number.NaN]) expect(() => made.quantile(q)).toThrow(RangeError);
    for (const value of [-1, Number.NaN, 2 ** 63, Number.POSITIVE_INFINITY]) {
      expect(() => made.add(value)).toThrow(RangeError);
    }
    expect(() => made.add(1, 0)).toThrow(RangeError);
    expect(made.count).toBe(1);
  });
});

describe('nearestRank', () => {
  it.each([
    [0, 10, 1],
    [0.5, 10, 5],
    [0.5, 11, 6],
    [0.95, 20, 19],
    [0.99, 100, 99],
    [0.07, 100, 7], // 0.07 * 100 is 7.000000000000001 in a double
    [0.29, 100, 29],
    [1, 10, 10],
  ])('of q %d in %d samples is %d', (q, count, rank) => {
    expect(nearestRank(q, count)).toBe(rank);
  });
});

describe('merging', () => {
  it('is as if all samples had been added to one, in any order', () => {
    fc.assert(
      fc.property(fc.array(wholeNumbers), fc.array(wholeNumbers), (left, right) => {
        const merged = sketch(left);
        merged.merge(sketch(right));
        const whole = sketch([...right, ...left]);
        expect([...merged.buckets()]).toEqual([...whole.buckets()]);
        expect([merged.count, merged.min, merged.max]).toEqual([whole.count, whole.min, whole.max]);
      }),
    );
  });

  it('leaves the other as it was, and doubles when it is done with itself', () => {
    const [one, other] = [sketch([10, 1_000_000]), sketch([3])];
    one.merge(other);
    expect([other.count, [...other.buckets()]]).toEqual([1, [{ value: 3, count: 1 }]]);
    one.merge(one);
    expect([one.count, one.sum, one.min, one.max]).toEqual([6, 2_000_026, 3, 1_000_000]);
  });

  it('with an empty one changes nothing', () => {
    const one = sketch([7]);
    one.merge(new QuantileSketch());
    const empty = new QuantileSketch();
    empty.merge(one);
    expect([one.count, one.min, empty.quantile(0.5)]).toEqual([1, 7, 7]);
  });
});

describe('buckets', () => {
  it('come back as they were when they are added to another sketch', () => {
    fc.assert(
      fc.property(fc.array(wholeNumbers, { minLength: 1 }), (samples) => {
        const made = sketch(samples);
        const copy = new QuantileSketch();
        for (const { value, count } of made.buckets()) copy.add(value, count);
        expect([...copy.buckets()]).toEqual([...made.buckets()]);
      }),
    );
  });

  it('are few: a million round trips from 50 us to 500 ms, in ns, need 14 octaves of 128 at most', () => {
    const made = new QuantileSketch();
    for (let index = 0; index < 1_000_000; index++) made.add(50_000 * 10_000 ** (index / 1_000_000));
    expect([...made.buckets()].length).toBeLessThanOrEqual(14 * 128);
    // The exact median of that series is 50 us * 10,000^0.5 = 5 ms.
    expect(Math.abs(made.quantile(0.5) / 5e6 - 1)).toBeLessThanOrEqual(RELATIVE_ERROR + 1e-5);
  });
});
