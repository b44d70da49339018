import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fisherTail, incompleteBeta, logChoose, logGamma, studentTail } from '../../src/compare/distributions.ts';

describe('distributions', () => {
  it('have the gamma function of factorials and of one half', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n++) {
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 10);
      factorial *= n;
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
  });

  // Of the printed tables of Student's t (one tail).
  it.each([
    [6.3138, 1, 0.05],
    [2.228139, 10, 0.025],
    [2.763769, 10, 0.01],
    [1.65443, 160, 0.05],
    [1.959964, 1e7, 0.025],
  ])('have P(T > %d) with %d degrees of freedom of %d', (t, freedom, p) => {
    expect(studentTail(t, freedom)).toBeCloseTo(p, 5);
    expect(studentTail(-t, freedom)).toBeCloseTo(1 - p, 5);
  });

  it('have a t of one degree that is the Cauchy distribution, and of two that has a closed form', () => {
    for (const t of [0.1, 0.5, 1, 3, 10, 1000]) {
      expect(studentTail(t, 1)).toBeCloseTo(0.5 - Math.atan(t) / Math.PI, 12);
      expect(studentTail(t, 2)).toBeCloseTo(0.5 - t / (2 * Math.sqrt(2 + t * t)), 12);
    }
  });

  it('have an incomplete beta that is a sum of binomial terms for whole numbers', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (a, b, x) => {
          const n = a + b - 1;
          let sum = 0;
          for (let j = a; j <= n; j++) sum += Math.exp(logChoose(n, j)) * x ** j * (1 - x) ** (n - j);
          expect(incompleteBeta(x, a, b)).toBeCloseTo(sum, 10);
        },
      ),
    );
  });

  it('have the tails of the lady who tastes tea, by hand', () => {
    // Fisher 1935: of 8 cups she names 3 of 4, or all 4, rightly: 17 and 1 of 70 ways.
    expect(fisherTail(1, 4, 3, 4)).toBeCloseTo(17 / 70, 12);
    expect(fisherTail(0, 4, 4, 4)).toBeCloseTo(1 / 70, 12);
    expect(fisherTail(4, 4, 0, 4)).toBeCloseTo(1, 12);
  });

  it('have tails that agree with counting every way', () => {
    const choose = (n: number, k: number) => (k < 0 || k > n ? 0 : Math.exp(logChoose(n, k)));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        fc.nat(),
        (n, m, i, j) => {
          const [a, b] = [i % (n + 1), j % (m + 1)];
          let sum = 0;
          for (let count = b; count <= m; count++) sum += choose(m, count) * choose(n, a + b - count);
          expect(fisherTail(a, n, b, m)).toBeCloseTo(sum / choose(n + m, a + b), 9);
        },
      ),
    );
  });

  it('are quick and sane for a million probes', () => {
    expect(fisherTail(1000, 1_000_000, 1000, 1_000_000)).toBeCloseTo(0.51, 1);
    expect(fisherTail(1000, 1_000_000, 1300, 1_000_000)).toBeLessThan(1e-9);
    expect(fisherTail(1300, 1_000_000, 1000, 1_000_000)).toBeGreaterThan(0.999);
  });
});
