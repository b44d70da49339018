import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClockExchange, ClockFilter } from '../../src/measure/clock-filter.ts';

const NS_PER_MS = 1e6;
const DAY_MS = 86_400_000;
const NOON_NS = (DAY_MS / 2) * NS_PER_MS;

interface Path {
  /** When the request leaves, our clock. */
  readonly sentNs: number;
  readonly thereNs: number;
  /** Between the peer's two stamps. */
  readonly heldNs: number;
  readonly backNs: number;
}

/** What both sides see of an exchange when the peer's clock is `offsetNs` ahead of ours and cuts stamps to `tickMs`. */
function exchange({ sentNs, thereNs, heldNs, backNs }: Path, offsetNs: number, tickMs = 1): ClockExchange {
  const stamp = (ns: number) => {
    const ms = Math.floor(ns / NS_PER_MS / tickMs) * tickMs;
    return ((ms % DAY_MS) + DAY_MS) % DAY_MS;
  };
  return {
    sentNs,
    receivedNs: sentNs + thereNs + heldNs + backNs,
    peerReceivedMs: stamp(sentNs + thereNs + offsetNs),
    peerTransmittedMs: stamp(sentNs + thereNs + heldNs + offsetNs),
  };
}

function filterOf(exchanges: readonly ClockExchange[], ownErrorNs = 0): ClockFilter {
  const filter = new ClockFilter(ownErrorNs);
  for (const each of exchanges) filter.add(each);
  return filter;
}

/** The short way round the day. */
function apart(a: number, b: number): number {
  const day = DAY_MS * NS_PER_MS;
  const difference = a - b;
  return Math.abs(difference - day * Math.round(difference / day));
}

const OFFSET = fc.integer({ min: -DAY_MS * 500_000, max: DAY_MS * 500_000 - 1 });
const DELAY = fc.integer({ min: 1_000, max: 300 * NS_PER_MS });
const RUN = fc.record({
  startNs: fc.integer({ min: 0, max: DAY_MS * NS_PER_MS }),
  paths: fc.array(
    fc.record({
      thereNs: DELAY,
      heldNs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5 * NS_PER_MS })),
      backNs: DELAY,
      pauseNs: fc.integer({ min: 0, max: 50 * NS_PER_MS }),
    }),
    { minLength: 1, maxLength: 60 },
  ),
});

describe('the clock filter', () => {
  it('has nothing to say before the first exchange', () => {
    expect(new ClockFilter().offset).toBeNull();
  });

  it('gives half of the round trip and the millisecond for one exchange', () => {
    // By hand: s = 0.2 ms past noon, 1 ms there, 1 ms back, clocks alike: R = T = noon + 1 ms (1.2 cut).
    // offset < 1 + 1 - 0.2 = 1.8, offset >= 1 - 2.2 = -1.2: middle 0.3, bound 1.5 (and 500 ppm of 2 ms).
    const { offset } = filterOf([exchange({ sentNs: NOON_NS + 200_000, thereNs: 1e6, heldNs: 0, backNs: 1e6 }, 0)]);
    expect(offset?.offsetNs).toBeCloseTo(300_000, -1);
    expect(offset?.boundNs).toBeCloseTo(1_501_000, -1);
    expect(offset?.isConsistent).toBe(true);
  });

  it('takes what the peer needed between its stamps off the round trip', () => {
    const path = { sentNs: NOON_NS, thereNs: 100_000, backNs: 100_000 };
    const prompt = filterOf([exchange({ ...path, heldNs: 0 }, 0)]).offset!;
    const slow = filterOf([exchange({ ...path, heldNs: 40 * NS_PER_MS }, 0)]).offset!;
    expect(slow.boundNs - prompt.boundNs).toBeLessThan(0.001 * 40 * NS_PER_MS);
  });

  it('narrows below the millisecond when exchanges meet it at different moments', () => {
    const exchanges = Array.from({ length: 40 }, (_, index) =>
      exchange({ sentNs: NOON_NS + index * 1_030_000, thereNs: 30_000, heldNs: 0, backNs: 30_000 }, 250.4 * NS_PER_MS),
    );
    const { offsetNs, boundNs } = filterOf(exchanges).offset!;
    expect(boundNs).toBeLessThan(70_000);
    expect(apart(offsetNs, 250.4 * NS_PER_MS)).toBeLessThanOrEqual(boundNs);
  });

  it('holds the truth within its bound, however the delays divide and whatever the time of day', () => {
    fc.assert(
      fc.property(RUN, OFFSET, ({ startNs, paths }, offsetNs) => {
        let sentNs = startNs;
        const exchanges = paths.map(({ pauseNs, ...path }) => {
          const each = exchange({ sentNs, ...path }, offsetNs);
          sentNs = each.receivedNs + pauseNs;
          return each;
        });
        const { offset } = filterOf(exchanges);
        expect(offset!.isConsistent).toBe(true);
        expect(apart(offset!.offsetNs, offsetNs)).toBeLessThanOrEqual(offset!.boundNs + 1);
      }),
      { numRuns: 2000 },
    );
  });

  it('holds it for clocks that drift apart by 500 ppm, and in whatever order replies come', () => {
    const drift = fc.double({ min: -499e-6, max: 499e-6, noNaN: true });
    fc.assert(
      fc.property(RUN, OFFSET, drift, fc.infiniteStream(fc.nat()), ({ startNs, paths }, offsetNs, rate, keys) => {
        let sentNs = startNs;
        const offsetAt = (ns: number) => offsetNs + (ns - startNs) * rate;
        const exchanges = paths.map(({ pauseNs, ...path }) => {
          const each = exchange({ sentNs, ...path }, offsetAt(sentNs + path.thereNs));
          // The second stamp is made later, by a clock that has drifted on.
          const late = exchange({ sentNs, ...path }, offsetAt(sentNs + path.thereNs + path.heldNs));
          sentNs = each.receivedNs + pauseNs;
          return { ...each, peerTransmittedMs: late.peerTransmittedMs };
        });
        const shuffled = exchanges
          .map((each) => ({ each, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each);
        const { offset } = filterOf(shuffled);
        const lastNs = Math.max(...exchanges.map(({ receivedNs }) => receivedNs));
        expect(offset!.isConsistent).toBe(true);
        expect(apart(offset!.offsetNs, offsetAt(lastNs))).toBeLessThanOrEqual(offset!.boundNs + 1);
      }),
      { numRuns: 1000 },
    );
  });

  it('holds it for readings of our own that are off by up to what it was told', () => {
    const error = fc.integer({ min: -NS_PER_MS, max: NS_PER_MS });
    fc.assert(
      fc.property(RUN, OFFSET, error, error, ({ startNs, paths }, offsetNs, sentError, receivedError) => {
        let sentNs = startNs;
        const exchanges = paths.map(({ pauseNs, ...path }) => {
          const each = exchange({ sentNs, ...path }, offsetNs);
          sentNs = each.receivedNs + pauseNs;
          return { ...each, sentNs: each.sentNs + sentError, receivedNs: each.receivedNs + receivedError };
        });
        const { offset } = filterOf(exchanges, NS_PER_MS);
        expect(apart(offset!.offsetNs, offsetNs)).toBeLessThanOrEqual(offset!.boundNs + NS_PER_MS / 1000);
      }),
      { numRuns: 1000 },
    );
  });

  it("goes on over our midnight, the peer's, and an offset of half a day", () => {
    for (const offsetNs of [0, NOON_NS - 1, -NOON_NS, NOON_NS - 1e6]) {
      for (const startNs of [DAY_MS * NS_PER_MS - 5e6, NOON_NS - 5e6, 0]) {
        const exchanges = Array.from({ length: 30 }, (_, index) =>
          exchange({ sentNs: startNs + index * 430_000, thereNs: 50_000, heldNs: 0, backNs: 50_000 }, offsetNs),
        );
        const offset = filterOf(exchanges).offset!;
        expect(offset.isConsistent).toBe(true);
        expect(apart(offset.offsetNs, offsetNs)).toBeLessThanOrEqual(offset.boundNs);
        expect(offset.offsetNs).toBeGreaterThanOrEqual(-NOON_NS);
        expect(offset.offsetNs).toBeLessThan(NOON_NS);
        expect(offset.boundNs).toBeLessThan(NS_PER_MS);
      }
    }
  });

  it("says so when the peer's clock is set meanwhile, and spans both", () => {
    const path = (index: number) => ({ sentNs: NOON_NS + index * 300_000, thereNs: 1e5, heldNs: 0, backNs: 1e5 });
    const exchanges = Array.from({ length: 20 }, (_, index) =>
      exchange(path(index), index < 10 ? 0 : 5000 * NS_PER_MS),
    );
    const offset = filterOf(exchanges).offset!;
    expect(offset.isConsistent).toBe(false);
    expect(offset.offsetNs - offset.boundNs).toBeLessThanOrEqual(0);
    expect(offset.offsetNs + offset.boundNs).toBeGreaterThanOrEqual(5000 * NS_PER_MS);
  });

  it('does not forget a contradiction with time', () => {
    const path = (atNs: number) => ({ sentNs: NOON_NS + atNs, thereNs: 1e5, heldNs: 0, backNs: 1e5 });
    const hourNs = 3600e9;
    const exchanges = [exchange(path(0), 0), exchange(path(1e6), 5 * NS_PER_MS), exchange(path(hourNs), 5 * NS_PER_MS)];
    expect(filterOf(exchanges.slice(0, 2)).offset!.isConsistent).toBe(false);
    expect(filterOf(exchanges).offset!.isConsistent).toBe(false);
    expect(filterOf(exchanges).contradictionNs).toBeGreaterThan(3 * NS_PER_MS);
    expect(filterOf([exchanges[0]!, exchanges[2]!]).contradictionNs).toBe(0);
  });

  it('spans the truth for a clock that ticks every 16 ms, and says that it cannot be one of milliseconds', () => {
    const path = (index: number) => ({ sentNs: NOON_NS + index * 700_000, thereNs: 1e5, heldNs: 0, backNs: 1e5 });
    const exchanges = Array.from({ length: 100 }, (_, index) => exchange(path(index), 123 * NS_PER_MS, 16));
    const offset = filterOf(exchanges).offset!;
    expect(offset.isConsistent).toBe(false);
    expect(apart(offset.offsetNs, 123 * NS_PER_MS)).toBeLessThanOrEqual(offset.boundNs);
    expect(offset.boundNs).toBeLessThan(9 * NS_PER_MS);
  });

  it('says nothing of a round trip that a wrong stamp makes negative, but that it contradicts', () => {
    const good = exchange({ sentNs: NOON_NS, thereNs: 1e5, heldNs: 0, backNs: 1e5 }, 0);
    const { offset } = filterOf([{ ...good, peerTransmittedMs: good.peerReceivedMs + 50 }]);
    expect(offset!.isConsistent).toBe(false);
    expect(offset!.boundNs).toBeGreaterThan(0);
  });
});

describe('the variation of delay', () => {
  const base = { heldNs: 0, thereNs: 10 * NS_PER_MS, backNs: 10 * NS_PER_MS };

  it('is told for each way, to a millisecond', () => {
    const exchanges = Array.from({ length: 10 }, (_, index) =>
      exchange({ ...base, sentNs: NOON_NS + index * 50e6, thereNs: (10 + 4 * (index % 2)) * NS_PER_MS }, 0),
    );
    const { outward, homeward } = filterOf(exchanges).offset!;
    expect(outward.maxNs).toBeCloseTo(4 * NS_PER_MS, -6);
    expect(outward.meanNs).toBeCloseTo(2 * NS_PER_MS, -6);
    expect(homeward.maxNs).toBeLessThanOrEqual(NS_PER_MS);
  });

  it("is never more than the largest round trip, whatever the peer's millisecond makes of it", () => {
    const exchanges = Array.from({ length: 20 }, (_, index) =>
      exchange({ sentNs: NOON_NS + index * 430_000, thereNs: 20_000, heldNs: 0, backNs: 20_000 }, 0),
    );
    const { outward, homeward } = filterOf(exchanges).offset!;
    expect(outward.maxNs).toBe(40_000);
    expect(homeward.maxNs).toBe(40_000);
  });

  it('is none for one exchange', () => {
    const { outward, homeward } = filterOf([exchange({ ...base, sentNs: NOON_NS }, 0)]).offset!;
    expect([outward, homeward]).toEqual([
      { meanNs: 0, maxNs: 0 },
      { meanNs: 0, maxNs: 0 },
    ]);
  });
});
