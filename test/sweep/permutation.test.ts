import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LARGEST_PERMUTATION, Permutation } from '../../src/sweep/permutation.ts';

function orderOf(size: number, seed: number): number[] {
  const permutation = new Permutation(size, seed);
  return Array.from({ length: size }, (_, position) => permutation.at(position));
}

describe('a permutation', () => {
  it('has each index once, whatever size and seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.maxSafeNat(), (size, seed) => {
        expect([...orderOf(size, seed)].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
      }),
    );
  });

  it('has each index once also next to powers of two', () => {
    for (const size of [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 65_534, 65_535, 65_536, 65_537]) {
      expect(new Set(orderOf(size, 77)).size, `${size}`).toBe(size);
      expect(Math.max(...orderOf(size, 77).slice(0, 50_000)), `${size}`).toBeLessThan(size);
    }
  });

  it('is the same for the same seed and another for another, in all 53 bits', () => {
    expect(orderOf(1000, 5)).toEqual(orderOf(1000, 5));
    const orders = [0, 1, 2 ** 31, 2 ** 32, 2 ** 52, 2 ** 52 + 1].map((seed) => orderOf(1000, seed).join());
    expect(new Set(orders).size).toBe(orders.length);
  });

  it('leaves no neighbourhood together: the mean step is near a third of the size', () => {
    const order = orderOf(65_536, 1);
    const steps = order.slice(1).map((index, position) => Math.abs(index - order[position]!));
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    expect(mean / 65_536).toBeGreaterThan(0.32);
    expect(mean / 65_536).toBeLessThan(0.347);
  });

  it('goes up to its largest size and not beyond', () => {
    const largest = new Permutation(LARGEST_PERMUTATION, 3);
    expect(largest.at(LARGEST_PERMUTATION - 1)).toBeGreaterThanOrEqual(0);
    expect(largest.at(LARGEST_PERMUTATION - 1)).toBeLessThan(LARGEST_PERMUTATION);
    expect(() => new Permutation(LARGEST_PERMUTATION + 1, 3)).toThrow(RangeError);
  });
});
