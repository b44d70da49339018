/** One command line to compare, as data. */
import type { CommandOptions } from '../lab/run.ts';
import type { Ran } from './compare.ts';
import type { DifferenceName } from './differences.ts';
import type { ExtraMask } from './mask.ts';

export interface Case {
  /** Arguments, split at blanks; as an array where one is empty or holds a blank. */
  readonly args: string | readonly string[];
  /** User, capabilities, signals, terminal: as the lab runs it. */
  readonly run?: CommandOptions;
  /** What `bash -c` is to run with the command as `$0` and its arguments as `$@`, e.g. `exec "$0" "$@" >/dev/full`. */
  readonly shell?: string;
  /** iputils' name, where not `ping`. */
  readonly command?: string;
  /** What else may be masked. */
  readonly masks?: readonly ExtraMask[];
  /** Named differences (differences.ts): either they turn iputils' output into the one wanted, or `expect` says it. */
  readonly differs?: readonly DifferenceName[];
  /** Parts of the result that are wanted whatever the installed iputils does. With all parts given it is not run. */
  readonly expect?: Partial<Ran>;
  /** Makes the kernel forget path MTUs, redirects and neighbours before each run: only in a lab without company. */
  readonly forget?: boolean;
  /** What to know about it, where the command line does not tell. */
  readonly about?: string;
}

export function argumentsOf({ args }: Case): readonly string[] {
  if (typeof args !== 'string') return args;
  return args === '' ? [] : args.split(' ');
}

/** The command line as one would type it, and who types it. */
export function titleOf(oneCase: Case): string {
  const { run, shell, about } = oneCase;
  const words = argumentsOf(oneCase).map((word) => (/^[\w%+,./:=@-]+$/.test(word) ? word : JSON.stringify(word)));
  const line = ['ping', ...words].join(' ');
  const notes = [
    run?.user,
    run?.capabilities === undefined ? undefined : `with ${run.capabilities.join(' and ') || 'no capabilities'}`,
    run?.noNewPrivileges === true ? 'without new privileges' : undefined,
    run?.tty === true ? 'on a terminal' : undefined,
    run?.merged === true ? '2>&1' : undefined,
    ...Object.entries(run?.env ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(run?.signalAt ?? []).map(({ signal, after }) => `${signal} after ${after}${typeof after === 'number' ? ' ms' : ''}`),
    shell,
    about,
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? line : `${line}   (${notes.join(', ')})`;
}
