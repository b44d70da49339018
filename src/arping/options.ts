/**
 * arping's option table and what the options mean: ranges, defaults, messages and exit statuses of arping(8) and of
 * ../shared/spec/iputils.md section 3.1. Options are judged one by one in the order of the command line.
 */

import type { ParsedCommand } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { parseInteger } from '../cli/numbers.ts';
import { type CommandReading, parseCommand } from '../cli/parse-command.ts';
import { parseHardwareAddress } from '../packet/hardware-address.ts';

export const ARPING_OPTIONS = [
  { short: 'A', long: 'answer', help: 'send ARP replies nobody asked for, to update caches' },
  { short: 'b', long: 'broadcast', help: 'send broadcasts only, also after a reply' },
  { short: 'c', long: 'count', argument: 'count', help: 'send <count> probes; with -w, wait for <count> replies' },
  { short: 'D', long: 'duplicate', help: 'duplicate address detection: status 1 if anybody has the address' },
  { long: 'expect-one', help: 'status 0 only if exactly one hardware address answers' },
  { short: 'f', long: 'first', help: 'stop at the first reply' },
  { short: 'h', alsoShort: '?', long: 'usage', help: 'print this help and exit' },
  { long: 'help', help: 'print the long help and exit' },
  { short: 'i', long: 'interval', argument: 'interval', help: 'seconds between probes; 0 sends a single one' },
  { short: 'I', long: 'interface', argument: 'interface', help: 'interface to send by' },
  { short: 'j', long: 'json', help: 'print one JSON object a line' },
  { long: 'oui', argument: 'file', help: 'name the vendors of hardware addresses from this file' },
  { short: 'q', long: 'quiet', help: 'print nothing' },
  { long: 'reverse', argument: 'address', help: 'ask by RARP for the IPv4 address of a hardware address' },
  { short: 's', long: 'source', argument: 'source', help: 'IPv4 source address in the probes' },
  { short: 'U', long: 'unsolicited', help: 'send ARP requests nobody needs to answer, to update caches' },
  { short: 'V', long: 'version', help: 'print the version and exit' },
  { short: 'w', long: 'deadline', argument: 'deadline', help: 'stop after <deadline> seconds' },
  { long: 'watch', help: 'print only who has the address and when that changes, until stopped' },
] as const satisfies readonly OptionSpec[];

export type ArpingOptionName = (typeof ARPING_OPTIONS)[number]['long'];

export interface ArpingOptions {
  answer: boolean;
  broadcast: boolean;
  count: number | null;
  duplicate: boolean;
  expectOne: boolean;
  first: boolean;
  intervalSeconds: number;
  /** Null: the one that the route names. */
  device: string | null;
  json: boolean;
  ouiFile: string | null;
  quiet: boolean;
  reverse: Uint8Array | null;
  source: string | null;
  /** -U, and -A, which implies it. */
  unsolicited: boolean;
  /** 0 for none. */
  deadlineSeconds: number;
  watch: boolean;
  /** '' with --reverse. */
  destination: string;
}

const INT_MAX = 2 ** 31 - 1;
const USAGE_STATUS = 2;

function defaults(): ArpingOptions {
  return {
    answer: false,
    broadcast: false,
    count: null,
    duplicate: false,
    expectOne: false,
    first: false,
    intervalSeconds: 1,
    device: null,
    json: false,
    ouiFile: null,
    quiet: false,
    reverse: null,
    source: null,
    unsolicited: false,
    deadlineSeconds: 0,
    watch: false,
    destination: '',
  };
}

/** Reads a whole command line (without node and script). Never throws for what a user typed. */
export function parseArping(argv: readonly string[], posixlyCorrect: boolean): ParsedCommand<ArpingOptions> {
  const options = defaults();
  const reading: CommandReading<ArpingOptionName, ArpingOptions> = {
    specs: ARPING_OPTIONS,
    read: (name, value) => READERS[name](options, value),
    finish: (operands) => {
      refuseContradictions(options);
      if (operands.length !== (options.reverse === null ? 1 : 0)) return { action: 'usage', message: null };
      options.destination = operands[0] ?? '';
      return { action: 'run', options };
    },
  };
  return parseCommand(reading, argv, posixlyCorrect);
}

type ValueReader = (options: ArpingOptions, value: string) => void;

/** What each option does to the values. A missing name fails to compile. */
const READERS: Record<Exclude<ArpingOptionName, 'usage' | 'help' | 'version'>, ValueReader> = {
  answer: (options) => {
    options.answer = true;
    options.unsolicited = true;
  },
  broadcast: (options) => {
    options.broadcast = true;
  },
  count: (options, value) => {
    options.count = parseInteger(value, 1, INT_MAX);
  },
  duplicate: (options) => {
    options.duplicate = true;
  },
  'expect-one': (options) => {
    options.expectOne = true;
  },
  first: (options) => {
    options.first = true;
  },
  interval: (options, value) => {
    options.intervalSeconds = parseInteger(value, 0, INT_MAX);
  },
  interface: (options, value) => {
    options.device = value === '' ? null : value;
  },
  json: (options) => {
    options.json = true;
  },
  oui: (options, value) => {
    options.ouiFile = value;
  },
  quiet: (options) => {
    options.quiet = true;
  },
  reverse: (options, value) => {
    options.reverse = parseHardwareAddress(value);
    if (options.reverse === null) throw new UsageError(`invalid hardware address ${value}`, USAGE_STATUS);
  },
  source: (options, value) => {
    options.source = value;
  },
  unsolicited: (options) => {
    options.unsolicited = true;
  },
  deadline: (options, value) => {
    options.deadlineSeconds = parseInteger(value, 0, INT_MAX);
  },
  watch: (options) => {
    options.watch = true;
  },
};

/** Our own options do not go with all of iputils': better no run than one that does not do what was asked for. */
function refuseContradictions(options: ArpingOptions): void {
  const { answer, duplicate, expectOne, first, reverse, source, unsolicited, watch } = options;
  const announces: Given[] = [
    ['-A', answer],
    ['-U', unsolicited],
    ['-D', duplicate],
  ];
  const endsEarly: Given[] = [...announces, ['-f', first]];
  if (expectOne) refuseWith('--expect-one', [...endsEarly, ['--watch', watch]]);
  if (watch) refuseWith('--watch', [...endsEarly, ['--reverse', reverse !== null]]);
  if (reverse !== null) refuseWith('--reverse', [...announces, ['-s', source !== null]]);
}

type Given = readonly [name: string, isGiven: boolean];

/** @throws UsageError when one of the others was given too */
function refuseWith(own: string, others: readonly Given[]): void {
  const other = others.find(([, isGiven]) => isGiven);
  if (other !== undefined) throw new UsageError(`${own} cannot be combined with ${other[0]}`, USAGE_STATUS);
}
