/**
 * Names that say which process made a thing, so that a later run can tell what a crashed one left behind.
 *
 * A name is `sonde-<pid>.<start>-<random>…`; `start` is the process's start time in clock ticks (proc(5), field 22 of
 * /proc/<pid>/stat), because a bare process identifier is soon used again.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

const PREFIX = 'sonde';
const OWNED = /^sonde-(\d+)\.(\d+)-/;

/** A name of this process that no other call anywhere has given. */
export function claimName(): string {
  return `${PREFIX}-${process.pid}.${startTicks(process.pid)}-${randomBytes(3).toString('hex')}`;
}

/** Whether `name` was claimed by a process that lives no more. Names of other kinds are nobody's and never abandoned. */
export function isAbandoned(name: string): boolean {
  const owner = OWNED.exec(name);
  return owner !== null && startTicks(Number(owner[1])) !== owner[2];
}

/** Start time of a process, '' when there is none. */
function startTicks(pid: number): string {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return '';
  }
  // Field 2 is the command in parentheses and may hold blanks; what follows the last ')' starts with field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[22 - 3] ?? '';
}
