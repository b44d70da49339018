import { describe, expect, it } from 'vitest';
import { formatStatistics } from '../../src/cli/statistics-text.ts';
import { ProbeStatistics } from '../../src/measure/probe-statistics.ts';

const SECOND = 1e9;

/** One probe a second: a number of us is its round trip, `x` a loss, `?` nothing known. */
function textOf(outcomes: string, intervalNs = SECOND): string {
  const statistics = new ProbeStatistics();
  for (const [index, word] of outcomes.split(' ').entries()) {
    if (word === '') continue;
    statistics.sent(index * intervalNs);
    if (word === 'x') statistics.lost(index + 1);
    else if (word !== '?') statistics.answered(index + 1, Number(word) * 1000);
  }
  return formatStatistics(statistics.summary());
}

describe('the text of --stats', () => {
  it('says percentiles, deviations, jitter and loss, in columns', () => {
    // By hand: mean 150, squares of the distances 4 * 50^2. Differences 100, -100, 100: rfc3550 6.25, 12.109375, 17.6025... us.
    expect(textOf('100 200 100 200')).toBe(
      [
        'rtt p50/p90/p95/p99            = 0.100/0.200/0.200/0.200 ms (to 0.4%)',
        'rtt stddev population/sample   = 0.050/0.057 ms',
        'jitter rfc3550/rfc3393-p95/mad = 0.017/0.100/0.100 ms',
        'loss 0 of 4 (0%)',
        '',
      ].join('\n'),
    );
  });

  it('never shows a percentile above the maximum that iputils cuts off', () => {
    expect(textOf('25.9 25.9')).toContain('= 0.025/0.025/0.025/0.025 ms');
  });

  it('says how losses lie, and how the last probes fared where there were more', () => {
    expect(textOf('x x 100 100 100 x 100 100 100 100 100 100 100 100').split('\n').at(-2)).toBe(
      'loss 3 of 14 (21.4286%), 2 runs, longest 2, longest outage 2.0 s, last 10: 10%',
    );
    expect(textOf('100 x 100').split('\n').at(-2)).toBe(
      'loss 1 of 3 (33.3333%), 1 run, longest 1, longest outage 1.0 s',
    );
  });

  it('gives an outage below a second in milliseconds', () => {
    expect(textOf('100 x x 100', 20e6)).toContain('longest outage 40.000 ms');
  });

  it('has a dash for what was not measured', () => {
    expect(textOf('100')).toContain('rtt stddev population/sample   = 0.000/- ms\nloss 0 of 1 (0%)\n');
    expect(textOf('100 x 100')).toContain('jitter rfc3550/rfc3393-p95/mad = 0.000/-/- ms\n');
  });

  it('leaves times out where there are none', () => {
    expect(textOf('x x x')).toBe('loss 3 of 3 (100%), 1 run, longest 3, longest outage 2.0 s\n');
    expect(textOf('')).toBe('loss not measured\n');
  });

  it('counts apart what was neither answered nor given up', () => {
    expect(textOf('? x ? 100').split('\n').at(-2)).toBe(
      'loss 1 of 2 (50%), 2 undecided, 1 run, longest 1, longest outage 2.0 s',
    );
  });
});
