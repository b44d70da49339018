/** When checks begin, played with a made-up clock. */
import { describe, expect, it } from 'vitest';
import { Schedule, type Tries } from '../../src/check/schedule/schedule.ts';

const ONCE: Tries = { retries: 0, backoffMs: 1000 };
const NO_LIMIT = { jobs: 100, startsPerSecond: 0 };

describe('a schedule of checks', () => {
  it('begins them in their order, as many at once as it may', () => {
    const schedule = new Schedule([ONCE, ONCE, ONCE], { jobs: 2, startsPerSecond: 0 });
    expect(schedule.next(0)).toEqual({ step: 'start', index: 0 });
    expect(schedule.next(0)).toEqual({ step: 'start', index: 1 });
    expect(schedule.next(0)).toEqual({ step: 'wait', untilMs: null });
    expect(schedule.ended(1, false, 5)).toBe(false);
    expect(schedule.next(5)).toEqual({ step: 'start', index: 2 });
    schedule.ended(0, false, 6);
    expect(schedule.next(6)).toEqual({ step: 'wait', untilMs: null });
    schedule.ended(2, false, 7);
    expect(schedule.next(7)).toEqual({ step: 'end' });
  });

  it('keeps to its rate, and makes up for no pause', () => {
    const schedule = new Schedule(Array(6).fill(ONCE), { jobs: 100, startsPerSecond: 10 });
    expect(schedule.next(0)).toMatchObject({ step: 'start' });
    expect(schedule.next(0)).toEqual({ step: 'wait', untilMs: 100 });
    expect(schedule.next(100)).toMatchObject({ step: 'start' });
    // A loop that is late does not slow the rate down.
    expect(schedule.next(230)).toMatchObject({ step: 'start' });
    expect(schedule.next(230)).toEqual({ step: 'wait', untilMs: 300 });
    // What a long pause let pass is not made up for, but for the last moment of it.
    expect(schedule.next(5000)).toMatchObject({ step: 'start' });
    expect(schedule.next(5000)).toMatchObject({ step: 'start' });
    expect(schedule.next(5000)).toEqual({ step: 'wait', untilMs: 5100 });
  });

  it('tries again after a back-off that doubles, as often as it may', () => {
    const schedule = new Schedule([{ retries: 3, backoffMs: 1000 }], NO_LIMIT);
    const begins: number[] = [];
    let nowMs = 0;
    for (let step = schedule.next(nowMs); step.step !== 'end'; step = schedule.next(nowMs)) {
      if (step.step === 'start') {
        begins.push(nowMs);
        nowMs += 10;
        schedule.ended(0, true, nowMs);
      } else {
        nowMs = step.untilMs!;
      }
    }
    expect(begins).toEqual([0, 1010, 3020, 7030]);
    expect(schedule.begun(0)).toBe(4);
  });

  it('lets no back-off grow beyond a minute, unless a longer one was asked for', () => {
    const waits = (backoffMs: number) => {
      const schedule = new Schedule([{ retries: 9, backoffMs }], NO_LIMIT);
      return Array.from({ length: 9 }, (_, round) => {
        const nowMs = round * 1e9;
        expect(schedule.next(nowMs)).toMatchObject({ step: 'start' });
        schedule.ended(0, true, nowMs);
        const step = schedule.next(nowMs);
        return step.step === 'wait' ? step.untilMs! - nowMs : Number.NaN;
      });
    };
    expect(waits(20_000).slice(0, 4)).toEqual([20_000, 40_000, 60_000, 60_000]);
    expect(waits(90_000).slice(0, 3)).toEqual([90_000, 90_000, 90_000]);
  });

  it('takes further tries that are due before checks that have not begun, and no slot while they wait', () => {
    const schedule = new Schedule([{ retries: 1, backoffMs: 100 }, ONCE, ONCE], { jobs: 1, startsPerSecond: 0 });
    expect(schedule.next(0)).toEqual({ step: 'start', index: 0 });
    expect(schedule.ended(0, true, 10)).toBe(true);
    expect(schedule.next(10)).toEqual({ step: 'start', index: 1 });
    schedule.ended(1, false, 200);
    expect(schedule.next(200)).toEqual({ step: 'start', index: 0 });
    expect(schedule.ended(0, true, 210)).toBe(false);
    expect(schedule.next(210)).toEqual({ step: 'start', index: 2 });
  });

  it('tries again in the order in which they ended what is due at the same moment', () => {
    const again: Tries = { retries: 1, backoffMs: 100 };
    const schedule = new Schedule([again, again, again], NO_LIMIT);
    for (let begun = 0; begun < 3; begun++) schedule.next(0);
    for (const index of [2, 0, 1]) schedule.ended(index, true, 10);
    const begins = [110, 110, 110].map((nowMs) => schedule.next(nowMs));
    expect(begins).toEqual([2, 0, 1].map((index) => ({ step: 'start', index })));
  });

  it('that is stopped begins nothing, not even again, and ends with what is under way', () => {
    const schedule = new Schedule([{ retries: 5, backoffMs: 1 }, ONCE], { jobs: 1, startsPerSecond: 0 });
    schedule.next(0);
    schedule.stop();
    expect(schedule.next(1)).toEqual({ step: 'wait', untilMs: null });
    expect(schedule.ended(0, true, 2)).toBe(false);
    expect(schedule.next(2)).toEqual({ step: 'end' });
    expect(schedule.begun(1)).toBe(0);
  });

  it('of nothing ends at once', () => {
    expect(new Schedule([], NO_LIMIT).next(0)).toEqual({ step: 'end' });
  });

  it('of 500 checks has begun them all within the rate limit', () => {
    const schedule = new Schedule(Array(500).fill(ONCE), { jobs: 500, startsPerSecond: 200 });
    let nowMs = 0;
    for (let begun = 0; begun < 500; ) {
      const step = schedule.next(nowMs);
      if (step.step === 'start') begun++;
      else if (step.step === 'wait') nowMs = step.untilMs!;
    }
    expect(nowMs).toBe((499 * 1000) / 200);
  });
});
