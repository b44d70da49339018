/**
 * `tracepath --flows` through real kernels: a router with two equal-cost routes, chosen by the hash of addresses and ports, two
 * routers behind it, and a host where both ways end.
 *
 *          ┌── left ──┐
 *   source ── fork      host          10.66.<link>.0/24, fd66:<link>::/64; link 1 is source to fork
 *          └── right ─┘
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../../lab/describe-lab.ts';
import { configureNamespace, deleteNamespaces, ipBatch, type NamespaceSetup } from '../../lab/netns.ts';
import { claimName } from '../../lab/ownership.ts';
import { runCommand } from '../../lab/run.ts';
import { createStage, type Stage } from '../../lab/stage.ts';
import { readLines } from '../probing/schema.ts';

const NODES = ['source', 'fork', 'left', 'right', 'host'] as const;
type Node = (typeof NODES)[number];

/** Link by link: its number, and the node at its near and at its far end. */
const LINKS: readonly (readonly [link: number, near: Node, far: Node])[] = [
  [1, 'source', 'fork'],
  [2, 'fork', 'left'],
  [3, 'fork', 'right'],
  [4, 'left', 'host'],
  [5, 'right', 'host'],
];

/** The near end of a link is .1, the far end .2. */
const at4 = (link: number, end: 1 | 2) => `10.66.${link}.${end}`;
const at6 = (link: number, end: 1 | 2) => `fd66:${link}::${end}`;

const ROUTES: Readonly<Record<Node, readonly string[]>> = {
  source: [`route add default via ${at4(1, 2)}`, `route add default via ${at6(1, 2)}`],
  fork: [
    `route add 10.66.9.9/32 nexthop via ${at4(2, 2)} nexthop via ${at4(3, 2)}`,
    `route add fd66:9::9/128 nexthop via ${at6(2, 2)} nexthop via ${at6(3, 2)}`,
  ],
  left: [
    `route add 10.66.1.0/24 via ${at4(2, 1)}`,
    `route add fd66:1::/64 via ${at6(2, 1)}`,
    `route add 10.66.9.9/32 via ${at4(4, 2)}`,
    `route add fd66:9::9/128 via ${at6(4, 2)}`,
  ],
  right: [
    `route add 10.66.1.0/24 via ${at4(3, 1)}`,
    `route add fd66:1::/64 via ${at6(3, 1)}`,
    `route add 10.66.9.9/32 via ${at4(5, 2)}`,
    `route add fd66:9::9/128 via ${at6(5, 2)}`,
  ],
  host: [
    'link set lo up',
    'addr add 10.66.9.9/32 dev lo',
    'addr add fd66:9::9/128 dev lo nodad',
    `route add default via ${at4(4, 1)}`,
    `route add default via ${at6(4, 1)}`,
  ],
};

const SYSCTLS = {
  'net/ipv6/conf/all/accept_dad': '0',
  'net/ipv6/conf/default/accept_dad': '0',
  'net/ipv4/ip_forward': '1',
  'net/ipv6/conf/all/forwarding': '1',
  'net/ipv4/conf/all/rp_filter': '0',
  'net/ipv4/conf/default/rp_filter': '0',
  // Both addresses and both ports.
  'net/ipv4/fib_multipath_hash_policy': '1',
  'net/ipv6/fib_multipath_hash_policy': '1',
  'net/ipv4/icmp_ratelimit': '0',
  'net/ipv4/icmp_ratemask': '0',
  'net/ipv6/icmp/ratelimit': '0',
};

function setupOf(node: Node): NamespaceSetup {
  const ends = LINKS.flatMap(([link, near, far]) => [
    ...(near === node ? [[link, 1] as const] : []),
    ...(far === node ? [[link, 2] as const] : []),
  ]);
  const addresses = ends.flatMap(([link, end]) => [
    `addr add ${at4(link, end)}/24 dev link${link}`,
    `addr add ${at6(link, end)}/64 dev link${link} nodad`,
    `link set link${link} up`,
  ]);
  return { sysctls: SYSCTLS, ip: [...addresses, ...ROUTES[node]], nft: '' };
}

describeLab('tracepath --flows through kernels', () => {
  const id = claimName();
  const netns = (node: Node) => `${id}-${node}`;
  let stage: Stage;

  beforeAll(async () => {
    stage = createStage();
    await ipBatch([
      ...NODES.map((node) => `netns add ${netns(node)}`),
      ...LINKS.map(
        ([link, near, far]) =>
          `link add link${link} index ${10 + link} netns ${netns(near)} type veth peer link${link} index ${20 + link} netns ${netns(far)}`,
      ),
    ]);
    await Promise.all(NODES.map((node) => configureNamespace(netns(node), setupOf(node))));
  });
  afterAll(async () => {
    await deleteNamespaces(NODES.map(netns));
    stage.remove();
  });

  it.each([
    ['10.66.9.9', at4],
    ['fd66:9::9', at6],
  ])('finds both ways to %s, and each flow keeps to one of them', async (target, address) => {
    // At 99.99 % fifteen flows are needed to believe in one next hop: that all of them took the same way is as good as impossible.
    const argv = ['-n', '-j', '--flows', '128', '--confidence', '99.99', '-c', '3', target];
    const { stdout, stderr, status } = await runCommand(netns('source'), [stage.command('tracepath'), ...argv], {
      user: 'nobody',
      timeoutMs: 60_000,
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const summary = readLines('flows', stdout).at(-1) as unknown as {
      readonly reason: string;
      readonly edges: readonly { readonly from: string; readonly to: string }[];
      readonly flows: readonly {
        readonly hops: readonly {
          readonly hosts: readonly string[];
          readonly sent: number;
          readonly received: number;
        }[];
      }[];
    };
    const [fork, left, right] = [address(1, 2), address(2, 2), address(3, 2)];
    expect(summary.reason).toBe('settled');
    expect(summary.edges.map(({ from, to }) => `${from} > ${to}`).sort()).toEqual(
      [
        `source > ${fork}`,
        `${fork} > ${left}`,
        `${fork} > ${right}`,
        `${left} > ${target}`,
        `${right} > ${target}`,
      ].sort(),
    );
    for (const { hops } of summary.flows) {
      // Three packets each, and never another router than the first one's.
      expect(hops.map(({ hosts, sent, received }) => [hosts.length, sent, received])).toEqual(Array(3).fill([1, 3, 3]));
    }
  });
});
