/** The prose of tracepath(8). */
import type { Manual } from '../cli/manual-page.ts';
import type { TracepathOptionName } from './options.ts';
import { FLOWS_WORDS, ROUNDS_WORDS, TRACE_WORDS } from './vocabulary.ts';

export const MANUAL: Manual<TracepathOptionName> = {
  description: [
    'UDP datagrams with a growing time to live go to the destination. Routers that drop them say so by ICMP, which is how the path ' +
      'is seen; those that are too long for a link tell its MTU. The error queue of the socket hands all of it over, so no ' +
      'privilege is needed.',
    'A line begins with the number of hops, followed by a question mark where it is not certain. `asymm` with a number says ' +
      'that the way back is longer or shorter. A silent hop costs three seconds; `--parallel` probes all hops at once and prints ' +
      'the same lines.',
    '`--flows`, `--report` and `--live` are modes of their own.',
  ],
  options: {
    both: 'Print names and addresses of hops.',
    'black-holes':
      'Where full-sized probes vanish and no router says why, try smaller ones, and tell the size that passes and behind which hop larger ones are lost.',
    length: 'Length of the first packet in octets, with its IP and UDP headers: 65535 unless said, 128000 for IPv6.',
    'max-hops': 'Go no further than so many hops, 30 unless said.',
    numeric: 'Print addresses and look no name up.',
    port: 'Destination port of the first probe, 44444 unless said. It grows by one with each probe.',
    verbose: 'Tell more of each answer below its line: MPLS labels, interfaces, who narrowed the path.',
    confidence: 'With `--flows`: how sure to be, in percent, that no next hop is missed; 95 unless said.',
    count:
      'Probe the path so many times and report on each hop, as `--report`. With `--flows`: so many probes for each hop and flow.',
    flows:
      'Find the equal-cost paths to the destination with up to so many flows, each of them a source port, and draw them.',
    live: 'Show rounds on the terminal as they go. Keys: q ends, p pauses, r starts anew, d changes the display.',
    report: 'Probe the path 10 times, or as often as `-c` says, and print loss, round trips and jitter of each hop.',
    interval: 'Seconds from one round to the next, 1 unless said.',
  },
  sections: [
    {
      title: 'ENVIRONMENT',
      paragraphs: [
        '`$POSIXLY_CORRECT` ends the options at the first operand. `$COLUMNS`, `$NO_COLOR`, `$FORCE_COLOR` and `$TERM` shape the long help.',
      ],
    },
  ],
  words: [
    ['Words hop by hop and with `--parallel`:', TRACE_WORDS],
    [
      'Words with `--report`, `--count` and `--live`, where each round counts as one probe of the target:',
      ROUNDS_WORDS,
    ],
    ['Words with `--flows`:', FLOWS_WORDS],
  ],
  differences: [
    'Round trips come from time stamps of the kernel on both sides, and are smaller.',
    'What a router quotes of a probe is compared with what was sent, and otherwise not believed.',
    'An MTU that a router reports only shrinks the path, and not below what its family must carry.',
    'An interrupt ends the run with what is known.',
  ],
  seeAlso: ['ping(8)', 'sonde(8)', 'ip(7)', 'udp(7)'],
};
