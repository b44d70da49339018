/** The commands that are compared, by absolute path, and how they are run. */
import { spawnSync } from 'node:child_process';

/** scripts/bench.mjs bundles and starts us in the repository's root. */
export const OURS = `${process.cwd()}/bin/ping`;
export const PEER = '/usr/bin/ping';

export interface TimedRun {
  readonly stdout: string;
  readonly elapsedMs: number;
}

/** NODE_EXTRA_CA_CERTS makes every node read certificates at its start: 30 ms here, and none of ours. */
export const { NODE_EXTRA_CA_CERTS: _certificates, ...ENVIRONMENT } = process.env;

/** @throws Error when the command fails */
export function runTimed(command: string, args: readonly string[]): TimedRun {
  const begin = performance.now();
  const run = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, env: ENVIRONMENT });
  const elapsedMs = performance.now() - begin;
  if (run.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${run.status ?? run.signal}\n${run.stderr}`);
  return { stdout: run.stdout, elapsedMs };
}

export function matchNumber(text: string, pattern: RegExp): number {
  const match = pattern.exec(text);
  if (match?.[1] === undefined) throw new Error(`no ${pattern} in:\n${text}`);
  return Number(match[1]);
}
