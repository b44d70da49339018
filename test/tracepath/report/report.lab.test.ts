/** `tracepath --report` and `-c` on paths that are played: counts to the digit, times masked. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../../lab/describe-lab.ts';
import { createLab, type Lab } from '../../lab/lab.ts';
import { type PathControl, startPath } from '../../lab/path/control.ts';
import { type PathSpec, routers } from '../../lab/path/spec.ts';
import { createStage, type Stage } from '../../lab/stage.ts';
import { readLines } from '../probing/schema.ts';

const PATHS = {
  lossy: {
    target: { ipv4: '10.99.3.1', ipv6: 'fd99::3:1' },
    hops: [
      {},
      { losesAnswers: { every: 4 } },
      { silent: true },
      { answersPerSecond: 2 },
      { ipv4: ['10.99.77.1', '10.99.77.2'] },
    ],
  },
  six: { target: { ipv6: 'fd99::3:2' }, hops: routers(3) },
  long: { target: { ipv4: '10.99.3.3' }, hops: routers(59) },
  short: { target: { ipv4: '10.99.3.4' }, hops: [{}, { quote: { dataOctets: 8 }, losesAnswers: { every: 3 } }, {}] },
  slow: { target: { ipv4: '10.99.3.5' }, hops: [{ delayMs: 20 }, { delayMs: 300 }] },
  late: { target: { ipv4: '10.99.3.6' }, hops: [{ delayMs: 1400 }, {}] },
  closed: { target: { ipv4: '10.99.3.7' }, hops: [{}, { refuses: { ipv4: [3, 10] } }] },
  dead: { target: { ipv4: '10.99.3.8' }, hops: [{}], end: { is: 'silent' } },
  narrow: { target: { ipv4: '10.99.3.9' }, hops: [{}, { mtuOctets: 1400 }, {}] },
  moving: { target: { ipv4: '10.99.3.10' }, hops: routers(2) },
  sized: { target: { ipv4: '10.99.3.12' }, hops: [{}] },
  muted: { target: { ipv4: '10.99.3.13' }, hops: [{}, ...routers(10, () => ({ silent: true })), {}] },
  sourced: { target: { ipv4: '10.99.3.14' }, hops: [{}] },
  packets: { target: { ipv4: '10.99.3.11' }, hops: [{ losesPackets: { every: 2 } }, {}] },
} as const satisfies Record<string, PathSpec>;

interface Summary {
  readonly reason: string;
  readonly reached: boolean;
  readonly rounds: number;
  readonly hops: readonly {
    readonly hosts: readonly { readonly host: string; readonly answers: number }[];
    readonly sent: number;
    readonly received: number;
    readonly lost: number;
    readonly untimed: number;
    readonly min_ns: number | null;
    readonly max_ns: number | null;
    readonly mark?: string;
  }[];
}

describeLab('tracepath --report', () => {
  let lab: Lab;
  let path: PathControl;
  let stage: Stage;
  beforeAll(async () => {
    lab = await createLab();
    stage = createStage();
    path = await startPath(lab, ...Object.values(PATHS));
  });
  afterAll(async () => {
    await path.stop();
    stage.remove();
    await lab.close();
  });

  async function run(...argv: readonly string[]) {
    return await lab.run('a', [stage.command('tracepath'), ...argv], { user: 'nobody', timeoutMs: 60_000 });
  }

  async function summaryOf(...argv: readonly string[]) {
    const { stdout, stderr, status } = await run('-n', '-j', ...argv);
    expect(stderr).toBe('');
    const lines = readLines('report', stdout);
    return { summary: lines.at(-1) as unknown as Summary, lines, status };
  }

  describe.concurrent('on a path', () => {
    it('prints a line for each hop, with what was lost there', async () => {
      const { stdout, stderr, status } = await run('-n', '--report', '-c', '8', '-i', '0.25', PATHS.lossy.target.ipv4);
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
      const masked = stdout.replaceAll(/ +(\d+\.\d{3}|-)(?=[ \n])/g, ' #').replace(/in \d+\.\d s/, 'in # s');
      expect(masked.replaceAll(/ +(last|avg|best|worst|sdev|jitter|p95)(?=[ \n])/g, ' $1').split('\n')).toEqual([
        'tracepath to 10.99.3.1 (10.99.3.1), 8 rounds in # s, one every 0.25 s',
        'hop  router                    sent  lost    loss last avg best worst sdev jitter p95',
        '  1  10.99.0.1                    8     0    0.0% # # # # # # #',
        '  2  10.99.0.2                    8     2   25.0% # # # # # # #',
        '  3  *                            8     8  100.0% # # # # # # #',
        expect.stringMatching(/^ {2}4 {2}10\.99\.0\.4 +8 +4 +50\.0% # # # # # # #$/),
        '  5  10.99.77.1                   8     0    0.0% # # # # # # #',
        '       or 10.99.77.2 (4 of 8)',
        '  6  10.99.3.1                    8     0    0.0% # # # # # # #',
        'Times in ms. sdev: sample standard deviation. jitter: RFC 3550, smoothed by 1/16. p95: nearest rank, to 0.4 %.',
        '10.99.3.1 reached at hop 6',
        '',
      ]);
    });

    it('has a line for each probe and a summary in JSON, over IPv6 as well', async () => {
      const { summary, lines, status } = await summaryOf('-c', '3', '-i', '0.05', PATHS.six.target.ipv6);
      expect(status).toBe(0);
      expect(lines.filter(({ type }) => type === 'round-probe')).toHaveLength(12);
      expect(summary).toMatchObject({ reason: 'complete', reached: true, rounds: 3 });
      expect(summary.hops.map(({ hosts }) => hosts[0]!.host)).toEqual(['fd99::1', 'fd99::2', 'fd99::3', 'fd99::3:2']);
    });

    it('asks sixty hops in each round', async () => {
      const { summary } = await summaryOf('-m', '60', '-c', '2', '-i', '1', PATHS.long.target.ipv4);
      expect(summary.hops).toHaveLength(60);
      expect(summary.hops.map(({ sent, received }) => [sent, received])).toEqual(Array(60).fill([2, 2]));
      const log = await path.log(PATHS.long.target.ipv4);
      // A hop has a port of its own, so that the shortest quote tells it.
      for (const { hopLimit, destinationPort } of log) expect(destinationPort).toBe(44_443 + hopLimit);
    });

    it('times every answer although nobody quotes more than the UDP header and some are lost', async () => {
      const { summary } = await summaryOf('-c', '6', '-i', '0.6', PATHS.short.target.ipv4);
      expect(summary.hops[1]).toMatchObject({ sent: 6, received: 4, lost: 2, untimed: 0 });
      expect(summary.hops[1]!.max_ns).toBeLessThan(500e6);
    });

    it('finds the target behind ten silent hops', async () => {
      const { summary, status } = await summaryOf('-c', '2', '-i', '0.1', PATHS.muted.target.ipv4);
      expect(status).toBe(0);
      expect(summary).toMatchObject({ reached: true, hops: { length: 13 } });
    });

    it.each(['29', '2147483647'])('takes a packet length of %s for the nearest that it can send', async (length) => {
      const { summary, status } = await summaryOf('-c', '2', '-i', '0.1', '-l', length, PATHS.sized.target.ipv4);
      expect(status).toBe(0);
      expect(summary).toMatchObject({ reason: 'complete', reached: true });
    });

    it('sends from the port that was asked for', async () => {
      await summaryOf('-c', '1', '--source-port', '33333', PATHS.sourced.target.ipv4);
      const log = await path.log(PATHS.sourced.target.ipv4);
      expect(new Set(log.map(({ sourcePort }) => sourcePort))).toEqual(new Set([33_333]));
    });

    it('does not let a slow router delay the others', async () => {
      const { summary } = await summaryOf('-c', '4', '-i', '0.1', PATHS.slow.target.ipv4);
      expect(summary.hops.map(({ received }) => received)).toEqual([4, 4, 4]);
      expect(summary.hops[0]!.min_ns).toBeGreaterThanOrEqual(20e6);
      expect(summary.hops[1]!.min_ns).toBeGreaterThanOrEqual(300e6);
    });

    it('tells of a late answer, and does not count it as lost', async () => {
      const { summary, lines } = await summaryOf('-c', '2', '-i', '1', PATHS.late.target.ipv4);
      expect(lines.filter(({ late }) => late === true)).toMatchObject([{ hop: 1, round: 1 }]);
      expect(summary.hops[0]).toMatchObject({ sent: 2, received: 1, lost: 1 });
    });

    it('ends with status 1 where the way is closed, or where the target is silent', async () => {
      const closed = await summaryOf('-c', '2', '-i', '0.1', PATHS.closed.target.ipv4);
      expect(closed.status).toBe(1);
      expect(closed.summary).toMatchObject({ reached: false, hops: [{}, {}, { mark: '!H' }] });
      const dead = await summaryOf('-c', '2', '-i', '0.1', PATHS.dead.target.ipv4);
      expect(dead.status).toBe(1);
      expect(dead.summary).toMatchObject({ reached: false, hops: { length: 1 } });
    });

    it('makes its packets smaller where they do not fit', async () => {
      const { summary, lines } = await summaryOf('-c', '3', '-i', '0.1', '-l', '9000', PATHS.narrow.target.ipv4);
      expect(lines.filter(({ type }) => type === 'round-pmtu')).toMatchObject([
        { host: null, mtu: 1500 },
        { mtu: 1400 },
      ]);
      expect(summary).toMatchObject({ reached: true, hops: { length: 4 } });
      expect(summary.hops.every(({ lost }) => lost === 0)).toBe(true);
    });

    it('follows a way that changes', async () => {
      const target = PATHS.moving.target.ipv4;
      const argv = [stage.command('tracepath'), '-n', '-j', '-c', '40', '-i', '0.1', target];
      const running = lab.start('a', argv);
      await running.waitFor(/"round": 5, "hop": 3/);
      await path.change({ ...PATHS.moving, hops: routers(4) });
      await running.waitFor(/"hop": 5/);
      await running.signal('SIGINT');
      const { stdout, status } = await running.ended;
      const summary = readLines('report', stdout).at(-1) as unknown as Summary;
      expect(status).toBe(130);
      expect(summary).toMatchObject({ reason: 'interrupted', reached: true, hops: { length: 5 } });
      expect(summary.hops[2]!.hosts.map(({ host }) => host).sort()).toEqual(['10.99.0.3', target]);
    });

    it('shows packets that are lost on the way as losses of all that lies beyond', async () => {
      const { summary } = await summaryOf('-c', '6', '-i', '0.1', PATHS.packets.target.ipv4);
      expect(summary.hops.reduce((sum, { lost }) => sum + lost, 0)).toBeGreaterThanOrEqual(6);
    });
  });

  it('prints what is known at Ctrl-C', async () => {
    const argv = [stage.command('tracepath'), '-n', '-j', '-c', '100', PATHS.six.target.ipv6];
    const { stdout, status } = await lab.start('a', argv, {
      signalAt: [{ signal: 'SIGINT', after: /"round": 2, "hop": 4/ }],
    }).ended;
    expect(status).toBe(130);
    expect(readLines('report', stdout).at(-1)).toMatchObject({ reason: 'interrupted', rounds: 2, reached: true });
  });

  it('shows names', async () => {
    const { stdout, status } = await run('-c', '1', '-4', 'hostb.lab');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}1 {2}router1\.lab +1 +0 +0\.0%/m);
    expect((await run('-c', '1', '-4', '-b', 'hostb.lab')).stdout).toMatch(
      /^ {2}1 {2}router1\.lab \(10\.77\.1\.254\) +1 +0/m,
    );
  });
});
