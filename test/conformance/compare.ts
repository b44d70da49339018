/** Runs one case with iputils' ping and with ours, and says how the two went, ready for `toEqual`. */
import type { CommandOptions, RunResult } from '../lab/run.ts';
import { argumentsOf, type Case } from './case.ts';
import { BASE_DIFFERENCES, DIFFERENCES, type Difference, type DifferenceName } from './differences.ts';
import { findWrongFigures } from './figures.ts';
import { maskClocks } from './mask.ts';

/** Node takes longer to start than a C program. */
export const START_UP_MS = 250;
/** What a busy machine may add to either run; a forgotten linger rule makes seconds of a difference. */
export const LOAD_MS = 1500;

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  readonly signal: string | null;
}

export interface Comparison {
  readonly ours: Ran;
  /** iputils' output, or HEAD's where the case says how that differs. */
  readonly expected: Ran;
  /** Everything else that is wrong, as sentences. */
  readonly complaints: readonly string[];
  /** What was printed, without masks. */
  readonly transcript: string;
}

/** Runs a command line in the namespace that pings. */
export type Run = (argv: readonly string[], options: CommandOptions) => Promise<RunResult>;

/** Debian's ping by its plain name, whatever else is called so in node's folder. */
const IPUTILS_PATH = '/usr/bin:/usr/sbin:/bin:/sbin';

/** @throws Error as `lab.run` does */
export async function compare(oneCase: Case, run: Run, ourPing: string, forget: () => Promise<void>): Promise<Comparison> {
  const theirs = isWholeTextExpected(oneCase) ? null : await runIputils(oneCase, run, forget);
  if (oneCase.forget === true) await forget();
  const ours = await run(argvOf(oneCase, ourPing), commandOptions(oneCase));
  const complaints = [
    ...(theirs === null ? [] : [...compareDurations(ours, theirs), ...compareElapsed(ours, theirs)]),
    ...findWrongFigures(ours.stdout).map((sentence) => `ours: ${sentence}`),
    ...(theirs === null ? [] : findWrongFigures(theirs.stdout).map((sentence) => `iputils: ${sentence}`)),
  ];
  const found = theirs === null ? { ran: EMPTY, unused: [] } : toHead(oneCase, theirs);
  complaints.push(...found.unused.map((name) => `the difference "${name}" made none`));
  return {
    ours: onBoth(masked(oneCase, ours)),
    expected: { ...found.ran, ...oneCase.expect },
    complaints,
    transcript: [...(theirs === null ? [] : [describe('iputils', theirs)]), describe('sonde', ours)].join('\n'),
  };
}

const EMPTY: Ran = { stdout: '', stderr: '', status: null, signal: null };

function isWholeTextExpected({ expect }: Case): boolean {
  return expect?.stdout !== undefined && expect.stderr !== undefined && expect.status !== undefined;
}

async function runIputils(oneCase: Case, run: Run, forget: () => Promise<void>): Promise<RunResult> {
  if (oneCase.forget === true) await forget();
  const { env, ...options } = commandOptions(oneCase);
  return await run(argvOf(oneCase, oneCase.command ?? 'ping'), { ...options, env: { PATH: IPUTILS_PATH, ...env } });
}

function argvOf(oneCase: Case, command: string): string[] {
  const argv = [command, ...argumentsOf(oneCase)];
  // `$0` and not a path, so that iputils is called by its plain name.
  return oneCase.shell === undefined ? argv : ['bash', '-c', oneCase.shell, ...argv];
}

function commandOptions({ run }: Case): CommandOptions {
  return run ?? {};
}

function masked({ masks }: Case, { stdout, stderr, status, signal }: RunResult): Ran {
  return { stdout: maskClocks(stdout, masks), stderr: maskClocks(stderr, masks), status, signal };
}

/** iputils' result as HEAD would have it, and the names of differences that turned out to be none. */
function toHead(oneCase: Case, theirs: RunResult): { ran: Ran; unused: DifferenceName[] } {
  let ran = masked(oneCase, theirs);
  for (const name of BASE_DIFFERENCES) {
    const difference: Difference = DIFFERENCES[name];
    ran = { ...ran, ...difference.toHead?.(ran), ...difference.onBoth?.(ran) };
  }
  const unused: DifferenceName[] = [];
  for (const name of oneCase.differs ?? []) {
    const head = { ...ran, ...DIFFERENCES[name].toHead?.(ran) };
    if (DIFFERENCES[name].toHead !== undefined && JSON.stringify(head) === JSON.stringify(ran)) unused.push(name);
    ran = head;
  }
  return { ran, unused };
}

function compareDurations(ours: RunResult, theirs: RunResult): string[] {
  const longerMs = ours.durationMs - theirs.durationMs;
  if (longerMs <= START_UP_MS + LOAD_MS && longerMs >= -LOAD_MS) return [];
  return [`ours took ${Math.round(ours.durationMs)} ms, iputils ${Math.round(theirs.durationMs)} ms`];
}

/** The `time 1003ms` of the summary is masked, so its amount is looked at here. */
function compareElapsed(ours: RunResult, theirs: RunResult): string[] {
  const [our, their] = [ours, theirs].map(({ stdout }) => Number(/% packet loss, time (\d+)ms/.exec(stdout)?.[1] ?? 0));
  return Math.abs(our! - their!) <= LOAD_MS ? [] : [`ours says time ${our}ms, iputils ${their}ms`];
}

function describe(who: string, { stdout, stderr, status, signal, durationMs }: RunResult): string {
  return `--- ${who}, stdout\n${stdout}--- stderr\n${stderr}--- ${signal ?? status}, ${Math.round(durationMs)} ms`;
}

function onBoth(ran: Ran): Ran {
  for (const name of BASE_DIFFERENCES) {
    const difference: Difference = DIFFERENCES[name];
    ran = { ...ran, ...difference.onBoth?.(ran) };
  }
  return ran;
}
