import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TimeoutAlarm } from '../../src/net/portable-alarm.ts';
import { monotonicNs } from '../../src/net/portable-clock.ts';

const MS = 1e6;

/** An alarm and when it went off, in ms from now; the promise is that of the next time. */
function create() {
  const startNs = monotonicNs();
  const expiries: number[] = [];
  let wake = () => {};
  const alarm = new TimeoutAlarm(() => {
    expiries.push((monotonicNs() - startNs) / MS);
    wake();
  });
  return {
    expiries,
    arm: (ms: number) => alarm.arm(startNs + ms * MS),
    disarm: () => alarm.arm(Number.POSITIVE_INFINITY),
    close: () => alarm.close(),
    next: () =>
      new Promise<void>((resolve) => {
        wake = resolve;
      }),
  };
}

describe('an alarm on timers of node', () => {
  it.each([-5, 0, 0.3, 1, 2.5, 7.25, 20])('goes off %d ms from now, not sooner, and once', async (ms) => {
    const alarm = create();
    alarm.arm(ms);
    await alarm.next();
    await sleep(5);
    expect(alarm.expiries).toHaveLength(1);
    expect(alarm.expiries[0]).toBeGreaterThanOrEqual(ms);
  });

  it('is as exact as a machine with other work lets it be: to 0.5 ms at least once in twenty', async () => {
    const late: number[] = [];
    for (let round = 0; round < 20; round++) {
      const alarm = create();
      alarm.arm(3.3);
      await alarm.next();
      late.push(alarm.expiries[0]! - 3.3);
    }
    expect(Math.min(...late)).toBeLessThan(0.5);
  });

  it('is never called from within `arm`, however late it is', () => {
    const alarm = create();
    alarm.arm(-1000);
    expect(alarm.expiries).toEqual([]);
    alarm.close();
  });

  it('takes the last deadline that it was given, an earlier or a later one', async () => {
    const alarm = create();
    alarm.arm(1000);
    alarm.arm(5);
    await alarm.next();
    expect(alarm.expiries[0]).toBeLessThan(900);
    const other = create();
    other.arm(3);
    other.arm(30);
    await other.next();
    expect(other.expiries).toHaveLength(1);
    expect(other.expiries[0]).toBeGreaterThanOrEqual(30);
  });

  it('sleeps also for longer than a timer of node can', async () => {
    const alarm = create();
    alarm.arm(2 ** 33);
    await sleep(15);
    expect(alarm.expiries).toEqual([]);
    alarm.close();
  });

  it('can be armed again from its own call', async () => {
    const alarm = create();
    alarm.arm(2);
    await alarm.next();
    alarm.arm(6);
    await alarm.next();
    expect(alarm.expiries[1]).toBeGreaterThanOrEqual(6);
  });

  it.each(['disarm', 'close'] as const)(
    'keeps silent after %s, whether it slept or was about to go off',
    async (end) => {
      for (const ms of [0, 5]) {
        const alarm = create();
        alarm.arm(ms);
        alarm[end]();
        await sleep(15);
        expect(alarm.expiries).toEqual([]);
      }
    },
  );
});
