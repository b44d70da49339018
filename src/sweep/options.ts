/** sweep's option table and what the options mean. Letters are fping's where it has them: fping(8). */

import type { ParsedCommand } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { type CommandReading, parseCommand } from '../cli/parse-command.ts';
import { EXIT } from './exit-status.ts';
import { READERS } from './option-readers.ts';
import { type Shard, WHOLE } from './targets.ts';

export const SWEEP_OPTIONS = [
  { short: '4', long: 'ipv4', group: 'Addressing', help: 'addresses of names: IPv4 only' },
  { short: '6', long: 'ipv6', group: 'Addressing', help: 'addresses of names: IPv6 only' },
  { short: 'a', long: 'alive', group: 'Output', help: 'print who answers, one a line, as they do' },
  { short: 'b', long: 'size', argument: 'octets', group: 'Packets', help: 'data octets in a probe (56)' },
  {
    short: 'B',
    long: 'backoff',
    argument: 'factor',
    group: 'Timing',
    help: 'each try waits so much longer than the one before (1.5)',
  },
  {
    short: 'c',
    long: 'count',
    argument: 'count',
    group: 'Probes',
    help: 'send <count> probes to each target, whatever comes',
  },
  { long: 'exclude', argument: 'targets', group: 'Targets', help: 'leave these out; may be given again' },
  {
    short: 'f',
    long: 'file',
    argument: 'file',
    completes: 'file',
    group: 'Targets',
    help: 'read targets from a file, - for standard input; may be given again',
  },
  { short: 'g', long: 'generate', group: 'Targets', help: 'two addresses as operands are the ends of a range' },
  { short: 'H', long: 'ttl', argument: 'hops', group: 'Packets', help: 'time to live or hop limit of the probes' },
  {
    short: 'i',
    long: 'interval',
    argument: 'ms',
    group: 'Timing',
    help: 'ms between two probes, to whomever: as --rate, 0 for none',
  },
  {
    short: 'I',
    long: 'interface',
    argument: 'device',
    completes: 'interface',
    group: 'Addressing',
    help: 'send and receive by this interface',
  },
  { short: 'j', long: 'json', group: 'Output', help: 'print one JSON object a line, as targets are done' },
  { short: 'k', long: 'keep-trying', group: 'Probes', help: 'an ICMP error does not end the tries' },
  {
    short: 'm',
    long: 'all-addresses',
    group: 'Targets',
    help: 'probe all addresses of a name, not the first one only',
  },
  { long: 'max-targets', argument: 'number', group: 'Targets', help: 'refuse a longer list (1048576)' },
  { long: 'merge', group: 'Targets', help: 'operands are files with results (-j) of shards: print them as one' },
  {
    short: 'O',
    long: 'tos',
    argument: 'tos',
    group: 'Packets',
    help: 'type of service or traffic class of the probes',
  },
  {
    short: 'p',
    long: 'period',
    argument: 'ms',
    group: 'Timing',
    help: 'with -c: ms between two probes to one target (1000)',
  },
  { short: 'q', long: 'quiet', group: 'Output', help: 'print the summary only' },
  { long: 'rate', argument: 'per-second', group: 'Timing', help: 'probes per second, 0 for as fast as they go (1000)' },
  { short: 'r', long: 'retries', argument: 'number', group: 'Probes', help: 'tries after the first one (3)' },
  { short: 's', long: 'stats', group: 'Output', help: 'print the summary on stderr after a list' },
  { short: 'S', long: 'source', argument: 'address', group: 'Addressing', help: 'send from this address' },
  { long: 'seed', argument: 'number', group: 'Targets', help: 'shuffle in the order that belongs to this number' },
  { long: 'sequential', group: 'Targets', help: 'do not shuffle' },
  { long: 'shard', argument: 'i/n', group: 'Targets', help: 'probe the i-th of n parts of the list' },
  {
    short: 't',
    long: 'timeout',
    argument: 'ms',
    group: 'Timing',
    help: 'ms to wait for a reply, on the first try (500; with -c 1000)',
  },
  { short: 'u', long: 'unreachable', group: 'Output', help: 'print who does not answer, one a line' },
  { long: 'whole-blocks', group: 'Targets', help: 'network and broadcast addresses of IPv4 blocks too' },
  {
    short: 'x',
    long: 'reachable',
    argument: 'number',
    group: 'Output',
    help: 'exit status 0 when so many are alive, else 1',
  },
  { short: 'h', alsoShort: '?', long: 'usage', group: 'Help', help: 'print the short help and exit' },
  { long: 'help', group: 'Help', help: 'print the long help and exit' },
  { short: 'V', long: 'version', group: 'Help', help: 'print the version and exit' },
] as const satisfies readonly OptionSpec[];

export type SweepOptionName = (typeof SWEEP_OPTIONS)[number]['long'];

/** Where the results go: everything at the end in a table, or one a line as it comes. */
export type OutputKind = 'table' | 'alive' | 'unreachable' | 'json';

export interface SweepOptions {
  family: 4 | 6 | null;
  output: OutputKind;
  quiet: boolean;
  stats: boolean;
  size: number;
  backoff: number;
  /** Null: tries until somebody answers. */
  count: number | null;
  exclude: string[];
  files: string[];
  generate: boolean;
  ttl: number | null;
  device: string | null;
  keepTrying: boolean;
  allAddresses: boolean;
  maxTargets: number;
  merge: boolean;
  tos: number | null;
  periodMs: number;
  /** Probes per second, 0 for no limit. */
  rate: number;
  retries: number;
  source: { readonly family: 4 | 6; readonly octets: Uint8Array } | null;
  seed: number | null;
  sequential: boolean;
  shard: Shard;
  /** Null while not given. */
  timeoutMs: number | null;
  wholeBlocks: boolean;
  reachable: number | null;
  operands: readonly string[];
}

const DEFAULT_TIMEOUT_MS = 500;
const DEFAULT_COUNT_TIMEOUT_MS = 1000;

export function defaults(): SweepOptions {
  return {
    family: null,
    output: 'table',
    quiet: false,
    stats: false,
    size: 56,
    backoff: 1.5,
    count: null,
    exclude: [],
    files: [],
    generate: false,
    ttl: null,
    device: null,
    keepTrying: false,
    allAddresses: false,
    maxTargets: 2 ** 20,
    merge: false,
    tos: null,
    periodMs: 1000,
    rate: 1000,
    retries: 3,
    source: null,
    seed: null,
    sequential: false,
    shard: WHOLE,
    timeoutMs: null,
    wholeBlocks: false,
    reachable: null,
    operands: [],
  };
}

/** ms to wait for a reply on the first try; with -c, to each probe. */
export function timeoutOf({ timeoutMs, count }: SweepOptions): number {
  return timeoutMs ?? (count === null ? DEFAULT_TIMEOUT_MS : DEFAULT_COUNT_TIMEOUT_MS);
}

/** Reads a whole command line (without node and script). Never throws for what a user typed. */
export function parseSweep(argv: readonly string[], posixlyCorrect: boolean): ParsedCommand<SweepOptions> {
  const options = defaults();
  const reading: CommandReading<SweepOptionName, SweepOptions> = {
    specs: SWEEP_OPTIONS,
    read: (name, value) => READERS[name](options, value),
    finish: (operands) => {
      options.operands = operands;
      checkTogether(options);
      return { action: 'run', options };
    },
    failStatus: EXIT.USAGE,
  };
  return parseCommand(reading, argv, posixlyCorrect);
}

/** What only shows when all options are known. @throws UsageError */
function checkTogether(options: SweepOptions): void {
  const { operands, merge, generate, sequential, seed } = options;
  const refuse = (message: string): never => {
    throw new UsageError(message, EXIT.USAGE);
  };
  if (merge && operands.length === 0) refuse('--merge needs files with results');
  const isRange = operands.length === 2 && !operands.some((operand) => operand.includes('/'));
  if (generate && operands.length !== 1 && !isRange) refuse('-g takes one block, or the two ends of a range');
  if (sequential && seed !== null) refuse('only one of --sequential and --seed may be used');
}
