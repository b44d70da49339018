/**
 * The lab's map as data: five namespaces, their addresses, links and kernel settings. Nothing here runs anything.
 *
 *              A ──1500── R1 ──1400── R2 ──1300── B           (link MTUs)
 *              │       10.77.1/24   10.77.2/24   10.77.3/24    fd77:1:: fd77:2:: fd77:3:: /64
 *            liar (10.88/16, fd88::/64: every address there is played by test/lab/responder/)
 */
import { LINK_TO_R2_PREFIXES, nftRuleset, routesAt } from './destinations.ts';
import type { NamespaceSetup } from './netns.ts';

export const NAMESPACES = ['a', 'r1', 'r2', 'b', 'liar'] as const;
export type Namespace = (typeof NAMESPACES)[number];

/** The addresses by which the hosts are known. Link-local ones follow from the fixed hardware addresses below. */
export const HOSTS = {
  a: { ipv4: '10.77.1.1', ipv6: 'fd77:1::1', linkLocal: 'fe80::77:1ff:fe00:1' },
  /** R1 as A sees it. */
  r1: { ipv4: '10.77.1.254', ipv6: 'fd77:1::fe', linkLocal: 'fe80::77:1ff:fe00:fe' },
  /** R1 as R2 and B see it. */
  r1Far: { ipv4: '10.77.2.1', ipv6: 'fd77:2::1' },
  /** R2 as A sees it: the source of its ICMP errors. */
  r2: { ipv4: '10.77.2.2', ipv6: 'fd77:2::2' },
  r2Far: { ipv4: '10.77.3.254', ipv6: 'fd77:3::fe' },
  b: { ipv4: '10.77.3.2', ipv6: 'fd77:3::2', linkLocal: 'fe80::77:3ff:fe00:2' },
  /** A's own addresses on the liar's link. */
  liarSide: { ipv4: '10.88.0.1', ipv6: 'fd88::1' },
} as const;

/** MTU of each link, both ends. */
export const MTU_OCTETS = { aToR1: 1500, r1ToR2: 1400, r2ToB: 1300, aToLiar: 1500 } as const;

/** Interface names inside the namespaces: `eth0` looks towards A, `eth1` away from it. */
export const LIAR_INTERFACE = 'liar0';

export interface TopologyOptions {
  /** Whether A's users may open ICMP datagram sockets (net.ipv4.ping_group_range); the kernel's own default is closed. */
  readonly datagramIcmp: boolean;
  /** Whether A, R1, R2 and B answer broadcast and IPv4 multicast echo requests. */
  readonly answerBroadcasts: boolean;
  /** Milliseconds between the three tries to resolve a neighbour; the kernel's own default is 1000. */
  readonly neighbourRetransMs: number;
}

/** `ip -batch` lines that make the namespaces and the links between them; `names` are the real namespace names. */
export function linkCommands(names: Readonly<Record<Namespace, string>>): string[] {
  const links: readonly [mtuOctets: number, near: End, far: End][] = [
    [MTU_OCTETS.aToR1, [names.a, 'eth0', '02:77:01:00:00:01'], [names.r1, 'eth0', '02:77:01:00:00:fe']],
    [MTU_OCTETS.r1ToR2, [names.r1, 'eth1', '02:77:02:00:00:01'], [names.r2, 'eth0', '02:77:02:00:00:02']],
    [MTU_OCTETS.r2ToB, [names.r2, 'eth1', '02:77:03:00:00:fe'], [names.b, 'eth0', '02:77:03:00:00:02']],
    [MTU_OCTETS.aToLiar, [names.a, LIAR_INTERFACE, '02:88:00:00:00:01'], [names.liar, 'eth0', '02:88:00:00:00:02']],
  ];
  return [
    ...NAMESPACES.map((namespace) => `netns add ${names[namespace]}`),
    ...links.map(([mtuOctets, near, far], link) => {
      // The two ends must not have the same index: the kernel would take them for devices without a lower one, and let
      // up to a second go by before it notices the carrier (link_watch.c). Until then all that is sent is dropped.
      return `link add ${end(near, 11 + link, mtuOctets)} type veth peer ${end(far, 21 + link, mtuOctets)}`;
    }),
  ];
}

type End = readonly [namespace: string, device: string, hardwareAddress: string];

function end([namespace, device, hardwareAddress]: End, index: number, mtuOctets: number): string {
  return `${device} index ${index} address ${hardwareAddress} mtu ${mtuOctets} netns ${namespace}`;
}

/** What is to be done inside each namespace. */
export function namespaceSetups(options: TopologyOptions): Record<Namespace, NamespaceSetup> {
  return {
    a: {
      sysctls: {
        ...hostSysctls(['eth0', LIAR_INTERFACE], options),
        'net/ipv4/ping_group_range': options.datagramIcmp ? '0 2147483647' : '1 0',
      },
      ip: [
        ...device('eth0', '10.77.1.1/24', 'fd77:1::1/64'),
        // Without ARP the kernel takes every address on this link for reachable, so the liar needs to play no neighbour.
        `link set dev ${LIAR_INTERFACE} arp off`,
        ...device(LIAR_INTERFACE, '10.88.0.1/16', 'fd88::1/64'),
        ...defaultRoutes(HOSTS.r1),
        ...routesAt('a'),
      ],
      nft: nftRuleset('a'),
    },
    r1: {
      sysctls: routerSysctls(['eth0', 'eth1'], options),
      ip: [
        ...device('eth0', '10.77.1.254/24', 'fd77:1::fe/64'),
        ...device('eth1', '10.77.2.1/24', 'fd77:2::1/64'),
        ...['10.77.3.0/24', ...LINK_TO_R2_PREFIXES.ipv4].map((prefix) => `route add ${prefix} via ${HOSTS.r2.ipv4}`),
        ...['fd77:3::/64', ...LINK_TO_R2_PREFIXES.ipv6].map((prefix) => `route add ${prefix} via ${HOSTS.r2.ipv6}`),
        ...routesAt('r1'),
      ],
      nft: nftRuleset('r1'),
    },
    r2: {
      sysctls: routerSysctls(['eth0', 'eth1'], options),
      ip: [
        ...device('eth0', '10.77.2.2/24', 'fd77:2::2/64'),
        ...device('eth1', '10.77.3.254/24', 'fd77:3::fe/64'),
        `route add 10.77.1.0/24 via ${HOSTS.r1Far.ipv4}`,
        `route add fd77:1::/64 via ${HOSTS.r1Far.ipv6}`,
        ...routesAt('r2'),
      ],
      nft: nftRuleset('r2'),
    },
    b: {
      sysctls: hostSysctls(['eth0'], options),
      ip: [
        ...device('eth0', '10.77.3.2/24', 'fd77:3::2/64'),
        ...['66', '67', '68'].flatMap((host) => [
          `addr add 10.77.3.${host}/24 dev eth0`,
          `addr add fd77:3::${host}/64 dev eth0 nodad`,
        ]),
        ...defaultRoutes(HOSTS.r2Far),
      ],
      nft: '',
    },
    // The kernel on the liar's side has no address and no IPv6 at all, so that it never answers in the liar's place.
    liar: { sysctls: { 'net/ipv6/conf/all/disable_ipv6': '1' }, ip: ['link set eth0 up'], nft: '' },
  };
}

function device(name: string, ipv4: string, ipv6: string): string[] {
  return [
    ...(name === 'eth0' ? ['link set lo up'] : []),
    `addr add ${ipv4} brd + dev ${name}`,
    `addr add ${ipv6} dev ${name} nodad`,
    `link set ${name} up`,
  ];
}

function defaultRoutes(gateway: { readonly ipv4: string; readonly ipv6: string }): string[] {
  return [`route add default via ${gateway.ipv4}`, `route add default via ${gateway.ipv6}`];
}

function routerSysctls(devices: readonly string[], options: TopologyOptions): Record<string, string> {
  return {
    ...hostSysctls(devices, options),
    'net/ipv4/ip_forward': '1',
    'net/ipv6/conf/all/forwarding': '1',
  };
}

function hostSysctls(devices: readonly string[], options: TopologyOptions): Record<string, string> {
  const perDevice = ['all', ...devices].flatMap((name) => [
    // An address must serve at once: no duplicate address detection. And a capture should hold the test's packets only.
    [`net/ipv6/conf/${name}/accept_dad`, '0'],
    [`net/ipv6/conf/${name}/accept_ra`, '0'],
    [`net/ipv6/conf/${name}/router_solicitations`, '0'],
  ]);
  const neighbours = devices.flatMap((name) => [
    [`net/ipv4/neigh/${name}/retrans_time_ms`, String(options.neighbourRetransMs)],
    [`net/ipv6/neigh/${name}/retrans_time_ms`, String(options.neighbourRetransMs)],
  ]);
  return {
    ...Object.fromEntries(perDevice),
    ...Object.fromEntries(neighbours),
    // No ICMP message may go missing for its rate: neither per destination nor (where it is per namespace) in total.
    'net/ipv4/icmp_ratelimit': '0',
    'net/ipv4/icmp_ratemask': '0',
    'net/ipv4/icmp_msgs_per_sec': '1000000',
    'net/ipv4/icmp_msgs_burst': '100000',
    'net/ipv6/icmp/ratelimit': '0',
    'net/ipv4/icmp_echo_ignore_broadcasts': options.answerBroadcasts ? '0' : '1',
  };
}
