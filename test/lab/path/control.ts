/** The test's side of the paths: adds their link to a lab, tells what to play, asks what came. See spec.ts for use. */
import { Child } from '../child.ts';
import type { Lab } from '../lab.ts';
import { configureNamespace, deleteNamespaces, ipBatch, runShell } from '../netns.ts';
import { claimName } from '../ownership.ts';
import type { Question } from './main.ts';
import type { Arrival } from './network.ts';
import { PATH_DEVICE, PATH_MTU_OCTETS, PATH_PREFIX, PATH_SIDE, type PathSpec } from './spec.ts';

const PROGRAM = new URL('main.ts', import.meta.url).pathname;

export class PathControl {
  readonly #netns: string;
  readonly #child: Child;

  constructor(netns: string, child: Child) {
    this.#netns = netns;
    this.#child = child;
  }

  /** Plays one more path, or another one to the same target, with counters that begin anew. @throws Error */
  async change(spec: PathSpec): Promise<void> {
    await this.#ask({ play: spec });
  }

  /** The packets to `target` since its path was last changed, in order. @throws Error */
  async log(target: string): Promise<readonly Arrival[]> {
    return JSON.parse(await this.#ask({ log: target })) as readonly Arrival[];
  }

  async #ask(question: Question): Promise<string> {
    return await this.#child.ask(JSON.stringify(question));
  }

  /** Ends the process and removes its namespace, and A's link with it. @throws Error when the process had died */
  async stop(): Promise<void> {
    try {
      await this.#child.stop();
    } finally {
      await deleteNamespaces([this.#netns]);
    }
  }
}

/** Adds a link to A's namespace behind which the given paths lie; one such link for a lab. @throws Error */
export async function startPath(lab: Lab, ...specs: readonly PathSpec[]): Promise<PathControl> {
  const [a, netns] = [lab.netns('a'), `${claimName()}-path`];
  try {
    await ipBatch([
      `netns add ${netns}`,
      // Indexes apart, as in topology.ts.
      `link add ${PATH_DEVICE} index 31 mtu ${PATH_MTU_OCTETS} netns ${a} type veth peer eth0 index 41 mtu ${PATH_MTU_OCTETS} netns ${netns}`,
    ]);
    const sysctls = { 'net/ipv6/conf/all/disable_ipv6': '1' };
    await Promise.all([
      configureNamespace(netns, { sysctls, ip: ['link set eth0 up'], nft: '' }),
      runShell(a, SET_UP_A),
    ]);
    const child = await Child.start(netns, PROGRAM);
    const control = new PathControl(netns, child);
    for (const spec of specs) await control.change(spec);
    return control;
  } catch (error) {
    await deleteNamespaces([netns]);
    throw error;
  }
}

/** Without ARP every address on the link counts as reachable. Answers may come from anywhere: no reverse path filter. */
const SET_UP_A = `
for device in all ${PATH_DEVICE}; do echo 0 > /proc/sys/net/ipv4/conf/$device/rp_filter; done
for name in accept_dad accept_ra router_solicitations; do echo 0 > /proc/sys/net/ipv6/conf/${PATH_DEVICE}/$name; done
ip -batch - <<'END'
link set dev ${PATH_DEVICE} arp off
addr add ${PATH_SIDE.ipv4}/32 dev ${PATH_DEVICE}
addr add ${PATH_SIDE.ipv6}/128 dev ${PATH_DEVICE} nodad
link set ${PATH_DEVICE} up
route add ${PATH_PREFIX.ipv4} dev ${PATH_DEVICE} src ${PATH_SIDE.ipv4}
route add ${PATH_PREFIX.ipv6} dev ${PATH_DEVICE} src ${PATH_SIDE.ipv6}
END
tries=0
while ip -oneline link show dev ${PATH_DEVICE} | grep -Eq 'qdisc noop |NO-CARRIER|state DOWN'; do
  tries=$((tries + 1)); test $tries -lt 1000
  sleep 0.002
done
`;
