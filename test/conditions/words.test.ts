import { describe, expect, it } from 'vitest';
import { findWord, quantileOf, type Scope } from '../../src/conditions/vocabulary.ts';
import { measuredOf, STATISTICS_WORDS } from '../../src/conditions/words.ts';
import { ProbeStatistics } from '../../src/measure/probe-statistics.ts';
import { MS, parse } from './support.ts';

const RUN: Scope = { kind: 'run' };
const SECOND = 1e9;

/** Probe n is sent after n seconds; null is a loss. */
function statisticsOf(roundTripsMs: readonly (number | null)[]): ProbeStatistics {
  const statistics = new ProbeStatistics();
  for (const [index, ms] of roundTripsMs.entries()) {
    statistics.sent((index + 1) * SECOND);
    if (ms === null) statistics.lost(index + 1);
    else statistics.answered(index + 1, ms * MS);
  }
  return statistics;
}

describe('words over probe statistics', () => {
  const statistics = statisticsOf([1, 2, 3, null, null, 4, 10, 20]);
  const time = { nowNs: () => 9 * SECOND, startNs: () => SECOND / 2 };
  const read = (word: string, scope: Scope = RUN) => measuredOf(statistics, time).read(word, scope);

  it.each([
    ['sent', 8],
    ['received', 6],
    ['lost', 2],
    ['loss', 0.25],
    ['time', 8.5 * SECOND],
    ['min', 1 * MS],
    ['max', 20 * MS],
    ['outage', 2 * SECOND],
  ])('%s', (word, value) => {
    expect(read(word)).toBe(value);
  });

  it.each([
    ['avg', 40 / 6],
    ['mdev', Math.sqrt((1 + 4 + 9 + 16 + 100 + 400) / 6 - (40 / 6) ** 2)],
    ['stddev', Math.sqrt(((1 + 4 + 9 + 16 + 100 + 400) / 6 - (40 / 6) ** 2) * (6 / 5))],
    ['jitter.mad', (1 + 1 + 6 + 10) / 4],
  ])('%s, worked by hand', (word, ms) => {
    expect((read(word) as number) / MS).toBeCloseTo(ms, 6);
  });

  it.each([
    ['p50', 3],
    ['p90', 20],
    ['p95', 20],
    ['p99', 20],
    ['p99.9', 20],
    ['p1', 1],
    ['jitter.rfc3393', 10],
  ])('%s, to within the error of the sketch', (word, ms) => {
    expect(Math.abs((read(word) as number) / MS / ms - 1)).toBeLessThanOrEqual(1 / 256);
  });

  it('jitter.rfc3550 follows each difference by a sixteenth', () => {
    const expected = [1, 1, 1, 6, 10].reduce((jitter, difference) => jitter + (difference - jitter) / 16, 0);
    expect((read('jitter.rfc3550') as number) / MS).toBeCloseTo(expected, 6);
  });

  it('in a row, in the last probes, and in the last seconds', () => {
    expect(read('received', { kind: 'in-a-row' })).toBe(3);
    expect(read('lost', { kind: 'in-a-row' })).toBe(0);
    expect(read('loss', { kind: 'last-probes', probes: 4 })).toBe(0.25);
    expect(read('loss', { kind: 'last-time', ns: 5.5 * SECOND })).toBe(0.4);
  });

  it('not measured while there is nothing to measure', () => {
    const empty = measuredOf(statisticsOf([]), { nowNs: () => 0, startNs: () => 0 });
    const unmeasured = Object.keys(STATISTICS_WORDS).filter((word) => empty.read(word, RUN) === null);
    const counts = ['sent', 'received', 'lost', 'time'];
    expect(unmeasured).toEqual(Object.keys(STATISTICS_WORDS).filter((word) => !counts.includes(word)));
    expect(counts.map((word) => empty.read(word, RUN))).toEqual([0, 0, 0, 0]);
  });

  it('and those of a room, that come first', () => {
    const roomWords = { hops: () => 7, reached: () => false, sent: () => 99 };
    const room = measuredOf(statistics, time, roomWords);
    expect(['hops', 'reached', 'sent', 'lost'].map((word) => room.read(word, RUN))).toEqual([7, false, 99, 2]);
    expect(room.read('constructor', RUN)).toBeNull();
  });

  it('make a condition', () => {
    const live = measuredOf(statistics, time);
    expect(parse('received >= 3 in a row and loss in last 4 < 50% and p95 < 21ms').holds(live)).toBe(true);
  });
});

describe('the vocabulary', () => {
  it.each([
    ['p1', 0.01],
    ['p50', 0.5],
    ['p99.999', 0.99999],
    ['p0', null],
    ['p100', null],
    ['p', null],
    ['p9.', null],
    ['p99.9999', null],
    ['pp50', null],
  ])('of %s: the quantile is %s', (word, q) => {
    const quantile = quantileOf(word);
    if (q === null) expect(quantile).toBeNull();
    else expect(quantile).toBeCloseTo(q, 12);
  });

  it('has every percentile where it has p50', () => {
    expect(findWord(STATISTICS_WORDS, 'p42')).toBe(STATISTICS_WORDS.p50);
    expect(findWord({}, 'p42')).toBeNull();
    expect(findWord(STATISTICS_WORDS, 'valueOf')).toBeNull();
  });
});
