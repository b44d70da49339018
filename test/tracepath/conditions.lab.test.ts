/** --fail-if, --until, --deadline and --stats with real packets: exit statuses, what is said, and a host that comes up late. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';
import { readLines as readRounds } from './probing/schema.ts';
import { readLines } from './schema.ts';

const B = HOSTS.b.ipv4;
const SILENCE = DESTINATIONS.farBlackHole.ipv4;

describeLab('a tracepath with conditions', () => {
  let lab: Lab;
  let stage: Stage;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab();
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  const run = (...argv: readonly string[]) =>
    lab.run('a', [stage.command('tracepath'), '-n', ...argv], { user: 'nobody' });

  it.concurrent.each([
    [['--fail-if', 'hops > 3 or pmtu < 1300', B], 0, ''],
    [['--fail-if', 'pmtu < 1400', B], 1, 'tracepath: condition failed: pmtu < 1400 (pmtu = 1300)\n'],
    [
      ['--parallel', '--fail-if', 'not reached or hops==3', B],
      1,
      "tracepath: condition failed: hops == 3 (hops = 3), in 'not reached or hops == 3'\n",
    ],
    [['-m', '1', '--fail-if', 'back > 3', B], 1, 'tracepath: condition not decided: back > 3 (back not measured)\n'],
    [['--until', 'hops >= 9', B], 1, 'tracepath: condition not reached: hops >= 9 (hops = 3)\n'],
    [['--until', 'pmtu == 1400', '--fail-if', 'reached', B], 0, ''],
    [['-c', '3', '-i', '0.1', '--fail-if', 'loss > 0%', '--fail-if', 'received < 3', B], 0, ''],
    [
      ['-c', '2', '-i', '0.1', '--fail-if', 'received >= 2 in a row', B],
      1,
      'tracepath: condition failed: received >= 2 in a row (received in a row = 2)\n',
    ],
    [['--flows', '2', '--fail-if', 'pmtu < 1400', B], 1, 'tracepath: condition failed: pmtu < 1400 (pmtu = 1300)\n'],
    [['--deadline', '300ms', '--fail-if', 'reached', SILENCE], 0, ''],
  ] as const)('%j ends with status %d', async (argv, status, stderr) => {
    const ended = await run(...argv);
    expect(ended.stderr).toBe(stderr);
    expect(ended.status).toBe(status);
  });

  it('prints the same lines on stdout as without', async () => {
    const times = /[0-9]+\.[0-9]{3}ms/g;
    const [plain, judged] = await Promise.all([run(B), run('--fail-if', 'pmtu < 1400', '--deadline', '1m', B)]);
    expect(judged.stdout.replaceAll(times, '')).toBe(plain.stdout.replaceAll(times, ''));
  });

  it('says what is wrong with a condition before anything is sent', async () => {
    const refused = await run('--until', 'received >= 3 in a row', B);
    expect(refused.stderr).toBe(
      [
        "tracepath: --until: unknown word 'received'; that goes with --report",
        '  received >= 3 in a row',
        '  ^~~~~~~~',
        '',
      ].join('\n'),
    );
    expect([refused.status, refused.stdout]).toEqual([255, '']);
  });

  it('has a JSON line for each condition, before the summary', async () => {
    const { stdout, stderr, status } = await run('-j', '--fail-if', 'pmtu < 1400', '--fail-if', 'back > 9', B);
    const lines = readLines(stdout);
    expect(lines.slice(-3)).toMatchObject([
      { type: 'condition', role: 'fail-if', holds: true, failed: true, terms: [{ measured: 1300, limit: 1400 }] },
      { type: 'condition', role: 'fail-if', holds: false, failed: false },
      { type: 'summary', reason: 'reached' },
    ]);
    expect([stderr, status]).toEqual(['', 1]);
  });

  it('prints statistics of the target behind the report', async () => {
    const { stdout } = await run('-c', '3', '-i', '0.1', '--stats', B);
    expect(stdout).toMatch(
      / reached at hop 3\n\nTarget:\nrtt p50\/p90\/p95\/p99 .*\n.*\njitter .*\nloss 0 of 3 \(0%\)\n$/,
    );
  });

  it('ends a wait at SIGINT with what it knows', async () => {
    const { stdout, status } = await lab.run(
      'a',
      [stage.command('tracepath'), '-nj', '--report', '-i', '0.1', '--until', 'received >= 1', SILENCE],
      { signalAt: [{ signal: 'SIGINT', after: /"round": 3,/ }] },
    );
    expect(readRounds('report', stdout).slice(-2)).toMatchObject([
      { type: 'condition', role: 'until', holds: false, failed: true },
      { type: 'summary', reason: 'interrupted', reached: false, stats: { received: 0 } },
    ]);
    expect(status).toBe(130);
  });

  it('waits for a host that comes up, through all errors before', async () => {
    await lab.run('r2', ['ip', 'link', 'set', 'eth1', 'down']);
    const waiting = lab.start('a', [
      stage.command('tracepath'),
      ...['-nj', '--report', '-i', '0.1', '--until', 'received >= 3 in a row', '--deadline', '1m', B],
    ]);
    await waiting.waitFor(/"round": 4, "hop": 2,.*"mark": "!N"/);
    await lab.run('r2', ['ip', 'link', 'set', 'eth1', 'up']);
    const { stdout, stderr, status } = await waiting.ended;
    const lines = readRounds('report', stdout);
    expect(lines.slice(-2)).toMatchObject([
      { type: 'condition', text: 'received >= 3 in a row', holds: true, terms: [{ measured: 3 }] },
      { type: 'summary', reason: 'condition', reached: true, stats: { received: 3 } },
    ]);
    expect([stderr, status]).toEqual(['', 0]);
  });
});
