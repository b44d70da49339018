/** The prose of sonde-sweep(8). */
import type { Manual } from '../cli/manual-page.ts';
import type { SweepOptionName } from './options.ts';

export const MANUAL: Manual<SweepOptionName> = {
  description: [
    'Echo requests go to many targets through one socket for each family, any number of them under way at once, at the rate of ' +
      '`--rate`. Targets are names, addresses, blocks and ranges, as operands, from files, or from the standard input.',
    'The order is shuffled, so that no network is met by a burst. Each target is tried until it answers, or `-r` times more; with `-c` ' +
      'it is sent so many probes whatever comes. Output is a table of who is alive and a summary; or names alone with `-a` and `-u`; or JSON.',
  ],
  options: {
    alive: 'Print who answers, one a line, as soon as they do.',
    size: 'Data octets in a probe, 56 unless said.',
    backoff: 'Each try waits longer than the one before by this factor, 1 to 5; 1.5 unless said.',
    exclude: 'Leave out these targets: names, addresses, blocks or ranges with commas between. May be given again.',
    file: 'Read targets from this file, with blanks or line ends between, or from the standard input for a dash. What follows # on a line is left out. May be given again.',
    generate: 'Two addresses as operands are the ends of a range, as with `fping(8)`.',
    interval: 'Milliseconds between two probes, to whomever: another way to say `--rate`. 0 waits for nothing.',
    'keep-trying': 'Go on with the tries after an ICMP error.',
    'all-addresses': 'Probe all addresses of a name, not the first one only.',
    'max-targets': 'Refuse a list of more targets, 1048576 unless said.',
    merge: 'Operands are files with the JSON lines of shards: print their results as one.',
    period: 'With `-c`: milliseconds between two probes to one target, 1000 unless said.',
    rate: 'Probes per second to all targets together, 1000 unless said; 0 is as fast as they go.',
    retries: 'Tries after the first one, 3 unless said.',
    seed: 'Shuffle in the order that belongs to this number, the same for all shards of a sweep.',
    shard:
      'Probe the i-th of n parts of the list. The parts together are the list, in the same order for the same `--seed`.',
    timeout: 'Milliseconds to wait for a reply on the first try: 500 unless said, 1000 with `-c`.',
    'whole-blocks': 'Probe the network and the broadcast address of IPv4 blocks too.',
    reachable: 'Exit with status 0 when so many targets are alive, else with 1.',
  },
  sections: [
    {
      title: 'PRIVILEGES',
      paragraphs: [
        'An ICMP datagram socket needs none where `net.ipv4.ping_group_range` admits the group of the user. Otherwise ' +
          'CAP_NET_RAW opens a raw socket.',
      ],
    },
    {
      title: 'ENVIRONMENT',
      paragraphs: [
        '`$POSIXLY_CORRECT` ends the options at the first operand. `$COLUMNS`, `$NO_COLOR`, `$FORCE_COLOR` and `$TERM` shape the long help.',
      ],
    },
  ],
  differences: [],
  seeAlso: ['sonde(8)', 'ping(8)', 'fping(8)'],
};
