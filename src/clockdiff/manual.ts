/** The prose of clockdiff(8). */
import type { Manual } from '../cli/manual-page.ts';
import type { ClockdiffOptionName } from './options.ts';
import { CLOCKDIFF_WORDS } from './vocabulary.ts';

export const MANUAL: Manual<ClockdiffOptionName> = {
  description: [
    'ICMP timestamp requests (RFC 792) ask a host for the time of its clock. From the replies of the shortest round trips comes the ' +
      'difference of the two clocks: what the host has minus what we have, in milliseconds, for the host counts in no finer unit.',
    'A host that answers is never called down: where its replies cannot be used, the message says what is wrong with them.',
  ],
  options: {
    'ip-timestamp':
      'Send ICMP echo requests with an IP timestamp option of four slots in place of timestamp requests, where these are dropped on the way.',
    'ip-timestamp-3':
      'The same with three slots, for hosts that do not stamp their own reply. `-o1` is the usual way to write it.',
    'time-format': 'How the date is printed: `ctime` unless said, or `iso` (ISO 8601).',
    samples: 'Stop after so many usable replies, 50 unless said.',
    interval: 'Seconds between two requests at least; 0 unless said: the next one follows the reply.',
    uncertainty:
      'Print a second line: the difference, how far it can be wrong also on a path that is slower one way, the smallest round trip, ' +
      'how the delay varies each way, and whose clock timed it.',
    backend:
      '`addon` is our own, with everything; `raw-socket` is the npm package of that name, without time stamps of the kernel.',
  },
  sections: [
    {
      title: 'PRIVILEGES',
      paragraphs: [
        'A raw socket needs CAP_NET_RAW: `setcap cap_net_raw+ep` for the node binary. It is opened first; then every capability is ' +
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
  words: [['Words of clockdiff:', CLOCKDIFF_WORDS]],
  differences: [
    'Our own times are time stamps of the kernel, and the next request follows the reply at once.',
    'Late replies count. A host is down after 11 seconds of silence.',
    'No CAP_SYS_NICE is needed.',
    'The long help of `--help` goes to the standard output; `-h` is as it was.',
    'An interrupt ends the run with what was measured.',
  ],
  seeAlso: ['ping(8)', 'sonde(8)', 'chronyc(1)', 'icmp(7)'],
};
