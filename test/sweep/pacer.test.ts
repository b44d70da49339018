import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../src/sweep/pacer.ts';

const MS = 1e6;

/** How many tokens there are at once. */
function takeAll(bucket: TokenBucket, nowNs: number): number {
  let count = 0;
  while (count < 10_000 && bucket.take(nowNs)) count++;
  return count;
}

describe('a token bucket', () => {
  it('gives one token each interval, by the schedule and not by the clock', () => {
    const bucket = new TokenBucket(1000);
    bucket.start(5 * MS);
    expect(takeAll(bucket, 5 * MS)).toBe(1);
    expect(bucket.nextNs).toBe(6 * MS);
    expect(takeAll(bucket, 5.99 * MS)).toBe(0);
    expect(takeAll(bucket, 6.7 * MS)).toBe(1);
    expect(bucket.nextNs).toBe(7 * MS);
  });

  it('makes up for lateness of 10 ms and no more', () => {
    const bucket = new TokenBucket(1000);
    bucket.start(0);
    expect(takeAll(bucket, 4 * MS)).toBe(5);
    expect(takeAll(bucket, 1000 * MS)).toBe(11);
  });

  it('keeps its rate over a second of uneven wakes', () => {
    const bucket = new TokenBucket(333);
    bucket.start(0);
    let taken = 0;
    for (let ms = 0; ms < 1000; ms += 1 + (ms % 7)) taken += takeAll(bucket, ms * MS);
    expect(taken).toBeGreaterThanOrEqual(331);
    expect(taken).toBeLessThanOrEqual(334);
  });

  it('has no limit at rate 0', () => {
    const bucket = new TokenBucket(0);
    bucket.start(0);
    expect(takeAll(bucket, 0)).toBe(10_000);
  });
});
