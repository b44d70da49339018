/** What clockdiff says of itself beside its options. */
import type { UsageFacts } from '../cli/usage.ts';

export const CLOCKDIFF_USAGE: UsageFacts = {
  command: 'clockdiff',
  summary: "measure the difference between our clock and a host's",
  synopsis: '[options] <destination>',
  operands: [['<destination>', 'DNS name or IPv4 address']],
  completes: 'host',
  exitStatuses: [
    ['0', 'the difference was measured'],
    ['1', 'it was not: usage, denied, no answer that can be used; or a condition failed'],
  ],
  examples: [
    ['clockdiff -u example.net', 'the difference and how far it can be wrong'],
    ['clockdiff --fail-if "abs(offset) > 100ms" example.net', 'a test for scripts: is its clock about right?'],
    ['clockdiff -o1 example.net', 'by IP timestamps in echo requests, where ICMP timestamps are dropped'],
    ['clockdiff -j --samples 10 example.net', 'a JSON object for each sample'],
  ],
};
