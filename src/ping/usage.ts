/** What ping says of itself beside its options. */
import type { UsageFacts } from '../cli/usage.ts';

export const PING_USAGE: UsageFacts = {
  command: 'ping',
  alsoCalled: ['ping4', 'ping6'],
  summary: 'send ICMP echo requests to a host, and time the replies',
  synopsis: '[options] [hop...] <destination>',
  operands: [
    ['<destination>', 'DNS name or IP address'],
    ['<hop>', 'IPv4 router on the way (source route), or host to stamp (-T tsprespec)'],
  ],
  completes: 'host',
  exitStatuses: [
    ['0', 'some reply came; with -w and -c: as many as -c says; with --until: it came true'],
    ['1', 'none did, a condition failed, or a number is out of range'],
    ['2', 'anything else: usage, unknown host, denied'],
  ],
  examples: [
    ['ping -c 3 example.net', 'three probes and a summary'],
    ['ping -i 0.2 -w 10 -q example.net', 'for ten seconds, five times a second; the summary only'],
    ['ping -M do -s 1472 example.net', 'does a packet of 1500 octets get through whole?'],
    [
      'ping -q -c 100 --fail-if "loss > 2% or p95 > 50ms" example.net',
      'a test for scripts: status 1 where it is as bad',
    ],
    ['ping -q -w 2m --until "received >= 3 in a row" example.net', 'wait for a machine to boot'],
    ['ping -j -c 3 example.net | jq .rtt_ns', 'round trips for a program, in nanoseconds'],
  ],
};
