/** What one probe costs when many pings share a socket: processor time, which must not grow with their number, and memory. */
import { answerOf } from '../native/program.ts';
import { formatSummary, summarize } from './pairs.ts';
import type { ConcurrentCost, ConcurrentLoad } from './programs/concurrent.ts';

const PROGRAM = new URL('./programs/concurrent.ts', import.meta.url);
const PINGS = [10, 100, 1000, 5000] as const;
const PROBES_EACH = 20;
const INTERVAL_MS = 100;
const ROUNDS = 3;

/** Numbers of pings in turn, since what a machine is busy with otherwise comes and goes. */
export async function concurrent(): Promise<void> {
  const costs = new Map<number, ConcurrentCost[]>(PINGS.map((pings) => [pings, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const pings of PINGS) {
      const load: ConcurrentLoad = { pings, probesEach: PROBES_EACH, intervalMs: INTERVAL_MS };
      costs.get(pings)!.push(await answerOf<ConcurrentCost>(PROGRAM, 'measure', load));
    }
  }
  for (const [pings, runs] of costs) {
    const of = (value: (cost: ConcurrentCost) => number) => summarize(runs.map(value));
    const lost = runs.reduce((total, { transmitted, received }) => total + transmitted - received, 0);
    const probes = runs.reduce((total, { transmitted }) => total + transmitted, 0);
    const scheduleMs = (PROBES_EACH - 1) * INTERVAL_MS;
    console.log(`${pings} pings, ${PROBES_EACH} probes each at ${INTERVAL_MS} ms:`);
    console.log(
      `  processor: ${formatSummary(
        of((cost) => (cost.userUs + cost.systemUs) / cost.transmitted),
        1,
        'µs a probe',
      )}`,
    );
    console.log(
      `    of it the kernel's: ${formatSummary(
        of((cost) => cost.systemUs / cost.transmitted),
        1,
        'µs',
      )}`,
    );
    console.log(
      `  duration:  ${formatSummary(
        of(({ wallMs }) => wallMs),
        0,
        'ms',
      )}, schedule ${scheduleMs} ms`,
    );
    console.log(
      `  memory:    ${formatSummary(
        of(({ peakMb }) => peakMb),
        0,
        'MB at most',
      )}, ${formatSummary(
        of(({ peakMb, restMb }) => ((peakMb - restMb) * 1024) / pings),
        1,
        'KB a ping',
      )}`,
    );
    console.log(`  lost:      ${lost} of ${probes}`);
  }
}
