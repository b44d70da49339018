/** The threads of a command that runs in the lab, seen from outside. */
import { readdirSync, readFileSync } from 'node:fs';
import { processesInside } from './netns.ts';

/** `field` of /proc/PID/task/TID/status for every thread of the node process in a namespace whose arguments hold `mark`. */
export function threadStatus(netns: string, mark: string, field: string): string[] {
  const pid = processesInside([netns]).find((candidate) => {
    const words = readFileSync(`/proc/${candidate}/cmdline`, 'utf8').split('\0');
    return words[0]!.endsWith('node') && words.includes(mark);
  });
  if (pid === undefined) throw new Error(`no process with ${mark}`);
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return new RegExp(`^${field}:\\s+(\\S+)$`, 'm').exec(status)![1]!;
  });
}
