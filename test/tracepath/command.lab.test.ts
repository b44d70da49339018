import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maskClocks } from '../conformance/mask.ts';
import { MASKS } from '../conformance/tracepath/mask.ts';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { threadStatus } from '../lab/threads.ts';
import { HOSTS } from '../lab/topology.ts';
import { judge } from '../ndjson/judge.ts';
import { readLines } from './schema.ts';

const SILENCE = DESTINATIONS.farBlackHole.ipv4;

describeLab('a running tracepath', () => {
  let lab: Lab;
  let stage: Stage;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab({ names: 'dns', resolverOptions: 'timeout:5 attempts:1' });
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  const command = () => stage.command('tracepath');

  it('has no capability left in any of its threads, and can get none back', async () => {
    const port = String(40_000 + (process.pid % 20_000)); // found again by this in the process list
    const trace = lab.start('a', [command(), '-n', '-p', port, SILENCE]);
    await trace.waitFor(/pmtu 1400/);
    for (const field of ['CapEff', 'CapPrm', 'CapInh', 'CapAmb']) {
      expect(new Set(threadStatus(lab.netns('a'), port, field)), field).toEqual(new Set(['0000000000000000']));
    }
    expect(new Set(threadStatus(lab.netns('a'), port, 'NoNewPrivs'))).toEqual(new Set(['1']));
    await trace.signal('SIGINT');
    expect((await trace.ended).status).toBe(130);
  });

  it('needs none either', async () => {
    const run = await lab.run('a', [command(), '-n', HOSTS.b.ipv4], {
      user: 'nobody',
      capabilities: [],
      noNewPrivileges: true,
    });
    expect(run.stdout).toContain('Resume: pmtu 1300 hops 3 back 3');
    expect(run.stderr).toBe('');
  });

  it('does not wait for names between probes, and shows addresses where none come', async () => {
    await lab.dns.behave({ mode: 'hang', only: 'PTR' });
    const run = await lab.run('a', [command(), '-j', HOSTS.b.ipv4]);
    await lab.dns.behave({ mode: 'answer' });
    const lines = readLines(run.stdout);
    const stamps = lines.flatMap((line) => (typeof line['timestamp'] === 'number' ? [line['timestamp']] : []));
    // Three hops whose names never come would take iputils 15 s.
    expect(stamps.at(-1)! - stamps[0]!).toBeLessThan(5);
    expect(lines.every((line) => !('name' in line))).toBe(true);
    expect(lines.at(-1)).toMatchObject({ type: 'summary', reason: 'reached' });
  });

  it('shows a name that is not too slow', async () => {
    await lab.dns.behave({ mode: 'delay', delayMs: 60, only: 'PTR' });
    const run = await lab.run('a', [command(), HOSTS.b.ipv4]);
    await lab.dns.behave({ mode: 'answer' });
    expect(run.stdout).toMatch(/^ 1: {2}router1\.lab /m);
    expect(run.stdout).toMatch(/^ 3: {2}hostb\.lab .* reached$/m);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGALRM', 142],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('ends at %s with what it knows', async (signal, status) => {
    const run = await lab.run('a', [command(), '-n', '--parallel', SILENCE], {
      signalAt: [{ signal, after: /pmtu 1400/ }],
    });
    expect(run.stdout).toMatch(/\n {5}Resume: pmtu 1400 \n$/);
    expect(run.status).toBe(status);
  });

  it('names a source port that it may not have', async () => {
    const run = await lab.run('a', [command(), '-n', '--source-port', '53', HOSTS.b.ipv4], { user: 'nobody' });
    expect(run.stderr).toBe('tracepath: source port 53: Permission denied\n');
    expect(run.status).toBe(1);
  });

  it('tells of each answer, each MTU and each loss with -v', async () => {
    const run = await lab.run('a', [command(), '-v', '-n', '-m', '2', DESTINATIONS.unreachable.ipv6]);
    expect(maskClocks(run.stdout, MASKS)).toBe(
      [
        ' 1?: [LOCALHOST]                      <time>ms pmtu 1500',
        '      mtu 128000 before, 1500 at this host',
        ` 1:  ${HOSTS.r1.ipv6.padEnd(52)}<time>ms !N`,
        '      icmp 1/0, ttl 64, tos 0x00, sent 1500 octets to port 44444, quoted 1184, stamps kernel/kernel',
        ` 1:  ${HOSTS.r1.ipv6.padEnd(52)}<time>ms !N`,
        '      icmp 1/0, ttl 64, tos 0x00, sent 1500 octets to port 44445, quoted 1184, stamps kernel/kernel',
        '     Resume: pmtu 1500 \n',
      ].join('\n'),
    );
  });

  it('measures with kernel stamps at both ends', async () => {
    const run = await lab.run('a', [command(), '-j', '-n', HOSTS.b.ipv4]);
    const stamps = readLines(run.stdout).flatMap((line) =>
      line['stamps'] === undefined || line['local'] === true ? [] : [line['stamps']],
    );
    expect(stamps.length).toBeGreaterThanOrEqual(6);
    for (const each of stamps) expect(each).toEqual({ transmit: 'kernel', receive: 'kernel' });
  });

  const RUNS: readonly (readonly [args: string, status: number, kinds: readonly string[], reason: string | null])[] = [
    [HOSTS.b.ipv4, 0, ['probe', 'mtu', 'hop', 'summary'], 'reached'],
    [`-n ${HOSTS.b.ipv6}`, 0, ['probe', 'mtu', 'hop', 'summary'], 'reached'],
    [`--parallel -b hostb.lab`, 0, ['probe', 'mtu', 'hop', 'summary'], 'reached'],
    [`-n -l 1400 ::ffff:${HOSTS.b.ipv4}`, 0, ['probe', 'mtu', 'hop', 'summary'], 'reached'],
    [`-n -v ${DESTINATIONS.unreachable.ipv4}`, 0, ['probe', 'mtu', 'hop', 'summary'], 'unreachable'],
    [`-n ${DESTINATIONS.rejectedProtocol.ipv4}`, 0, ['probe', 'mtu', 'hop', 'summary'], 'error'],
    [`-n -m 1 ${HOSTS.b.ipv4}`, 0, ['probe', 'mtu', 'hop', 'too-many-hops', 'summary'], 'too-many-hops'],
    ['-n -m 0 127.0.0.1', 0, ['too-many-hops', 'summary'], 'too-many-hops'],
    [
      `-n --parallel -m 3 ${SILENCE}`,
      0,
      ['probe', 'mtu', 'hop', 'no-reply', 'too-many-hops', 'summary'],
      'too-many-hops',
    ],
    [`-n ${DESTINATIONS.localNoRoute.ipv4}`, 0, ['send-failed', 'hop', 'summary'], 'send-failed'],
    ['nosuch.lab', 1, ['error'], null],
    ['-p x 127.0.0.1', 1, ['error'], null],
    ['', 255, ['error'], null],
    ['--help', 0, ['text'], null],
  ];

  describe('-j', () => {
    it.concurrent.each(RUNS)('%s', async (args, status, kinds, reason) => {
      const ours = args === '--help' ? `${process.cwd()}/bin/tracepath` : command(); // yargs is in node_modules
      const run = await lab.run('a', [ours, '-j', ...args.split(' ').filter((word) => word !== '')]);
      const lines = judge('tracepath', 'tracepath', run);
      expect(new Set(lines.map(({ type }) => type))).toEqual(new Set(kinds));
      expect(lines.at(-1)?.['reason'] ?? null).toBe(reason);
      expect(run.status).toBe(status);
    });

    it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends with a summary that says so at %s', async (signal) => {
      const run = await lab.run('a', [command(), '-j', '-n', SILENCE], {
        signalAt: [{ signal, after: /"mtu": 1400/ }],
      });
      expect(readLines(run.stdout).at(-1)).toMatchObject({ type: 'summary', reason: 'interrupted', mtu: 1400 });
      expect(run.stderr).toBe('');
    });
  });
});
