/**
 * Destinations by what happens to a packet on its way there, each made by a route or a firewall rule in one namespace.
 * Tests name them (`DESTINATIONS.prohibited.ipv4`) and never write the numbers.
 *
 * 10.77.64/24 ends in routes of R1, 10.77.65/24 in routes of R2, 10.77.66/24 in R1's firewall, 10.77.67/24 inside A;
 * fd77:64:: and so on likewise.
 */

/** Where a destination is made and how. `icmp` and `icmpv6` are nft's names of reject types. */
type Made =
  | {
      readonly by: 'route';
      readonly at: 'a' | 'r1' | 'r2';
      readonly type: 'unreachable' | 'prohibit' | 'blackhole' | 'throw';
    }
  | { readonly by: 'reject'; readonly at: 'r1'; readonly icmp?: string; readonly icmpv6?: string }
  | { readonly by: 'output drop'; readonly at: 'a' }
  | { readonly by: 'nothing' };

interface Destination {
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly made: Made;
}

export const DESTINATIONS = {
  // These answer.
  /** B: three hops away, reply TTL 62, path MTU 1300. */
  hostB: { ipv4: '10.77.3.2', ipv6: 'fd77:3::2', made: { by: 'nothing' } },
  /** R1, on A's own link: reply TTL 64. */
  nextHop: { ipv4: '10.77.1.254', ipv6: 'fd77:1::fe', made: { by: 'nothing' } },
  /** B, by an address whose reverse name holds terminal control sequences. */
  hostileName: { ipv4: '10.77.3.66', ipv6: 'fd77:3::66', made: { by: 'nothing' } },
  /** B, by an address whose reverse name is an internationalised one in its ASCII form. */
  idnName: { ipv4: '10.77.3.67', ipv6: 'fd77:3::67', made: { by: 'nothing' } },
  /** B, by an address that has no name (NXDOMAIN). */
  noName: { ipv4: '10.77.3.68', ipv6: 'fd77:3::68', made: { by: 'nothing' } },
  /** Everyone on A's link: R1 and A itself (with `answerBroadcasts`). */
  broadcast: { ipv4: '10.77.1.255', made: { by: 'nothing' } },
  /** All hosts and all nodes on the link of the interface given with -I. */
  allHosts: { ipv4: '224.0.0.1', ipv6: 'ff02::1', made: { by: 'nothing' } },

  // Nobody answers; somebody reports.
  /** No such neighbour on A's link: A's own kernel reports host (v6: address) unreachable after three tries. */
  noNeighbour: { ipv4: '10.77.1.77', ipv6: 'fd77:1::77', made: { by: 'nothing' } },
  /** No such neighbour on B's link: R2 reports host (v6: address) unreachable after three tries. */
  noFarNeighbour: { ipv4: '10.77.3.77', ipv6: 'fd77:3::77', made: { by: 'nothing' } },
  /** R1 has no route: net unreachable (3/0), v6 no route (1/0). */
  noRoute: { ipv4: '10.77.64.1', ipv6: 'fd77:64::1', made: { by: 'nothing' } },
  /** R1 has an `unreachable` route: host unreachable (3/1), v6 no route (1/0). */
  unreachable: { ipv4: '10.77.64.2', ipv6: 'fd77:64::2', made: { by: 'route', at: 'r1', type: 'unreachable' } },
  /** R1 has a `prohibit` route: packet filtered (3/13), v6 administratively prohibited (1/1). */
  prohibited: { ipv4: '10.77.64.3', ipv6: 'fd77:64::3', made: { by: 'route', at: 'r1', type: 'prohibit' } },
  /** R2 has an `unreachable` route: as `unreachable`, from two hops away. */
  farUnreachable: { ipv4: '10.77.65.2', ipv6: 'fd77:65::2', made: { by: 'route', at: 'r2', type: 'unreachable' } },

  // Nobody says anything.
  /** R1 drops silently. */
  blackHole: { ipv4: '10.77.64.4', ipv6: 'fd77:64::4', made: { by: 'route', at: 'r1', type: 'blackhole' } },
  /** R2 drops silently; a trace sees R1 and R2 first. */
  farBlackHole: { ipv4: '10.77.65.4', ipv6: 'fd77:65::4', made: { by: 'route', at: 'r2', type: 'blackhole' } },

  // R1's firewall rejects. The last part of an IPv4 address is 100 + the code.
  /** 3/0, v6 no route (1/0). */
  rejectedNet: {
    ipv4: '10.77.66.100',
    ipv6: 'fd77:66::100',
    made: { by: 'reject', at: 'r1', icmp: 'net-unreachable', icmpv6: 'no-route' },
  },
  /** 3/1, v6 address unreachable (1/3). */
  rejectedHost: {
    ipv4: '10.77.66.101',
    ipv6: 'fd77:66::101',
    made: { by: 'reject', at: 'r1', icmp: 'host-unreachable', icmpv6: 'addr-unreachable' },
  },
  /** 3/2. */
  rejectedProtocol: { ipv4: '10.77.66.102', made: { by: 'reject', at: 'r1', icmp: 'prot-unreachable' } },
  /** 3/3, v6 port unreachable (1/4). */
  rejectedPort: {
    ipv4: '10.77.66.103',
    ipv6: 'fd77:66::103',
    made: { by: 'reject', at: 'r1', icmp: 'port-unreachable', icmpv6: 'port-unreachable' },
  },
  /** 3/9. */
  netProhibited: { ipv4: '10.77.66.109', made: { by: 'reject', at: 'r1', icmp: 'net-prohibited' } },
  /** 3/10. */
  hostProhibited: { ipv4: '10.77.66.110', made: { by: 'reject', at: 'r1', icmp: 'host-prohibited' } },
  /** 3/13, v6 administratively prohibited (1/1). */
  adminProhibited: {
    ipv4: '10.77.66.113',
    ipv6: 'fd77:66::113',
    made: { by: 'reject', at: 'r1', icmp: 'admin-prohibited', icmpv6: 'admin-prohibited' },
  },
  /** v6 source address failed policy (1/5). */
  policyFail: { ipv6: 'fd77:66::5', made: { by: 'reject', at: 'r1', icmpv6: 'policy-fail' } },
  /** v6 reject route to destination (1/6). */
  rejectRoute: { ipv6: 'fd77:66::6', made: { by: 'reject', at: 'r1', icmpv6: 'reject-route' } },

  // A's own kernel refuses, at connect(2) or at sendmsg(2).
  /** EHOSTUNREACH. */
  localUnreachable: { ipv4: '10.77.67.1', ipv6: 'fd77:67::1', made: { by: 'route', at: 'a', type: 'unreachable' } },
  /** EACCES. */
  localProhibited: { ipv4: '10.77.67.2', ipv6: 'fd77:67::2', made: { by: 'route', at: 'a', type: 'prohibit' } },
  /** EINVAL. */
  localBlackHole: { ipv4: '10.77.67.3', ipv6: 'fd77:67::3', made: { by: 'route', at: 'a', type: 'blackhole' } },
  /** ENETUNREACH: a `throw` route makes the kernel go on as if its table held nothing for this address. */
  localNoRoute: { ipv4: '10.77.67.4', ipv6: 'fd77:67::4', made: { by: 'route', at: 'a', type: 'throw' } },
  /** EPERM, from sendmsg only: A's firewall drops on the way out. */
  localFiltered: { ipv4: '10.77.67.5', ipv6: 'fd77:67::5', made: { by: 'output drop', at: 'a' } },
} as const satisfies Readonly<Record<string, Destination>>;

export type DestinationName = keyof typeof DESTINATIONS;

/** What R1 must send on to R2, so that R2's routes, or R1's firewall in between, see it. */
export const LINK_TO_R2_PREFIXES = {
  ipv4: ['10.77.65.0/24', '10.77.66.0/24'],
  ipv6: ['fd77:65::/64', 'fd77:66::/64'],
} as const;

const ALL: readonly Destination[] = Object.values(DESTINATIONS);

/** `ip -batch` lines with the destinations that are routes of this namespace. */
export function routesAt(namespace: 'a' | 'r1' | 'r2'): string[] {
  return ALL.flatMap(({ ipv4, ipv6, made }) =>
    made.by === 'route' && made.at === namespace
      ? [ipv4, ipv6].flatMap((address) => (address === undefined ? [] : [`route add ${made.type} ${address}`]))
      : [],
  );
}

/** nft(8) rules with the destinations that are made by this namespace's firewall; '' for none. */
export function nftRuleset(namespace: 'a' | 'r1' | 'r2'): string {
  const here = ALL.filter(({ made }) => 'at' in made && made.at === namespace);
  const rejects = here.flatMap(({ ipv4, ipv6, made }) => {
    if (made.by !== 'reject') return [];
    return [
      ...(made.icmp === undefined ? [] : [`ip daddr ${ipv4} reject with icmp type ${made.icmp}`]),
      ...(made.icmpv6 === undefined ? [] : [`ip6 daddr ${ipv6} reject with icmpv6 type ${made.icmpv6}`]),
    ];
  });
  const drops = here.flatMap(({ ipv4, ipv6, made }) =>
    made.by === 'output drop' ? [`ip daddr ${ipv4} drop`, `ip6 daddr ${ipv6} drop`] : [],
  );
  return [...table('forward', rejects), ...table('output', drops)].join('\n');
}

function table(hook: 'forward' | 'output', rules: readonly string[]): string[] {
  if (rules.length === 0) return [];
  return [`table inet lab_${hook} {`, `chain ${hook} {`, `type filter hook ${hook} priority 0;`, ...rules, '}', '}'];
}
