import { describe, expect, it } from 'vitest';
import { probabilityOfAll, StoppingRule } from '../../../src/tracepath/flows/stopping-rule.ts';

/** The closed form, by inclusion and exclusion: fine for few next hops, where little cancels. */
function closedForm(hops: number, flows: number): number {
  let sum = 0;
  for (let missed = 0; missed <= hops; missed++) {
    sum += (-1) ** missed * choose(hops, missed) * ((hops - missed) / hops) ** flows;
  }
  return sum;
}

function choose(n: number, k: number): number {
  let product = 1;
  for (let i = 1; i <= k; i++) product = (product * (n - k + i)) / i;
  return product;
}

describe('the stopping rule', () => {
  it.each([
    // B. Augustin et al., IMC 2007, and the tools that implement it, print these for 95 % and 99 %.
    [0.95, [6, 11, 16, 21, 27, 33, 38, 44, 51, 57, 63, 70, 76, 83, 90, 96]],
    [0.99, [8, 15, 21, 28, 36, 43, 51, 58, 66, 74]],
  ])('asks for as many flows as the published table: %d', (confidence, table) => {
    const rule = new StoppingRule(confidence);
    expect(table.map((_, index) => rule.flowsNeeded(index + 1))).toEqual(table);
  });

  it.each([2, 3, 5, 8])('agrees with the closed form for %d next hops', (hops) => {
    for (const flows of [0, 1, hops, 2 * hops, 7 * hops]) {
      expect(probabilityOfAll(hops, flows)).toBeCloseTo(closedForm(hops, flows), 12);
    }
  });

  it('asks for the least number that is enough', () => {
    for (const confidence of [0.5, 0.9, 0.999]) {
      const rule = new StoppingRule(confidence);
      for (let known = 1; known <= 20; known++) {
        const needed = rule.flowsNeeded(known);
        expect(probabilityOfAll(known + 1, needed)).toBeGreaterThanOrEqual(confidence);
        expect(probabilityOfAll(known + 1, needed - 1)).toBeLessThan(confidence);
      }
    }
  });

  it('knows many next hops, where the closed form has no digit left', () => {
    const needed = new StoppingRule(0.95).flowsNeeded(127);
    // The coupon collector's limit: n (ln n - ln ln(1 / 0.95)).
    expect(needed).toBeGreaterThan(128 * Math.log(128));
    expect(needed / (128 * (Math.log(128) - Math.log(-Math.log(0.95))))).toBeCloseTo(1, 1);
  });

  it.each([0, 1, -1, 2, Number.NaN])('refuses a confidence of %d', (confidence) => {
    expect(() => new StoppingRule(confidence)).toThrow(RangeError);
  });
});
