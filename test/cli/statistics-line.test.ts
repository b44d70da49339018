import { describe, expect, it } from 'vitest';
import { toStatisticsLine } from '../../src/cli/statistics-line.ts';
import { ProbeStatistics } from '../../src/measure/probe-statistics.ts';

const SECOND = 1e9;

describe('stats of a JSON line', () => {
  it('has every figure, in whole nanoseconds', () => {
    const statistics = new ProbeStatistics();
    for (const [index, ns] of [100, 202, null, null, 101].entries()) {
      statistics.sent(index * SECOND);
      if (ns === null) statistics.lost(index + 1);
      else statistics.answered(index + 1, ns);
    }
    statistics.sent(5 * SECOND);
    expect(toStatisticsLine(statistics.summary())).toEqual({
      sent: 6,
      received: 3,
      lost: 2,
      undecided: 1,
      loss_ratio: 0.4,
      rtt: {
        count: 3,
        min_ns: 100,
        mean_ns: 134, // 403 / 3
        max_ns: 202,
        p50_ns: 101,
        p90_ns: 202,
        p95_ns: 202,
        p99_ns: 202,
        quantile_error: 1 / 256,
        population_deviation_ns: 48, // 47.85 by hand: squares of the distances 6869 in all
        sample_deviation_ns: 59, // 58.6
      },
      jitter: {
        rfc3550_ns: 12, // 102 / 16 = 6.375, then (101 - 6.375) / 16 more
        rfc3393: { pairs: 1, min_ns: 102, max_ns: 102, p95_ns: 102 },
        mean_absolute_difference_ns: 102,
      },
      loss_runs: { count: 1, longest: 2, mean_length: 2, noticeable_rate: 0.5 },
      longest_outage_ns: 2 * SECOND,
      recent_loss: { probes: 5, lost: 2 },
    });
  });

  it('has null for what was not measured, and never zero', () => {
    expect(toStatisticsLine(new ProbeStatistics().summary())).toMatchObject({
      loss_ratio: null,
      rtt: null,
      jitter: null,
      loss_runs: { count: 0, longest: 0, mean_length: null, noticeable_rate: null },
      longest_outage_ns: null,
      recent_loss: null,
    });
    const one = new ProbeStatistics();
    one.sent(0);
    one.answered(1, 5);
    expect(toStatisticsLine(one.summary())).toMatchObject({
      rtt: { population_deviation_ns: 0, sample_deviation_ns: null },
      jitter: null,
      longest_outage_ns: 0,
    });
    one.sent(1);
    one.sent(2);
    one.answered(3, 7);
    expect(toStatisticsLine(one.summary()).jitter).toEqual({
      rfc3550_ns: 0,
      rfc3393: null,
      mean_absolute_difference_ns: null,
    });
  });
});
