/** Clock and alarm: two scales of nanoseconds, and absolute deadlines. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { TimerfdAlarm } from '../../src/net/alarm.ts';
import { Clock } from '../../src/net/clock.ts';
import { addon, countDescriptors, loopTurns, until } from '../native/support.ts';

const NS_PER_MS = 1e6;

describe('Clock', () => {
  /** A clock whose readings are made up. */
  function scripted(...readings: readonly (readonly [monoNs: number, seconds: number, nanoseconds: number])[]): Clock {
    let next = 0;
    return new Clock((out) => out.set(readings[Math.min(next++, readings.length - 1)]!));
  }

  it('counts wall time from the second in which it was made', () => {
    const clock = scripted([1, 1_700_000_000, 999_999_999], [5, 1_700_000_001, 5], [9, 1_700_000_002, 7]);
    expect(clock.epochSeconds).toBe(1_700_000_000);
    expect({ monoNs: clock.monoNs, wallNs: clock.wallNs }).toEqual({ monoNs: 5, wallNs: 1_000_000_005 });
    expect(clock.read()).toBe(clock);
    expect({ monoNs: clock.monoNs, wallNs: clock.wallNs }).toEqual({ monoNs: 9, wallNs: 2_000_000_007 });
  });

  it('is exact to the nanosecond for months, where nanoseconds since 1970 would not be', () => {
    const clock = scripted([0, 1_700_000_000, 0]);
    const months = 100 * 86_400;
    expect(clock.fromUnix(1_700_000_000 + months, 1) - clock.fromUnix(1_700_000_000 + months, 0)).toBe(1);
    expect(1_700_000_000 * 1e9 + 1).toBe(1_700_000_000 * 1e9); // why there is an epoch
  });

  it('has stamps from before its epoch, when the wall clock was set back', () => {
    expect(scripted([0, 1_700_000_000, 0]).fromUnix(1_699_999_999, 5)).toBe(-999_999_995);
  });

  it('reads the real clocks', () => {
    const clock = new Clock(addon.readClocks);
    const { monoNs, wallNs } = clock;
    clock.read();
    expect(clock.monoNs).toBeGreaterThan(monoNs);
    expect(clock.wallNs).toBeGreaterThanOrEqual(wallNs);
    expect(Math.abs(clock.epochSeconds * 1000 + clock.wallNs / 1e6 - Date.now())).toBeLessThan(1000);
  });
});

describe('TimerfdAlarm', () => {
  const clock = new Clock(addon.readClocks);

  function alarm(onExpiry: () => void): TimerfdAlarm {
    const made = new TimerfdAlarm(addon, onExpiry);
    onTestFinished(() => made.close());
    return made;
  }

  it('keeps absolute deadlines: being late once does not make the next one late', async () => {
    const intervalNs = 2 * NS_PER_MS;
    const start = clock.read().monoNs;
    const latenessNs: number[] = [];
    await new Promise<void>((resolve) => {
      const ticking = alarm(() => {
        const index = latenessNs.length + 1;
        latenessNs.push(clock.read().monoNs - (start + index * intervalNs));
        if (index === 5) {
          // A turn of the loop that takes longer than two intervals.
          while (clock.read().monoNs < start + 8.5 * intervalNs);
        }
        if (index === 50) resolve();
        else ticking.arm(start + (index + 1) * intervalNs);
      });
      ticking.arm(start + intervalNs);
    });
    expect(Math.min(...latenessNs)).toBeGreaterThanOrEqual(0);
    // Long after the stall it is on time again, as far as the machine lets it: what is late does not add up.
    expect(Math.min(...latenessNs.slice(10))).toBeLessThan(0.5 * NS_PER_MS);
  });

  it('expires at once for a deadline that is past, and once only', async () => {
    let expiries = 0;
    const late = alarm(() => expiries++);
    late.arm(clock.read().monoNs - 1e9);
    await until(() => expiries === 1);
    await loopTurns(100);
    expect(expiries).toBe(1);
    // The same past deadline again is a new one.
    late.arm(1);
    await until(() => expiries === 2);
    late.arm(-5);
    await until(() => expiries === 3);
    late.arm(0);
    await until(() => expiries === 4);
  });

  it('is disarmed by Infinity', async () => {
    let expiries = 0;
    const disarmed = alarm(() => expiries++);
    disarmed.arm(clock.read().monoNs + 2 * NS_PER_MS);
    disarmed.arm(Number.POSITIVE_INFINITY);
    disarmed.arm(Number.POSITIVE_INFINITY);
    const reference = alarm(() => expiries--);
    reference.arm(clock.read().monoNs + 5 * NS_PER_MS);
    await until(() => expiries !== 0);
    expect(expiries).toBe(-1);
  });

  it('goes by the deadline that was set last, earlier or later', async () => {
    let expiredNs = 0;
    const moved = alarm(() => {
      expiredNs = clock.read().monoNs;
    });
    const now = clock.read().monoNs;
    moved.arm(now + 1e12);
    moved.arm(now + 1 * NS_PER_MS);
    moved.arm(now + 4 * NS_PER_MS);
    moved.arm(now + 4 * NS_PER_MS);
    await until(() => expiredNs !== 0);
    expect(expiredNs).toBeGreaterThanOrEqual(now + 4 * NS_PER_MS);
  });

  it('never expires before its deadline, even one of a fraction of a nanosecond', async () => {
    for (let round = 0; round < 20; round++) {
      const deadlineNs = clock.read().monoNs + 0.3 * NS_PER_MS + 0.75;
      await new Promise<void>((resolve) => {
        alarm(resolve).arm(deadlineNs);
      });
      expect(clock.read().monoNs).toBeGreaterThanOrEqual(deadlineNs);
    }
  });

  it('gives its descriptor back, and does not expire once closed', async () => {
    const before = countDescriptors();
    let expiries = 0;
    const closed = new TimerfdAlarm(addon, () => expiries++);
    closed.arm(1);
    closed.close();
    closed.close();
    await loopTurns(20);
    expect(expiries).toBe(0);
    expect(countDescriptors()).toBe(before);
  });
});
