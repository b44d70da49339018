/** The prose of rdisc(8). */
import type { Manual } from '../cli/manual-page.ts';
import type { RdiscOptionName } from './options.ts';

export const MANUAL: Manual<RdiscOptionName> = {
  description: [
    'Routers that speak ICMP router discovery (RFC 1256) say so in advertisements, at times of their own and when they are asked. ' +
      'Without options rdisc asks, prints each router as it is heard, and says at the end which of them would be default routers.',
    'With `-f`, `-t`, `--install` or `--daemon` it goes on listening. No route is touched but with `--install`, which sets default ' +
      'routes marked as `proto ra` and removes them again at the end. With `-r` it is a router itself.',
  ],
  options: {
    all: 'Take every router for a default router, whatever its preference.',
    best: 'Take only the routers of the highest preference. That is so unless `-a` is given.',
    debug: 'Tell of every entry of the table, of routes and of interfaces.',
    daemon: 'Go to the background: at once, or with `-s` and without `-f` once a router is found.',
    forever: 'Go on listening, also when no router answers.',
    install: 'Set default routes to the routers that are found, and remove them at the end. Needs CAP_NET_ADMIN.',
    log: 'With `--daemon`: append to this file and not to the log of the system.',
    preference:
      'With `-r`: the preference of our addresses, a signed number; 0x80000000 says that we are no default router.',
    responder: 'Be a router: advertise the addresses of our interfaces, and answer solicitations.',
    solicit: 'Ask three times on each interface, and give up with status 5 when no router answers.',
    test: 'Stay in the foreground, and go on when routers are found.',
    'max-interval': 'With `-r`: at most so many seconds between two advertisements, 4 to 1800; 600 unless said.',
    verbose: 'Tell of every message sent and received.',
    backend:
      '`addon` is our own, with everything; `raw-socket` is the npm package of that name, which keeps its privilege.',
  },
  sections: [
    {
      title: 'PRIVILEGES',
      paragraphs: [
        'A raw socket needs CAP_NET_RAW, and `--install` also CAP_NET_ADMIN, which stays in one thread; all others are dropped ' +
          'before anything from the network is read. Whoever can send on the link can say that he is a router: use `--install` only on a link that you trust.',
      ],
    },
    {
      title: 'ENVIRONMENT',
      paragraphs: [
        '`$POSIXLY_CORRECT` ends the options at the first operand. `$COLUMNS`, `$NO_COLOR`, `$FORCE_COLOR` and `$TERM` shape the long help.',
      ],
    },
  ],
  differences: [
    'Compared with rdisc of iputils 20211215, the last one that had it.',
    'Without options it lists routers and ends, and does not go to the background.',
    'Routes are set with `--install` only, and removed at the end.',
  ],
  seeAlso: ['sonde(8)', 'ip-route(8)', 'icmp(7)'],
};
