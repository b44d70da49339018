/** Runs one case with iputils' ping and with ours, and says how the two went, ready for `toEqual`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DnsBehaviour } from '../lab/dns/behaviour.ts';
import type { CommandOptions, RunResult } from '../lab/run.ts';
import { argumentsOf, type Case } from './case.ts';
import { DIFFERENCES, type Difference, type DifferenceName, EVERYWHERE } from './differences.ts';
import { findWrongFigures } from './figures.ts';
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
  /** Runs a command in the namespace that pings. @throws Error when it does not end */
  run(argv: readonly string[], options: CommandOptions): Promise<RunResult>;
  /** Makes the kernel forget path MTUs, redirects and neighbours. */
  forgetLearned(): Promise<void>;
  /** Makes the DNS server answer so from now on. */
  behave(behaviour: DnsBehaviour): Promise<void>;
  /** Path of our ping. */
  readonly ourPing: string;
  /** Whether the installed iputils is the one that the differences are told from. */
  readonly has20221126: boolean;
}

/** Debian's ping by its plain name, whatever else may be called so in node's folder. */
export const IPUTILS_PATH = '/usr/bin:/usr/sbin:/bin:/sbin';

/** @throws Error when one of the two does not end */
export async function compare(oneCase: Case, bench: Bench): Promise<Comparison> {
  if (oneCase.dns !== undefined) await bench.behave(oneCase.dns);
  const theirs = isWholeResultGiven(oneCase) ? null : await runIputils(oneCase, bench);
  if (theirs !== null && oneCase.restMs !== undefined) await sleep(oneCase.restMs);
  if (oneCase.forget === true) await bench.forgetLearned();
  const ours = await bench.run(argvOf(oneCase, bench.ourPing), oneCase.run ?? {});
  const { wanted, complaints } = theirs === null ? { wanted: NOTHING, complaints: [] } : judge(oneCase, theirs, bench);
  return {
    ours: turnOurs(oneCase, ours),
    wanted: { ...wanted, ...oneCase.expect },
    complaints: [...complaints, ...compareTimes(oneCase, ours, theirs), ...findWrongFigures(ours.stdout)],
    transcript: [...(theirs === null ? [] : [describe('iputils', theirs)]), describe('sonde', ours)].join('\n'),
  };
}

const NOTHING: Ran = { stdout: '', stderr: '', status: null, signal: null };

function isWholeResultGiven({ expect }: Case): boolean {
  return expect?.stdout !== undefined && expect.stderr !== undefined && expect.status !== undefined;
}

async function runIputils(oneCase: Case, bench: Bench): Promise<RunResult> {
  if (oneCase.forget === true) await bench.forgetLearned();
  const env = { PATH: IPUTILS_PATH, ...oneCase.run?.env };
  return await bench.run(argvOf(oneCase, 'ping'), { ...oneCase.run, env });
}

function argvOf(oneCase: Case, command: string): string[] {
  const argv = [command, ...argumentsOf(oneCase)];
  // `$0` is the name without a path that iputils is to be called by.
  return oneCase.shell === undefined ? argv : ['bash', '-c', oneCase.shell, ...argv];
}

/** What iputils' result asks of ours, and what is wrong with it itself. */
function judge(oneCase: Case, theirs: RunResult, bench: Bench): { wanted: Ran; complaints: string[] } {
  const complaints: string[] = [];
  let wanted = masked(oneCase, theirs);
  for (const name of [...EVERYWHERE, ...(oneCase.differs ?? [])]) {
    const turned = turn(oneCase, wanted, DIFFERENCES[name].iputils);
    if (bench.has20221126 && isIdle(name, wanted, turned)) complaints.push(`there is no such difference: ${name}`);
    wanted = turned;
  }
  if (bench.has20221126 && isOverridingInVain(oneCase, wanted)) complaints.push('iputils already has what is wanted');
  // A named difference may be in the figures.
  if (oneCase.differs === undefined)
    complaints.push(...findWrongFigures(theirs.stdout).map((said) => `iputils: ${said}`));
  return { wanted, complaints };
}

function turnOurs(oneCase: Case, ours: RunResult): Ran {
  let ran = masked(oneCase, ours);
  for (const name of [...EVERYWHERE, ...(oneCase.differs ?? [])]) ran = turn(oneCase, ran, DIFFERENCES[name].ours);
  return ran;
}

function turn(oneCase: Case, ran: Ran, turning: Difference['iputils']): Ran {
  return { ...ran, ...turning?.(ran, { destination: argumentsOf(oneCase).at(-1) ?? '' }) };
}

function masked({ masks }: Case, { stdout, stderr, status, signal }: RunResult): Ran {
  return { stdout: maskClocks(stdout, masks), stderr: maskClocks(stderr, masks), status, signal };
}

/** A difference that a case names but that does not show: the case or the table is out of date. */
function isIdle(name: DifferenceName, before: Ran, after: Ran): boolean {
  if (EVERYWHERE.includes(name) || DIFFERENCES[name].isRare || DIFFERENCES[name].iputils === undefined) return false;
  return JSON.stringify(before) === JSON.stringify(after);
}

function isOverridingInVain({ expect }: Case, wanted: Ran): boolean {
  return expect !== undefined && JSON.stringify({ ...wanted, ...expect }) === JSON.stringify(wanted);
}

/** How long the two took, and what they say of that themselves. */
function compareTimes(oneCase: Case, ours: RunResult, theirs: RunResult | null): string[] {
  const wantedMs = oneCase.takesMs ?? theirs?.durationMs;
  if (wantedMs === undefined) return [];
  const complaints: string[] = [];
  if (isFarOff(ours.durationMs, wantedMs, START_UP_MS)) {
    complaints.push(`ours took ${Math.round(ours.durationMs)} ms where ${Math.round(wantedMs)} ms are wanted`);
  }
  if (theirs !== null && oneCase.takesMs === undefined && isFarOff(elapsedMs(ours), elapsedMs(theirs), 0)) {
    complaints.push(`ours says "time ${elapsedMs(ours)}ms", iputils "time ${elapsedMs(theirs)}ms"`);
  }
  return complaints;
}

function isFarOff(ms: number, wantedMs: number, allowanceMs: number): boolean {
  return ms > wantedMs + allowanceMs + LOAD_MS || ms < wantedMs - LOAD_MS;
}

/** The `time 1003ms` of the summary, which is masked. */
function elapsedMs({ stdout }: RunResult): number {
  return Number(/% packet loss, time (\d+)ms$/m.exec(stdout)?.[1] ?? 0);
}

function describe(who: string, { stdout, stderr, status, signal, durationMs }: RunResult): string {
  return `--- ${who}, stdout\n${stdout}--- stderr\n${stderr}--- ${signal ?? status}, ${Math.round(durationMs)} ms`;
}
