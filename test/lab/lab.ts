/**
 * The lab: a private internet in five network namespaces (topology.ts), with destinations that fail in every way the
 * kernel knows (destinations.ts), a liar for the ways it does not (responder/), and a name service of its own (dns/).
 *
 * Nothing leaves the machine, and labs do not see each other. `createLab()` takes some 50 ms, and helpers 100 ms more.
 */
import { Capture } from './capture.ts';
import { DnsServer } from './dns/control.ts';
import { hostsFile, localhostFile } from './names.ts';
import { configureNamespace, deleteNamespaces, ipBatch, runShell, setSysctl, writeEtcFiles } from './netns.ts';
import { claimName } from './ownership.ts';
import { startResponder } from './responder/control.ts';
import { type CommandOptions, RunningCommand, type RunResult, runCommand } from './run.ts';
import { sweepAbandoned } from './sweep.ts';
import { HOSTS, linkCommands, NAMESPACES, type Namespace, namespaceSetups } from './topology.ts';

export interface LabOptions {
  /** Names come from /etc/hosts (`files`, unless said), or from a DNS server in R1 that `lab.dns` controls. */
  readonly names?: 'files' | 'dns';
  /** `options` of resolv.conf(5); unless said, one try of one second. */
  readonly resolverOptions?: string;
  /** Starts the lying responder, which answers for 10.88.0.0/16 and fd88::/64: LIES in responder/lies.ts. */
  readonly liar?: boolean;
  /** Whether A's users may open ICMP datagram sockets (net.ipv4.ping_group_range); true unless said. */
  readonly datagramIcmp?: boolean;
  /** Whether the hosts answer broadcast and IPv4 multicast echo requests; true unless said. */
  readonly answerBroadcasts?: boolean;
  /** Milliseconds between the three tries to resolve a neighbour; 100 unless said, while the kernel's own value is 1000. */
  readonly neighbourRetransMs?: number;
}

export class Lab {
  readonly #names: Readonly<Record<Namespace, string>>;
  readonly #helpers: { stop(): Promise<unknown> }[] = [];
  #dns: DnsServer | undefined;

  constructor() {
    const id = claimName();
    this.#names = Object.fromEntries(NAMESPACES.map((namespace) => [namespace, `${id}-${namespace}`])) as Record<
      Namespace,
      string
    >;
  }

  /** Builds everything. @throws Error */
  async open(options: LabOptions): Promise<void> {
    const names = this.#names;
    const setups = namespaceSetups({
      datagramIcmp: options.datagramIcmp ?? true,
      answerBroadcasts: options.answerBroadcasts ?? true,
      neighbourRetransMs: options.neighbourRetransMs ?? 100,
    });
    await ipBatch(linkCommands(names));
    await Promise.all(NAMESPACES.map((namespace) => configureNamespace(names[namespace], setups[namespace])));
    for (const namespace of NAMESPACES) writeEtcFiles(names[namespace], etcFiles(options));
    await Promise.all([this.#startDns(options), this.#startLiar(options)]);
  }

  async #startDns({ names }: LabOptions): Promise<void> {
    if (names !== 'dns') return;
    this.#dns = await DnsServer.start(this.#names.r1, HOSTS.r1.ipv4);
    this.#helpers.push(this.#dns);
  }

  async #startLiar({ liar }: LabOptions): Promise<void> {
    if (liar === true) this.#helpers.push(await startResponder(this.#names.liar));
  }

  /** The DNS server. @throws Error in a lab without one */
  get dns(): DnsServer {
    if (this.#dns === undefined) throw new Error("this lab has no DNS server: createLab({ names: 'dns' })");
    return this.#dns;
  }

  /** The real name of a namespace, for `ip netns exec`. */
  netns(namespace: Namespace): string {
    return this.#names[namespace];
  }

  /** Runs a command to its end. @throws Error at its time limit */
  async run(namespace: Namespace, argv: readonly string[], options?: CommandOptions): Promise<RunResult> {
    return await runCommand(this.#names[namespace], argv, options);
  }

  /** Starts a command and leaves it running. */
  start(namespace: Namespace, argv: readonly string[], options?: CommandOptions): RunningCommand {
    return new RunningCommand(this.#names[namespace], argv, options);
  }

  /** Records packets on a device of the namespace (`eth0`, `eth1`, A's `liar0`) from now on. @throws Error */
  async capture(namespace: Namespace, device: string, filter?: string): Promise<Capture> {
    return await Capture.start(this.#names[namespace], device, filter);
  }

  /** Sets a kernel parameter, e.g. `net/ipv4/ping_group_range`. @throws Error */
  async sysctl(namespace: Namespace, path: string, value: string): Promise<void> {
    await setSysctl(this.#names[namespace], path, value);
  }

  /**
   * Makes a host (A unless said) forget what the network told it: path MTUs, redirects, neighbours. Between two runs that
   * are compared, since only the first one would get a "packet too big" from the router, and from then on A's kernel knows.
   */
  async forgetLearned(namespace: Namespace = 'a'): Promise<void> {
    await runShell(this.#names[namespace], 'ip -4 route flush cache; ip -6 route flush cache; ip neighbour flush all');
  }

  /** Ends all that runs inside and removes everything. @throws Error, afterwards, when a helper had died meanwhile */
  async close(): Promise<void> {
    const stopped = await Promise.allSettled(this.#helpers.splice(0).map((helper) => helper.stop()));
    await deleteNamespaces(Object.values(this.#names));
    const failure = stopped.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }
}

let swept: Promise<void> | undefined;

/** Builds a lab; whoever does must close it. @throws Error, and leaves nothing behind then */
export async function createLab(options: LabOptions = {}): Promise<Lab> {
  swept ??= sweepAbandoned();
  await swept;
  const lab = new Lab();
  try {
    await lab.open(options);
  } catch (error) {
    await lab.close().catch(() => {}); // The first error tells more.
    throw error;
  }
  return lab;
}

function etcFiles({ names, resolverOptions }: LabOptions): Record<string, string> {
  if (names === 'dns') {
    return {
      hosts: localhostFile(),
      'nsswitch.conf': 'hosts: files dns\n',
      'resolv.conf': `nameserver ${HOSTS.r1.ipv4}\noptions ${resolverOptions ?? 'timeout:1 attempts:1'}\n`,
    };
  }
  return { hosts: hostsFile(), 'nsswitch.conf': 'hosts: files\n', 'resolv.conf': '' };
}
