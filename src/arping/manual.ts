/** The prose of arping(8). */
import type { Manual } from '../cli/manual-page.ts';
import type { ArpingOptionName } from './options.ts';
import { ARPING_WORDS } from './vocabulary.ts';

export const MANUAL: Manual<ArpingOptionName> = {
  description: [
    'ARP requests for an IPv4 address go out on one interface, and each reply is told with the hardware address that it came from. ' +
      'The first request is a broadcast; once somebody has answered, the next ones go to that hardware address alone.',
    'The summary counts requests and replies. When several hardware addresses answered for the one address, it says so.',
  ],
  options: {
    answer: 'Send ARP replies nobody asked for, so that neighbours update their caches. Implies `-U`.',
    broadcast: 'Send every request as a broadcast, also after a reply.',
    count: 'Stop after so many requests. With `-w`: stop when so many replies have come.',
    duplicate:
      'Look whether anybody else has the address before it is used (RFC 5227). The status is 0 when nobody answers and 1 as soon as somebody does.',
    'expect-one': 'Ask by broadcast until the end, and succeed only if exactly one hardware address answered.',
    first: 'Stop at the first reply.',
    interval: 'Whole seconds from one request to the next, 1 unless said. 0 sends a single one.',
    interface: 'The interface to send by. Without it, the one that the route to the destination names.',
    oui: 'Name the vendor of each hardware address from this file, which has the form of the list of the IEEE.',
    quiet: 'Print nothing: the status is the answer.',
    reverse: 'Ask by RARP for the IPv4 address of this hardware address, which takes the place of the destination.',
    source: 'IPv4 address to ask from. With `-D` it is 0.0.0.0, with `-U` and `-A` the destination.',
    unsolicited: 'Send ARP requests that nobody needs to answer, so that neighbours update their caches.',
    deadline: 'Stop after this time, however many requests were sent or answered.',
    watch:
      'Ask by broadcast until stopped, and print a line only when the owner of the address is found, changes, has company or is gone.',
  },
  sections: [
    {
      title: 'PRIVILEGES',
      paragraphs: [
        'A packet socket needs CAP_NET_RAW: `setcap cap_net_raw+ep` for the node binary. It is opened first; then every capability is ' +
          'dropped in all threads, before anything from the network is read.',
      ],
    },
    {
      title: 'ENVIRONMENT',
      paragraphs: [
        '`$POSIXLY_CORRECT` ends the options at the first operand. `$COLUMNS`, `$NO_COLOR`, `$FORCE_COLOR` and `$TERM` shape the long help.',
      ],
    },
  ],
  words: [['Words of arping:', ARPING_WORDS]],
  differences: [
    'Times are true: those of iputils are half a millisecond too long.',
    'Every letter has a long name; `--expect-one`, `--watch`, `--reverse` and `--oui` are new.',
    'A probe that the kernel refuses is told, and the run goes on.',
  ],
  seeAlso: ['ping(8)', 'sonde(8)', 'ip-neighbour(8)', 'arp(7)', 'packet(7)'],
};
