/** When the next probe may leave: refusals that mean "later", and the interval of -A. Times are made up. */
import { describe, expect, it } from 'vitest';
import { RoundTripStatistics } from '../../src/measure/round-trip.ts';
import { SendSchedule } from '../../src/ping/send-schedule.ts';
import { CONFIG, EAGAIN, EHOSTUNREACH, EMSGSIZE, ENOBUFS, ENOMEM, EPERM, MS, SECOND } from './support.ts';

/** Of a run whose round trips so far took `roundTripsUs`. */
function scheduleOf(config: Partial<typeof CONFIG>, ...roundTripsUs: number[]): SendSchedule {
  const roundTrips = new RoundTripStatistics();
  for (const us of roundTripsUs) roundTrips.add(us);
  return new SendSchedule({ ...CONFIG, ...config }, roundTrips);
}

describe('a refusal', () => {
  it.each([
    ['EAGAIN', EAGAIN, false, true],
    ['EAGAIN', EAGAIN, true, true],
    ['ENOBUFS', ENOBUFS, false, true],
    ['ENOMEM', ENOMEM, true, true],
    ['EHOSTUNREACH', EHOSTUNREACH, true, true],
    ['EHOSTUNREACH', EHOSTUNREACH, false, false],
    ['EPERM', EPERM, false, false],
    ['EMSGSIZE', EMSGSIZE, false, false],
    ['EMSGSIZE', EMSGSIZE, true, false],
  ])('with %s (%i), explained by the error queue: %s, means "later": %s', (_name, errno, explained, isLater) => {
    expect(scheduleOf({}).triesAgain(0, errno, explained)).toBe(isLater);
  });

  it('that means "later" puts the very first probe off by 10 ms', () => {
    const schedule = scheduleOf({});
    expect(schedule.delayNs(SECOND, 0)).toBeLessThanOrEqual(0);
    schedule.triesAgain(SECOND, EAGAIN, false);
    expect(schedule.delayNs(SECOND, 0)).toBe(10 * MS);
    expect(schedule.delayNs(SECOND + 10 * MS, 0)).toBe(0);
  });

  it('is over once the probe has had its turn: the next one is due one interval later', () => {
    const schedule = scheduleOf({ intervalNs: 100 * MS });
    schedule.triesAgain(SECOND, EAGAIN, false);
    schedule.accepted(SECOND + 10 * MS);
    expect(schedule.delayNs(SECOND + 10 * MS, 1)).toBe(100 * MS);
  });
});

describe('the lack of buffers', () => {
  it.each([
    [0, 10],
    [10, 10],
    [200, 100],
    [5000, 500],
  ])('at an interval of %i ms is waited for %i ms before the next try', (intervalMs, retryMs) => {
    const schedule = scheduleOf({ intervalNs: intervalMs * MS });
    schedule.accepted(SECOND);
    schedule.triesAgain(SECOND + 10 * SECOND, ENOBUFS, false);
    expect(schedule.delayNs(SECOND + 10 * SECOND, 1)).toBe(retryMs * MS);
  });

  it('is taken for good when it has lasted as long as a reply is waited for', () => {
    const schedule = scheduleOf({ intervalNs: 100 * MS, lingerNs: 200 * MS });
    const tries = [0, 50, 100, 150].map((ms) => schedule.triesAgain(ms * MS, ENOBUFS, false));
    expect(tries).toEqual([true, true, true, false]);
    // And is given as much time again for the next probe.
    schedule.spend(150 * MS);
    expect(schedule.triesAgain(200 * MS, ENOBUFS, false)).toBe(true);
  });

  it('is counted anew behind a probe that left, and not behind one that was refused for another reason', () => {
    const patience = { intervalNs: 0, lingerNs: 20 * MS };
    const left = scheduleOf(patience);
    left.triesAgain(0, ENOBUFS, false);
    left.accepted(10 * MS);
    expect(left.triesAgain(20 * MS, ENOBUFS, false)).toBe(true);
    const refused = scheduleOf(patience);
    refused.triesAgain(0, ENOBUFS, false);
    refused.spend(10 * MS);
    expect(refused.triesAgain(20 * MS, ENOBUFS, false)).toBe(false);
  });

  it('forfeits what preload had saved up', () => {
    const schedule = scheduleOf({ intervalNs: 100 * MS, preload: 3 });
    schedule.accepted(SECOND);
    expect(schedule.delayNs(SECOND, 1)).toBe(0);
    schedule.triesAgain(SECOND, ENOBUFS, false);
    schedule.accepted(SECOND + 50 * MS);
    expect(schedule.delayNs(SECOND + 50 * MS, 2)).toBe(100 * MS);
  });

  it('is never taken for good where replies are waited for without end', () => {
    const schedule = scheduleOf({ intervalNs: 0, lingerNs: 0 });
    const tries = Array.from({ length: 1000 }, (_, index) => schedule.triesAgain(index * 10 * MS, ENOBUFS, false));
    expect(tries).not.toContain(false);
  });
});

describe('the interval', () => {
  const intervalMs = (config: Partial<typeof CONFIG>, ...roundTripsUs: number[]) => {
    const schedule = scheduleOf(config, ...roundTripsUs);
    schedule.follow();
    return schedule.intervalNs / MS;
  };

  it('is the one given without -A, whatever round trips take', () => {
    expect(intervalMs({}, 5000)).toBe(1000);
  });

  it.each([
    [499, 0],
    [500, 1],
    [7499, 7],
    [7500, 8],
  ])('follows a moving average of %i us with -A: %i ms', (us, ms) => {
    expect(intervalMs({ adaptive: true }, us)).toBe(ms);
  });

  it('is 2 ms at least for ordinary users', () => {
    expect(intervalMs({ adaptive: true, privileged: false }, 100)).toBe(2);
    expect(intervalMs({ adaptive: true, privileged: false }, 3000)).toBe(3);
  });

  it('grows with each lack of buffers by the average, but by 50 ms at most', () => {
    for (const [us, ms] of [
      [4000, 12],
      [80_000, 180],
    ] as const) {
      const schedule = scheduleOf({ adaptive: true }, us);
      schedule.triesAgain(0, ENOBUFS, false);
      schedule.triesAgain(10 * MS, ENOBUFS, false);
      schedule.follow();
      expect(schedule.intervalNs).toBe(ms * MS);
    }
  });
});
