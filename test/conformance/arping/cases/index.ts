/** All suites: which tables run in which lab. */
import { makeArpLink, startLiar } from '../../../arping/liar/link.ts';
import type { Lab } from '../../../lab/lab.ts';
import { runShell } from '../../../lab/netns.ts';
import type { Suite } from '../command.ts';
import { DOWN, SECOND_ROUTER_ADDRESS, WITHOUT_ARP } from './addresses.ts';
import { ARGUMENTS } from './arguments.ts';
import { DEVICES, PRIVILEGES, TARGETS, WITHOUT_ADDRESSES } from './devices.ts';
import { LIES_IN_TURN, LIES_TO_ALL } from './lies.ts';
import { DUPLICATES, ENDS, SIGNALS, STREAMS, UNSOLICITED } from './runs.ts';

async function prepare(lab: Lab): Promise<void> {
  await makeArpLink(lab);
  await runShell(lab.netns('r1'), `ip addr add ${SECOND_ROUTER_ADDRESS}/24 dev eth0`);
  await runShell(
    lab.netns('a'),
    `ip link add ${DOWN} type veth peer down1
     ip link add ${WITHOUT_ARP} type veth peer noarp1
     ip link set ${WITHOUT_ARP} up arp off`,
  );
}

export const SUITES: readonly Suite[] = [
  {
    title: 'arping and iputils beside a liar',
    lab: {},
    prepare,
    with: startLiar,
    // Those that take long come first, so that the others fill the time.
    cases: [
      ...ENDS,
      ...UNSOLICITED,
      ...DUPLICATES,
      ...SIGNALS,
      ...LIES_IN_TURN,
      ...LIES_TO_ALL,
      ...TARGETS,
      ...DEVICES,
      ...PRIVILEGES,
      ...STREAMS,
      ...ARGUMENTS,
    ],
  },
  { title: 'arping and iputils without an address', lab: {}, namespace: 'liar', cases: WITHOUT_ADDRESSES },
];
