/** What rdisc says of itself beside its options. */
import type { UsageFacts } from '../cli/usage.ts';

export const RDISC_USAGE: UsageFacts = {
  command: 'rdisc',
  summary: 'find routers by ICMP router discovery, or be found as one',
  synopsis: '[options] [send_address [receive_address]]',
  operands: [
    ['send_address', 'where messages go: 224.0.0.2, with -r 224.0.0.1'],
    ['receive_address', 'group to receive at: 224.0.0.1, with -r 224.0.0.2'],
  ],
  exitStatuses: [
    ['0', 'a router was found, or the run was stopped'],
    ['1', 'usage'],
    ['2', 'the machine refuses something'],
    ['5', 'no router answered, or no socket could be had'],
  ],
  examples: [
    ['rdisc', 'who are the routers here?'],
    ['rdisc -f --install', 'follow them with default routes, which are removed at the end'],
    ['rdisc -r -p 42', 'advertise our addresses with preference 42'],
    ['rdisc -s --daemon --log /var/log/rdisc', 'go to the background once a router is found'],
  ],
};
