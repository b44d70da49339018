/** `sonde check` with 500 checks at once: the whole run beside its slowest check and the rate limit, and the reading of the file. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENVIRONMENT } from './commands.ts';
import { formatSummary, summarize } from './pairs.ts';

const SONDE = `${process.cwd()}/bin/sonde`;
const CHECKS = 500;
const RATE = 500;
const ROUNDS = 5;
const NS_PER_SECOND = 1e9;

export async function check(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-bench-'));
  const file = join(folder, 'sonde.yaml');
  const hosts = Array.from({ length: CHECKS }, (_, n) => `  c${n}: { ping: 127.1.${n >> 8}.${n & 255} }\n`);
  writeFileSync(file, `version: 1\ndefaults: { count: 20, interval: 100ms, method: icmp }\nchecks:\n${hosts.join('')}`);
  try {
    const runs = Array.from({ length: ROUNDS }, () => runOnce(file));
    const limit = CHECKS / RATE;
    console.log(`${CHECKS} checks of 20 probes, 100 ms apart, ${RATE} begun in a second (${limit} s):`);
    console.log(`  slowest check: ${formatSummary(summarize(runs.map(({ slowest }) => slowest)), 2, 's')}`);
    console.log(`  all of them:   ${formatSummary(summarize(runs.map(({ whole }) => whole)), 2, 's')}`);
    const ratios = runs.map(({ slowest, whole }) => (whole - limit) / slowest);
    console.log(`  without the limit, by the slowest: ${formatSummary(summarize(ratios), 3, 'times')}`);
    const reading = Array.from({ length: ROUNDS }, () => {
      const begin = performance.now();
      spawnSync(SONDE, ['check', '--validate', file], { env: ENVIRONMENT });
      return performance.now() - begin;
    });
    console.log(`  reading the file alone, start-up included: ${formatSummary(summarize(reading), 0, 'ms')}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Both in seconds. @throws Error when a check did not pass */
function runOnce(file: string): { readonly slowest: number; readonly whole: number } {
  const argv = ['check', '-j', '--rate', String(RATE), file];
  const { stdout, stderr, status } = spawnSync(SONDE, argv, { encoding: 'utf8', maxBuffer: 1 << 28, env: ENVIRONMENT });
  if (status !== 0) throw new Error(`sonde check: ${status}\n${stderr}`);
  const seconds = stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly elapsed_ns: number }).elapsed_ns / NS_PER_SECOND);
  const whole = seconds.pop()!;
  return { slowest: Math.max(...seconds), whole };
}
