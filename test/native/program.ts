/**
 * Programs that tests run in processes of their own: to crash, to exit, to give up privileges, or to be in another
 * network namespace. A program is a TypeScript file with named scenarios (programs/scenario.ts); it is bundled on the
 * fly, gets its arguments as JSON and answers with one line of JSON.
 */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { claimName } from '../lab/ownership.ts';
import { runCommand } from '../lab/run.ts';

const ADDON = process.env['SONDE_ADDON'] ?? new URL('../../native/build/Release/sonde.node', import.meta.url).pathname;
/** What a sanitizer build needs in its process (scripts/sanitize.mjs). */
const SANITIZER_VARIABLES = ['LD_PRELOAD', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS'];
const DEFAULT_TIMEOUT_MS = 20_000;

export interface ProgramOptions {
  /** Real name of a network namespace; the test's own unless said. */
  readonly netns?: string;
  /** Only with `netns`. */
  readonly user?: 'root' | 'nobody';
  /** Only with `netns`. */
  readonly capabilities?: readonly string[];
  readonly nodeFlags?: readonly string[];
  /** Commands in front of node, each executing the next: `prlimit`, `setpriv`. */
  readonly prefix?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Null where SONDE_ADDON is to name none. */
  readonly addon?: null;
  readonly timeoutMs?: number;
}

export interface ProgramResult<T> {
  /** Null when the program answered nothing. */
  readonly value: T | null;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** Runs `scenario` of the program `file` (a URL) to its end, whatever that is. @throws Error at the time limit */
export async function runProgram<T>(
  file: URL,
  scenario: string,
  argument: unknown = null,
  options: ProgramOptions = {},
): Promise<ProgramResult<T>> {
  const { netns, nodeFlags = [], prefix = [], env = {}, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const addon = options.addon === null ? {} : { SONDE_ADDON: stagedAddon() };
  const variables = { ...addon, ...sanitizerVariables(), ...env };
  const node = [process.execPath, ...nodeFlags, bundle(file), scenario, JSON.stringify(argument)];
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const argv = [...prefix, 'env', ...assignments, ...node];
  const { user, capabilities } = options;
  const result =
    netns === undefined
      ? await spawnHere(argv, timeoutMs)
      : await runCommand(netns, argv, {
          timeoutMs,
          ...(user === undefined ? {} : { user }),
          ...(capabilities === undefined ? {} : { capabilities }),
        });
  return { ...result, value: lastJson(result.stdout) as T | null };
}

/** As `runProgram`, and its answer. @throws Error when the program did not end well */
export async function answerOf<T>(
  file: URL,
  scenario: string,
  argument: unknown = null,
  options: ProgramOptions = {},
): Promise<T> {
  const { value, status, signal, stdout, stderr } = await runProgram<T>(file, scenario, argument, options);
  if (status !== 0 || value === null) {
    throw new Error(`${basename(file.pathname)} ${scenario} ended with ${status ?? signal}\n${stdout}${stderr}`);
  }
  return value;
}

function sanitizerVariables(): Record<string, string> {
  return Object.fromEntries(
    SANITIZER_VARIABLES.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function lastJson(stdout: string): unknown {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

async function spawnHere(argv: readonly string[], timeoutMs: number) {
  const startedAt = performance.now();
  const { LD_PRELOAD: _preload, ...env } = process.env; // for node alone, which gets it by `env`
  const child = spawn(argv[0]!, argv.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  const [status, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...end) => resolve(end));
  });
  clearTimeout(timer);
  if (timedOut) throw new Error(`${argv.join(' ')} did not end within ${timeoutMs} ms\n${stdout}${stderr}`);
  return { status, signal, stdout, stderr, durationMs: performance.now() - startedAt };
}

/** Everyone may read it: programs run as `nobody` too. */
let stage: string | undefined;

function stageFolder(): string {
  if (stage !== undefined) return stage;
  const folder = join(tmpdir(), `${claimName()}-programs`);
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  stage = folder;
  return folder;
}

/** A copy of the addon that `nobody` may load, wherever the checkout lies. */
export function stagedAddon(): string {
  const copy = join(stageFolder(), 'sonde.node');
  if (!existsSync(copy)) {
    copyFileSync(ADDON, copy);
    chmodSync(copy, 0o755);
  }
  return copy;
}

const bundles = new Map<string, string>();

function bundle(file: URL): string {
  const known = bundles.get(file.href);
  if (known !== undefined) return known;
  const outfile = join(stageFolder(), `${bundles.size}-${basename(file.pathname, '.ts')}.mjs`);
  buildSync({
    entryPoints: [file.pathname],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'silent',
  });
  chmodSync(outfile, 0o644);
  bundles.set(file.href, outfile);
  return outfile;
}
