/** How far a run's duration is from its schedule: 300 probes at 10 ms should take 2990 ms. */
import { matchNumber, OURS, PEER, runTimed } from './commands.ts';
import { formatSummary, inTurn, summarize } from './pairs.ts';

const SCHEDULES = [
  { count: 1000, intervalMs: 1 },
  { count: 300, intervalMs: 10 },
  { count: 100, intervalMs: 100 },
] as const;
const ROUNDS = 3;

export async function pace(): Promise<void> {
  for (const { count, intervalMs } of SCHEDULES) {
    const scheduleMs = (count - 1) * intervalMs;
    const excess = (command: string) => async () => {
      const { stdout } = runTimed(command, ['-q', '-i', `${intervalMs / 1000}`, '-c', `${count}`, '127.0.0.1']);
      return (matchNumber(stdout, /time (\d+)ms/) / scheduleMs - 1) * 100;
    };
    const { ours, peers } = await inTurn(ROUNDS, excess(OURS), excess(PEER));
    console.log(`${count} probes at ${intervalMs} ms (${scheduleMs} ms):`);
    console.log(`  sonde:   ${formatSummary(summarize(ours), 2, '% over')}`);
    console.log(`  iputils: ${formatSummary(summarize(peers), 2, '% over')}`);
  }
}
