/** One command line to compare, as data. */
import type { DnsBehaviour } from '../lab/dns/behaviour.ts';
import type { Lab } from '../lab/lab.ts';
import type { CommandOptions } from '../lab/run.ts';
import type { Ran } from './compare.ts';

/** What runs beside the commands, e.g. a `Child` (test/lab/child.ts), a `Capture`, or what undoes a change. */
export interface Helper {
  stop(): Promise<unknown>;
}
/** @throws Error when it does not start, and leaves nothing behind then */
export type StartHelper = (lab: Lab) => Promise<Helper>;

/** `D` and `M` as in command.ts: names of differences, and of masks to ask for. */
export interface Case<D extends string, M extends string> {
  /** Arguments, split at blanks; as an array where one is empty or holds a blank. */
  readonly args: string | readonly string[];
  /** User, capabilities, signals, terminal: as the lab runs it. */
  readonly run?: CommandOptions;
  /** What `bash -c` is to run with the command as `$0` and its arguments as `$@`, e.g. `exec "$0" "$@" >/dev/full`. */
  readonly shell?: string;
  /** What else may be masked. */
  readonly masks?: readonly M[];
  /** Named differences of the command's table: either they turn iputils' output into the one wanted, or `expect` says it. */
  readonly differs?: readonly D[];
  /** Parts of the result that are wanted whatever the installed iputils does. With all parts given it is not run. */
  readonly expect?: Partial<Ran>;
  /** How long ours shall take, where that is not as long as iputils takes. */
  readonly takesMs?: number;
  /** How long to wait between the two runs, until the kernel has let go of what the first one held. */
  readonly restMs?: number;
  /** While no other case of its suite runs: it would meet what they make the kernel learn. */
  readonly alone?: true;
  /** Makes the kernel forget path MTUs, redirects and neighbours before each run: only in a lab without company. */
  readonly forget?: boolean;
  /** How the DNS server behaves meanwhile: only in a lab without company. */
  readonly dns?: DnsBehaviour;
  /** A helper, started anew for each of the two runs: only in a lab without company. */
  readonly with?: StartHelper;
  /** What to know about it, where the command line does not tell. */
  readonly about?: string;
}

export function argumentsOf({ args }: Pick<Case<string, string>, 'args'>): readonly string[] {
  if (typeof args !== 'string') return args;
  return args === '' ? [] : args.split(' ');
}

/** The command line as one would type it, and who types it. */
export function titleOf(command: string, oneCase: Case<string, string>): string {
  const { run, shell, dns, about } = oneCase;
  const words = argumentsOf(oneCase).map(showWord);
  const line = [command, ...words].join(' ');
  const notes = [
    run?.user,
    run?.capabilities === undefined ? undefined : `with ${run.capabilities.join(' and ') || 'no capabilities'}`,
    run?.noNewPrivileges === true ? 'without new privileges' : undefined,
    run?.tty === true ? 'on a terminal' : undefined,
    run?.merged === true ? '2>&1' : undefined,
    ...Object.entries(run?.env ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(run?.signalAt ?? []).map(
      ({ signal, after }) => `${signal} after ${after}${typeof after === 'number' ? ' ms' : ''}`,
    ),
    shell,
    dns === undefined ? undefined : `DNS: ${Object.values(dns).join(' ')}`,
    about,
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? line : `${line}   (${notes.join(', ')})`;
}

const LONGEST_WORD = 60;

function showWord(word: string): string {
  if (word.length > LONGEST_WORD) return `${word.slice(0, 8)}…${word.length}`;
  return /^[\w%+,./:=@-]+$/.test(word) ? word : JSON.stringify(word);
}
