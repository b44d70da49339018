/** How far a run's duration is from its schedule: 300 probes at 10 ms should take 2990 ms, whatever holds the process up. */
import { createLab } from '../lab/lab.ts';
import { answerOf } from '../native/program.ts';
import { matchNumber, OURS, PEER, runTimed } from './commands.ts';
import { formatSummary, inTurn, summarize } from './pairs.ts';
import type { BlockingLoad } from './programs/blocking.ts';

const SCHEDULES = [
  { count: 1000, intervalMs: 1 },
  { count: 300, intervalMs: 10 },
  { count: 100, intervalMs: 100 },
] as const;
const ROUNDS = 3;
const OF_SUMMARY = /time (\d+)ms/;
/** Few, since iputils waits for the resolver at each reply: 1 s, with the lab's resolv.conf. */
const HANGING = { count: 20, intervalMs: 50 } as const;
const HANGING_TIMEOUT_MS = 120_000;
const BLOCKING: BlockingLoad = { count: 300, intervalMs: 10, everyReplies: 20, forMs: 50 };
const BLOCKING_PROGRAM = new URL('./programs/blocking.ts', import.meta.url);

interface Schedule {
  readonly count: number;
  readonly intervalMs: number;
}

export async function pace(): Promise<void> {
  for (const schedule of SCHEDULES) {
    const { count, intervalMs } = schedule;
    const excess = (command: string) => async () => {
      const { stdout } = runTimed(command, ['-q', '-i', `${intervalMs / 1000}`, '-c', `${count}`, '127.0.0.1']);
      return percentOver(schedule, matchNumber(stdout, OF_SUMMARY));
    };
    const { ours, peers } = await inTurn(ROUNDS, excess(OURS), excess(PEER));
    report(schedule, '', ours, peers);
  }
  await hangingResolver();
  await blockingListener();
}

function percentOver({ count, intervalMs }: Schedule, elapsedMs: number): number {
  return (elapsedMs / ((count - 1) * intervalMs) - 1) * 100;
}

function report(schedule: Schedule, circumstance: string, ours: readonly number[], peers?: readonly number[]): void {
  const { count, intervalMs } = schedule;
  console.log(`${count} probes at ${intervalMs} ms (${(count - 1) * intervalMs} ms)${circumstance}:`);
  console.log(`  sonde:   ${formatSummary(summarize(ours), 2, '% over')}`);
  if (peers !== undefined) console.log(`  iputils: ${formatSummary(summarize(peers), 2, '% over')}`);
}

/** Names are shown, and the server that knows them never answers. */
async function hangingResolver(): Promise<void> {
  const { count, intervalMs } = HANGING;
  const lab = await createLab({ names: 'dns' });
  try {
    await lab.dns.behave({ mode: 'hang', only: 'PTR' });
    const excess = (command: string) => async () => {
      const argv = [command, '-4', '-c', `${count}`, '-i', `${intervalMs / 1000}`, 'hostb4.lab'];
      const { stdout } = await lab.run('a', argv, { timeoutMs: HANGING_TIMEOUT_MS });
      return percentOver(HANGING, matchNumber(stdout, OF_SUMMARY));
    };
    const { ours, peers } = await inTurn(1, excess(OURS), excess(PEER));
    report(HANGING, ', names shown, the resolver hangs', ours, peers);
  } finally {
    await lab.close();
  }
}

/** The library's user does something that takes its time. */
async function blockingListener(): Promise<void> {
  const excesses: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    excesses.push(percentOver(BLOCKING, await answerOf<number>(BLOCKING_PROGRAM, 'elapsedMs', BLOCKING)));
  }
  report(BLOCKING, `, a listener that blocks ${BLOCKING.forMs} ms at every ${BLOCKING.everyReplies}th reply`, excesses);
}
