/** Echoes per second of a flood over loopback, one in flight at a time as ping -f has it. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { matchNumber, OURS, PEER, runTimed } from './commands.ts';
import { formatSummary, inTurn, summarize } from './pairs.ts';

const COUNT = 200_000;
const ROUNDS = 7;

export async function flood(): Promise<void> {
  const perSecond = (command: string) => async () => {
    const { stdout } = runTimed(command, ['-f', '-q', '-c', `${COUNT}`, '127.0.0.1']);
    if (!stdout.includes(`${COUNT} received`)) throw new Error(`lost echoes:\n${stdout}`);
    return COUNT / (matchNumber(stdout, /time (\d+)ms/) / 1000);
  };
  const { ours, peers } = await inTurn(ROUNDS, perSecond(OURS), perSecond(PEER));
  console.log(`sonde:   ${formatSummary(summarize(ours), 0, 'echoes/s')}`);
  console.log(`iputils: ${formatSummary(summarize(peers), 0, 'echoes/s')}`);
  console.log(`ratio:   ${formatSummary(summarize(ours.map((value, i) => value / peers[i]!)), 2, 'times')}`);
  console.log(`memory:  ${(await peakMemoryMb()).toFixed(0)} MB at most (VmHWM)`);
}

/** The high-water mark of a flood, read while it still runs. */
async function peakMemoryMb(): Promise<number> {
  const child = spawn(OURS, ['-f', '-q', '-c', `${COUNT}`, '127.0.0.1'], { stdio: 'ignore' });
  let peak = 0;
  while (child.exitCode === null) {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      break; // it has ended
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return peak / 1024;
}
