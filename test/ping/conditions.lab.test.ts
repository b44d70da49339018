/** Conditions and lost probes of the command, with real packets and as a user sees them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';
import { loadSchema } from '../schema.ts';

const { readLines } = loadSchema('ping');
const { b, r1 } = HOSTS;
const silent = DESTINATIONS.blackHole.ipv4;

describeLab('ping with conditions', () => {
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
  const ping = (...argv: string[]) => lab.run('a', [stage.command('ping'), '-n', ...argv]);

  it.concurrent('waits for a machine to boot, through all that routers say of it meanwhile', async () => {
    const late = '10.98.0.1';
    const running = lab.start('a', [
      ...[stage.command('ping'), '-n', '-i', '0.1', '--deadline', '2m'],
      ...['--until', 'received >= 3 in a row', late],
    ]);
    await running.waitFor(/icmp_seq=3 Destination (Net|Host) Unreachable/);
    await lab.run('a', ['ip', 'route', 'add', 'local', late, 'dev', 'lo']);
    const { status, stdout, stderr } = await running.ended;
    expect(status).toBe(0);
    expect(stdout.match(/^64 bytes from 10\.98\.0\.1/gm)).toHaveLength(3);
    expect(stdout).toMatch(/, 3 received, \+\d+ errors, /);
    expect(stderr).toBe('');
  });

  it.concurrent('gives up at its deadline, and says what it had waited for', async () => {
    const run = await ping('-q', '-i', '0.1', '--deadline', '450ms', '--until', 'received >= 3', silent);
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/^\S*ping: condition not reached: received >= 3 \(received = 0\)\n$/);
  });

  it.concurrent('fails where a condition holds, and prints its terms and what was measured', async () => {
    const run = await ping(
      '-c2',
      '-i0.1',
      '-q',
      '--fail-if',
      'p95 < 1ms and loss == 0%',
      '--fail-if',
      'loss > 0',
      b.ipv4,
    );
    expect(run.status).toBe(1);
    const lines = run.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/ping: condition failed: p95 < 1ms \(p95 = [\d.]+ ms\), in 'p95 < 1ms and loss == 0%'$/);
    expect(lines[1]).toMatch(/ping: condition failed: loss == 0% \(loss = 0 %\), in '/);
  });

  it.concurrent('succeeds where none does, and prints nothing more', async () => {
    const run = await ping('-c2', '-i0.1', '-q', '--fail-if', 'loss > 2% or p95 > 5s', r1.ipv4);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toMatch(
      /ping statistics ---\n2 packets transmitted, 2 received, 0% packet loss.*\nrtt .* ms\n$/,
    );
  });

  it.concurrent('tells each lost probe and each condition in JSON, and the end behind them', async () => {
    const run = await ping(
      '-c3',
      '-i0.1',
      '-W0.3',
      '-j',
      '--fail-if',
      'loss >= 100%',
      '--fail-if',
      'p50 > 1ms',
      silent,
    );
    expect(run.status).toBe(1);
    const lines = readLines(run.stdout);
    expect(lines.map(({ type }) => type)).toEqual(['lost', 'lost', 'lost', 'condition', 'condition', 'summary']);
    expect(lines.slice(0, 3).map(({ seq, rtt_ns }) => [seq, rtt_ns])).toEqual([
      [1, null],
      [2, null],
      [3, null],
    ]);
    expect(lines[3]).toMatchObject({ text: 'loss >= 100%', holds: true, failed: true });
    // What is not measured does not pass.
    expect(lines[4]).toMatchObject({ text: 'p50 > 1ms', holds: null, failed: true });
    expect(lines[5]).toMatchObject({ reason: 'linger', stats: { loss_ratio: 1, rtt: null } });
  });

  it.concurrent('prints its verdicts at Ctrl-C too', async () => {
    const run = await lab.run('a', [stage.command('ping'), '-n', '-i0.1', '--fail-if', 'received >= 2', b.ipv4], {
      signalAt: [{ signal: 'SIGINT', after: /icmp_seq=2 / }],
    });
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/condition failed: received >= 2 \(received = \d\)\n$/);
  });

  it.concurrent('refuses what is no condition with a caret under the place, before anything is sent', async () => {
    const run = await ping('--until', 'loss > 50ms', b.ipv4);
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toMatch(/^\S*ping: --until: .+\n {2}loss > 50ms\n {2} {7}\^~~~\n$/);
  });

  it.concurrent('adds four lines of statistics with --stats', async () => {
    const run = await ping('-c5', '-i0.05', '-q', '--stats', b.ipv4);
    expect(run.stdout.split('\n').slice(-5)).toEqual([
      expect.stringMatching(/^rtt p50\/p90\/p95\/p99 += [\d.]+\/[\d.]+\/[\d.]+\/[\d.]+ ms \(to 0\.4%\)$/),
      expect.stringMatching(/^rtt stddev population\/sample += [\d.]+\/[\d.]+ ms$/),
      expect.stringMatching(/^jitter rfc3550\/rfc3393-p95\/mad += [\d.]+\/[\d.]+\/[\d.]+ ms$/),
      'loss 0 of 5 (0%)',
      '',
    ]);
  });
});
