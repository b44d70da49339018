import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAXIMUM_WINDOW_PROBES, ProbeStatistics } from '../../src/measure/probe-statistics.ts';
import { RELATIVE_ERROR } from '../../src/measure/quantiles.ts';
import { NaiveStatistics, percentileOf, type Step } from './naive-statistics.ts';
import { randomIntegers } from './support.ts';

const MS = 1e6;
const SECOND = 1e9;

/** `asks`: whether somebody wants to know all figures after the nth step. */
function play(steps: readonly Step[], asks: (index: number) => boolean = () => false): ProbeStatistics {
  const statistics = new ProbeStatistics();
  for (const [index, step] of steps.entries()) {
    if (step.type === 'sent') statistics.sent(step.atNs);
    else if (step.type === 'lost') statistics.lost(step.probe);
    else statistics.answered(step.probe, step.ns);
    if (asks(index)) statistics.summary();
  }
  return statistics;
}

/** One probe a second, numbered from 1: a number of ms is its round trip, `x` a loss, `?` nothing known. */
function run(outcomes: string): ProbeStatistics {
  const statistics = new ProbeStatistics();
  for (const [index, word] of outcomes.split(' ').entries()) {
    statistics.sent(index * SECOND);
    if (word === 'x') statistics.lost(index + 1);
    else if (word !== '?') statistics.answered(index + 1, Number(word) * MS);
  }
  return statistics;
}

/** Relative where it matters, and never stricter than a double can be. */
function expectClose(actual: number | null | undefined, expected: number): void {
  expect(actual).not.toBeNull();
  expect(Math.abs(actual! - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-3);
}

function expectQuantile(actual: number | null | undefined, exact: number): void {
  expect(Math.abs(actual! - exact)).toBeLessThanOrEqual(RELATIVE_ERROR * exact);
}

function expectAsNaive(statistics: ProbeStatistics, naive: NaiveStatistics): void {
  const nowNs = (naive.probes.at(-1)?.sentNs ?? 0) + 5 * SECOND;
  const summary = statistics.summary(nowNs);
  const [received, lost] = [naive.count('received'), naive.count('lost')];
  expect(summary).toMatchObject({ sent: naive.probes.length, received, lost, undecided: naive.count('undecided') });
  expect(summary.lossRatio).toBe(received + lost === 0 ? null : lost / (received + lost));

  const times = summary.roundTrip;
  expect(times === null).toBe(received === 0);
  if (times !== null) {
    expect([times.count, times.minNs, times.maxNs]).toEqual([received, naive.percentile(0), naive.percentile(100)]);
    expectClose(times.meanNs, naive.mean());
    for (const [actual, percent] of [
      [times.p50Ns, 50],
      [times.p90Ns, 90],
      [times.p95Ns, 95],
      [times.p99Ns, 99],
    ] as const) {
      expectQuantile(actual, naive.percentile(percent));
    }
    expectClose(times.populationDeviationNs, naive.deviation('n'));
    if (received < 2) expect(times.sampleDeviationNs).toBeNull();
    else expectClose(times.sampleDeviationNs, naive.deviation('n - 1'));
  }

  const { jitter } = summary;
  expect(jitter === null).toBe(received < 2);
  if (jitter !== null) expectClose(jitter.rfc3550Ns, naive.rfc3550());
  const ipdv = naive.ipdv();
  const magnitudes = ipdv.map(Math.abs);
  const variation = jitter?.rfc3393 ?? null;
  expect(variation === null).toBe(ipdv.length === 0);
  if (variation !== null) {
    expect(variation).toMatchObject({ pairs: ipdv.length, minNs: Math.min(...ipdv), maxNs: Math.max(...ipdv) });
    expectQuantile(variation.p95Ns, percentileOf(magnitudes, 95));
    expectClose(jitter?.meanAbsoluteDifferenceNs, magnitudes.reduce((sum, ns) => sum + ns, 0) / ipdv.length);
  }

  const periods = naive.lossPeriods();
  expect(summary.lossRuns).toEqual({
    count: periods.length,
    longest: Math.max(0, ...periods),
    meanLength: lost === 0 ? null : lost / periods.length,
    noticeableRate: lost === 0 ? null : naive.noticeableRate(1),
  });
  expect(summary.longestOutageNs).toBe(received + lost === 0 ? null : naive.longestOutage(nowNs));
  expect([statistics.inARow('received'), statistics.inARow('lost')]).toEqual([
    naive.inARow('received'),
    naive.inARow('lost'),
  ]);
  const recent = summary.recentLoss === null ? null : summary.recentLoss.lost / summary.recentLoss.probes;
  expect(recent).toBe(naive.lossAmongLast(10));
  for (const probes of [1, 2, 7, 300]) expect(statistics.lossOver({ probes })).toBe(naive.lossAmongLast(probes));
  for (const ns of [0, SECOND, 6 * SECOND, 1000 * SECOND]) {
    expect(statistics.lossOver({ ns, nowNs })).toBe(naive.lossSince(nowNs - ns));
  }
}

/** Whatever may happen to a run: losses, late answers, second answers, reordering, probes that were never sent. */
const steps: fc.Arbitrary<Step[]> = fc
  .array(
    fc.record({
      type: fc.constantFrom('sent', 'sent', 'answered', 'answered', 'lost'),
      back: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 5, arbitrary: fc.nat(6) }, fc.nat(700)),
      ns: fc.oneof(fc.nat(300), fc.nat(50 * MS), fc.nat(2 ** 40)),
      gapNs: fc.oneof(fc.nat(1000), fc.nat(2 * SECOND)),
    }),
    { maxLength: 900 },
  )
  .map((actions) => {
    let sent = 0;
    let atNs = 0;
    return actions.map(({ type, back, ns, gapNs }): Step => {
      if (type === 'answered') return { type, probe: sent + 1 - back, ns };
      if (type === 'lost') return { type, probe: sent - back };
      sent++;
      atNs += gapNs;
      return { type: 'sent', atNs };
    });
  });

/** Long stretches of one outcome, as whole blocks of probes have them, some of them changed in the end. */
const stretches: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.array(
      fc.record({ outcome: fc.constantFrom('answered', 'lost', 'nothing'), length: fc.integer({ min: 1, max: 700 }) }),
      { minLength: 1, maxLength: 6 },
    ),
    fc.array(fc.record({ type: fc.constantFrom('answered', 'lost'), back: fc.nat(2000) }), { maxLength: 5 }),
  )
  .map(([runs, changes]) => {
    const script: Step[] = [];
    let probe = 0;
    for (const { outcome, length } of runs) {
      for (let index = 0; index < length; index++) {
        script.push({ type: 'sent', atNs: ++probe * 10 * MS });
        if (outcome === 'answered') script.push({ type: 'answered', probe, ns: 100 + ((probe * 37) % 50) });
        if (outcome === 'lost') script.push({ type: 'lost', probe });
      }
    }
    for (const { type, back } of changes) {
      if (type === 'lost') script.push({ type, probe: probe - back });
      else script.push({ type: 'answered', probe: probe - back, ns: 500 });
    }
    return script;
  });

describe('all figures of a run', () => {
  it('are those of the definitions, whatever is lost, late, repeated or out of order', () => {
    fc.assert(
      fc.property(steps, (script) => {
        expectAsNaive(play(script), new NaiveStatistics(script));
      }),
    );
  });

  it('are those of the definitions over long stretches of one outcome, asked for before some of them change', () => {
    fc.assert(
      fc.property(stretches, (script) => {
        expectAsNaive(
          play(script, (index) => index % 97 === 0 || index >= script.length - 5),
          new NaiveStatistics(script),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('are the same when they are asked for all the time', () => {
    fc.assert(
      fc.property(steps, (script) => {
        expectAsNaive(
          play(script, () => true),
          new NaiveStatistics(script),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('are not there before the first probe', () => {
    expect(new ProbeStatistics().summary()).toEqual({
      sent: 0,
      received: 0,
      lost: 0,
      undecided: 0,
      lossRatio: null,
      roundTrip: null,
      jitter: null,
      lossRuns: { count: 0, longest: 0, meanLength: null, noticeableRate: null },
      longestOutageNs: null,
      recentLoss: null,
    });
  });

  it('are known for a run worked out by hand', () => {
    // Sent at 0 to 9 s. Answered: 10, 12, 11 | 20, 14 | 13. Losses 4, 5 and 8, 9; undecided 10.
    const summary = run('10 12 11 x x 20 14 x x ?').summary(30 * SECOND);
    expect(summary).toMatchObject({ sent: 10, received: 5, lost: 4, undecided: 1, lossRatio: 4 / 9 });
    expect(summary.roundTrip).toMatchObject({ count: 5, minNs: 10 * MS, meanNs: 13.4 * MS, maxNs: 20 * MS });
    // Squares of the distances from 13.4: 11.56 + 1.96 + 5.76 + 43.56 + 0.36 = 63.2 ms^2.
    expectClose(summary.roundTrip?.populationDeviationNs, Math.sqrt(63.2 / 5) * MS);
    expectClose(summary.roundTrip?.sampleDeviationNs, Math.sqrt(63.2 / 4) * MS);
    // Differences in order of arrival 2, 1, 9, 6: 0.125, 0.1796875, 0.73095703125, 1.060272216796875 ms.
    expect(summary.jitter?.rfc3550Ns).toBeCloseTo(1.060272216796875 * MS, 3);
    // Pairs of consecutive probes: +2, -1, -6; the step from 11 to 20 crosses two losses.
    expect(summary.jitter?.rfc3393).toMatchObject({ pairs: 3, minNs: -6 * MS, maxNs: 2 * MS });
    expect(summary.jitter?.meanAbsoluteDifferenceNs).toBe(3 * MS);
    expect(summary.lossRuns).toEqual({ count: 2, longest: 2, meanLength: 2, noticeableRate: 0.5 });
    // From 3 s to 5 s; and from 7 s until now.
    expect(summary.longestOutageNs).toBe(23 * SECOND);
    expect(summary.recentLoss).toEqual({ probes: 9, lost: 4 });
  });
});

describe('a late answer', () => {
  it('takes the loss back, splits the run and ends the outage', () => {
    const statistics = run('10 x x x 10');
    expect(statistics.lossRuns).toMatchObject({ count: 1, longest: 3 });
    expect(statistics.longestOutageNs(4 * SECOND)).toBe(3 * SECOND);
    statistics.answered(3, 1500 * MS);
    expect(statistics.summary()).toMatchObject({ received: 3, lost: 2, lossRuns: { count: 2, longest: 1 } });
    expect(statistics.longestOutageNs(4 * SECOND)).toBe(SECOND);
  });

  it('to a probe more than 65,536 probes back is none: that one is lost for good', () => {
    const statistics = new ProbeStatistics();
    for (let probe = 1; probe <= 2 * MAXIMUM_WINDOW_PROBES; probe++) {
      statistics.sent(probe);
      if (probe > 1) statistics.answered(probe, 5);
    }
    statistics.answered(1, 5);
    expect(statistics.summary()).toMatchObject({ lost: 1, undecided: 0, received: 2 * MAXIMUM_WINDOW_PROBES - 1 });
    expect(statistics.inARow('received')).toBe(2 * MAXIMUM_WINDOW_PROBES - 1);
    expect(statistics.lossRuns).toMatchObject({ count: 1, longest: 1 });
  });
});

describe('probes in a row', () => {
  it.each([
    ['10 10 10', 3, 0],
    ['10 x x', 0, 2],
    ['x x 10 ? ?', 1, 0],
    ['10 ? 10', 1, 0], // nobody knows about the second one yet
    ['? ?', 0, 0],
  ])('of %s: %d answered, %d lost', (outcomes, received, lost) => {
    const statistics = run(outcomes);
    expect([statistics.inARow('received'), statistics.inARow('lost')]).toEqual([received, lost]);
  });

  it('join when the one between is answered after all', () => {
    const statistics = run('10 ? 10');
    statistics.answered(2, 5);
    expect(statistics.inARow('received')).toBe(3);
  });

  it('are counted beyond what is remembered', () => {
    const statistics = new ProbeStatistics();
    for (let probe = 1; probe <= 200_000; probe++) {
      statistics.sent(probe);
      statistics.lost(probe);
    }
    expect([statistics.inARow('lost'), statistics.inARow('received')]).toEqual([200_000, 0]);
    statistics.answered(200_000, 1);
    expect([statistics.inARow('lost'), statistics.inARow('received')]).toEqual([0, 1]);
  });
});

describe('a long run', () => {
  const random = randomIntegers(7);
  const script: Step[] = [];
  /** Loss comes in bursts, and rises from nothing to a third of all; every 50th loss is answered later. */
  const PROBES = 300_000;
  for (let probe = 1; probe <= PROBES; probe++) {
    script.push({ type: 'sent', atNs: probe * 20_000 });
    const isLost = random(PROBES) < probe / 3 && random(4) > 0;
    if (isLost) script.push({ type: 'lost', probe });
    else script.push({ type: 'answered', probe, ns: 20_000 + random(60_000) });
    if (isLost && random(50) === 0)
      script.push({ type: 'answered', probe: Math.max(1, probe - random(60_000)), ns: 1e9 });
  }
  const statistics = play(script);
  const naive = new NaiveStatistics(script);
  const nowNs = PROBES * 20_000;

  it('has the same counts, runs, outage and pairs as the whole of it', () => {
    const summary = statistics.summary(nowNs);
    const periods = naive.lossPeriods();
    const longest = periods.reduce((most, length) => Math.max(most, length), 0);
    expect(summary).toMatchObject({ sent: PROBES, received: naive.count('received'), lost: naive.count('lost') });
    expect(summary.lossRuns).toMatchObject({ count: periods.length, longest, noticeableRate: naive.noticeableRate(1) });
    expect(summary.longestOutageNs).toBe(naive.longestOutage(nowNs));
    expect(summary.jitter?.rfc3393?.pairs).toBe(naive.ipdv().length);
    expectQuantile(summary.roundTrip?.p99Ns, naive.percentile(99));
    expectClose(summary.roundTrip?.sampleDeviationNs, naive.deviation('n - 1'));
  });

  it('answers for windows of up to 65,536 probes exactly', () => {
    for (const probes of [1, 255, 256, 257, 10_000, 65_535, 65_536]) {
      expect(statistics.lossOver({ probes }), `${probes}`).toBe(naive.lossAmongLast(probes));
      const ns = (probes - 1) * 20_000;
      expect(statistics.lossOver({ ns, nowNs }), `${ns} ns`).toBe(naive.lossSince(nowNs - ns));
    }
  });

  it('answers for longer windows to within 1/63 of their probes', () => {
    for (let probes = 66_000; probes < PROBES; probes += 7_777) {
      const ns = (probes - 1) * 20_000;
      const ratio = statistics.lossOver({ ns, nowNs });
      expect(Math.abs(ratio! - naive.lossSince(nowNs - ns)!), `${probes}`).toBeLessThan(1 / 63);
    }
    expect(statistics.lossOver({ ns: 2 * nowNs, nowNs })).toBeCloseTo(naive.lossSince(0)!, 12);
  });
});

describe('a window', () => {
  it('has from 1 to 65,536 probes', () => {
    const statistics = run('10 x');
    expect(statistics.lossOver({ probes: 65_536 })).toBe(0.5);
    for (const probes of [0, -1, 65_537, Number.NaN]) expect(() => statistics.lossOver({ probes })).toThrow(RangeError);
  });

  it('in which nothing is decided has no loss ratio', () => {
    const statistics = run('10 x ?');
    expect(statistics.lossOver({ ns: SECOND / 2, nowNs: 2 * SECOND })).toBeNull();
    expect(statistics.lossOver({ ns: SECOND, nowNs: 2 * SECOND })).toBe(1);
    expect(new ProbeStatistics().lossOver({ probes: 5 })).toBeNull();
  });
});

describe('three million probes', () => {
  it('take no more memory than a hundred thousand', () => {
    const statistics = new ProbeStatistics();
    const flood = (from: number, to: number) => {
      for (let probe = from; probe <= to; probe++) {
        statistics.sent(probe * 5000);
        if (probe % 100 === 0) statistics.lost(probe);
        else statistics.answered(probe, 20_000 + (probe % 1000) * 37);
      }
    };
    flood(1, 100_000);
    const before = process.memoryUsage();
    flood(100_001, 3_000_000);
    const after = process.memoryUsage();
    expect(statistics.summary()).toMatchObject({
      sent: 3_000_000,
      lost: 30_000,
      lossRuns: { count: 30_000, longest: 1 },
    });
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1e6);
  });
});
