/** A link between two namespaces of the lab on which ARP is spoken, with a liar at the far end. */
import { Child } from '../../lab/child.ts';
import type { Lab } from '../../lab/lab.ts';
import { ipBatch, runShell } from '../../lab/netns.ts';
import { LIES, type Lie } from './answer.ts';

export const OWN_ADDRESS = '10.99.0.1';
export const OWN_HARDWARE = '02:99:00:00:00:01';
/** In namespace A. */
export const DEVICE = 'arp0';

/** An address that is lied about in that way; `own` tells users of the same lie apart, who would hear each other's answers. */
export function lie(about: Lie, own = 1): string {
  return `10.99.${LIES[about]}.${own}`;
}

/** Makes the link. @throws Error */
export async function makeArpLink(lab: Lab): Promise<void> {
  // Different indices at the two ends: see linkCommands in test/lab/topology.ts.
  await ipBatch([
    `link add ${DEVICE} index 31 address ${OWN_HARDWARE} netns ${lab.netns('a')} type veth ` +
      `peer ${DEVICE} index 41 address 02:99:00:00:00:02 netns ${lab.netns('liar')}`,
  ]);
  await runShell(lab.netns('liar'), `ip link set ${DEVICE} up`);
  await runShell(
    lab.netns('a'),
    `ip addr add ${OWN_ADDRESS}/16 brd + dev ${DEVICE}
     ip link set ${DEVICE} up
     tries=0
     while ip -oneline link show ${DEVICE} up | grep -Eq 'qdisc noop |NO-CARRIER|state DOWN'; do
       tries=$((tries + 1)); test $tries -lt 1000; sleep 0.002
     done`,
  );
}

export async function startLiar(lab: Lab): Promise<Child> {
  return await Child.start(lab.netns('liar'), new URL('main.ts', import.meta.url).pathname);
}
