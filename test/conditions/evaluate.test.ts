import { describe, expect, it } from 'vitest';
import { formatMeasured } from '../../src/conditions/condition.ts';
import { judge, MS } from './support.ts';

describe('a condition holds', () => {
  it.each([
    ['loss > 2%', { loss: 0.021 }, true],
    ['loss > 2%', { loss: 0.02 }, false],
    ['loss >= 0.02', { loss: 0.02 }, true],
    ['loss == 0%', { loss: 0 }, true],
    ['loss != 0%', { loss: 0 }, false],
    ['p95 < 50ms', { p95: 49.9 * MS }, true],
    ['p95 <= 50ms', { p95: 50 * MS }, true],
    ['p95 < 0.05s', { p95: 50 * MS }, false],
    ['50us > p95', { p95: 49_999 }, true],
    ['received >= 3 in a row', { received: 9, 'received in a row': 2 }, false],
    ['received >= 3 in a row', { 'received in a row': 3 }, true],
    ['loss in last 20 > 10%', { loss: 0, 'loss in last 20': 0.15 }, true],
    ['loss in last 30s >= 50%', { loss: 1, 'loss in last 30000000000ns': 0.25 }, false],
    ['abs(offset) < 5ms', { offset: -6 * MS }, false],
    ['abs(offset) < 5ms', { offset: -4 * MS }, true],
    ['offset > -5ms', { offset: -4 * MS }, true],
    ['max - min < 5ms', { max: 9 * MS, min: 5 * MS }, true],
    ['p99 < 3 * p50', { p99: 10 * MS, p50: 3 * MS }, false],
    ['p99 / p50 < 300%', { p99: 8 * MS, p50: 3 * MS }, true],
    ['lost / sent > 2%', { lost: 1, sent: 10 }, true],
    ['min(p50, p95, 4ms) == 3ms', { p50: 3 * MS, p95: 5 * MS }, true],
    ['max(p50, p95, 4ms) == 5ms', { p50: 3 * MS, p95: 5 * MS }, true],
    ['sent - lost * 2 + 1 == 7', { sent: 10, lost: 2 }, true],
    ['2 * (p95 - p50) / 4 == 1ms', { p95: 5 * MS, p50: 3 * MS }, true],
    ['reached and pmtu >= 1420 and hops <= 6', { reached: true, pmtu: 1500, hops: 6 }, true],
    ['not reached', { reached: false }, true],
    ['!(reached || macs > 1)', { reached: false, macs: 1 }, true],
    ['reached or macs == 1 and hops > 3', { reached: true, macs: 0, hops: 0 }, true],
    ['(reached or macs == 1) and hops > 3', { reached: true, macs: 0, hops: 0 }, false],
  ])('or not: %s', (text, values, holds) => {
    expect(judge(text, values).holds).toBe(holds);
  });
});

describe('a limit in percent', () => {
  it('is the same number as a share that was counted', () => {
    for (let lost = 0; lost <= 1000; lost++) {
      const share = `${lost / 10}%`;
      expect(judge(`loss == ${share}`, { loss: lost / 1000 }).holds, share).toBe(true);
      expect(judge(`loss == ${share}`, { loss: (lost * 3) / 3000 }).holds, share).toBe(true);
    }
  });
});

describe('what is not measured is neither true nor false', () => {
  it.each([
    ['p95 > 50ms', {}, null],
    ['not p95 > 50ms', {}, null],
    ['reached', {}, null],
    ['not reached', {}, null],
    ['p95 + 1ms > 50ms', {}, null],
    ['abs(offset) < 5ms', {}, null],
    ['max(p95, 100ms) > 50ms', {}, null],
    ['-offset < 5ms', {}, null],
    ['lost / sent > 2%', { lost: 0, sent: 0 }, null],
    ['p99 / p50 > 2', { p99: MS, p50: 0 }, null],
    ['loss > 2% or p95 > 50ms', { loss: 1 }, true],
    ['loss > 2% or p95 > 50ms', { loss: 0 }, null],
    ['loss > 2% and p95 > 50ms', { loss: 0 }, false],
    ['loss > 2% and p95 > 50ms', { loss: 1 }, null],
    ['not (loss > 2% and p95 > 50ms)', { loss: 0 }, true],
    ['received == 0 or p95 > 50ms', { received: 0 }, true],
    ['loss in last 5 > 1%', { loss: 1 }, null],
  ])('%s', (text, values, holds) => {
    expect(judge(text, values).holds).toBe(holds);
  });
});

describe('a verdict names what decided it', () => {
  const tell = (text: string, values: Record<string, number | boolean>) =>
    judge(text, values).terms.map((term) => `${formatMeasured(term)}, required ${term.required}`);

  it('of or: what holds, or else all of it', () => {
    expect(tell('loss > 2% or p95 > 50ms', { loss: 1 / 3, p95: 10 * MS })).toEqual(['loss = 33.3 %, required > 2%']);
    expect(tell('loss > 2% or p95 > 50ms', { loss: 0.01, p95: 10 * MS })).toEqual([
      'loss = 1 %, required > 2%',
      'p95 = 10 ms, required > 50ms',
    ]);
    expect(tell('loss > 2% or p95 > 50ms', { loss: 0.01 })).toEqual(['p95 not measured, required > 50ms']);
  });

  it('of and: what does not hold, or else all of it', () => {
    expect(tell('pmtu >= 1420 and hops <= 6', { pmtu: 1400, hops: 3 })).toEqual(['pmtu = 1400, required >= 1420']);
    expect(tell('pmtu >= 1420 and hops <= 6', { pmtu: 1500, hops: 3 })).toHaveLength(2);
  });

  it('of not: the same as without it', () => {
    expect(tell('not (reached or loss > 2%)', { reached: true, loss: 1 })).toEqual([
      'reached = true, required true',
      'loss = 100 %, required > 2%',
    ]);
  });

  it.each([
    ['p95 <= 50ms', { p95: 61.2 * MS }, 'p95 = 61.2 ms, required <= 50ms'],
    ['50ms >= p95', { p95: 61.2 * MS }, 'p95 = 61.2 ms, required <= 50ms'],
    ['p95 < 1s', { p95: 1500 * MS }, 'p95 = 1.5 s, required < 1s'],
    ['p95 < 1h', { p95: 61.2 * MS }, 'p95 = 61.2 ms, required < 1h'],
    ['p95 > 50us', { p95: 61_200 }, 'p95 = 61.2 us, required > 50us'],
    ['p95 > 50ms', { p95: 50.004 * MS }, 'p95 = 50.004 ms, required > 50ms'],
    ['p95 > 50ms', { p95: 50 * MS + 1 }, 'p95 = 50.000001 ms, required > 50ms'],
    ['p95 > 50ms', { p95: 1_234_567_891 }, 'p95 = 1235 ms, required > 50ms'],
    ['p95 < 50ms', { p95: 1e5 * MS }, 'p95 = 100 s, required < 50ms'],
    ['p95 - 2us > avg', { p95: 5 * MS, avg: 4 * MS }, 'p95 - 2us = 4998 us, required > avg (4000 us)'],
    ['p95 == 0ms', { p95: 1 }, 'p95 = 1 ns, required == 0ms'],
    ['p95 > 0ms', { p95: 0 }, 'p95 = 0 ms, required > 0ms'],
    ['loss > 2%', { loss: 1 / 3 }, 'loss = 33.3 %, required > 2%'],
    ['loss > 0.02', { loss: 1 / 3 }, 'loss = 0.333, required > 0.02'],
    ['loss > 0', { loss: 1 / 3 }, 'loss = 33.3 %, required > 0'],
    ['loss < 0.1%', { loss: 1 / 700 }, 'loss = 0.143 %, required < 0.1%'],
    ['received >= 3 in a row', { 'received in a row': 2 }, 'received in a row = 2, required >= 3'],
    ['3 <= received in a row', { 'received in a row': 2 }, 'received in a row = 2, required >= 3'],
    ['loss in last 20 > 10%', { 'loss in last 20': 0.5 }, 'loss in last 20 = 50 %, required > 10%'],
    ['abs(offset) < 5ms', { offset: -7.25 * MS }, 'abs(offset) = 7.25 ms, required < 5ms'],
    ['offset > -5ms', { offset: -7.25 * MS }, 'offset = -7.25 ms, required > -5ms'],
    ['p99 < 2 * p50', { p99: 61.2 * MS, p50: 20 * MS }, 'p99 = 61.2 ms, required < 2 * p50 (40 ms)'],
    ['p99 / p50 < 3', { p99: 61.2 * MS, p50: 18 * MS }, 'p99 / p50 = 3.4, required < 3'],
    ['max - min < 5ms', { max: 9 * MS, min: MS }, 'max - min = 8 ms, required < 5ms'],
    ['lost / sent > 2%', { lost: 1, sent: 8 }, 'lost / sent = 12.5 %, required > 2%'],
    ['not reached', { reached: false }, 'reached = false, required true'],
    ['outage < 5s', {}, 'outage not measured, required < 5s'],
  ])('%s, in the unit of the text', (text, values, told) => {
    expect(tell(text, values as unknown as Record<string, number>)).toEqual([told]);
  });

  it('with values for programs: times in milliseconds', () => {
    expect(judge('p95 > 50ms', { p95: 61.2 * MS }).terms).toEqual([
      {
        text: 'p95 > 50ms',
        holds: true,
        subject: 'p95',
        dimension: 'duration',
        measured: 61.2,
        measuredText: '61.2 ms',
        required: '> 50ms',
        limit: 50,
      },
    ]);
    expect(judge('loss > 2%', { loss: 0.25 }).terms[0]).toMatchObject({
      measured: 0.25,
      limit: 0.02,
      dimension: 'ratio',
    });
    expect(judge('reached', {}).terms[0]).toMatchObject({ measured: null, limit: true, dimension: 'truth' });
    expect(formatMeasured(judge('p95 > 50ms', {}).terms[0]!)).toBe('p95 not measured');
  });
});
