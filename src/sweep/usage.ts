/** What sweep says of itself beside its options. */
import type { UsageFacts } from '../cli/usage.ts';

export const SWEEP_USAGE: UsageFacts = {
  command: 'sonde sweep',
  summary: 'probe many targets at once and tell who is alive',
  synopsis: '[options] [target...]',
  operands: [['<target>', 'name, address, block (10.0.0.0/24) or range (10.0.0.1-9); none: read from standard input']],
  completes: 'host',
  exitStatuses: [
    ['0', 'all are alive; -x: as many as it says'],
    ['1', 'some are not'],
    ['2', 'a name has no address'],
    ['3', 'usage'],
    ['4', 'the machine refuses something'],
  ],
  examples: [
    ['sonde sweep 10.0.0.0/24', 'a table of who is alive'],
    ['sonde sweep -a -f hosts.txt', 'the names of those that are'],
    ['sonde sweep -c 10 -j router1 router2', 'ten probes to each; loss and round trips for a program'],
    ['sonde sweep -j --shard 2/8 10.0.0.0/16 > 2.json', 'one eighth of the work, for one of eight machines'],
    ['sonde sweep --merge *.json', 'the results of all eight as one'],
  ],
};
