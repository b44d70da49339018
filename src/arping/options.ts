/**
 * arping's option table and what the options mean: ranges, defaults, messages and exit statuses of arping(8) and of
 * ../shared/spec/iputils.md section 3.1. Options are judged one by one in the order of the command line.
 */

import type { ParsedCommand } from '../cli/command.ts';
import { CONDITION_OPTIONS, type ConditionOptions, conditionReaders, NO_CONDITIONS } from '../cli/conditions.ts';
import { parseDeadlineSeconds } from '../cli/duration.ts';
import { UsageError } from '../cli/errors.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { parseInteger } from '../cli/numbers.ts';
import { type CommandReading, parseCommand } from '../cli/parse-command.ts';
import { parseHardwareAddress } from '../packet/hardware-address.ts';
import { ARPING_WORDS } from './vocabulary.ts';

export const ARPING_OPTIONS = [
  { short: 'A', long: 'answer', group: 'Probes', help: 'send ARP replies nobody asked for, to update caches' },
  { short: 'b', long: 'broadcast', group: 'Probes', help: 'send broadcasts only, also after a reply' },
  {
    short: 'c',
    long: 'count',
    argument: 'count',
    group: 'Probes',
    help: 'send <count> probes; with -w, wait for <count> replies',
  },
  {
    short: 'D',
    long: 'duplicate',
    group: 'Probes',
    help: 'duplicate address detection: status 1 if anybody has the address',
  },
  { long: 'expect-one', group: 'Probes', help: 'status 0 only if exactly one hardware address answers' },
  { short: 'f', long: 'first', group: 'Probes', help: 'stop at the first reply' },
  { short: 'h', alsoShort: '?', long: 'usage', group: 'Help', help: 'print the short help and exit' },
  { long: 'help', group: 'Help', help: 'print the long help and exit' },
  {
    short: 'i',
    long: 'interval',
    argument: 'interval',
    group: 'Timing',
    help: 'seconds between probes; 0 sends a single one',
  },
  {
    short: 'I',
    long: 'interface',
    argument: 'interface',
    completes: 'interface',
    group: 'Addressing',
    help: 'interface to send by',
  },
  { short: 'j', long: 'json', group: 'Output', help: 'print one JSON object a line' },
  {
    long: 'oui',
    argument: 'file',
    completes: 'file',
    group: 'Output',
    help: 'name the vendors of hardware addresses from this file',
  },
  { short: 'q', long: 'quiet', group: 'Output', help: 'print nothing' },
  {
    long: 'reverse',
    argument: 'address',
    group: 'Probes',
    help: 'ask by RARP for the IPv4 address of a hardware address',
  },
  { long: 'stats', group: 'Output', help: 'print percentiles, jitter and loss runs behind the summary' },
  { short: 's', long: 'source', argument: 'source', group: 'Addressing', help: 'IPv4 source address in the probes' },
  {
    short: 'U',
    long: 'unsolicited',
    group: 'Probes',
    help: 'send ARP requests nobody needs to answer, to update caches',
  },
  { short: 'V', long: 'version', group: 'Help', help: 'print the version and exit' },
  {
    short: 'w',
    long: 'deadline',
    argument: 'deadline',
    group: 'Timing',
    help: 'stop after <deadline> seconds, or 1500ms, 90s, 2m',
  },
  { long: 'watch', group: 'Probes', help: 'print only who has the address and when that changes, until stopped' },
  ...CONDITION_OPTIONS,
] as const satisfies readonly OptionSpec[];

export type ArpingOptionName = (typeof ARPING_OPTIONS)[number]['long'];

export interface ArpingOptions extends ConditionOptions {
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
  stats: boolean;
  /** -U, and -A, which implies it. */
  unsolicited: boolean;
  /** 0 for none. */
  deadlineSeconds: number;
  watch: boolean;
  /** '' with --reverse. */
  destination: string;
}

export const INT_MAX = 2 ** 31 - 1;
const USAGE_STATUS = 2;

export function defaults(): ArpingOptions {
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
    stats: false,
    unsolicited: false,
    deadlineSeconds: 0,
    watch: false,
    conditions: NO_CONDITIONS,
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
  stats: (options) => {
    options.stats = true;
  },
  unsolicited: (options) => {
    options.unsolicited = true;
  },
  deadline: (options, value) => {
    options.deadlineSeconds = parseDeadlineSeconds(value, INT_MAX);
  },
  watch: (options) => {
    options.watch = true;
  },
  ...conditionReaders(ARPING_WORDS, USAGE_STATUS),
};

/**
 * Our own options do not go with all of iputils': better no run than one that does not do what was asked for. Answers one of our
 * own and what it was given with; null where all is well.
 */
export function findContradiction(options: ArpingOptions): readonly [ArpingOptionName, ArpingOptionName] | null {
  const { answer, conditions, duplicate, expectOne, first, reverse, source, unsolicited, watch } = options;
  const announces: Given[] = [
    ['answer', answer],
    ['unsolicited', unsolicited],
    ['duplicate', duplicate],
  ];
  const endsEarly: Given[] = [...announces, ['first', first]];
  // --until: both say by their status who answered, and a condition that came about must not hide it.
  const judges: Given[] = [
    ['duplicate', duplicate],
    ['expect-one', expectOne],
  ];
  return (
    findOther(['expect-one', expectOne], [...endsEarly, ['watch', watch]]) ??
    findOther(['watch', watch], [...endsEarly, ['reverse', reverse !== null]]) ??
    findOther(['reverse', reverse !== null], [...announces, ['source', source !== null]]) ??
    findOther(['until', conditions.until !== null], judges)
  );
}

type Given = readonly [name: ArpingOptionName, isGiven: boolean];

function findOther(
  [own, isGiven]: Given,
  others: readonly Given[],
): readonly [ArpingOptionName, ArpingOptionName] | null {
  const other = isGiven ? others.find(([, isOther]) => isOther) : undefined;
  return other === undefined ? null : [own, other[0]];
}

/** @throws UsageError when two options exclude each other */
function refuseContradictions(options: ArpingOptions): void {
  const contradiction = findContradiction(options);
  if (contradiction === null) return;
  const [own, other] = contradiction.map(asTyped);
  throw new UsageError(`${own} cannot be combined with ${other}`, USAGE_STATUS);
}

function asTyped(name: ArpingOptionName): string {
  const spec: OptionSpec | undefined = ARPING_OPTIONS.find(({ long }) => long === name);
  return spec?.short === undefined ? `--${name}` : `-${spec.short}`;
}
