import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompareOptions, type Comparison, compare } from '../../src/compare/compare.ts';
import { testLatency } from '../../src/compare/latency-test.ts';
import { testLoss } from '../../src/compare/loss-test.ts';
import type { Run, Series } from '../../src/compare/series.ts';
import { loseInBursts, makeNetworks, makeRandom } from './random.ts';

const MS = 1e6;
const OPTIONS: CompareOptions = { threshold: { kind: 'time', ns: 0 }, alpha: 0.05 };

function answered(roundTripsNs: readonly number[]): Run {
  return { kind: 'ping', roundTripsNs, answered: roundTripsNs.map(() => true) };
}

function series(...runs: readonly Run[]): Series {
  return new Map([['host', runs]]);
}

function ofPairs(pairs: number, isTrue: () => boolean): number {
  return Array.from({ length: pairs }, isTrue).filter(Boolean).length;
}

const isChanged = ({ change }: Comparison) => change === 'worse' || change === 'better';

describe('sonde compare, where nothing changed', () => {
  // Of 200 pairs with a true rate of 5 %, more than 18 are called changed once in fifty tries; the generator gives always the same.
  const LIMIT = 18;
  const networks = Object.keys(makeNetworks(Math.random)).filter((name) => !name.startsWith('very much'));

  it.each(networks)('calls no more than one in twenty of 200 pairs changed: %s', (name) => {
    const network = makeNetworks(makeRandom(1))[name]!;
    // Ten packets each way in a row are ten ways in a hundred packets: it takes more of them.
    const count = name.includes('ten packets') ? 400 : 100;
    const called = ofPairs(200, () =>
      isChanged(compare(series(answered(network(count))), series(answered(network(count))), OPTIONS)),
    );
    expect(called).toBeLessThanOrEqual(LIMIT);
  });

  it.each([
    [0.01, 1],
    [0.05, 5],
    [0.2, 10],
  ])('nor by a loss of %d in bursts of %d', (ratio, burst) => {
    const random = makeRandom(2);
    const lossy = () => ({ kind: 'ping', roundTripsNs: [], answered: loseInBursts(random, 200, ratio, burst) });
    expect(ofPairs(200, () => isChanged(compare(series(lossy()), series(lossy()), OPTIONS)))).toBeLessThanOrEqual(
      LIMIT,
    );
  });

  it('finds none between a run and itself, and p is 1', () => {
    const run = answered(makeNetworks(makeRandom(3))['independent']!(50));
    const { change, targets } = compare(series(run), series(run), OPTIONS);
    expect(change).toBe('none');
    expect(targets[0]!.latency).toMatchObject({ p: 1 });
    expect(targets[0]!.latency!.result.shiftNs).toBeCloseTo(0, -1);
  });

  it('finds none where every round trip is the same', () => {
    const run = answered(new Array<number>(50).fill(10 * MS));
    expect(compare(series(run), series(run), OPTIONS).change).toBe('none');
  });
});

describe('sonde compare, where 5 ms were added', () => {
  it.each([
    ['independent', 20],
    ['much memory (0.6)', 50],
    ['heavy tail (Pareto, 1.2)', 50],
    ['two ways, each packet by chance', 100],
    ['rising by 4 ms in each run', 100],
  ])('says so: %s, %d round trips', (name, count) => {
    const network = makeNetworks(makeRandom(4))[name]!;
    const found = ofPairs(50, () => {
      const later = network(count).map((ns) => ns + 5 * MS);
      return compare(series(answered(network(count))), series(answered(later)), OPTIONS).change === 'worse';
    });
    expect(found).toBeGreaterThanOrEqual(48);
  });

  it('says better the other way round', () => {
    const network = makeNetworks(makeRandom(5))['independent']!;
    const [before, now] = [network(50).map((ns) => ns + 5 * MS), network(50)];
    expect(compare(series(answered(before)), series(answered(now)), OPTIONS).change).toBe('better');
  });

  it('tells by how much, with an interval that holds it, and medians with theirs', () => {
    const network = makeNetworks(makeRandom(6))['independent']!;
    const [before, now] = [network(200), network(200).map((ns) => ns + 5 * MS)];
    const { shiftNs, shiftIntervalNs, base } = testLatency([before], [now], 0, 0.05)!;
    expect(shiftNs / MS).toBeCloseTo(5, 0);
    expect(shiftIntervalNs[0]).toBeLessThan(5 * MS);
    expect(shiftIntervalNs[1]).toBeGreaterThan(5 * MS);
    expect(shiftIntervalNs[1] - shiftIntervalNs[0]).toBeLessThan(1 * MS);
    expect(base.intervalNs[0]).toBeLessThan(10 * MS);
    expect(base.intervalNs[1]).toBeGreaterThan(10 * MS);
  });

  it('holds the true shift in nineteen of twenty intervals', () => {
    const network = makeNetworks(makeRandom(7))['heavy tail (Pareto, 1.2)']!;
    const held = ofPairs(100, () => {
      const now = network(60).map((ns) => ns + 2 * MS);
      const [from, to] = testLatency([network(60)], [now], 0, 0.05)!.shiftIntervalNs;
      return from <= 2 * MS && 2 * MS <= to;
    });
    expect(held).toBeGreaterThanOrEqual(92);
  });

  it('is no change to whoever allows for more than that, in time or as a part of the base', () => {
    const network = makeNetworks(makeRandom(8))['independent']!;
    const [before, now] = [series(answered(network(100))), series(answered(network(100).map((ns) => ns + 5 * MS)))];
    const changeBy = (threshold: CompareOptions['threshold']) => compare(before, now, { ...OPTIONS, threshold }).change;
    expect(changeBy({ kind: 'time', ns: 6 * MS })).toBe('none');
    expect(changeBy({ kind: 'time', ns: 4 * MS })).toBe('worse');
    expect(changeBy({ kind: 'part', ofMedian: 0.6 })).toBe('none');
    expect(changeBy({ kind: 'part', ofMedian: 0.4 })).toBe('worse');
  });
});

describe('sonde compare on loss', () => {
  const lossy = (count: number, isLost: (at: number) => boolean): Run => {
    const answered = Array.from({ length: count }, (_, at) => !isLost(at));
    return { kind: 'ping', answered, roundTripsNs: answered.filter(Boolean).map((_, at) => 10 * MS + (at % 7)) };
  };

  it('takes one outage for one event, of which it cannot tell whether it will come again, and single losses for as many', () => {
    const none = lossy(100, () => false);
    const outage = lossy(100, (at) => at >= 40 && at < 50);
    const single = lossy(100, (at) => at % 10 === 5);
    expect(compare(series(none), series(outage), OPTIONS).targets[0]!.loss.change).toBe('unknown');
    expect(compare(series(none), series(single), OPTIONS).targets[0]!.loss.change).toBe('worse');
  });

  it('calls a target worse that does not answer any more, though there is no round trip to compare', () => {
    const { change, targets } = compare(series(lossy(40, () => false)), series(lossy(40, () => true)), OPTIONS);
    expect(change).toBe('worse');
    expect(targets[0]).toMatchObject({ latency: null, loss: { change: 'worse' } });
  });

  it('calls one better that answers now, and one the same that never did', () => {
    const [silent, alive] = [lossy(40, () => true), lossy(40, () => false)];
    expect(compare(series(silent), series(alive), OPTIONS).change).toBe('better');
    expect(compare(series(silent), series(silent), OPTIONS).change).toBe('none');
  });

  it('is the plain exact test where losses stand alone', () => {
    const before = lossy(50, (at) => at === 25).answered;
    const now = lossy(50, (at) => at % 6 === 3).answered;
    const { burstFactor, worse } = testLoss([before], [now]);
    expect(burstFactor).toBe(1);
    // By R: phyper(0, 9, 91, 50) + dhyper(1, 9, 91, 50), that one or none of nine losses fell into the base.
    expect(worse).toBeCloseTo(0.0153, 3);
  });
});

it('sonde compare has too little data where what was lost is one outage that is half of the run', () => {
  const [before, now] = [Array<boolean>(40).fill(true), Array.from({ length: 40 }, (_, at) => at >= 20)];
  expect(testLoss([before], [now])).toMatchObject({ isEnough: false, new: { sent: 40, lost: 20 } });
});

describe('sonde compare, over several targets and runs', () => {
  const network = makeNetworks(makeRandom(9))['independent']!;

  it('corrects by the method of Holm: the least p by all tests, the next one by one less, and none less than the one before', () => {
    const shifts = [0, 0.3, 0.5, 0.7, 0.9];
    const base = new Map(shifts.map((shift) => [`${shift}`, [answered(network(50))]]));
    const next = new Map(shifts.map((shift) => [`${shift}`, [answered(network(50).map((ns) => ns + shift * MS))]]));
    const { targets } = compare(base, next, OPTIONS);
    const judged = targets.flatMap(({ latency, loss }) => [latency!, loss]).sort((a, b) => a.p! - b.p!);
    let least = 0;
    for (const [at, { p, adjustedP }] of judged.entries()) {
      least = Math.max(least, Math.min(1, p! * (judged.length - at)));
      expect(adjustedP).toBe(least);
    }
  });

  it('corrects for how many there are: a p that would do for one does not do for twenty', () => {
    const slower = () => answered(network(50).map((ns) => ns + 0.7 * MS));
    const [before, now] = [answered(network(50)), slower()];
    const alone = compare(series(before), series(now), OPTIONS);
    expect(alone.change).toBe('worse');
    const others = Array.from({ length: 200 }, (_, at) => [`host ${at}`, [answered(network(50))]] as const);
    const many = compare(new Map([['host', [before]], ...others]), new Map([['host', [now]], ...others]), OPTIONS);
    const found = many.targets.find(({ name }) => name === 'host')!.latency!;
    expect(found.p).toBe(alone.targets[0]!.latency!.p);
    expect(found.adjustedP!).toBeGreaterThan(found.p!);
    expect(many.change).toBe('none');
  });

  it('finds too little data in runs so short that nothing in them could be told, among so many', () => {
    const network = makeNetworks(makeRandom(12))['independent']!;
    const all = (targets: number, count: number, moreNs: number): Series =>
      new Map(
        Array.from({ length: targets }, (_, at) => [`h${at}`, [answered(network(count).map((ns) => ns + moreNs))]]),
      );
    const changesOf = (targets: number, count: number) => [
      ...new Set(
        compare(all(targets, count, 0), all(targets, count, 5 * MS), OPTIONS).targets.map(({ change }) => change),
      ),
    ];
    expect([changesOf(2000, 20), changesOf(2500, 20)]).toEqual([['worse'], ['unknown']]);
    const strict = { ...OPTIONS, alpha: 1e-6 };
    expect(compare(all(1, 20, 0), all(1, 20, 5 * MS), strict).targets[0]).toMatchObject({
      change: 'unknown',
      latency: { change: 'unknown', p: expect.any(Number) },
      loss: { change: 'none', p: 1 },
    });
  });

  it('puts runs of one side behind each other, and no batch over the end of one', () => {
    const parts = Array.from({ length: 5 }, () => answered(network(20)));
    const { targets } = compare(series(...parts), series(...parts), OPTIONS);
    expect(targets[0]!.latency!.result.base.count).toBe(100);
  });

  it('finds too little data where a target is gone from the new runs, and leaves out one that was not there before', () => {
    const run = answered(network(50));
    expect(
      compare(
        new Map([
          ['a', [run]],
          ['b', [run]],
        ]),
        new Map([['a', [run]]]),
        OPTIONS,
      ),
    ).toMatchObject({
      change: 'unknown',
      missing: ['b'],
    });
    expect(
      compare(
        new Map([['a', [run]]]),
        new Map([
          ['a', [run]],
          ['b', [run]],
        ]),
        OPTIONS,
      ),
    ).toMatchObject({
      change: 'none',
      added: ['b'],
    });
    expect(compare(new Map(), new Map(), OPTIONS).change).toBe('unknown');
  });

  it('finds too little data where probes were answered and no round trip was kept', () => {
    const run = { kind: 'sweep', roundTripsNs: [], answered: new Array<boolean>(40).fill(true) };
    expect(compare(series(run), series(run), OPTIONS).change).toBe('unknown');
  });

  it.each([0, 1, 9, 19])('finds too little data in %d round trips', (count) => {
    expect(compare(series(answered(network(count))), series(answered(network(100))), OPTIONS).change).toBe('unknown');
  });
});

it('never ends in anything but a judgement, whatever the round trips are', () => {
  const list = fc.array(fc.oneof(fc.constant(0), fc.nat(5), fc.double({ min: 0, max: 1e15, noNaN: true })), {
    maxLength: 60,
  });
  const outcomes = fc.array(fc.boolean(), { maxLength: 60 });
  fc.assert(
    fc.property(list, list, outcomes, outcomes, (a, b, x, y) => {
      const { targets } = compare(
        series({ kind: 'ping', roundTripsNs: a, answered: x }),
        series({ kind: 'ping', roundTripsNs: b, answered: y }),
        OPTIONS,
      );
      for (const { latency, loss } of targets) {
        for (const p of [latency?.p, latency?.adjustedP, loss.p, loss.adjustedP]) {
          if (p === undefined || p === null) continue;
          expect(p).toBeGreaterThan(0);
          expect(p).toBeLessThanOrEqual(1);
        }
        if (latency === null) continue;
        const { shiftNs, shiftIntervalNs } = latency.result;
        expect(shiftIntervalNs[0]).toBeLessThanOrEqual(shiftNs + 1);
        expect(shiftIntervalNs[1]).toBeGreaterThanOrEqual(shiftNs - 1);
      }
    }),
    { numRuns: 300 },
  );
});
