/** What arping says of itself beside its options. */
import type { UsageFacts } from '../cli/usage.ts';

export const ARPING_USAGE: UsageFacts = {
  command: 'arping',
  summary: 'probe a neighbour by ARP',
  synopsis: '[options] <destination>',
  operands: [['<destination>', 'DNS name or IPv4 address; none with --reverse']],
  completes: 'host',
  exitStatuses: [
    ['0', 'a reply came; -D: nobody has the address; --expect-one: one hardware address answered'],
    ['1', 'none did; -D: somebody has the address; --expect-one: none or several answered; a condition failed'],
    ['2', 'usage, denied, or the interface went down'],
  ],
  examples: [
    ['arping -c 3 -I eth0 192.0.2.1', 'is the router there, and which hardware address has it?'],
    ['arping -D -c 2 -I eth0 192.0.2.7', 'is this address free?'],
    ['arping -U -c 3 -I eth0 192.0.2.7', 'tell the neighbours that the address is ours now'],
    ['arping -w 60 --until "received >= 1" -I eth0 192.0.2.7', 'wait until a device is there'],
    ['arping --watch -I eth0 192.0.2.1', 'tell of each change of the owner'],
  ],
};
