/** When a run is over, by what was counted: the figures are set by hand, the clock is a number. */
import { describe, expect, it } from 'vitest';
import type { ConditionVerdict } from '../../src/conditions/judge.ts';
import type { PingConfig } from '../../src/ping/config.ts';
import { ProbeCounts } from '../../src/ping/probe-counts.ts';
import { RunEnd } from '../../src/ping/run-end.ts';
import { CONFIG, MS, SECOND } from './support.ts';

interface Facts {
  readonly sent?: number;
  readonly received?: number;
  readonly errors?: number;
  readonly corrupted?: number;
  readonly lastSentNs?: number;
  readonly longestUs?: number;
  readonly isWaiting?: boolean;
  readonly isReached?: boolean;
}

/** A run that began at 0 and has come to `facts`. */
function endOf(config: Partial<PingConfig>, facts: Facts = {}): RunEnd {
  const { longestUs = 0, isWaiting = false, isReached = false, ...counted } = facts;
  const end = new RunEnd(
    { ...CONFIG, ...config },
    {
      counts: Object.assign(new ProbeCounts(), counted),
      roundTrips: { maxUs: longestUs },
      schedule: { intervalNs: config.intervalNs ?? CONFIG.intervalNs },
      follower: { isWaiting, isReached: () => isReached },
    },
  );
  end.start(0);
  return end;
}

/** Why it is over at `nowNs`; null while it is not. */
function reasonAt(nowNs: number, config: Partial<PingConfig>, facts: Facts = {}): string | null {
  const end = endOf(config, facts);
  return end.isOver(nowNs) ? end.reason : null;
}

describe('a run', () => {
  it('without -c and -w is over for no reason of its own', () => {
    expect(reasonAt(1e6 * SECOND, {}, { sent: 1e6, received: 1000, errors: 1000 })).toBeNull();
  });

  it('is over by count when replies and errors make it up, and corrupted ones do not', () => {
    expect(reasonAt(0, { count: 3 }, { sent: 3, received: 2, corrupted: 1 })).toBeNull();
    expect(reasonAt(0, { count: 3 }, { sent: 3, received: 2, errors: 1 })).toBe('count');
  });

  it('is over at its deadline, not a nanosecond before', () => {
    expect(reasonAt(2 * SECOND - 1, { deadlineNs: 2 * SECOND }, { sent: 2 })).toBeNull();
    expect(reasonAt(2 * SECOND, { deadlineNs: 2 * SECOND }, { sent: 2 })).toBe('deadline');
  });

  it('with a deadline is over at the first error, unless it waits for a condition', () => {
    const deadline = { deadlineNs: 9 * SECOND };
    expect(reasonAt(0, deadline, { sent: 1, errors: 1 })).toBe('error');
    expect(reasonAt(0, deadline, { sent: 1, errors: 1, isWaiting: true })).toBeNull();
    expect(reasonAt(0, {}, { sent: 1, errors: 1 })).toBeNull();
  });

  it('is over by its condition, though count and deadline have come as well', () => {
    const all = { count: 1, deadlineNs: SECOND };
    expect(reasonAt(SECOND, all, { sent: 1, received: 1, isReached: true })).toBe('condition');
    expect(reasonAt(SECOND, all, { sent: 1, received: 1 })).toBe('count');
  });

  it('that is over stays so, for the reason that came first', () => {
    const end = endOf({ deadlineNs: SECOND });
    expect([end.isOver(SECOND), end.isOver(0), end.reason]).toEqual([true, true, 'deadline']);
    end.interrupt();
    expect(end.reason).toBe('deadline');
  });

  it('that is interrupted is over at once, whatever else would have ended it', () => {
    const end = endOf({ count: 1 }, { sent: 1, received: 1 });
    end.interrupt();
    expect([end.isOver(0), end.reason]).toEqual([true, 'interrupted']);
  });
});

describe('the wait for the last replies', () => {
  const LAST = { sent: 3, lastSentNs: 2 * SECOND };

  it('begins when -c probes have left, and never where there is a deadline or no count', () => {
    expect(endOf({ count: 3 }, { sent: 2 }).hasSentAll()).toBe(false);
    expect(endOf({ count: 3 }, { sent: 3 }).hasSentAll()).toBe(true);
    expect(endOf({ count: 3, deadlineNs: SECOND }, { sent: 9 }).hasSentAll()).toBe(false);
    expect(endOf({}, { sent: 9 }).hasSentAll()).toBe(false);
  });

  it('ends -W behind the last probe while nothing has come back', () => {
    expect(endOf({ count: 3, lingerNs: 4 * SECOND }, LAST).lingerAtNs()).toBe(6 * SECOND);
    expect(reasonAt(6 * SECOND - 1, { count: 3, lingerNs: 4 * SECOND }, LAST)).toBeNull();
    expect(reasonAt(6 * SECOND, { count: 3, lingerNs: 4 * SECOND }, LAST)).toBe('linger');
  });

  it('ends two of the longest round trips, or an interval, behind it once something has', () => {
    const heard = { ...LAST, received: 1, longestUs: 700_000 };
    expect(endOf({ count: 3 }, heard).lingerAtNs()).toBe(3.4 * SECOND);
    expect(endOf({ count: 3, intervalNs: 2 * SECOND }, heard).lingerAtNs()).toBe(4 * SECOND);
  });

  it('ends -W behind it in any case where that is asked for', () => {
    const config = { count: 3, lingerNs: 4 * SECOND, lingersInFull: true };
    expect(endOf(config, { ...LAST, received: 1, longestUs: 1000 }).lingerAtNs()).toBe(6 * SECOND);
  });

  it('has no end with -W 0 while nothing has come back', () => {
    expect(endOf({ count: 3, lingerNs: 0 }, LAST).lingerAtNs()).toBe(Number.POSITIVE_INFINITY);
    expect(endOf({ count: 3, lingerNs: 0, intervalNs: MS }, { ...LAST, received: 1 }).lingerAtNs()).toBe(2001 * MS);
  });
});

describe('the exit status', () => {
  it.each([
    [{}, {}, 1],
    [{}, { received: 1 }, 0],
    [{ count: 5 }, { received: 1 }, 0],
    [{ count: 5, deadlineNs: SECOND }, { received: 4, errors: 1 }, 1],
    [{ count: 5, deadlineNs: SECOND }, { received: 5 }, 0],
  ])('of %o with %o is %i', (config, facts, status) => {
    expect(endOf(config, facts).status([])).toBe(status);
  });

  it('is what the conditions make of it', () => {
    const verdict = (role: 'fail-if' | 'until', holds: boolean): ConditionVerdict => ({
      role,
      text: 'loss > 2%',
      holds,
      terms: [],
    });
    expect(endOf({}, { received: 1 }).status([verdict('fail-if', true)])).toBe(1);
    expect(endOf({}).status([verdict('until', true)])).toBe(0);
  });
});
