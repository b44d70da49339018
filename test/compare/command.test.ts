/** `sonde compare` as a command: files in, lines and a status out. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLY, recordRun, SUMMARY } from '../record/support.ts';
import { loadSchema } from '../schema.ts';
import { makeNetworks, makeRandom } from './random.ts';

const SONDE = new URL('../../bin/sonde', import.meta.url).pathname;
const MS = 1e6;

/** What ping -j writes, as far as it matters. */
function pingLines(
  host: string,
  roundTripsNs: readonly number[],
  transmitted = roundTripsNs.length,
  isLost: (at: number) => boolean = () => false,
): string {
  const replies = roundTripsNs.map((ns, at) => ({ type: 'reply', seq: at + 1, rtt_ns: Math.round(ns) }));
  const lines = [...replies.filter((_, at) => !isLost(at)), { type: 'summary', host, transmitted }];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

describe('sonde compare', () => {
  let folder: string;
  const network = makeNetworks(makeRandom(11))['independent']!;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sonde-compare-'));
    const files: Readonly<Record<string, string | Buffer>> = {
      before: pingLines('host', network(100)),
      same: pingLines('host', network(100)),
      slower: pingLines(
        'host',
        network(100).map((ns) => ns + 5 * MS),
      ),
      lossy: pingLines('host', network(100), 100, (at) => at % 5 === 2),
      outage: pingLines('host', network(100), 100, (at) => at >= 60),
      short: pingLines('host', network(5)),
      other: pingLines('other\x1b[2J', network(100)),
      torn: pingLines('host', network(5)).split('\n').slice(0, -2).join('\n'),
      garbage: '{"type": "reply", "seq": 1, "rtt_ns": 1}\nnot json\n',
      'by-tcp': pingLines('host', network(100)).replace('"transmitted"', '"method":"tcp","transmitted"'),
      quiet: '{"type":"summary","host":"host","transmitted":30,"received":30}\n',
      newer: pingLines('host', network(5)).replaceAll('}\n', ',"schema":2}\n'),
      failed: '{"error":"ho\\u001b[2Jst: Name or service not known","type":"error","schema":1}\n',
      nothing: '',
      recording: recordRun([
        ...network(100).map((roundTripNs, at) => ({ ...REPLY, mismatch: null, sequence: at + 1, roundTripNs })),
        { ...SUMMARY, transmitted: 100, received: 100 },
      ]).file,
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, 'torn-recording'), (files['recording'] as Buffer).subarray(0, -30));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(...argv: readonly string[]): {
    readonly stdout: string;
    readonly stderr: string;
    readonly status: number | null;
  } {
    return spawnSync(SONDE, ['compare', ...argv], { cwd: folder, encoding: 'utf8', timeout: 20_000 });
  }

  it('ends with 0 and says so where nothing changed', () => {
    const { stdout, stderr, status } = run('before', 'same');
    expect(stderr).toBe('');
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'host: no change',
      expect.stringMatching(
        /^ {2}latency {2}median 9\.\d{3} ms before, 1?\d\.\d{3} ms now \(95 %: .* to .* and .* to .*\)$/,
      ),
    ]);
    expect(stdout).toMatch(/^ {2}loss {5}0 of 100 \(0 %\) before, 0 of 100 \(0 %\) now: no change; p = 1$/m);
    expect(stdout.endsWith('\nno change\n')).toBe(true);
    expect(status).toBe(0);
  });

  it('ends with 1 where it takes 5 ms more, and says how much, how sure that is and what it was held against', () => {
    const { stdout, status } = run('before', 'slower');
    expect(stdout).toMatch(/^host: WORSE$/m);
    expect(stdout).toMatch(
      /shift \+[45]\.\d{3} ms \(95 %: \+4\.\d{3} to \+5\.\d{3}\), worse beyond 0\.100 ms; p < 0\.0001$/m,
    );
    expect(stdout.endsWith('\nworse: 1 of 1 target\n')).toBe(true);
    expect(status).toBe(1);
  });

  it('ends with 1 where probes are lost', () => {
    const { stdout, status } = run('before', 'lossy');
    expect(stdout).toMatch(/^ {2}loss {5}0 of 100 \(0 %\) before, 20 of 100 \(20 %\) now: worse; p < 0\.0001$/m);
    expect(status).toBe(1);
  });

  it('ends with 3 where there was one outage, of which nobody can tell whether it will come again', () => {
    const { stdout, status } = run('before', 'outage');
    expect(stdout).toMatch(
      /40 of 100 \(40 %\) now \(in bursts: [\d.]+ probes worth one\): worth fewer than 10 probes$/m,
    );
    expect(status).toBe(3);
  });

  it('ends with 0 where it got better', () => {
    expect(run('slower', 'before')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^better: 1 of 1 target/m),
    });
  });

  it('ends with 3 where there is too little to tell', () => {
    expect(run('before', 'short')).toMatchObject({
      status: 3,
      stdout: expect.stringMatching(/fewer than 20 round trips on one side.*too little data: 1 of 1 target/s),
    });
    const others = run('before', 'other');
    expect(others.status).toBe(3);
    expect(others.stdout).toBe(
      'host: not in the new runs\nother\\033[2J: not in the base, left out\ntoo little data: 1 of 1 target\n',
    );
  });

  it('reads recordings, also beside what -j wrote', () => {
    expect(run('recording', 'recording').status).toBe(0);
    expect(run('--threshold', '0', 'recording', 'recording').stdout).toContain('host.example');
  });

  it('takes several files on each side', () => {
    const { stdout, status } = run('-b', 'before', '--base', 'same', 'slower', 'slower');
    expect(stdout).toMatch(/^ +200 and 200 round trips/m);
    expect(status).toBe(1);
  });

  it.each([
    [['-t', '6ms'], 0],
    [['-t', '4.5ms'], 1],
    [['-t', '60%'], 0],
    [['-t', '40%'], 1],
    [['--alpha', '0.001', '-t', '0'], 1],
    [['--alpha', '0.5', '-t', '0'], 1],
  ])('judges 5 ms more with %j by %d', (options, expected) => {
    expect(run(...options, 'before', 'slower').status).toBe(expected);
  });

  it('writes NDJSON that fits the schema', () => {
    const schema = loadSchema('compare');
    const lines = ['same', 'slower', 'outage', 'short', 'other'].flatMap((name) =>
      schema.readLines(run('-j', 'before', name).stdout),
    );
    expect(lines.filter(({ type }) => type === 'summary').map((line) => line['change'])).toEqual([
      'none',
      'worse',
      'unknown',
      'unknown',
      'unknown',
    ]);
    expect(lines[2]).toMatchObject({
      type: 'target',
      target: 'host',
      latency: { change: 'worse', margin_ns: 100_000 },
    });
  });

  it('does not call it worse where it cannot print', () => {
    const argv = ['-c', 'exec "$0" compare before same > /dev/full', SONDE];
    const { stderr, status } = spawnSync('sh', argv, { cwd: folder, encoding: 'utf8' });
    expect({ stderr, status }).toEqual({ stderr: 'sonde compare: write error: No space left on device\n', status: 2 });
  });

  it.each([
    [[], /no file of the base given/],
    [['before'], /no file of the new runs given/],
    [['before', 'by-tcp'], /^sonde compare: host: measured by ping by icmp and by ping by tcp, which cannot/m],
    [['before', 'nowhere'], /^sonde compare: nowhere: No such file or directory$/m],
    [['before', 'torn'], /^sonde compare: torn: line \d+: no summary behind it/],
    [['before', 'garbage'], /^sonde compare: garbage: line 2: no JSON object$/m],
    [['before', 'quiet'], /^sonde compare: quiet: line 1: a summary of answers that no line tells of: leave -q out/m],
    [['before', 'newer'], /^sonde compare: newer: line 1: schema 2 of a newer sonde, this one reads up to 1$/m],
    [['before', 'failed'], /^sonde compare: failed: line 1: a run that ended in an error: ho\\033\[2Jst: Name/m],
    [['before', '.'], /^sonde compare: \.: Is a directory$/m],
    [['before', 'nothing'], /^sonde compare: nothing: line 1: the file is empty$/m],
    [['before', 'torn-recording'], /^sonde compare: torn-recording: line \d+: ends in the middle/],
    [['-t', '5', 'before', 'same'], /invalid --threshold '5': a time with its unit/],
    [['-t', '-5%', 'before', 'same'], /invalid --threshold/],
    [['-a', '0', 'before', 'same'], /invalid --alpha '0'/],
  ])('refuses %j with 2', (argv, says) => {
    const { stdout, stderr, status } = run(...argv);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^ +at /m);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  });
});
