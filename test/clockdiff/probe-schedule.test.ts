import { describe, expect, it } from 'vitest';
import { ProbeSchedule } from '../../src/clockdiff/probe-schedule.ts';
import { MS, SECOND } from './support.ts';

function scheduleOf(intervalNs: number): ProbeSchedule {
  const schedule = new ProbeSchedule(intervalNs);
  schedule.start(SECOND);
  return schedule;
}

describe('the next probe', () => {
  it('is due at once without an interval', () => {
    const schedule = scheduleOf(0);
    expect(schedule.dueNs(0)).toBe(SECOND);
    schedule.spend(SECOND + 5 * MS);
    expect(schedule.dueNs(1)).toBeLessThanOrEqual(SECOND + 5 * MS);
  });

  it('is due an interval behind the one before, by the schedule and not by when that left, within a millisecond', () => {
    const schedule = scheduleOf(100 * MS);
    schedule.spend(SECOND + 0.9 * MS);
    expect(schedule.dueNs(0)).toBe(SECOND + 100 * MS);
  });

  it('is due an interval later where the one before was later than that: there is no burst', () => {
    const schedule = scheduleOf(100 * MS);
    schedule.spend(9 * SECOND);
    expect(schedule.dueNs(0)).toBe(9 * SECOND + 99 * MS);
  });

  it("meets another part of the peer's millisecond each time: every tenth of it within 20 probes, at intervals", () => {
    const schedule = scheduleOf(100 * MS);
    const phases = Array.from({ length: 20 }, (_, transmitted) => schedule.dueNs(transmitted) - SECOND);
    expect(phases.every((phase) => phase >= 0 && phase < MS)).toBe(true);
    expect(new Set(phases.map((phase) => Math.floor((phase / MS) * 10))).size).toBe(10);
  });

  it('waits out a pause', () => {
    const schedule = scheduleOf(0);
    schedule.pause(3 * SECOND);
    expect(schedule.dueNs(7)).toBe(3 * SECOND);
  });
});
