import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jsonConsole, textConsole } from '../../src/cli/console.ts';
import type { CommandOutput } from '../../src/cli/output.ts';
import type { Figures, SummaryEvent, TargetEvent } from '../../src/sweep/events.ts';
import { formatEvent } from '../../src/sweep/json.ts';
import { mergeFiles } from '../../src/sweep/merge.ts';
import { parseSweep } from '../../src/sweep/options.ts';
import { SweepShow } from '../../src/sweep/show.ts';
import { readLines } from './schema.ts';

const strerror = (errno: number) => `error ${errno}`;
const NOTHING: Figures = {
  targets: 0,
  alive: 0,
  silent: 0,
  unreachable: 0,
  refused: 0,
  unfinished: 0,
  unresolved: 0,
  sent: 0,
  received: 0,
  duplicates: 0,
  late: 0,
  foreign: 0,
  errors: 0,
};

function alive(address: string, ns: number, target = address): TargetEvent {
  const roundTrip = { minNs: ns, meanNs: ns, maxNs: ns, medianNs: ns, p95Ns: ns, p99Ns: ns };
  return {
    type: 'target',
    target,
    address,
    verdict: 'alive',
    sent: 1,
    received: 1,
    roundTrip,
    samplesNs: [ns],
    error: null,
  };
}

function silent(address: string): TargetEvent {
  return { ...alive(address, 1), verdict: 'silent', received: 0, roundTrip: null, samplesNs: [null] };
}

function summary(number: number, count: number, targets: number, changes: Partial<SummaryEvent> = {}): SummaryEvent {
  return {
    type: 'summary',
    reason: 'complete',
    figures: { ...NOTHING, targets, duplicates: 1 },
    elapsedNs: number * 1e9,
    roundTrip: null,
    stamps: { transmit: 'kernel', receive: 'kernel' },
    drops: 0,
    shard: { number, count },
    ...changes,
  };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonde-merge-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The file of a shard with these targets. */
function shardFile(number: number, count: number, targets: readonly TargetEvent[], end: string | null = null): string {
  const start = { type: 'start', targets: 0, shard: { number, count }, seed: 1, rate: 0, attempts: 1 } as const;
  const file = join(folder, `shard-${number}-${targets.length}.json`);
  const lines = [start, ...targets].map((event) => formatEvent(event, strerror));
  writeFileSync(file, `${lines.join('')}${end ?? formatEvent(summary(number, count, targets.length), strerror)}`);
  return file;
}

async function merge(...words: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const parsed = parseSweep(['--merge', ...words], false);
  if (parsed.action !== 'run') throw new Error(JSON.stringify(parsed));
  const said = { stdout: '', stderr: '' };
  const io: CommandOutput = {
    commandName: 'sonde sweep',
    stdout: (text) => {
      said.stdout += text;
    },
    stderr: (text) => {
      said.stderr += text;
    },
    complain: (message) => {
      said.stderr += `${message}\n`;
    },
  };
  const { output, quiet, stats } = parsed.options;
  const terminals = { stdoutColumns: 0, stderrColumns: 0, env: {} };
  const console = parsed.json ? jsonConsole(io) : textConsole(io);
  const show = new SweepShow({ output, quiet, stats, strerror, ...terminals }, io, console);
  return { status: await mergeFiles(parsed.options, show), ...said };
}

describe('merging', () => {
  it('prints the results of all shards as one table, in the order of addresses, names behind', async () => {
    const first = shardFile(1, 2, [alive('10.0.0.9', 3e6), alive('10.0.0.10', 1e6)]);
    const second = shardFile(2, 2, [alive('10.0.0.2', 2e6), alive('10.0.0.1', 9e6, 'host')]);
    const { status, stdout, stderr } = await merge(second, first);
    expect(stdout.match(/^(10\.\S+|host \S+)/gm)).toEqual(['10.0.0.2', '10.0.0.9', '10.0.0.10', 'host (10.0.0.1)']);
    expect(stdout).toContain('4 targets: 4 alive, 0 silent, 0 unreachable\n');
    expect(stdout).toContain('4 probes sent, 4 answered, 0.00% loss, 2.000 s, 2 probes/s\n');
    expect(stdout).toContain('besides: duplicates 2\n');
    expect(stdout).toContain('round trip min/avg/median/p95/p99/max = 1.000/3.750/');
    expect([status, stderr]).toEqual([0, '']);
  });

  it('prints JSON that is of the schema, and could be merged again', async () => {
    const files = [shardFile(1, 2, [alive('10.0.0.1', 5e6)]), shardFile(2, 2, [silent('10.0.0.2')])];
    const { status, stdout } = await merge('-j', ...files);
    const lines = readLines(stdout);
    expect(lines.map(({ type }) => type)).toEqual(['target', 'target', 'summary']);
    expect(lines.at(-1)).toMatchObject({ targets: 2, alive: 1, silent: 1, reason: 'complete', loss: 50 });
    expect(status).toBe(1);
    const again = join(folder, 'merged.json');
    writeFileSync(again, stdout);
    expect((await merge('-j', again)).stdout).toBe(stdout);
  });

  it('takes the files of a sonde whose lines had no version yet', async () => {
    const file = shardFile(1, 1, [alive('10.0.0.1', 5e6)]);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(', "schema": 1', ''));
    const { status, stdout, stderr } = await merge('-j', file);
    expect(readLines(stdout).at(-1)).toMatchObject({ targets: 1, alive: 1, schema: 1 });
    expect([status, stderr]).toEqual([0, '']);
  });

  it('refuses a file of a newer sonde, and does not guess what it says', async () => {
    const file = shardFile(1, 1, [alive('10.0.0.1', 5e6)]);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"schema": 1', '"schema": 2'));
    await expect(merge('-j', file)).rejects.toThrow(
      `${file}: line 1: schema 2 of a newer sonde, this one reads up to 1`,
    );
  });

  it('says which shards are missing, and does not call that success', async () => {
    const { status, stderr, stdout } = await merge('-q', shardFile(2, 5, [alive('10.0.0.1', 1)]));
    expect(stderr).toBe('missing shards of 5: 1, 3, 4, 5\n');
    expect(stdout).toContain('1 targets: 1 alive, 0 silent, 0 unreachable, interrupted\n');
    expect(status).toBe(1);
  });

  it('counts a target once, by its first result, and says so', async () => {
    const files = [
      shardFile(1, 1, [alive('10.0.0.1', 1e6)]),
      shardFile(1, 1, [silent('10.0.0.1'), silent('10.0.0.2')]),
    ];
    const { stderr, stdout } = await merge('-a', ...files);
    expect(stdout).toBe('10.0.0.1\n');
    expect(stderr).toContain(`${files[1]}: shard 1/1 once more\n`);
    expect(stderr).toContain('1 results are of targets that had one: the first counts\n');
  });

  it('says that a run did not come to its end, and takes what it has', async () => {
    const file = shardFile(1, 1, [alive('10.0.0.1', 1e6)], '{"type": "target", "targ');
    const { status, stderr, stdout } = await merge('-a', file);
    expect(stdout).toBe('10.0.0.1\n');
    expect(stderr).toBe(`${file}:3: not a result of sweep -j\n${file}: no summary: the run did not come to its end\n`);
    expect(status).toBe(1);
  });

  it.each([
    ['of a run with -q', []],
    ['with results taken out', [alive('10.0.0.1', 1e6)]],
    ['with results of another run', [1, 2, 3].map((last) => alive(`10.0.0.${last}`, 1e6))],
  ])('does not take a file %s for a whole one', async (_what, targets) => {
    const end = formatEvent(summary(1, 1, 2), strerror);
    const file = shardFile(1, 1, targets, end);
    const { status, stderr } = await merge('-q', file);
    expect(stderr).toBe(`${file}: ${targets.length} results, where its summary counts 2 targets\n`);
    expect(status).toBe(1);
  });

  it('takes several runs in one file for what they are', async () => {
    const one = formatEvent(alive('10.0.0.1', 1e6), strerror) + formatEvent(summary(1, 2, 1), strerror);
    const start = formatEvent(
      { type: 'start', targets: 1, shard: { number: 2, count: 2 }, seed: 1, rate: 0, attempts: 1 },
      strerror,
    );
    const other = formatEvent(alive('10.0.0.2', 1e6), strerror) + formatEvent(summary(2, 2, 1), strerror);
    const { status, stdout, stderr } = await merge('-a', shardFile(1, 2, [], one + start + other));
    expect([status, stdout, stderr]).toEqual([0, '10.0.0.1\n10.0.0.2\n', '']);
  });

  it('gives up on a file that is one endless line', async () => {
    const file = join(folder, 'zeros');
    writeFileSync(file, 'x'.repeat(2 ** 23));
    await expect(merge(file)).rejects.toMatchObject({ exitStatus: 4, message: expect.stringContaining('a line of') });
  });

  it('says that shards are of different lists', async () => {
    const { status, stderr } = await merge('-q', shardFile(1, 1, [alive('10.0.0.1', 1)]), shardFile(2, 2, []));
    expect(stderr).toContain('shards of different lists: of 1 and 2 parts\n');
    expect(status).toBe(1);
  });

  it('has the exit status of a run: 1 after an interruption, 2 with a name without an address', async () => {
    const interrupted = formatEvent(summary(1, 1, 1, { reason: 'interrupted' }), strerror);
    expect((await merge('-q', shardFile(1, 1, [alive('10.0.0.1', 1)], interrupted))).status).toBe(1);
    const unresolved = formatEvent({ type: 'unresolved', target: 'nosuch', reason: 'not known' }, strerror);
    const end = unresolved + formatEvent(summary(1, 1, 2), strerror);
    const run = await merge('-q', shardFile(1, 1, [alive('10.0.0.1', 1), alive('10.0.0.2', 1)], end));
    expect([run.status, run.stderr]).toEqual([2, 'nosuch: not known\n']);
  });

  it('takes round trips from the buckets of the summaries where samples are not kept', async () => {
    const many = { ...alive('10.0.0.1', 5e6), sent: 50, received: 50, samplesNs: null };
    const roundTrip = { ...many.roundTrip!, count: 50, buckets: [[5_000_000, 50]] as const };
    const end = formatEvent(summary(1, 1, 1, { roundTrip }), strerror);
    const lines = readLines((await merge('-j', shardFile(1, 1, [many], end))).stdout);
    expect(lines.at(-1)).toMatchObject({ rtt: { count: 50 } });
  });

  it('refuses a file that is not there', async () => {
    await expect(merge(join(folder, 'nothing'))).rejects.toMatchObject({ exitStatus: 4 });
  });
});
