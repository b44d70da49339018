import { describe, expect, it } from 'vitest';
import { CATCH_UP_NS } from '../../src/ping/pacer.ts';
import {
  answersAfter,
  counts,
  MS,
  type Network,
  type PlayOptions,
  play,
  randomSource,
  SECOND,
  sendTimesMs,
  silence,
  US,
} from './support.ts';

describe('the schedule', () => {
  it('ends 300 probes at 10 ms after exactly 2.99 s although every wake-up is late', () => {
    const random = randomSource(300);
    const late = Array.from({ length: 1000 }, () => random() % (9 * MS));
    const lateNs = (wake: number) => (wake === 298 ? 0 : late[wake]!);
    const run = play({ count: 300, intervalNs: 10 * MS, quiet: true }, { network: silence, lateNs });
    expect(run.summary.elapsedNs).toBe(2990 * MS);
    for (const [index, { atNs }] of run.sends.entries()) {
      expect(atNs - index * 10 * MS).toBeGreaterThanOrEqual(0);
      expect(atNs - index * 10 * MS).toBeLessThan(9 * MS);
    }
  });

  it('does not move when one wake-up comes several intervals late: what was missed is sent at once', () => {
    const lateNs = (wake: number) => (wake === 1 ? 350 * MS : 0);
    const run = play({ count: 8, intervalNs: 100 * MS }, { network: silence, lateNs });
    expect(sendTimesMs(run)).toEqual([0, 100, 550, 550, 550, 550, 600, 700]);
  });

  it('takes an interval that is no whole number of milliseconds as it is', () => {
    const run = play({ count: 5, intervalNs: 1234.567 * US }, { network: silence });
    expect(run.sends.map(({ atNs }) => atNs)).toEqual([0, 1, 2, 3, 4].map((index) => index * 1_234_567));
  });

  it('is kept while replies, duplicates and errors come in between', () => {
    const network: Network = (index) => [
      { afterNs: 3 * MS, reply: {} },
      { afterNs: 33 * MS, reply: {} },
      ...(index % 5 === 0 ? [{ afterNs: 77 * MS, error: {} }] : []),
    ];
    const run = play({ intervalNs: 50 * MS, quiet: true }, { network, interruptAfterNs: 10 * SECOND - 1 });
    expect(sendTimesMs(run)).toEqual(Array.from({ length: 200 }, (_, index) => index * 50));
  });

  it('moves after an hour of suspension instead of catching up more than its limit', () => {
    const lateNs = (wake: number) => (wake === 9 ? 3600 * SECOND : 0);
    const run = play({ count: 500, intervalNs: 10 * MS, quiet: true }, { network: silence, lateNs });
    const wokenNs = run.sends[10]!.atNs;
    expect(wokenNs).toBe(3600 * SECOND + 100 * MS);
    const burst = run.sends.filter(({ atNs }) => atNs === wokenNs).length;
    expect(burst).toBeLessThanOrEqual(CATCH_UP_NS / (10 * MS) + 1);
    const after = run.sends.slice(10 + burst).map(({ atNs }) => atNs - wokenNs);
    expect(after[0]).toBeGreaterThan(0);
    expect(after.at(-1)! - after[0]!).toBe((after.length - 1) * 10 * MS);
    expect(CATCH_UP_NS).toBeLessThanOrEqual(SECOND);
  });

  it('sends one probe, not two, after an hour of suspension at intervals beyond the limit', () => {
    const lateNs = (wake: number) => (wake === 0 ? 3600 * SECOND : 0);
    const run = play({ count: 4, intervalNs: 5 * SECOND }, { network: silence, lateNs });
    const times = run.sends.map(({ atNs }) => atNs / SECOND);
    expect(times[1]).toBe(3605);
    expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(4);
    expect(times[3]! - times[2]!).toBe(5);
  });
});

describe('preload', () => {
  it('sends so many at once, and then one an interval', () => {
    const run = play({ count: 6, preload: 3, intervalNs: 100 * MS }, { network: silence });
    expect(sendTimesMs(run)).toEqual([0, 0, 0, 100, 200, 300]);
  });

  it('stops at the count', () => {
    const run = play({ count: 3, preload: 5, intervalNs: 200 * MS }, { network: answersAfter(MS) });
    expect(sendTimesMs(run)).toEqual([0, 0, 0]);
    expect(run.summary).toMatchObject({ transmitted: 3, received: 3, pipe: 3, elapsedNs: 0 });
  });

  it('sends 65,536 at once where it is told to', () => {
    const run = play({ preload: 65_536, quiet: true }, { network: silence, interruptAfterNs: 500 * MS });
    expect([run.sends.length, run.sends.at(-1)?.atNs]).toEqual([65_536, 0]);
  });
});

describe('interval 0', () => {
  it('sends a hundred probes a second while nothing comes back', () => {
    const run = play({ intervalNs: 0 }, { network: silence, interruptAfterNs: SECOND - 1 });
    expect(sendTimesMs(run)).toEqual(Array.from({ length: 100 }, (_, index) => index * 10));
  });

  it('sends the next probe at once after a reply', () => {
    const run = play({ intervalNs: 0, count: 1000, quiet: true }, { network: answersAfter(50 * US) });
    expect(run.sends.map(({ atNs }) => atNs)).toEqual(Array.from({ length: 1000 }, (_, index) => index * 50 * US));
  });

  it('waits no more than 10 ms for a lost reply, and goes on at full speed behind it', () => {
    const network: Network = (index) => (index === 2 ? [] : [{ afterNs: MS, reply: {} }]);
    const run = play({ intervalNs: 0, count: 6 }, { network });
    expect(sendTimesMs(run)).toEqual([0, 1, 2, 12, 13, 14]);
  });

  it('keeps as many probes under way as were preloaded', () => {
    const run = play({ intervalNs: 0, preload: 4, count: 12 }, { network: answersAfter(8 * MS) });
    expect(sendTimesMs(run)).toEqual([0, 0, 0, 0, 8, 8, 8, 8, 16, 16, 16, 16]);
    expect(run.summary.pipe).toBe(4);
  });

  it('goes on at once after an IPv4 error, which acknowledges its probe', () => {
    const run = play({ intervalNs: 0, count: 4 }, { network: () => [{ afterNs: MS, error: {} }] });
    expect(sendTimesMs(run)).toEqual([0, 1, 2, 3]);
  });

  it('does not go on at once after an IPv6 error, which does not', () => {
    const error = { origin: 'icmp6', type: 1, code: 1, offender: '2001:db8::fe' } as const;
    const run = play(
      { family: 6, target: '2001:db8::7', intervalNs: 0, count: 4 },
      { network: () => [{ afterNs: MS, error }] },
    );
    expect(sendTimesMs(run)).toEqual([0, 10, 20, 30]);
  });

  it('does not go on at once after a corrupted reply, which is not acknowledged', () => {
    const network: Network = (_index, sequence) => [
      { afterNs: MS, reply: { message: Uint8Array.of(0, 0, 1, 1, 0x1b, 0x2c, 0, sequence) } },
    ];
    const run = play({ intervalNs: 0, count: 3 }, { network });
    expect(sendTimesMs(run)).toEqual([0, 10, 20]);
    expect(counts(run)).toEqual([3, 0, 0, 3, 0]);
  });

  it('does not take a duplicate for the reply that is missing', () => {
    const network: Network = (index) =>
      index === 0
        ? [
            { afterNs: MS, reply: {} },
            { afterNs: 2 * MS, reply: {} },
          ]
        : [];
    expect(sendTimesMs(play({ intervalNs: 0, count: 3 }, { network }))).toEqual([0, 1, 11]);
  });
});

describe('-A', () => {
  const adaptive = { adaptive: true, intervalNs: SECOND };
  const times = (config: object, options: PlayOptions) => sendTimesMs(play({ ...adaptive, ...config }, options));

  it('follows the moving average of the round trip, rounded to milliseconds', () => {
    // iputils, seen: replies after 15.6 ms, ipg 16.4 ms. From stamp to stamp 15.6 ms: (15,600 + 500)/1000 = 16.
    const stamps = times({ count: 6 }, { network: answersAfter(15_605 * US) });
    expect(stamps).toEqual([0, 16, 32, 48, 64, 80]);
  });

  it('follows it also where it is longer than the interval given', () => {
    const stamps = times({ count: 4 }, { network: answersAfter(1_999_600 * US), stamps: 'none' });
    // Probes at 0 and 1 s; the first reply makes the interval (1,999,600 + 500)/1000 = 2000 ms.
    expect(stamps).toEqual([0, 1000, 3000, 5000]);
  });

  it('begins with the interval given while nothing has come back', () => {
    expect(times({ count: 3 }, { network: silence })).toEqual([0, 1000, 2000]);
    expect(times({ count: 3, intervalNs: 200 * MS }, { network: silence })).toEqual([0, 200, 400]);
  });

  it('waits no less than 2 ms for ordinary users', () => {
    const network = answersAfter(105 * US);
    expect(times({ count: 4, privileged: false }, { network })).toEqual([0, 2, 4, 6]);
    expect(times({ count: 20, privileged: false, quiet: true }, { network }).at(-1)).toBe(38);
  });

  it('sends as fast as replies come for root where round trips are below half a millisecond', () => {
    expect(times({ count: 4 }, { network: answersAfter(105 * US) })).toEqual([0, 0.105, 0.21, 0.315]);
  });

  it('slows down as round trips grow', () => {
    // rtt8: 8*1000; then +20,000 - 1000 = 27,000 (3375 us: 3 ms); then +20,000 - 3375 = 43,625 (5453 us: 5 ms)
    const network: Network = (index) => [{ afterNs: (index === 0 ? 1005 : 20_005) * US, reply: {} }];
    const sent = times({ count: 30, quiet: true }, { network });
    expect(sent[1]).toBe(1.005);
    expect(sent.at(-1)! - sent.at(-2)!).toBeGreaterThan(14);
  });

  it('keeps no schedule: a late wake-up causes no burst', () => {
    const lateNs = (wake: number) => (wake === 2 ? 500 * MS : 0);
    const sent = times({ count: 8 }, { network: answersAfter(15_605 * US), lateNs });
    const gaps = sent.slice(1).map((at, index) => at - sent[index]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(15);
  });

  it('never has an interval below zero, whatever the round trips are', () => {
    const random = randomSource(48_964);
    const run = play(
      { ...adaptive, count: 2000, quiet: true },
      { network: () => [{ afterNs: random() % (2 * MS), reply: {} }], stamps: 'none' },
    );
    expect(counts(run)).toEqual([2000, 2000, 0, 0, 0]);
    const gaps = run.sends.slice(1).map(({ atNs }, index) => atNs - run.sends[index]!.atNs);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(10 * MS);
  });
});
