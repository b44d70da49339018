/**
 * Paths that no kernel plays (test/lab/path): silent and slow routers, black holes, labels, wrong quotes, rate limits. What
 * stands in `lines` is the whole output, times masked: hop by hop, with --parallel, and of iputils' program, unless said.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { maskClocks } from '../conformance/mask.ts';
import { MASKS } from '../conformance/tracepath/mask.ts';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { type PathControl, startPath } from '../lab/path/control.ts';
import { incomingInterface, mplsStack, type PathSpec, routerAddress, routers } from '../lab/path/spec.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { readLines } from './schema.ts';

interface PathCase {
  readonly title: string;
  readonly spec: Omit<PathSpec, 'target'>;
  /** Beside -n and the target. */
  readonly args?: string;
  /** `%1` and so on stand for the routers, `%t` for the target. */
  readonly lines: readonly string[];
  readonly families?: readonly (4 | 6)[];
  /** All unless said. */
  readonly ways?: readonly Way[];
}

const WAYS = ['serial', 'parallel', 'iputils'] as const;
type Way = (typeof WAYS)[number];

/** A line with an answer: hop, who, and what stands behind the time. */
function at(hop: number, who: string, rest = ''): string {
  return `${hop.toString().padStart(2)}:  ${who} <time>ms ${rest}`;
}
const resume = (rest: string) => `     Resume: pmtu ${rest} `;
const noReply = (hop: number) => `${hop.toString().padStart(2)}:  no reply`;

/** -l 1500 takes our own link's MTU at once, so that no line is about it. */
const CASES: readonly PathCase[] = [
  {
    title: 'ten silent hops',
    spec: { hops: [{}, ...routers(10, () => ({ silent: true })), {}] },
    lines: [
      at(1, '%1'),
      ...Array.from({ length: 10 }, (_, index) => noReply(index + 2)),
      at(12, '%12'),
      at(13, '%t', 'reached'),
      resume('1500 hops 13 back 13'),
    ],
    ways: ['parallel'],
  },
  {
    title: 'sixty hops',
    spec: { hops: routers(60) },
    args: '-m 70',
    lines: [
      ...Array.from({ length: 60 }, (_, index) => at(index + 1, `%${index + 1}`)),
      at(61, '%t', 'reached'),
      resume('1500 hops 61 back 61'),
    ],
  },
  {
    title: 'a silent router between two that answer',
    spec: { hops: [{}, { silent: true }, {}] },
    lines: [at(1, '%1'), noReply(2), at(3, '%3'), at(4, '%t', 'reached'), resume('1500 hops 4 back 4')],
    families: [4],
  },
  {
    title: 'a target that says nothing',
    spec: { hops: [{}], end: { is: 'silent' } },
    args: '-m 2',
    lines: [at(1, '%1'), noReply(2), '     Too many hops: pmtu 1500', resume('1500')],
    families: [6],
  },
  {
    title: 'a first answer that is lost',
    spec: { hops: [{ losesAnswers: { first: 1 } }, {}] },
    lines: [at(1, '%1'), at(2, '%2'), at(3, '%t', 'reached'), resume('1500 hops 3 back 3')],
  },
  {
    title: 'a first probe that is lost',
    spec: { hops: [{}, { losesPackets: { first: 1 } }] },
    lines: [at(1, '%1'), at(2, '%2'), at(3, '%t', 'reached'), resume('1500 hops 3 back 3')],
    ways: ['serial'],
  },
  {
    title: 'narrow links, one after the other',
    spec: { hops: [{ mtuOctets: 1480 }, { mtuOctets: 1400 }, {}, { mtuOctets: 1300 }] },
    lines: [
      at(1, '%1'),
      at(2, '%1', 'pmtu 1480'),
      at(2, '%2'),
      at(3, '%2', 'pmtu 1400'),
      at(3, '%3'),
      at(4, '%4'),
      at(5, '%4', 'pmtu 1300'),
      at(5, '%t', 'reached'),
      resume('1300 hops 5 back 5'),
    ],
  },
  {
    title: 'narrow links, told by name with -v and by number with the MTU on each side',
    spec: { hops: [{}, { mtuOctets: 1300 }] },
    args: '-v -l 1500',
    families: [4],
    ways: ['serial'],
    lines: [
      at(1, '%1'),
      '      icmp 11/0, ttl 64, tos 0x00, sent 1500 octets to port 44444, quoted 520, stamps kernel/kernel',
      at(2, '%2'),
      '      icmp 11/0, ttl 63, tos 0x00, sent 1500 octets to port 44445, quoted 520, stamps kernel/kernel',
      at(3, '%2', 'pmtu 1300'),
      '      icmp 3/4, ttl 63, tos 0x00, sent 1500 octets to port 44446, quoted 520, stamps kernel/kernel',
      '      mtu 1500 before, 1300 behind hop 2, %2',
      at(3, '%t', 'reached'),
      '      icmp 3/3, ttl 62, tos 0x00, sent 1300 octets to port 44447, quoted 520, stamps kernel/kernel',
      resume('1300 hops 3 back 3'),
    ],
  },
  {
    title: 'a router that tells no MTU',
    ways: ['serial', 'parallel'],
    spec: { hops: [{ mtuOctets: 1400, mtuSaid: 0 }] },
    lines: [
      at(1, '%1'),
      at(2, '%1', 'pmtu 1492'),
      at(2, '%1', 'pmtu 1006'),
      at(2, '%t', 'reached'),
      resume('1006 hops 2 back 2'),
    ],
    families: [4],
  },
  {
    title: 'a router that tells an MTU larger than the packet',
    spec: { hops: [{ mtuOctets: 1400, mtuSaid: 9000 }] },
    args: '-m 3',
    lines: [
      at(1, '%1'),
      at(2, '%1', 'pmtu 1500'),
      at(3, '%1', 'pmtu 1500'),
      '     Too many hops: pmtu 1500',
      resume('1500'),
    ],
    families: [4],
    ways: ['serial'],
  },
  {
    title: 'a path MTU black hole',
    spec: { hops: [{}, { mtuOctets: 1400, blackHole: true }, {}] },
    args: '--black-holes',
    lines: [
      at(1, '%1'),
      at(2, '%2'),
      '     pmtu black hole behind hop 2: 1400 octets pass, 1401 do not',
      at(3, '%3'),
      at(4, '%t', 'reached'),
      resume('1400 hops 4 back 4'),
    ],
    ways: ['serial'],
  },
  {
    title: 'labels and interfaces',
    spec: {
      hops: [
        { objects: [mplsStack([16_001, 0, 1])] },
        { objects: [mplsStack([16_002, 5, 1], [3, 0, 2]), incomingInterface(7, 'ge-0/0/1')] },
      ],
    },
    args: '-v',
    families: [4],
    ways: ['serial'],
    lines: [
      at(1, '%1'),
      '      icmp 11/0, ttl 64, tos 0x00, sent 1500 octets to port 44444, quoted 100, stamps kernel/kernel',
      '      mpls label 16001 class 0 ttl 1 bottom of stack',
      at(2, '%2'),
      '      icmp 11/0, ttl 63, tos 0x00, sent 1500 octets to port 44445, quoted 100, stamps kernel/kernel',
      '      mpls label 16002 class 5 ttl 1',
      '      mpls label 3 class 0 ttl 2 bottom of stack',
      '      interface in: name ge-0/0/1 index 7',
      at(3, '%t', 'reached'),
      '      icmp 3/3, ttl 62, tos 0x00, sent 1500 octets to port 44446, quoted 520, stamps kernel/kernel',
      resume('1500 hops 3 back 3'),
    ],
  },
  {
    title: 'labels in IPv6',
    spec: { hops: [{ objects: [mplsStack([16_001, 0, 1])] }] },
    args: '-v -m 1',
    families: [6],
    ways: ['serial'],
    lines: [
      at(1, '%1'),
      '      icmp 3/0, ttl 64, tos 0x00, sent 1500 octets to port 44444, quoted 80, stamps kernel/kernel',
      '      mpls label 16001 class 0 ttl 1 bottom of stack',
      '     Too many hops: pmtu 1500',
      resume('1500'),
    ],
  },
  {
    title: 'quotes of the bare UDP header',
    spec: {
      hops: routers(2, () => ({ quote: { dataOctets: 8 } })),
      end: { is: 'port-unreachable', quote: { dataOctets: 8 } },
    },
    lines: [at(1, '%1'), at(2, '%2'), at(3, '%t', 'reached'), resume('1500 hops 3 back 3')],
  },
  {
    title: 'a quote whose payload is zero',
    spec: { hops: [{ quote: { payload: 'zero' } }, {}] },
    lines: [
      at(1, '%1', '(This broken router returned corrupted payload) '),
      at(2, '%2'),
      at(3, '%t', 'reached'),
      resume('1500 hops 3 back 3'),
    ],
  },
  {
    title: 'a quote with another payload, from which iputils reads a hop and a time',
    spec: { hops: [{ quote: { payload: 'inverted' } }, {}] },
    lines: [
      at(1, '%1', '(This broken router returned corrupted payload) '),
      at(2, '%2'),
      at(3, '%t', 'reached'),
      resume('1500 hops 3 back 3'),
    ],
    ways: ['serial', 'parallel'],
  },
  {
    title: 'ways back that are longer, and other first TTLs',
    spec: {
      hops: [{ returnHops: 4 }, { initialTtl: 255 }, { initialTtl: 128, returnHops: 9 }],
      end: { is: 'port-unreachable', returnHops: 7 },
    },
    lines: [
      at(1, '%1', 'asymm  4 '),
      at(2, '%2'),
      at(3, '%3', 'asymm  9 '),
      at(4, '%t', 'reached'),
      resume('1500 hops 4 back 7'),
    ],
  },
  {
    title: 'a target that may not be reached',
    spec: { hops: [{}], end: { is: 'prohibited' } },
    lines: [at(1, '%1'), at(2, '%t', '!H'), resume('1500')],
    families: [4],
  },
  {
    title: 'a router that refuses to go on',
    spec: { hops: [{}, { refuses: { ipv4: [3, 0], ipv6: [1, 0] } }] },
    lines: [at(1, '%1'), at(2, '%2'), at(3, '%2', '!N'), resume('1500')],
  },
  {
    title: 'a parameter problem',
    spec: { hops: [{ refuses: { ipv4: [12, 0], ipv6: [4, 0] } }] },
    lines: [at(1, '%1'), at(2, '%1', '!P'), resume('1500')],
  },
  {
    title: 'a target that answers with a datagram',
    spec: { hops: [{}], end: { is: 'udp-echo' } },
    lines: [at(1, '%1'), ' 2?: reply received 8)', resume('1500')],
  },
  {
    title: 'routers that answer from odd addresses',
    spec: { hops: [{ ipv4: '0.0.0.1' }, { ipv4: '240.0.0.1' }, { ipv4: '192.168.77.7' }] },
    lines: [
      at(1, '0.0.0.1'),
      at(2, '240.0.0.1'),
      at(3, '192.168.77.7'),
      at(4, '%t', 'reached'),
      resume('1500 hops 4 back 4'),
    ],
    families: [4],
  },
];

function targetOf(index: number, family: 4 | 6, way: Way): string {
  const network = WAYS.indexOf(way) + 1;
  return family === 4 ? `10.99.${network}.${index + 1}` : `fd99::${network}:${index + 1}`;
}

/** `%1` is padded to 52 columns before a time, as iputils does. */
function fill(line: string, family: 4 | 6, target: string): string {
  const who = (mark: string) => (mark === 't' ? target : routerAddress(family, Number(mark)));
  return line
    .replace(/%(\d+|t) <time>/, (_, mark: string) => `${who(mark).padEnd(52)}<time>`)
    .replace(/^( ?\d+: {2})([\d.]+) <time>/, (_, hop: string, address: string) => `${hop}${address.padEnd(52)}<time>`)
    .replace(/%(\d+|t)/g, (_, mark: string) => who(mark));
}

describeLab('tracepath on paths of all kinds', () => {
  let lab: Lab;
  let stage: Stage;
  let path: PathControl;
  beforeAll(async () => {
    stage = createStage();
    lab = await createLab();
    path = await startPath(lab);
  });
  afterAll(async () => {
    await path?.stop();
    await lab.close();
    stage.remove();
  });

  const runs = CASES.flatMap((oneCase, index) =>
    (oneCase.families ?? [4, 6]).flatMap((family) =>
      (oneCase.ways ?? WAYS).map((way) => ({ ...oneCase, index, family, way })),
    ),
  );

  it.concurrent.each(runs)('$title: IPv$family, $way', async ({ spec, args, lines, index, family, way }) => {
    const target = targetOf(index, family, way);
    await path.change({ ...spec, target: family === 4 ? { ipv4: target } : { ipv6: target } });
    const words = [...(args?.split(' ') ?? []), ...(way === 'parallel' ? ['--parallel'] : [])];
    const program = way === 'iputils' ? '/usr/bin/tracepath' : stage.command('tracepath');
    const argv = [program, '-n', '-l', '1500', ...words, target];
    const run = await lab.run('a', argv, { user: 'nobody', timeoutMs: 60_000 });
    expect(run.stderr).toBe('');
    const shown = maskClocks(run.stdout, MASKS);
    expect(shown).toBe(`${lines.map((line) => fill(line, family, target)).join('\n')}\n`);
    expect(run.status).toBe(0);
  });

  it.concurrent('tells labels and interfaces with -j', async () => {
    const target = '10.99.3.1';
    await path.change({
      target: { ipv4: target },
      hops: [{ objects: [mplsStack([16_001, 3, 1]), incomingInterface(7, 'eth7')] }],
    });
    const run = await lab.run('a', [stage.command('tracepath'), '-j', '-m', '1', '-l', '1500', target]);
    expect(readLines(run.stdout)[0]).toMatchObject({
      type: 'probe',
      result: 'hop',
      extension: {
        checksum_ok: true,
        objects: [
          { class: 1, c_type: 1, mpls: [{ label: 16_001, traffic_class: 3, bottom_of_stack: true, ttl: 1 }] },
          { class: 2, c_type: 10, interface: { role: 0, index: 7, name: 'eth7' } },
        ],
      },
    });
  });

  it.concurrent('takes ten silent hops in the time of one', async () => {
    const target = '10.99.3.2';
    await path.change({ target: { ipv4: target }, hops: routers(10, () => ({ silent: true })) });
    const run = await lab.run('a', [stage.command('tracepath'), '-j', '--parallel', '-l', '1500', target]);
    const lines = readLines(run.stdout);
    expect(lines.filter(({ type }) => type === 'no-reply')).toHaveLength(10);
    // 1.67 s by design; a busy machine may add to it, but not the 30 s that ten hops take one by one.
    expect(lines.at(-1)).toMatchObject({ type: 'summary', reason: 'reached', hops: 11 });
    expect(lines.at(-1)!['time']).toBeLessThan(10_000);
  });

  it.concurrent('is not kept from the target by routers that answer seldom', async () => {
    const target = '10.99.3.3';
    await path.change({
      target: { ipv4: target },
      hops: routers(5, () => ({ answersPerSecond: 1 })),
      end: { is: 'port-unreachable', answersPerSecond: 1 },
    });
    const run = await lab.run('a', [stage.command('tracepath'), '-n', '--parallel', '-l', '1500', target]);
    expect(run.stdout).toContain('Resume: pmtu 1500 hops 6 back 6');
    expect(run.stdout).not.toContain('no reply');
  });

  it.concurrent('hears a copy of an answer without passing over a hop', async () => {
    const target = '10.99.3.4';
    await path.change({ target: { ipv4: target }, hops: routers(4, () => ({ copies: 2 })) });
    for (const way of [[], ['--parallel']]) {
      const run = await lab.run('a', [stage.command('tracepath'), '-n', ...way, '-l', '1500', target]);
      for (const router of [1, 2, 3, 4]) expect(run.stdout).toContain(` ${router}:  10.99.0.${router} `);
      expect(run.stdout).toContain('Resume: pmtu 1500 hops 5 back 5');
    }
  });

  it.concurrent('hears an answer that comes after the next hop is asked', async () => {
    const target = '10.99.3.5';
    await path.change({ target: { ipv4: target }, hops: [{ delayMs: 1300 }, { delayMs: 400 }, {}] });
    const run = await lab.run('a', [stage.command('tracepath'), '-n', '-l', '1500', target]);
    const hops = [...run.stdout.matchAll(/^ (\d): {2}10\.99\.0\.(\d) +(\d+)\.\d{3}ms/gm)];
    expect(hops.map(([, hop, router]) => [hop, router])).toContainEqual(['2', '2']);
    expect(hops.every(([, hop, router, ms]) => hop === router && (hop !== '1' || Number(ms) >= 1300))).toBe(true);
    expect(run.stdout).toContain('Resume: pmtu 1500 hops 4 back 4');
  });
});
