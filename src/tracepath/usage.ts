/** What tracepath says of itself beside its options. */
import type { UsageFacts } from '../cli/usage.ts';

export const TRACEPATH_USAGE: UsageFacts = {
  command: 'tracepath',
  summary: 'trace the path to a host and find its MTU, without any privilege',
  synopsis: '[options] <destination>',
  operands: [['<destination>', 'DNS name or IP address, with /<port> if you like']],
  completes: 'host',
  exitStatuses: [
    ['0', 'the trace ended, however far it came'],
    ['1', 'it could not begin; --flows, --report, --live: the target did not answer; a condition failed'],
    ['2', 'options that exclude each other'],
    ['255', 'usage'],
    ['128+n', 'signal n ended it'],
  ],
  examples: [
    ['tracepath -n example.net', 'hops by address, and the MTU of the path'],
    ['tracepath --parallel example.net', 'the same, without waiting for silent hops'],
    ['tracepath --report -c 20 example.net', 'loss and round trips of each hop over twenty rounds'],
    [
      'tracepath -n --fail-if "not reached or pmtu < 1500" example.net',
      'a test for scripts: does the path carry 1500 octets?',
    ],
    ['tracepath --flows 64 example.net', 'equal-cost paths, drawn'],
    ['tracepath --black-holes example.net', 'which size vanishes, and behind which hop'],
  ],
};
