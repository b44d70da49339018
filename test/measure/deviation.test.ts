import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deviation } from '../../src/measure/deviation.ts';
import { SmoothedJitter } from '../../src/measure/jitter.ts';

function deviationOf(...values: readonly number[]): Deviation {
  const deviation = new Deviation();
  for (const value of values) deviation.add(value);
  return deviation;
}

describe('the deviation', () => {
  it('is known for a textbook series', () => {
    // Mean 5; squares of the distances 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32.
    const deviation = deviationOf(2, 4, 4, 4, 5, 5, 7, 9);
    expect(deviation.mean).toBe(5);
    expect(deviation.population).toBeCloseTo(2, 12);
    expect(deviation.sample).toBeCloseTo(Math.sqrt(32 / 7), 12);
  });

  it('is not a number while there is too little', () => {
    expect([deviationOf().mean, deviationOf().population, deviationOf().sample]).toEqual([NaN, NaN, NaN]);
    expect([deviationOf(3).mean, deviationOf(3).population, deviationOf(3).sample]).toEqual([3, 0, NaN]);
  });

  it('keeps its digits far from zero, where sums of squares lose them', () => {
    const far = 1e15;
    expect(deviationOf(far + 2, far + 4, far + 6).sample).toBe(2);
  });

  it('is that of the definition, whatever the samples', () => {
    const samples = fc.array(fc.integer({ min: 0, max: 10_000_000_000 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(samples, (values) => {
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        const { sample, population } = deviationOf(...values);
        expect(sample).toBeCloseTo(Math.sqrt(squares / (values.length - 1)), 1);
        expect(population).toBeCloseTo(Math.sqrt(squares / values.length), 1);
      }),
    );
  });
});

describe('the smoothed jitter', () => {
  const jitterOf = (...values: readonly number[]) => {
    const jitter = new SmoothedJitter();
    for (const value of values) jitter.add(value);
    return jitter.value;
  };

  it('is that of RFC 3550 section 6.4.1', () => {
    // By hand: 160 / 16 = 10, then 10 + (32 - 10) / 16 = 11.375.
    expect(jitterOf(1000, 1160)).toBe(10);
    expect(jitterOf(1000, 1160, 1128)).toBe(11.375);
  });

  it('is not a number below two samples, and zero where nothing varies', () => {
    expect(jitterOf()).toBeNaN();
    expect(jitterOf(5)).toBeNaN();
    expect(jitterOf(5, 5, 5)).toBe(0);
  });

  it('comes close to a steady difference', () => {
    expect(jitterOf(...Array.from({ length: 200 }, (_, index) => 100 * (index % 2)))).toBeCloseTo(100, 1);
  });
});
