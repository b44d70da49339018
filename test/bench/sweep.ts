/** 65,534 targets of the loopback interface, one probe each, start-up included, beside fping; and memory for each target. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ENVIRONMENT } from './commands.ts';
import { formatSummary, inTurn, summarize } from './pairs.ts';

const SONDE = `${process.cwd()}/bin/sonde`;
const TARGETS = 65_534;
const ROUNDS = 15;
const OURS = ['sweep', '--rate', '0', '-r', '0'];
/** One target, what the kernel's loopback answers in bulk, and 2^20 less the ends of a block. */
const BLOCKS = ['127.1.0.1', '127.1.0.0/16', '127.16.0.0/12'];

export async function sweep(): Promise<void> {
  const ours = (args: readonly string[]) => async () => elapsedMs(SONDE, [...OURS, ...args, '127.1.0.0/16']);
  const fping = async () => elapsedMs('fping', ['-q', '-i0', '-r0', '-c1', '-g', '127.1.0.1', '127.1.255.254']);
  for (const [name, args] of [
    ['summary only (-q)', ['-q']],
    ['a table of all targets', []],
  ] as const) {
    const times = await inTurn(ROUNDS, ours(args), fping);
    console.log(`${name}, ${TARGETS} targets, start-up included:`);
    console.log(`  sonde: ${formatSummary(summarize(times.ours), 0, 'ms')}`);
    console.log(`  fping: ${formatSummary(summarize(times.peers), 0, 'ms')}`);
    const ratios = times.peers.map((value, i) => value / times.ours[i]!);
    console.log(`  ratio: ${formatSummary(summarize(ratios), 2, 'times as fast')}`);
  }
  const [base, ...peaks] = await inOrder(BLOCKS, peakOctets);
  for (const [index, peak] of peaks.entries()) {
    const targets = [TARGETS, 2 ** 20 - 2][index]!;
    console.log(`memory for each of ${targets} targets: ${((peak - base!) / targets).toFixed(0)} octets (VmHWM)`);
  }
}

/** @throws Error when a target was lost: fping and sonde both say so by their status */
function elapsedMs(command: string, args: readonly string[]): number {
  const begin = performance.now();
  const run = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, env: ENVIRONMENT });
  const elapsed = performance.now() - begin;
  if (run.status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${run.status ?? run.signal}\n${run.stderr.slice(0, 500)}`);
  return elapsed;
}

async function inOrder<T>(inputs: readonly string[], act: (input: string) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const input of inputs) results.push(await act(input));
  return results;
}

/** The high-water mark of a whole run, read while it still runs. */
async function peakOctets(target: string): Promise<number> {
  const child = spawn(SONDE, [...OURS, '-q', target], { stdio: 'ignore', env: ENVIRONMENT });
  let peak = 0;
  while (child.exitCode === null) {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      break; // it has ended
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return peak * 1024;
}
