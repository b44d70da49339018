/** A second witness: python3's own statistics module, and its sorting and grouping, over random runs. */
import { expect, it } from 'vitest';
import { ProbeStatistics } from '../../src/measure/probe-statistics.ts';
import { RELATIVE_ERROR } from '../../src/measure/quantiles.ts';
import { askPython, hasPython } from '../cli/support.ts';
import { randomIntegers } from './support.ts';

/** Each run is a list of round trips in ns, null for a lost probe. */
const WITNESS = `
import itertools, json, statistics, sys
def figures(run):
    times = [ns for ns in run if ns is not None]
    pairs = [abs(b - a) for a, b in zip(run, run[1:]) if a is not None and b is not None]
    lost = [len(list(group)) for gone, group in itertools.groupby(run, lambda ns: ns is None) if gone]
    ordered = sorted(times)
    return {
        'mean': statistics.fmean(times), 'pstdev': statistics.pstdev(times), 'stdev': statistics.stdev(times),
        'percentiles': [ordered[-(-len(ordered) * percent // 100) - 1] for percent in (50, 90, 95, 99)],
        'mad': statistics.fmean(pairs), 'runs': len(lost), 'longest': max(lost, default=0),
    }
json.dump([figures(run) for run in json.load(sys.stdin)], sys.stdout)
`;

interface Figures {
  readonly mean: number;
  readonly pstdev: number;
  readonly stdev: number;
  readonly percentiles: readonly number[];
  readonly mad: number;
  readonly runs: number;
  readonly longest: number;
}

const random = randomIntegers(2026);

/** Round trips about `baseNs`, as wide as a few bits of it, one in `lossOneIn` lost. */
function randomRun(length: number, baseNs: number, lossOneIn: number): (number | null)[] {
  const width = Math.max(1, Math.floor(baseNs / 2 ** random(12)));
  // Two answers in a row at the beginning, so that every figure is there.
  return Array.from({ length }, (_, index) =>
    index > 1 && random(lossOneIn) === 0 ? null : baseNs + random(width) * (random(20) === 0 ? 50 : 1),
  );
}

const hasWitness = hasPython || process.env['CI'] === 'true';

it.skipIf(!hasWitness)('agrees with python3 on 300 runs, from microseconds to minutes, from calm to broken', () => {
  const runs = Array.from({ length: 300 }, () =>
    randomRun(2 + random(1000), 10 ** random(12) + random(1000), 1 + random(30)),
  );
  const answers = askPython<Figures[]>(WITNESS, runs);
  for (const [index, expected] of answers.entries()) {
    const statistics = new ProbeStatistics();
    for (const [at, ns] of runs[index]!.entries()) {
      statistics.sent(at);
      if (ns === null) statistics.lost(at + 1);
      else statistics.answered(at + 1, ns);
    }
    const { roundTrip, jitter, lossRuns } = statistics.summary();
    const close = (actual: number | null | undefined, exact: number) =>
      expect(Math.abs(actual! - exact), `run ${index}`).toBeLessThanOrEqual(1e-9 * exact + 1e-4);
    close(roundTrip?.meanNs, expected.mean);
    close(roundTrip?.populationDeviationNs, expected.pstdev);
    close(roundTrip?.sampleDeviationNs, expected.stdev);
    close(jitter?.meanAbsoluteDifferenceNs, expected.mad);
    expect([lossRuns.count, lossRuns.longest]).toEqual([expected.runs, expected.longest]);
    const quantiles = [roundTrip?.p50Ns, roundTrip?.p90Ns, roundTrip?.p95Ns, roundTrip?.p99Ns];
    for (const [at, exact] of expected.percentiles.entries()) {
      expect(Math.abs(quantiles[at]! - exact), `run ${index}`).toBeLessThanOrEqual(exact * RELATIVE_ERROR);
    }
  }
});
