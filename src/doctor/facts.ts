/** What is looked at on this machine, before anything is made of it. machine.ts looks; findings.ts judges. */

/** Kinds of socket, by what sonde does with them. */
export const SOCKETS = [
  'icmp4-datagram',
  'icmp4-raw',
  'icmp6-datagram',
  'icmp6-raw',
  'packet',
  'udp4',
  'udp6',
  'tcp4',
  'tcp6',
] as const;
export type SocketKind = (typeof SOCKETS)[number];

/** `open`, or the code of the error: EPERM, EACCES, EAFNOSUPPORT, … */
export type SocketOutcome = 'open' | (string & {});

/** What was asked of the machine itself over its loopback interface. */
export type LoopbackProbe = `${'icmp' | 'udp' | 'tcp'}${4 | 6}`;

/** `silent`: nothing came back in time. `user`: it was answered, without stamps of the kernel on both sides. `kernel`: with them. */
export type LoopbackOutcome = 'silent' | 'user' | 'kernel' | { readonly refused: string };

export type Container = 'docker' | 'podman' | 'kubernetes' | 'lxc' | 'other';

/** A chain that may stop what we send or what comes back. */
export interface FilterChain {
  /** `inet filter output`. */
  readonly name: string;
  readonly policyDrops: boolean;
  /** Rules that drop or reject, in it or in a chain that it jumps to. */
  readonly dropRules: number;
}

export type Filters =
  /** `oldTables`: there are rules of iptables of the old kind, which nft does not show. */
  | { readonly state: 'seen'; readonly chains: readonly FilterChain[]; readonly oldTables: boolean }
  | { readonly state: 'unseen'; readonly why: 'unprivileged' | 'no-nft' };

/** A part in another language: it loads, or one line says why not. */
export type Part = { readonly loads: true } | { readonly loads: false; readonly why: string };

export interface NpmFacts {
  /** Null where npm was not found beside node. */
  readonly version: string | null;
  /** Where `ignore-scripts=true` stands: a file, or the environment. */
  readonly ignoresScripts: string | null;
}

export interface Facts {
  readonly node: {
    readonly version: string;
    /** Highest Node-API version. */
    readonly nodeApi: number;
    readonly path: string;
  };
  readonly system: {
    readonly platform: string;
    readonly release: string;
    readonly arch: string;
    /** Version of the C library that node runs on; null where it is another one (musl). */
    readonly glibc: string | null;
  };
  readonly user: { readonly id: number; readonly groups: readonly number[] };
  /** The greatest group that there is in this user namespace, as far as ping_group_range goes: 2,147,483,647. */
  readonly greatestGroup: number;
  /** Of this process. `bounding`: what it could get at all. Null where the kernel does not tell. */
  readonly capabilities: { readonly effective: bigint; readonly bounding: bigint } | null;
  readonly noNewPrivileges: boolean;
  /** A system call filter is in force. */
  readonly seccomp: boolean;
  readonly container: Container | null;
  /** One of GitHub's own runners. */
  readonly isHostedRunner: boolean;
  readonly addon: Part;
  /** What SONDE_ADDON names instead of the package's own addon. */
  readonly addonOverride: string | null;
  readonly rawSocket: Part;
  /** A checkout, which can build the addon, and not an installed package. */
  readonly isCheckout: boolean;
  readonly npm: NpmFacts;
  /** net.ipv4.ping_group_range, null where it cannot be read. */
  readonly pingGroups: { readonly first: number; readonly last: number } | null;
  /** net.ipv4.icmp_echo_ignore_all: this machine answers no ping, not even its own. */
  readonly ignoresEchoes: boolean;
  /** Null without the addon, which opens them. */
  readonly sockets: Readonly<Record<SocketKind, SocketOutcome>> | null;
  readonly loopback: Readonly<Partial<Record<LoopbackProbe, LoopbackOutcome>>>;
  readonly filters: Filters;
}
