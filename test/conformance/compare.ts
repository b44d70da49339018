/** Runs one case with iputils' program and with ours, and says how the two went, ready for `toEqual`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DnsBehaviour } from '../lab/dns/behaviour.ts';
import type { CommandOptions, RunResult } from '../lab/run.ts';
import { argumentsOf, type Case, type Helper, type StartHelper } from './case.ts';
import type { Command } from './command.ts';
import type { Difference } from './differences.ts';
import { maskClocks } from './mask.ts';

/** Node takes longer to start than a C program. */
export const START_UP_MS = 250;
/** What a busy machine may add to either run; a forgotten linger rule makes seconds of a difference. */
export const LOAD_MS = 2000;

/** What counts of a run. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  readonly signal: string | null;
}

export interface Comparison {
  readonly ours: Ran;
  /** iputils' result with the differences that the case names. */
  readonly wanted: Ran;
  /** What else is wrong, as sentences. */
  readonly complaints: readonly string[];
  /** Both outputs as they were. */
  readonly transcript: string;
}

/** Where cases run. */
export interface Bench {
  /** Runs a command in the suite's namespace. @throws Error when it does not end */
  run(argv: readonly string[], options: CommandOptions): Promise<RunResult>;
  /** Makes the kernel forget path MTUs, redirects and neighbours. */
  forgetLearned(): Promise<void>;
  /** Makes the DNS server answer so from now on. */
  behave(behaviour: DnsBehaviour): Promise<void>;
  /** Starts what a case wants to run meanwhile. */
  start(helper: StartHelper): Promise<Helper>;
  /** Path of our program. */
  readonly ourPath: string;
  /** Whether the installed iputils is the one that the differences are told from. */
  readonly has20221126: boolean;
}

/** Debian's programs by their plain names, whatever else may be called so in node's folder. */
export const IPUTILS_PATH = '/usr/bin:/usr/sbin:/bin:/sbin';

/** @throws Error when one of the two does not end, or a helper fails */
export async function compare<D extends string, M extends string>(
  command: Command<D, M>,
  oneCase: Case<D, M>,
  bench: Bench,
): Promise<Comparison> {
  if (oneCase.dns !== undefined) await bench.behave(oneCase.dns);
  const theirs = isWholeResultGiven(oneCase) ? null : await runIputils(command.name, oneCase, bench);
  if (theirs !== null && oneCase.restMs !== undefined) await sleep(oneCase.restMs);
  const ours = await run(bench.ourPath, oneCase, bench, oneCase.run ?? {});
  const { wanted, complaints } =
    theirs === null ? { wanted: NOTHING, complaints: [] } : judge(command, oneCase, theirs, bench);
  return {
    ours: turnOurs(command, oneCase, ours),
    wanted: { ...wanted, ...oneCase.expect },
    complaints: [
      ...complaints,
      ...compareTimes(command, oneCase, ours, theirs),
      ...(command.findWrongFigures?.(ours.stdout) ?? []),
    ],
    transcript: [...(theirs === null ? [] : [describe('iputils', theirs)]), describe('sonde', ours)].join('\n'),
  };
}

const NOTHING: Ran = { stdout: '', stderr: '', status: null, signal: null };

function isWholeResultGiven({ expect }: AnyCase): boolean {
  return expect?.stdout !== undefined && expect.stderr !== undefined && expect.status !== undefined;
}

type AnyCase = Case<string, string>;

async function runIputils(name: string, oneCase: AnyCase, bench: Bench): Promise<RunResult> {
  const env = { PATH: IPUTILS_PATH, ...oneCase.run?.env };
  return await run(name, oneCase, bench, { ...oneCase.run, env });
}

async function run(program: string, oneCase: AnyCase, bench: Bench, options: CommandOptions): Promise<RunResult> {
  if (oneCase.forget === true) await bench.forgetLearned();
  const helper = oneCase.with === undefined ? undefined : await bench.start(oneCase.with);
  try {
    return await bench.run(argvOf(oneCase, program), options);
  } finally {
    await helper?.stop(); // Why it died, if it did, tells more than what the command made of that.
  }
}

function argvOf(oneCase: AnyCase, program: string): string[] {
  const argv = [program, ...argumentsOf(oneCase)];
  // `$0` is the name without a path that iputils is to be called by.
  return oneCase.shell === undefined ? argv : ['bash', '-c', oneCase.shell, ...argv];
}

/** What iputils' result asks of ours, and what is wrong with it itself. */
function judge<D extends string, M extends string>(
  command: Command<D, M>,
  oneCase: Case<D, M>,
  theirs: RunResult,
  bench: Bench,
): { wanted: Ran; complaints: string[] } {
  const complaints: string[] = [];
  let wanted = masked(command, oneCase, theirs);
  for (const name of [...command.everywhere, ...(oneCase.differs ?? [])]) {
    const turned = turn(oneCase, wanted, command.differences[name].iputils);
    if (bench.has20221126 && isIdle(command, name, wanted, turned)) {
      complaints.push(`there is no such difference: ${name}`);
    }
    wanted = turned;
  }
  if (bench.has20221126 && isOverridingInVain(oneCase, wanted)) complaints.push('iputils already has what is wanted');
  // A named difference may be in the figures.
  if (oneCase.differs === undefined) {
    complaints.push(...(command.findWrongFigures?.(theirs.stdout) ?? []).map((said) => `iputils: ${said}`));
  }
  return { wanted, complaints };
}

function turnOurs<D extends string, M extends string>(
  command: Command<D, M>,
  oneCase: Case<D, M>,
  ours: RunResult,
): Ran {
  let ran = masked(command, oneCase, ours);
  for (const name of [...command.everywhere, ...(oneCase.differs ?? [])]) {
    ran = turn(oneCase, ran, command.differences[name].ours);
  }
  return ran;
}

function turn(oneCase: AnyCase, ran: Ran, turning: Difference['iputils']): Ran {
  return { ...ran, ...turning?.(ran, { destination: argumentsOf(oneCase).at(-1) ?? '' }) };
}

function masked<D extends string, M extends string>(
  { masks: table }: Command<D, M>,
  { masks }: Case<D, M>,
  { stdout, stderr, status, signal }: RunResult,
): Ran {
  return { stdout: maskClocks(stdout, table, masks), stderr: maskClocks(stderr, table, masks), status, signal };
}

/** A difference that a case names but that does not show: the case or the table is out of date. */
function isIdle<D extends string, M extends string>(
  { everywhere, differences }: Command<D, M>,
  name: D,
  before: Ran,
  after: Ran,
): boolean {
  if (everywhere.includes(name) || differences[name].isRare || differences[name].iputils === undefined) return false;
  return JSON.stringify(before) === JSON.stringify(after);
}

function isOverridingInVain({ expect }: AnyCase, wanted: Ran): boolean {
  return expect !== undefined && JSON.stringify({ ...wanted, ...expect }) === JSON.stringify(wanted);
}

/** How long the two took, and what they say of that themselves. */
function compareTimes(
  { elapsedMs = () => null }: Pick<Command<string, string>, 'elapsedMs'>,
  oneCase: AnyCase,
  ours: RunResult,
  theirs: RunResult | null,
): string[] {
  const wantedMs = oneCase.takesMs ?? theirs?.durationMs;
  if (wantedMs === undefined) return [];
  const complaints: string[] = [];
  if (isFarOff(ours.durationMs, wantedMs, START_UP_MS)) {
    complaints.push(`ours took ${Math.round(ours.durationMs)} ms where ${Math.round(wantedMs)} ms are wanted`);
  }
  if (theirs !== null && oneCase.takesMs === undefined) {
    const [oursSaysMs, theirsSaysMs] = [elapsedMs(ours.stdout) ?? 0, elapsedMs(theirs.stdout) ?? 0];
    if (isFarOff(oursSaysMs, theirsSaysMs, 0)) {
      complaints.push(`ours says that it took ${oursSaysMs} ms, iputils ${theirsSaysMs} ms`);
    }
  }
  return complaints;
}

function isFarOff(ms: number, wantedMs: number, allowanceMs: number): boolean {
  return ms > wantedMs + allowanceMs + LOAD_MS || ms < wantedMs - LOAD_MS;
}

function describe(who: string, { stdout, stderr, status, signal, durationMs }: RunResult): string {
  return `--- ${who}, stdout\n${stdout}--- stderr\n${stderr}--- ${signal ?? status}, ${Math.round(durationMs)} ms`;
}
