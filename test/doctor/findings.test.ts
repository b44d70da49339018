/** What the doctor makes of machines of every kind, none of which is this one. */
import { describe, expect, it } from 'vitest';
import { type Facts, SOCKETS, type SocketKind, type SocketOutcome } from '../../src/doctor/facts.ts';
import { type Finding, judge } from '../../src/doctor/findings.ts';
import { readGreatestGroup } from '../../src/doctor/process-facts.ts';
import { runDoctor } from '../../src/doctor/run.ts';
import { ProcessSignals } from '../../src/net/signals.ts';

type Sockets = Readonly<Record<SocketKind, SocketOutcome>>;

const all = (outcome: SocketOutcome): Sockets =>
  Object.fromEntries(SOCKETS.map((kind) => [kind, outcome])) as Record<SocketKind, SocketOutcome>;

const NET_RAW = 1n << 13n;
const NET_ADMIN = 1n << 12n;
const EVERYTHING = (1n << 41n) - 1n;
const RANGE = 'net.ipv4.ping_group_range="0 2147483647"';

/** Root on a machine of its own, where everything works. */
const ROOT: Facts = {
  node: { version: 'v22.1.0', nodeApi: 9, path: '/usr/bin/node' },
  system: { platform: 'linux', release: '6.8.0', arch: 'x64', glibc: '2.36' },
  user: { id: 0, groups: [0] },
  greatestGroup: 2_147_483_647,
  capabilities: { effective: NET_RAW | NET_ADMIN, bounding: EVERYTHING },
  noNewPrivileges: false,
  seccomp: false,
  container: null,
  isHostedRunner: false,
  addon: { loads: true },
  addonOverride: null,
  rawSocket: { loads: false, why: 'the npm package raw-socket is not installed: run `npm install raw-socket`' },
  isCheckout: false,
  npm: { version: '11.0.0', ignoresScripts: null },
  pingGroups: { first: 0, last: 2_147_483_647 },
  ignoresEchoes: false,
  sockets: all('open'),
  loopback: { icmp4: 'kernel', icmp6: 'kernel', udp4: 'kernel', udp6: 'kernel', tcp4: 'user', tcp6: 'user' },
  filters: { state: 'seen', chains: [], oldTables: false },
};

/** Anybody, with the kernel's own ping_group_range. */
const NOBODY: Facts = {
  ...ROOT,
  user: { id: 1000, groups: [1000] },
  capabilities: { effective: 0n, bounding: EVERYTHING },
  pingGroups: { first: 1, last: 0 },
  sockets: {
    ...all('open'),
    'icmp4-datagram': 'EACCES',
    'icmp6-datagram': 'EACCES',
    'icmp4-raw': 'EPERM',
    'icmp6-raw': 'EPERM',
    packet: 'EPERM',
  },
  loopback: { udp4: 'kernel', udp6: 'kernel', tcp4: 'user', tcp6: 'user' },
  filters: { state: 'unseen', why: 'unprivileged' },
};

function finding(facts: Facts, name: string): Finding {
  const found = judge(facts).filter((each) => each.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]!;
}

const statuses = (facts: Facts) =>
  Object.fromEntries(
    judge(facts).flatMap(({ section, name, status }) => (section === 'command' ? [[name, status]] : [])),
  );

describe('commands', () => {
  it('all work for root', () => {
    expect(new Set(Object.values(statuses(ROOT)))).toEqual(new Set(['ok']));
    expect(finding(ROOT, 'ping').detail).toBe('ICMP datagram sockets, no privilege needed, kernel time stamps');
  });

  it('that need no ICMP socket work for anybody', () => {
    expect(statuses(NOBODY)).toEqual({
      ping: 'no',
      'ping --method udp': 'ok',
      'ping --method tcp': 'ok',
      tracepath: 'ok',
      arping: 'no',
      clockdiff: 'no',
      rdisc: 'no',
      'sonde sweep': 'no',
    });
    expect(finding(NOBODY, 'ping')).toMatchObject({
      detail: 'ICMP sockets are refused: datagram EACCES, raw EPERM',
      mends: [`sudo sysctl -w ${RANGE}`, 'sudo setcap cap_net_raw+ep /usr/bin/node', 'ping --method auto HOST'],
    });
  });

  it('work by datagram sockets where the range holds one of our groups', () => {
    const sockets = { ...NOBODY.sockets!, 'icmp4-datagram': 'open', 'icmp6-datagram': 'open' };
    const facts: Facts = { ...NOBODY, sockets, pingGroups: { first: 5, last: 2000 }, loopback: ROOT.loopback };
    expect(finding(facts, 'ping').status).toBe('ok');
    expect(finding(facts, 'ping_group_range')).toMatchObject({ status: 'ok', mends: [] });
  });

  it('are limited to one family where the other has no ICMP socket, unless it is off', () => {
    const sockets = { ...ROOT.sockets!, 'icmp6-datagram': 'EACCES', 'icmp6-raw': 'EPERM' };
    expect(finding({ ...ROOT, sockets }, 'ping')).toMatchObject({ status: 'limited', detail: 'IPv4 only' });
    const without = { ...ROOT.loopback, udp6: { refused: 'EADDRNOTAVAIL' } };
    expect(finding({ ...ROOT, sockets, loopback: without }, 'ping').status).toBe('ok');
    const only6 = { ...ROOT.sockets!, 'icmp4-datagram': 'EACCES', 'icmp4-raw': 'EPERM' };
    expect(finding({ ...ROOT, sockets: only6 }, 'ping')).toMatchObject({ status: 'limited', detail: 'IPv6 only' });
  });

  it.each([
    [{ icmp4: 'user' }, /stamps no packets/],
    [{ icmp4: 'silent' }, /nothing comes back over loopback/],
    [{ icmp4: { refused: 'EPERM' } }, /sending over loopback is refused \(EPERM\)/],
  ] as const)('are limited where loopback says %j', (loopback, detail) => {
    const found = finding({ ...ROOT, loopback: { ...ROOT.loopback, ...loopback } }, 'ping');
    expect(found.status).toBe('limited');
    expect(found.detail).toMatch(detail);
  });

  it('are limited where the machine answers no echoes, which a sysctl mends', () => {
    const facts: Facts = { ...ROOT, ignoresEchoes: true, loopback: { ...ROOT.loopback, icmp4: 'silent' } };
    expect(finding(facts, 'ping').mends).toEqual(['sudo sysctl -w net.ipv4.icmp_echo_ignore_all=0']);
    expect(finding(facts, 'ping --method udp').status).toBe('ok');
  });

  it("are limited on GitHub's hosted runners, whatever opens there", () => {
    const found = finding({ ...ROOT, isHostedRunner: true }, 'ping');
    expect(found).toMatchObject({ status: 'limited', mends: ['ping --method auto HOST', 'ping --method tcp HOST'] });
  });

  it('do not work where UDP or TCP sockets are refused', () => {
    const facts: Facts = {
      ...ROOT,
      seccomp: true,
      container: 'docker',
      sockets: { ...all('open'), udp4: 'EPERM', tcp4: 'EPERM' },
    };
    expect(finding(facts, 'tracepath')).toMatchObject({ status: 'no', detail: 'UDP sockets are refused: EPERM' });
    expect(finding(facts, 'ping --method tcp').status).toBe('no');
    expect(finding(facts, 'system call filter')).toMatchObject({
      status: 'limited',
      mends: ['docker run --security-opt seccomp=unconfined …'],
    });
  });

  it('are limited where a TCP probe over loopback is not answered', () => {
    const facts: Facts = { ...ROOT, loopback: { ...ROOT.loopback, tcp4: 'silent' } };
    expect(finding(facts, 'ping --method tcp').status).toBe('limited');
  });

  it('are limited where loopback is down, and say what mends that', () => {
    const refused = { refused: 'ENETUNREACH' };
    const facts: Facts = { ...ROOT, loopback: { icmp4: refused, udp4: refused, tcp4: refused } };
    for (const name of ['ping', 'ping --method udp', 'ping --method tcp', 'tracepath', 'sonde sweep']) {
      expect(finding(facts, name)).toMatchObject({ status: 'limited', mends: ['sudo ip link set lo up'] });
    }
  });

  it('have no mend that is a way to do without them: only ping has other methods', () => {
    expect(finding(NOBODY, 'ping').mends).toContain('ping --method auto HOST');
    expect(finding(NOBODY, 'sonde sweep').mends).toEqual([
      `sudo sysctl -w ${RANGE}`,
      'sudo setcap cap_net_raw+ep /usr/bin/node',
    ]);
    expect(finding({ ...ROOT, isHostedRunner: true }, 'sonde sweep')).toMatchObject({ status: 'limited', mends: [] });
  });

  it('do not work where the kernel knows no such socket, and nothing mends that', () => {
    const facts: Facts = { ...ROOT, sockets: { ...all('open'), packet: 'EAFNOSUPPORT' } };
    expect(finding(facts, 'arping')).toMatchObject({ status: 'no', mends: [] });
  });
});

describe('without the addon', () => {
  const WITHOUT: Facts = {
    ...ROOT,
    addon: { loads: false, why: 'the native addon is not built' },
    sockets: null,
    loopback: {},
  };

  it('nothing works, and building or installing mends it', () => {
    expect(new Set(Object.values(statuses(WITHOUT)))).toEqual(new Set(['no']));
    expect(finding(WITHOUT, 'addon').mends).toEqual(['npm install --force sonde']);
    expect(finding({ ...WITHOUT, isCheckout: true }, 'addon').mends).toEqual(['npm run build']);
    const musl: Facts = { ...WITHOUT, system: { ...ROOT.system, glibc: null } };
    expect(finding(musl, 'addon').mends).toEqual(['docker run node:22 … (an image with glibc)']);
    expect(finding(musl, 'node').detail).toMatch(/without glibc$/);
    expect(finding(WITHOUT, 'raw-socket')).toMatchObject({
      status: 'no',
      mends: ['npm install raw-socket', 'npm rebuild raw-socket'],
    });
  });

  it('raw-socket takes its place for three commands, and needs CAP_NET_RAW', () => {
    const withPackage: Facts = { ...WITHOUT, rawSocket: { loads: true } };
    expect(statuses(withPackage)).toMatchObject({
      ping: 'limited',
      clockdiff: 'limited',
      rdisc: 'limited',
      arping: 'no',
    });
    expect(statuses(withPackage)).toMatchObject({ 'sonde sweep': 'no', tracepath: 'no', 'ping --method tcp': 'no' });
    const unprivileged: Facts = { ...withPackage, capabilities: NOBODY.capabilities };
    expect(finding(unprivileged, 'ping')).toMatchObject({
      status: 'no',
      detail: 'the raw-socket backend needs CAP_NET_RAW',
      mends: ['sudo setcap cap_net_raw+ep /usr/bin/node'],
    });
  });
});

it.each([
  ['npm install --force sonde', {}],
  ['npm run build', { isCheckout: true }],
  ['unset SONDE_ADDON', { isCheckout: true, addonOverride: '/nowhere.node' }],
])('%s mends an addon that does not load, given %j', (mend, facts) => {
  const found = finding({ ...ROOT, addon: { loads: false, why: 'no' }, sockets: null, ...facts }, 'addon');
  expect(found.mends).toEqual([mend]);
});

it('a loopback interface that is down is to be set up', () => {
  const found = finding({ ...ROOT, loopback: { icmp4: { refused: 'ENETUNREACH' } } }, 'ping');
  expect(found).toMatchObject({ status: 'limited', mends: ['sudo ip link set lo up'] });
});

describe('what mends a missing capability', () => {
  const without = (facts: Partial<Facts>) => finding({ ...NOBODY, ...facts }, 'arping').mends;
  const outOfReach = { effective: 0n, bounding: EVERYTHING & ~NET_RAW };

  it.each([
    ['on a machine', {}, 'sudo setcap cap_net_raw+ep /usr/bin/node'],
    ['under no_new_privs', { noNewPrivileges: true }, 'run it as root, or without no_new_privs'],
    [
      'where nothing started from here can have it',
      { capabilities: outOfReach },
      'run it where the bounding set holds CAP_NET_RAW (systemd: CapabilityBoundingSet=)',
    ],
    [
      'for a node with spaces in its path',
      { node: { ...ROOT.node, path: "/opt/it's here/node" } },
      "sudo setcap cap_net_raw+ep '/opt/it'\\''s here/node'",
    ],
    ['for a user in a container', { container: 'docker' }, 'setcap cap_net_raw+ep /usr/bin/node'],
    ['for root in a container', { container: 'docker', user: ROOT.user }, 'docker run --cap-add NET_RAW …'],
    [
      'where a container cannot have it',
      { container: 'podman', capabilities: outOfReach },
      'podman run --cap-add NET_RAW …',
    ],
    [
      'in Kubernetes',
      { container: 'kubernetes', capabilities: outOfReach },
      'securityContext.capabilities.add: [NET_RAW] and securityContext.runAsUser: 0',
    ],
    [
      'for root in Kubernetes',
      { container: 'kubernetes', capabilities: outOfReach, user: ROOT.user },
      'securityContext.capabilities.add: [NET_RAW]',
    ],
    [
      'where a container of docker cannot have it, which gives what is added to root alone',
      { container: 'docker', capabilities: outOfReach },
      'docker run --user root --cap-add NET_RAW …',
    ],
    ['in lxc', { container: 'lxc', capabilities: outOfReach }, 'lxc.cap.keep = net_raw'],
    [
      'in some container',
      { container: 'other', capabilities: outOfReach },
      'docker run --user root --cap-add NET_RAW …',
    ],
  ] as const)('%s', (_, facts, mend) => {
    expect(without(facts)).toEqual([mend]);
  });
});

describe('a ping_group_range of one group', () => {
  it('is open to who is in it, and to nobody else', () => {
    const closed: Facts = { ...NOBODY, pingGroups: { first: 7, last: 7 } };
    const of = (group: number) => finding({ ...closed, user: { ...NOBODY.user, groups: [group] } }, 'ping_group_range');
    expect(of(7)).toMatchObject({ status: 'ok', mends: [] });
    expect(finding({ ...closed, user: { ...NOBODY.user, groups: [7] } }, 'ping').mends.join()).not.toContain('group');
    for (const other of [6, 8]) expect(of(other).status).toBe('limited');
  });
});

describe('what mends a closed ping_group_range', () => {
  it.each([
    [null, `sudo sysctl -w ${RANGE}`],
    ['docker', `docker run --sysctl ${RANGE} …`],
    ['podman', `podman run --sysctl ${RANGE} …`],
    ['lxc', `sysctl -w ${RANGE}`],
    ['kubernetes', 'securityContext.sysctls: {name: net.ipv4.ping_group_range, value: "0 2147483647"}'],
  ] as const)('in a container: %s', (container, mend) => {
    expect(finding({ ...NOBODY, container }, 'ping_group_range').mends).toEqual([mend]);
  });

  it('names no group that a rootless container has not: the kernel would refuse the range', () => {
    const rootless: Facts = { ...NOBODY, container: 'podman', greatestGroup: 65_536 };
    expect(finding(rootless, 'ping_group_range').mends).toEqual([
      'podman run --sysctl net.ipv4.ping_group_range="0 65536" …',
    ]);
  });

  it.each([
    ['         0          0 4294967295\n', 2_147_483_647],
    ['         0       1000          1\n         1     100000      65536\n', 65_536],
    ['', 2_147_483_647],
  ])('the greatest group of gid_map %j is %i', (map, group) => {
    expect(readGreatestGroup(map)).toBe(group);
  });

  it('nothing where raw sockets take the place of datagram ones', () => {
    expect(
      finding(
        { ...ROOT, pingGroups: { first: 1, last: 0 }, sockets: { ...all('open'), 'icmp4-datagram': 'EACCES' } },
        'ping_group_range',
      ),
    ).toMatchObject({ status: 'ok', mends: [] }); // prettier-ignore
  });

  it('nobody knows where it cannot be read', () => {
    expect(finding({ ...NOBODY, pingGroups: null }, 'ping_group_range').status).toBe('unknown');
  });
});

describe('the machine', () => {
  it.each([
    ['v20.19.0', 'ok'],
    ['v20.18.9', 'no'],
    ['v18.20.0', 'no'],
    ['v26.0.0', 'ok'],
  ])('with Node %s: %s', (version, status) => {
    expect(finding({ ...ROOT, node: { ...ROOT.node, version } }, 'node').status).toBe(status);
  });

  it('with another system, or a Node-API too old', () => {
    expect(finding({ ...ROOT, system: { ...ROOT.system, platform: 'darwin' } }, 'node').status).toBe('limited');
    expect(finding({ ...ROOT, node: { ...ROOT.node, nodeApi: 7 } }, 'node').status).toBe('no');
  });

  it.each([
    [{ version: '11.0.0', ignoresScripts: null }, /^11\.0\.0, runs install scripts;/, []],
    [
      { version: '12.1.0', ignoresScripts: null },
      /only of packages in allowScripts/,
      ['npm approve-scripts raw-socket'],
    ],
    [
      { version: '10.0.0', ignoresScripts: '/root/.npmrc' },
      /runs no install scripts: ignore-scripts in \/root\/\.npmrc/,
      ['npm rebuild --ignore-scripts=false raw-socket'],
    ],
  ])("with npm's policy %j", (npm, detail, mends) => {
    const found = finding({ ...ROOT, npm }, 'npm');
    expect(found.detail).toMatch(detail);
    expect(found.mends).toEqual(mends);
    expect(finding({ ...ROOT, npm, rawSocket: { loads: true } }, 'npm').mends).toEqual([]);
    expect(finding({ ...ROOT, npm: { ...npm, version: null } }, 'npm').status).toBe('unknown');
  });

  it('with capabilities that the kernel does not tell', () => {
    expect(finding({ ...ROOT, capabilities: null }, 'capabilities').status).toBe('unknown');
    expect(finding({ ...NOBODY, noNewPrivileges: true }, 'capabilities').detail).toMatch(/no_new_privs keeps it so$/);
  });

  it('with packet filters', () => {
    const chains = [
      { name: 'inet filter input', policyDrops: true, dropRules: 0 },
      { name: 'ip filter output', policyDrops: false, dropRules: 1 },
      { name: 'ip nat output', policyDrops: false, dropRules: 0 },
    ];
    expect(finding({ ...ROOT, filters: { state: 'seen', chains, oldTables: true } }, 'packet filters')).toMatchObject({
      status: 'limited',
      detail: 'may stop probes or answers: inet filter input (drops what no rule accepts), ip filter output (1 rule)',
    });
    expect(
      finding({ ...ROOT, filters: { state: 'seen', chains: [], oldTables: true } }, 'packet filters'),
    ).toMatchObject({
      status: 'unknown',
      mends: ['iptables-legacy -S', 'ip6tables-legacy -S'],
    });
    expect(finding({ ...ROOT, filters: { state: 'unseen', why: 'no-nft' } }, 'packet filters').mends).toEqual([
      'apt-get install nftables',
    ]);
    expect(finding(NOBODY, 'packet filters')).toMatchObject({ status: 'unknown', mends: ['sudo nft list ruleset'] });
  });

  it('without IPv6', () => {
    expect(finding({ ...ROOT, sockets: { ...all('open'), udp6: 'EAFNOSUPPORT' } }, 'IPv6').status).toBe('limited');
  });
});

describe('the exit status', () => {
  it.each([
    ['every command works', ROOT, 0],
    ['some work within limits only', { ...ROOT, isHostedRunner: true }, 1],
    ['some do not work', NOBODY, 1],
  ])('where %s', async (_what, facts, status) => {
    const silent = { commandName: 'sonde doctor', stdout: () => {}, stderr: () => {}, complain: () => {} };
    const io = { ...silent, env: {}, signals: new ProcessSignals() };
    expect(await runDoctor([], io, async () => facts)).toBe(status);
  });
});
