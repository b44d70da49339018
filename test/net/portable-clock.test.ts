import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Clock } from '../../src/net/clock.ts';
import { monotonicNs, portableClocks } from '../../src/net/portable-clock.ts';

/** What `performance.now` and `Date.now` answer next, in ms. */
let monotonicMs = 0;
let dateMs = 0;
const START_MS = performance.timeOrigin;

beforeEach(() => {
  monotonicMs = 100;
  dateMs = Math.floor(START_MS + 100);
  vi.spyOn(performance, 'now').mockImplementation(() => monotonicMs);
  vi.spyOn(Date, 'now').mockImplementation(() => dateMs);
});
afterEach(() => {
  vi.restoreAllMocks();
});

function readMs(readClocks: ReturnType<typeof portableClocks>): { readonly mono: number; readonly wall: number } {
  const out = new Float64Array(3);
  readClocks(out);
  return { mono: out[0]! / 1e6, wall: out[1]! * 1e3 + out[2]! / 1e6 };
}

describe('the clocks of node', () => {
  it('tell the time of day to the microsecond, though Date has whole milliseconds', () => {
    const readClocks = portableClocks();
    expect(readMs(readClocks).wall).toBeCloseTo(START_MS + 100, 2);
    monotonicMs += 0.25;
    dateMs = Math.floor(START_MS + monotonicMs);
    expect(readMs(readClocks)).toEqual({ mono: 100.25, wall: expect.closeTo(START_MS + 100.25, 2) });
  });

  it.each([3_600_000, -3_600_000, 2])('follow a time of day that was set %i ms off', (stepMs) => {
    const readClocks = portableClocks();
    readMs(readClocks);
    dateMs += stepMs;
    const { mono, wall } = readMs(readClocks);
    expect(mono).toBe(100);
    expect(wall).toBeGreaterThanOrEqual(dateMs);
    expect(wall).toBeLessThanOrEqual(dateMs + 1);
  });

  it('never leave the millisecond that Date names, however slowly the two drift apart', () => {
    const readClocks = portableClocks();
    for (let step = 0; step < 10_000; step++) {
      monotonicMs += 1;
      dateMs = Math.floor(START_MS + 100 + (monotonicMs - 100) * 1.0005);
      const { wall } = readMs(readClocks);
      expect(wall).toBeGreaterThanOrEqual(dateMs);
      expect(wall).toBeLessThanOrEqual(dateMs + 1);
    }
  });

  it('serve a Clock, whose nanoseconds stay below a second', () => {
    dateMs = 1_700_000_000_999;
    const out = new Float64Array(3);
    portableClocks()(out);
    expect(out[1]! + out[2]! / 1e9).toBeCloseTo(1_700_000_001, 2);
    const clock = new Clock(portableClocks());
    expect(clock.epochSeconds).toBeGreaterThanOrEqual(1_700_000_000);
    expect(clock.monoNs).toBe(100e6);
  });
});

it('counts nanoseconds on the monotonic clock', () => {
  monotonicMs = 12.345678;
  expect(monotonicNs()).toBeCloseTo(12_345_678, 0);
});
