/** All suites: which tables run in which lab. */
import { Child } from '../../../lab/child.ts';
import type { Lab } from '../../../lab/lab.ts';
import { runShell } from '../../../lab/netns.ts';
import type { Suite } from '../command.ts';
import { ARGUMENTS } from './arguments.ts';
import { ANSWERING_PORT } from './destinations.ts';
import { NAMES, NAMES_FROM_FILES, NAMES_IN_TROUBLE } from './names.ts';
import { ASYMMETRY, CACHED, NOWHERE, PATHS, PROHIBITED, SILENT_ROUTER, USERS } from './paths.ts';
import { STREAMS } from './streams.ts';

const SERVER = new URL('../udp-server.ts', import.meta.url).pathname;

/** Path MTUs are forgotten at once, so that no run meets what another one has learnt. */
async function keepNoPathMtus(lab: Lab): Promise<void> {
  await lab.sysctl('a', 'net/ipv4/route/mtu_expires', '0');
  await lab.sysctl('a', 'net/ipv6/route/mtu_expires', '0');
}

/** R2's errors come with TTL 60 and B's with 200, as from other systems or by a longer way. */
async function rewriteTtls(lab: Lab): Promise<void> {
  await keepNoPathMtus(lab);
  const set = async (namespace: 'r2' | 'b', ttl: number) =>
    await runShell(
      lab.netns(namespace),
      `nft -f - <<'END'\ntable inet ttl {\nchain out {\ntype filter hook output priority 0;\n` +
        `ip protocol icmp ip ttl set ${ttl}\nip6 nexthdr icmpv6 icmpv6 type < 128 ip6 hoplimit set ${ttl}\n}\n}\nEND`,
    );
  await Promise.all([set('r2', 60), set('b', 200)]);
}

async function silenceR2(lab: Lab): Promise<void> {
  await keepNoPathMtus(lab);
  await runShell(
    lab.netns('r2'),
    `nft -f - <<'END'\ntable inet silent {\nchain out {\ntype filter hook output priority 0;\n` +
      'icmp type { destination-unreachable, time-exceeded } drop\nicmpv6 type < 128 drop\n}\n}\nEND',
  );
}

const DNS = { names: 'dns' } as const;

/** Few labs, since each is built anew; those of `ALONE_SUITES` run side by side. */
export const MAIN_SUITES: readonly Suite[] = [
  {
    title: 'tracepath and iputils',
    lab: DNS,
    prepare: keepNoPathMtus,
    with: async (lab) => await Child.start(lab.netns('b'), SERVER, [String(ANSWERING_PORT), '9']),
    cases: [...PATHS, ...NAMES, ...USERS, ...STREAMS, ...ARGUMENTS],
  },
  {
    title: 'tracepath and iputils with names from files',
    lab: {},
    prepare: keepNoPathMtus,
    cases: [...NAMES_FROM_FILES, ...PROHIBITED],
  },
];

export const ALONE_SUITES: readonly Suite[] = [
  { title: 'tracepath and iputils where answers have other TTLs', lab: DNS, prepare: rewriteTtls, cases: ASYMMETRY },
  { title: 'tracepath and iputils where a router is silent', lab: {}, prepare: silenceR2, cases: SILENT_ROUTER },
  { title: 'tracepath and iputils without a network', lab: {}, namespace: 'liar', cases: NOWHERE },
  { title: 'tracepath and iputils, path MTUs in the cache', lab: {}, alone: true, cases: CACHED },
  {
    title: 'tracepath and iputils, names in trouble',
    lab: DNS,
    alone: true,
    prepare: keepNoPathMtus,
    cases: NAMES_IN_TROUBLE,
  },
];

export const SUITES: readonly Suite[] = [...MAIN_SUITES, ...ALONE_SUITES];
