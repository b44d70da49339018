/** `tracepath --flows` on paths that are played, with what it prints to the blank: times masked, ports given. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../../lab/describe-lab.ts';
import { createLab, type Lab } from '../../lab/lab.ts';
import { type PathControl, startPath } from '../../lab/path/control.ts';
import { type PathSpec, routers, type Stretch } from '../../lab/path/spec.ts';
import { createStage, type Stage } from '../../lab/stage.ts';
import { readLines } from '../probing/schema.ts';

const DIAMOND: Stretch = { branches: [[{}], [{}, {}]], by: 'turn' };
const SHORT = { quote: { dataOctets: 8 } };

/** One target for each case, so that they can run side by side. */
const PATHS = {
  plain: { target: { ipv4: '10.99.2.1', ipv6: 'fd99::2:1' }, hops: routers(3) },
  // Two, since the turns of one are shared by both families.
  diamond: { target: { ipv4: '10.99.2.2' }, hops: [{}, DIAMOND, {}] },
  diamond6: { target: { ipv6: 'fd99::2:2' }, hops: [{}, DIAMOND, {}] },
  mesh: {
    target: { ipv4: '10.99.2.3' },
    hops: [
      { branches: [[{}], [{}]], by: 'hash' },
      { branches: [[{}], [{}], [{}]], by: 'hash' },
    ],
  },
  long: { target: { ipv4: '10.99.2.4' }, hops: routers(59) },
  short: { target: { ipv4: '10.99.2.5' }, hops: routers(6, () => ({ ...SHORT, delayMs: 3 })) },
  /** Whole quotes at first, so that several probes are under way where they end. */
  turnsShort: { target: { ipv4: '10.99.2.6' }, hops: [{}, {}, {}, ...routers(4, () => SHORT)] },
  hostile: {
    target: { ipv4: '10.99.2.7', ipv6: 'fd99::2:7' },
    hops: [
      { quote: { payload: 'zero' } },
      { quote: { payload: 'inverted' } },
      { quote: { typeOfService: 0xb8 } },
      { ipv4: '192.168.99.99', ipv6: '2001:db8::99' },
      { copies: 3 },
      { initialTtl: 255, returnHops: 20 },
    ],
  },
  narrow: {
    target: { ipv4: '10.99.2.8', ipv6: 'fd99::2:8' },
    hops: [{}, { mtuOctets: 1400 }, {}, { mtuOctets: 1300 }, {}],
  },
  hole: { target: { ipv4: '10.99.2.9' }, hops: [{}, { mtuOctets: 1400, blackHole: true }, {}] },
  closed: { target: { ipv4: '10.99.2.10' }, hops: [{}], end: { is: 'prohibited' } },
  silent: { target: { ipv4: '10.99.2.11' }, hops: [{}, { silent: true }, {}], end: { is: 'silent' } },
  limited: { target: { ipv4: '10.99.2.12' }, hops: [{ answersPerSecond: 6 }, {}] },
  listening: { target: { ipv4: '10.99.2.13' }, hops: [{}], end: { is: 'udp-echo' } },
  perPacket: { target: { ipv4: '10.99.2.14' }, hops: [{ branches: [[{}], [{}]], by: 'packet' }] },
} as const satisfies Record<string, PathSpec>;

describeLab('tracepath --flows', () => {
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

  /** With up to 64 flows unless `argv` says otherwise. */
  async function run(...argv: readonly string[]) {
    const flows = argv.includes('--flows') ? [] : ['--flows', '64'];
    return await lab.run('a', [stage.command('tracepath'), '-n', ...flows, ...argv], {
      user: 'nobody',
      timeoutMs: 60_000,
    });
  }

  /**
   * The lines, with ports from `sourcePort` on, which is below those that the kernel chooses for others. The columns of times are
   * masked: they are as wide as the times.
   */
  async function show(sourcePort: number, target: string): Promise<string[]> {
    const { stdout, stderr } = await run('--source-port', String(sourcePort), target);
    expect(stderr).toBe('');
    const masked = stdout.replaceAll(/ *\d+\.\d{3}(?= )/g, ' #').replaceAll(/ +(best|avg|worst|rtt)(?= )/g, ' $1');
    return masked.split('\n');
  }

  async function summaryOf(...argv: readonly string[]) {
    const { stdout, status } = await run('-j', ...argv);
    const lines = readLines('flows', stdout);
    expect(lines.at(-1)).toMatchObject({ type: 'summary' });
    const summary = lines.at(-1) as unknown as {
      readonly reason: string;
      readonly ambiguous_answers: number;
      readonly nodes: readonly { readonly id: string; readonly host: string | null; readonly target: boolean }[];
      readonly edges: readonly { readonly from: string; readonly to: string }[];
      readonly flows: readonly {
        readonly end: string;
        readonly mtu: number;
        readonly black_hole_hop: number | null;
        readonly hops: readonly {
          readonly hosts: readonly string[];
          readonly sent: number;
          readonly received: number;
          readonly mark?: string;
        }[];
      }[];
    };
    const ways = summary.flows.map(({ hops }) => hops.map(({ hosts }) => hosts.join('/') || '*').join(' '));
    return { status, summary, ways, lines };
  }

  describe.concurrent('on a path', () => {
    it('that is one: six flows are enough', async () => {
      expect(await show(20_000, PATHS.plain.target.ipv4)).toEqual([
        'tracepath to 10.99.2.1 (10.99.2.1), up to 64 flows to UDP port 44444, confidence 95 %',
        'hop  router     flows  lost best avg worst   mtu',
        '  1  10.99.0.1      6   0/6 # # #  1500',
        '  2  10.99.0.2      6   0/6 # # #  1500',
        '  3  10.99.0.3      6   0/6 # # #  1500',
        '  4  10.99.2.1      6   0/6 # # #  1500  reached',
        '',
        'flow   port  hops  lost rtt   mtu  end',
        ...[0, 1, 2, 3, 4, 5].map((flow) => `   ${flow}  ${20_000 + flow}     4   0/4 #  1500  reached`),
        '',
        '1 path over 6 flows.',
        'Each router: no more next hops than shown, with 95 % confidence if flows are spread evenly.',
        '',
      ]);
    });

    it('that parts into branches of one and of two routers', async () => {
      const lines = await show(21_000, PATHS.diamond.target.ipv4);
      expect(lines.slice(1, 8)).toEqual([
        'hop  router        flows  lost best avg worst   mtu',
        '  1  10.99.0.1        12  0/12 # # #  1500',
        '  2  |- 10.99.0.2      6   0/6 # # #  1500',
        '  2  `- 10.99.0.3      6   0/6 # # #  1500',
        '  3     10.99.0.4      6   0/6 # # #  1500',
        '3-4  10.99.0.5        12  0/12 # # #  1500',
        '4-5  10.99.2.2        12  0/12 # # #  1500  reached',
      ]);
      expect(lines.slice(-3)).toEqual([
        '2 paths over 12 flows.',
        'Each router: no more next hops than shown, with 95 % confidence if flows are spread evenly.',
        '',
      ]);
    });

    it('whose graph is nodes and edges in JSON, over IPv6 as well', async () => {
      const { summary, status } = await summaryOf(PATHS.diamond6.target.ipv6);
      expect(status).toBe(0);
      expect(summary.reason).toBe('settled');
      expect(summary.edges.map(({ from, to }) => `${from} > ${to}`)).toEqual([
        'source > fd99::1',
        'fd99::1 > fd99::2',
        'fd99::1 > fd99::3',
        'fd99::2 > fd99::5',
        'fd99::3 > fd99::4',
        'fd99::4 > fd99::5',
        'fd99::5 > fd99::2:2',
      ]);
    });

    it('that each flow keeps to: its addresses and ports never change, whatever is sent', async () => {
      const { summary } = await summaryOf('-c', '4', '--source-port', '22000', PATHS.mesh.target.ipv4);
      for (const { hops } of summary.flows) for (const { hosts } of hops) expect(hosts).toHaveLength(1);
      expect(summary.edges.filter(({ to }) => to === PATHS.mesh.target.ipv4)).toHaveLength(3);
      expect(summary.edges).toHaveLength(2 + 2 * 3 + 3);
      const log = await path.log(PATHS.mesh.target.ipv4);
      expect(new Set(log.map(({ destinationPort }) => destinationPort))).toEqual(new Set([44_444]));
      expect(new Set(log.map(({ sourcePort }) => sourcePort)).size).toBe(summary.flows.length);
    });

    it('of sixty hops', async () => {
      const { summary, ways } = await summaryOf('-m', '60', PATHS.long.target.ipv4);
      expect(summary.reason).toBe('settled');
      const way = [...Array.from({ length: 59 }, (_, index) => `10.99.0.${index + 1}`), '10.99.2.4'].join(' ');
      expect(new Set(ways)).toEqual(new Set([way]));
    });

    it('whose routers quote the UDP header and no more: one probe of a flow at a time, and every answer is certain', async () => {
      const { summary, ways } = await summaryOf(PATHS.short.target.ipv4);
      const way = [...Array.from({ length: 6 }, (_, index) => `10.99.0.${index + 1}`), '10.99.2.5'].join(' ');
      expect(new Set(ways)).toEqual(new Set([way]));
      expect(summary.ambiguous_answers).toBe(0);
      const log = await path.log(PATHS.short.target.ipv4);
      for (const port of new Set(log.map(({ sourcePort }) => sourcePort))) {
        const times = log.filter(({ sourcePort }) => sourcePort === port).map(({ atMs }) => atMs);
        // The answer before had 3 ms of delay.
        times.slice(1).forEach((atMs, index) => {
          expect(atMs - times[index]!).toBeGreaterThan(3);
        });
      }
    });

    it('whose routers quote less and less: what may be about several probes is asked again', async () => {
      const { summary, ways } = await summaryOf('--flows', '2', '--confidence', '50', PATHS.turnsShort.target.ipv4);
      const way = [...Array.from({ length: 7 }, (_, index) => `10.99.0.${index + 1}`), '10.99.2.6'].join(' ');
      expect(new Set(ways)).toEqual(new Set([way]));
      expect(summary.flows.map(({ end }) => end)).toEqual(['reached', 'reached']);
      for (const { hops } of summary.flows) for (const { sent, received } of hops) expect(received).toBe(sent);
    });

    it.each(['ipv4', 'ipv6'] as const)(
      'of strange routers: wrong quotes, foreign addresses, copies (%s)',
      async (family) => {
        const { summary, ways } = await summaryOf(PATHS.hostile.target[family]);
        const router = (number: number) => (family === 'ipv4' ? `10.99.0.${number}` : `fd99::${number}`);
        const strange = family === 'ipv4' ? '192.168.99.99' : '2001:db8::99';
        const way = [router(1), router(2), router(3), strange, router(5), router(6), PATHS.hostile.target[family]];
        expect(new Set(ways)).toEqual(new Set([way.join(' ')]));
        expect(summary.flows.every(({ end }) => end === 'reached')).toBe(true);
      },
    );

    it.each(['ipv4', 'ipv6'] as const)('that grows narrower twice (%s)', async (family) => {
      const { summary, lines } = await summaryOf(PATHS.narrow.target[family]);
      expect(summary.flows.map(({ mtu }) => mtu)).toEqual(Array(6).fill(1300));
      const first = lines
        .filter(({ type, flow }) => type === 'flow-pmtu' && flow === 0)
        .map(({ host, mtu }) => [host, mtu]);
      const router = (number: number) => (family === 'ipv4' ? `10.99.0.${number}` : `fd99::${number}`);
      expect(first).toEqual([
        [null, 1500],
        [router(2), 1400],
        [router(4), 1300],
      ]);
      for (const { hops } of summary.flows) for (const { sent, received } of hops) expect(received).toBe(sent);
    });

    it('that swallows large packets', async () => {
      const { summary } = await summaryOf('--flows', '1', PATHS.hole.target.ipv4);
      expect(summary.flows).toMatchObject([{ end: 'reached', black_hole_hop: 3, mtu: 576 }]);
    });

    it('that ends in a refusal: the exit status is 1', async () => {
      const { summary, status } = await summaryOf('--flows', '1', PATHS.closed.target.ipv4);
      expect(status).toBe(1);
      expect(summary.flows).toMatchObject([{ end: 'refused', hops: [{}, { mark: '!H' }] }]);
    });

    it('that ends in silence', async () => {
      const { summary, status, ways } = await summaryOf('--flows', '1', PATHS.silent.target.ipv4);
      expect(status).toBe(1);
      expect(summary.flows[0]!.end).toBe('silent');
      expect(ways[0]).toMatch(/^10\.99\.0\.1 \* 10\.99\.0\.3( \*)+$/);
    });

    it('whose routers answer only so often: they are asked less often', async () => {
      const { summary, ways } = await summaryOf('--confidence', '99.5', PATHS.limited.target.ipv4);
      expect(summary.reason).toBe('settled');
      expect(new Set(ways)).toEqual(new Set(['10.99.0.1 10.99.0.2 10.99.2.12']));
    });

    it.each(['29', '2147483647'])('in packets of %s octets, or the nearest that can be sent', async (length) => {
      const { summary, status } = await summaryOf('--flows', '2', '-l', length, PATHS.plain.target.ipv4);
      expect(status).toBe(0);
      expect(summary.flows).toMatchObject([{ end: 'reached' }, { end: 'reached' }]);
    });

    it('to a port where somebody answers', async () => {
      const { summary, status } = await summaryOf('--flows', '1', PATHS.listening.target.ipv4);
      expect(status).toBe(0);
      expect(summary.flows).toMatchObject([{ end: 'reached' }]);
    });

    it('that is chosen for each packet: a hop has several addresses in one flow', async () => {
      const { summary } = await summaryOf('--flows', '1', '-c', '4', PATHS.perPacket.target.ipv4);
      expect([...summary.flows[0]!.hops[0]!.hosts].sort()).toEqual(['10.99.0.1', '10.99.0.2']);
    });
  });

  it('prints what is known at Ctrl-C', async () => {
    const argv = [stage.command('tracepath'), '-n', '--flows', '1', PATHS.silent.target.ipv4];
    const running = lab.start('a', argv, { signalAt: [{ signal: 'SIGINT', after: /confidence/ }] });
    const { stdout, status } = await running.ended;
    expect(status).toBe(130);
    expect(stdout).toContain('path over 1 flow when interrupted.');
  });

  it('needs no privilege, and names a source port that is taken', async () => {
    const { stderr, stdout, status } = await run(
      '--flows',
      '1',
      '--source-port',
      '65535',
      '-p',
      '7',
      PATHS.plain.target.ipv4,
    );
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toContain('65535');
    const refused = await run('--flows', '3', '--source-port', '65535', PATHS.plain.target.ipv4);
    expect(refused.stderr).toContain('no source port above 65535 for flow 1');
    expect(refused.stdout).toContain('1 path over 1 flow, which is all that --flows allows.');
  });
});
