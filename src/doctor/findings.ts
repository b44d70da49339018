/** What the facts mean for each command, and what would mend it. Pure: facts in, findings out. */
import type { Facts, LoopbackOutcome, SocketKind } from './facts.ts';
import { mendCapability, mendPingGroups } from './mends.ts';

/** `limited`: it works, but not all of it or not as well as it could. `unknown`: nobody may look. */
export type Status = 'ok' | 'limited' | 'no' | 'unknown';
export type Section = 'command' | 'machine';

export interface Finding {
  readonly section: Section;
  /** A command with its option, or what was looked at. */
  readonly name: string;
  readonly status: Status;
  readonly detail: string;
  /** Commands that would mend it, any one of them. */
  readonly mends: readonly string[];
}

const CAP_NET_ADMIN = 12;
const CAP_NET_RAW = 13;
const OLDEST_NODE = [20, 19] as const;
const OLDEST_NODE_API = 8;
/** npm runs no install scripts of dependencies by itself from here on. */
const NPM_WITHOUT_SCRIPTS = 12;
const AUTO = 'ping --method auto HOST';

export function judge(facts: Facts): readonly Finding[] {
  return [...judgeCommands(facts), ...judgeMachine(facts)];
}

type Verdict = Omit<Finding, 'section' | 'name'>;

function judgeCommands(facts: Facts): readonly Finding[] {
  const rows: readonly (readonly [string, Verdict])[] = [
    ['ping', judgeEchoes(facts, true)],
    ['ping --method udp', judgeUdp(facts)],
    ['ping --method tcp', judgeTcp(facts)],
    ['tracepath', judgeUdp(facts)],
    ['arping', judgePrivileged(facts, 'packet', 'a packet socket', false)],
    ['clockdiff', judgePrivileged(facts, 'icmp4-raw', 'a raw ICMP socket', true)],
    ['rdisc', judgePrivileged(facts, 'icmp4-raw', 'a raw ICMP socket', true)],
    ['sonde sweep', facts.addon.loads ? judgeEchoes(facts, false) : withoutAddon(facts)],
  ];
  return rows.map(([name, verdict]) => ({ section: 'command', name, ...verdict }));
}

const fine = (detail: string): Verdict => ({ status: 'ok', detail, mends: [] });

/** What is left where the addon does not load. */
function withoutAddon(facts: Facts, canRaw = false): Verdict {
  const mends = mendAddon(facts);
  if (!canRaw || !facts.rawSocket.loads) return { status: 'no', detail: 'needs the native addon', mends };
  if (!has(facts, CAP_NET_RAW)) {
    return {
      status: 'no',
      detail: 'the raw-socket backend needs CAP_NET_RAW',
      mends: mendCapability(facts, 'NET_RAW'),
    };
  }
  return { status: 'limited', detail: 'by the raw-socket backend: user-space clock, fewer options', mends };
}

/** `isPing`: there are other methods than ICMP, and they are told. */
function judgeEchoes(facts: Facts, isPing: boolean): Verdict {
  const { sockets } = facts;
  if (sockets === null) return withoutAddon(facts, true);
  const kindOf = (family: 4 | 6) =>
    (['datagram', 'raw'] as const).find((type) => sockets[`icmp${family}-${type}`] === 'open') ?? null;
  const [v4, v6] = [kindOf(4), kindOf(6)];
  const mends = [...mendPingGroups(facts), ...mendCapability(facts, 'NET_RAW')];
  if (v4 === null && v6 === null) {
    const why = `ICMP sockets are refused: datagram ${sockets['icmp4-datagram']}, raw ${sockets['icmp4-raw']}`;
    return { status: 'no', detail: why, mends: [...mends, ...(isPing ? [AUTO] : [])] };
  }
  if (v4 === null || (v6 === null && hasIpv6(facts))) {
    return { status: 'limited', detail: `IPv${v4 === null ? 6 : 4} only`, mends };
  }
  if (facts.isHostedRunner) {
    return {
      status: 'limited',
      detail: `${v4} sockets; GitHub's hosted runners sit behind a network that drops ICMP`,
      mends: isPing ? [AUTO, 'ping --method tcp HOST'] : [],
    };
  }
  const detail = `ICMP ${v4} sockets${v4 === 'datagram' ? ', no privilege needed' : ''}`;
  if (facts.loopback.icmp4 === 'silent' && facts.ignoresEchoes) {
    const ignored = `${detail}; this machine answers no echoes, not even its own`;
    return { status: 'limited', detail: ignored, mends: ['sudo sysctl -w net.ipv4.icmp_echo_ignore_all=0'] };
  }
  return judgeAnswer(facts.loopback.icmp4, detail);
}

function judgeAnswer(outcome: LoopbackOutcome | undefined, detail: string): Verdict {
  if (outcome === undefined) return fine(detail);
  if (typeof outcome !== 'string') {
    const mends = outcome.refused === 'ENETUNREACH' ? ['sudo ip link set lo up'] : [];
    return { status: 'limited', detail: `${detail}; sending over loopback is refused (${outcome.refused})`, mends };
  }
  switch (outcome) {
    case 'kernel':
      return fine(`${detail}, kernel time stamps`);
    case 'user':
      return { status: 'limited', detail: `${detail}; this kernel stamps no packets: user-space clock`, mends: [] };
    case 'silent':
      return { status: 'limited', detail: `${detail}; nothing comes back over loopback`, mends: [] };
  }
}

function judgeUdp(facts: Facts): Verdict {
  const { sockets } = facts;
  if (sockets === null) return withoutAddon(facts);
  if (sockets.udp4 !== 'open') return { status: 'no', detail: `UDP sockets are refused: ${sockets.udp4}`, mends: [] };
  return judgeAnswer(facts.loopback.udp4, 'UDP sockets, no privilege needed');
}

function judgeTcp(facts: Facts): Verdict {
  const { sockets, loopback } = facts;
  if (sockets === null) return withoutAddon(facts);
  if (sockets.tcp4 !== 'open') return { status: 'no', detail: `TCP sockets are refused: ${sockets.tcp4}`, mends: [] };
  // A reset, which is the answer here, has no stamps.
  const outcome = loopback.tcp4 === 'user' || loopback.tcp4 === 'kernel' ? undefined : loopback.tcp4;
  return judgeAnswer(outcome, 'TCP sockets, no privilege needed');
}

function judgePrivileged(facts: Facts, kind: SocketKind, what: string, canRawSocket: boolean): Verdict {
  const { sockets } = facts;
  if (sockets === null) return withoutAddon(facts, canRawSocket);
  const outcome = sockets[kind];
  if (outcome === 'open') return fine(`${what}, by CAP_NET_RAW`);
  if (outcome !== 'EPERM') return { status: 'no', detail: `${what} is refused: ${outcome}`, mends: [] };
  return { status: 'no', detail: `needs ${what}, and that CAP_NET_RAW`, mends: mendCapability(facts, 'NET_RAW') };
}

function judgeMachine(facts: Facts): readonly Finding[] {
  const rows: readonly (readonly [string, Verdict])[] = [
    ['node', judgeNode(facts)],
    ['addon', judgeAddon(facts)],
    ['raw-socket', judgeRawSocket(facts)],
    ['npm', judgeNpm(facts)],
    ['capabilities', judgeCapabilities(facts)],
    ['ping_group_range', judgePingGroups(facts)],
    ['system call filter', judgeSeccomp(facts)],
    ['IPv6', hasIpv6(facts) ? fine('on') : { status: 'limited', detail: 'off on this machine', mends: [] }],
    ['packet filters', judgeFilters(facts)],
  ];
  return rows.map(([name, verdict]) => ({ section: 'machine', name, ...verdict }));
}

function judgeNode({ node, system }: Facts): Verdict {
  const libc = system.glibc === null ? 'without glibc' : `glibc ${system.glibc}`;
  const detail = `${node.version}, Node-API ${node.nodeApi}, on ${system.platform} ${system.release} ${system.arch}, ${libc}`;
  const [major = 0, minor = 0] = node.version.replace(/^v/, '').split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (isOld || node.nodeApi < OLDEST_NODE_API) {
    return { status: 'no', detail: `${detail}: Node ${OLDEST_NODE.join('.')} or newer is needed`, mends: [] };
  }
  if (system.platform !== 'linux')
    return { status: 'limited', detail: `${detail}: all there is is for Linux`, mends: [] };
  return fine(detail);
}

function mendAddon({ isCheckout, system, addonOverride }: Facts): readonly string[] {
  if (addonOverride !== null) return ['unset SONDE_ADDON'];
  // The addon is for glibc alone: Alpine's images have musl.
  if (system.platform === 'linux' && system.glibc === null) return ['docker run node:22 … (an image with glibc)'];
  return [isCheckout ? 'npm run build' : 'npm install --force sonde'];
}

function judgeAddon(facts: Facts): Verdict {
  const { addon } = facts;
  return addon.loads ? fine('loads') : { status: 'no', detail: addon.why, mends: mendAddon(facts) };
}

function judgeRawSocket(facts: Facts): Verdict {
  const { rawSocket, addon } = facts;
  if (rawSocket.loads) return fine('loads');
  const why = rawSocket.why.split(':', 1)[0]!;
  if (addon.loads) return fine(`${why}; only needed where the addon does not load`);
  return { status: 'no', detail: why, mends: ['npm install raw-socket', 'npm rebuild raw-socket'] };
}

/** The addon comes built in the package, so this matters for raw-socket, and for a checkout. */
function judgeNpm({ npm, rawSocket }: Facts): Verdict {
  if (npm.version === null) return { status: 'unknown', detail: 'not found beside node', mends: [] };
  const matters = rawSocket.loads ? '; nothing is left to be built' : '; sonde needs none, the package raw-socket one';
  if (npm.ignoresScripts !== null) {
    const detail = `${npm.version}, runs no install scripts: ignore-scripts in ${npm.ignoresScripts}${matters}`;
    return { status: 'ok', detail, mends: rawSocket.loads ? [] : ['npm rebuild --ignore-scripts=false raw-socket'] };
  }
  if (Number.parseInt(npm.version, 10) >= NPM_WITHOUT_SCRIPTS) {
    const detail = `${npm.version}, runs install scripts only of packages in allowScripts${matters}`;
    return { status: 'ok', detail, mends: rawSocket.loads ? [] : ['npm approve-scripts raw-socket'] };
  }
  return fine(`${npm.version}, runs install scripts${matters}`);
}

function has({ capabilities }: Facts, bit: number): boolean {
  return capabilities !== null && (capabilities.effective & (1n << BigInt(bit))) !== 0n;
}

function judgeCapabilities(facts: Facts): Verdict {
  if (facts.capabilities === null) return { status: 'unknown', detail: 'the kernel does not tell', mends: [] };
  const held = [
    ...(has(facts, CAP_NET_RAW) ? ['CAP_NET_RAW'] : []),
    ...(has(facts, CAP_NET_ADMIN) ? ['CAP_NET_ADMIN'] : []),
  ];
  const who = facts.user.id === 0 ? 'root' : `user ${facts.user.id}`;
  if (has(facts, CAP_NET_RAW)) return fine(`${who} with ${held.join(' and ')}`);
  const detail = `${who} without CAP_NET_RAW${facts.noNewPrivileges ? ', and no_new_privs keeps it so' : ''}`;
  return { status: 'limited', detail, mends: mendCapability(facts, 'NET_RAW') };
}

function judgePingGroups(facts: Facts): Verdict {
  const { pingGroups, user } = facts;
  if (pingGroups === null) return { status: 'unknown', detail: 'cannot be read', mends: [] };
  const range = `"${pingGroups.first} ${pingGroups.last}"`;
  const isIn = user.groups.some((group) => group >= pingGroups.first && group <= pingGroups.last);
  if (isIn) return fine(`${range} lets our group open ICMP datagram sockets`);
  if (facts.sockets?.['icmp4-datagram'] === 'open') return fine(`${range}, yet the socket opens`);
  if (has(facts, CAP_NET_RAW))
    return fine(`${range} does not hold our group; raw sockets take the place of datagram ones`);
  return {
    status: 'limited',
    detail: `${range} does not hold any of our groups (${user.groups.join(', ')})`,
    mends: mendPingGroups(facts),
  };
}

function judgeSeccomp({ seccomp, container, sockets }: Facts): Verdict {
  const where = container === null ? '' : ` (in a container: ${container})`;
  if (!seccomp) return fine(`none${where}`);
  const isEating = sockets !== null && (sockets.udp4 !== 'open' || sockets.tcp4 !== 'open');
  if (!isEating) return fine(`in force${where}, and lets our sockets through`);
  const mends = container === null ? [] : ['docker run --security-opt seccomp=unconfined …'];
  return { status: 'limited', detail: `in force${where}: it may be what refuses sockets`, mends };
}

function hasIpv6({ sockets, loopback }: Facts): boolean {
  if (sockets === null) return true;
  if (sockets.udp6 !== 'open') return false;
  return loopback.udp6 === undefined || typeof loopback.udp6 === 'string';
}

function judgeFilters({ filters }: Facts): Verdict {
  if (filters.state === 'unseen') {
    return filters.why === 'unprivileged'
      ? { status: 'unknown', detail: 'only CAP_NET_ADMIN may look', mends: ['sudo nft list ruleset'] }
      : {
          status: 'unknown',
          detail: 'no nft is installed that tells rules as JSON',
          mends: ['apt-get install nftables'],
        };
  }
  const strict = filters.chains.filter(({ policyDrops, dropRules }) => policyDrops || dropRules > 0);
  if (strict.length === 0 && filters.oldTables) {
    const detail = 'none in nftables; what iptables of the old kind has is not shown there';
    return { status: 'unknown', detail, mends: ['iptables-legacy -S', 'ip6tables-legacy -S'] };
  }
  if (strict.length === 0) return fine('none that drops or rejects at input or output');
  const names = strict.map(({ name, policyDrops, dropRules }) =>
    policyDrops ? `${name} (drops what no rule accepts)` : `${name} (${dropRules} rule${dropRules === 1 ? '' : 's'})`,
  );
  return { status: 'limited', detail: `may stop probes or answers: ${names.join(', ')}`, mends: ['nft list ruleset'] };
}
