/**
 * tracepath's option table and what the options mean: ranges, defaults, messages and exit statuses of tracepath(8) and of
 * ../shared/spec/iputils.md section 2.1. Options are judged one by one in the order of the command line.
 */

import type { ParsedCommand } from '../cli/command.ts';
import { CONDITION_OPTIONS, type ConditionOptionName, conditionError, NO_CONDITIONS } from '../cli/conditions.ts';
import { parseDeadlineSeconds } from '../cli/duration.ts';
import { UsageError } from '../cli/errors.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { parseInteger } from '../cli/numbers.ts';
import { type CommandReading, type FrameOption, parseCommand } from '../cli/parse-command.ts';
import { type Condition, parseCondition } from '../conditions/condition.ts';
import type { RunConditions } from '../conditions/judge.ts';
import {
  chooseMode,
  MODE_DEFAULTS,
  MODE_OPTIONS,
  MODE_READERS,
  type Mode,
  type ModeOptions,
  PORT_MAX,
} from './mode-options.ts';
import type { LimitsConfig } from './probing/run-limits.ts';
import { vocabularyOf } from './vocabulary.ts';

export const TRACEPATH_OPTIONS = [
  { short: '4', long: 'ipv4', group: 'Addressing', help: 'use IPv4' },
  { short: '6', long: 'ipv6', group: 'Addressing', help: 'use IPv6' },
  { short: 'b', long: 'both', group: 'Addressing', help: 'print both names and addresses' },
  { long: 'black-holes', group: 'Probes', help: 'where probes vanish, try small ones and find the size that passes' },
  { short: 'h', alsoShort: '?', long: 'usage', group: 'Help', help: 'print the short help and exit' },
  { long: 'help', group: 'Help', help: 'print the long help and exit' },
  { short: 'j', long: 'json', group: 'Output', help: 'print one JSON object a line' },
  {
    short: 'l',
    long: 'length',
    argument: 'length',
    group: 'Probes',
    help: 'first packet length in octets, headers included',
  },
  { short: 'm', long: 'max-hops', argument: 'hops', group: 'Probes', help: 'go no further than <hops>' },
  { short: 'n', long: 'numeric', group: 'Addressing', help: 'no names, addresses only' },
  { short: 'p', long: 'port', argument: 'port', group: 'Probes', help: 'first destination port' },
  { long: 'parallel', group: 'Modes', help: 'probe all hops at once' },
  { short: 'v', long: 'verbose', group: 'Output', help: 'tell more of each answer below its line' },
  { short: 'V', long: 'version', group: 'Help', help: 'print the version and exit' },
  ...MODE_OPTIONS,
  {
    long: 'deadline',
    argument: 'deadline',
    group: 'Timing',
    help: 'stop after <deadline> seconds, or 1500ms, 90s, 2m',
  },
  { long: 'stats', group: 'Output', help: 'print percentiles, jitter and loss runs of the target behind the report' },
  ...CONDITION_OPTIONS,
] as const satisfies readonly OptionSpec[];

export type TracepathOptionName = (typeof TRACEPATH_OPTIONS)[number]['long'];

export interface TracepathOptions extends ModeOptions {
  family: 4 | 6 | null;
  both: boolean;
  blackHoles: boolean;
  json: boolean;
  /** Octets of the first packet with its IP and UDP headers; 0 for the largest of the family. */
  length: number;
  maxHops: number;
  numeric: boolean;
  parallel: boolean;
  port: number;
  verbose: boolean;
  stats: boolean;
  /** 0 for none. */
  deadlineSeconds: number;
  conditions: RunConditions;
  destination: string;
}

export const USAGE_STATUS = 255;
const FAMILY_STATUS = 2;
const NS_PER_SECOND = 1e9;
const COMBINATION_STATUS = 2;
export const INT_MAX = 2 ** 31 - 1;
export const HOPS_MAX = 255;
const DEFAULT_HOPS = 30;
export const DEFAULT_PORT = 44_444;

export interface TracepathEnvironment {
  /** A name ending in 4 or 6 presets the family, as tracepath4 and tracepath6 do. */
  readonly commandName: string;
  readonly posixlyCorrect: boolean;
}

export function defaults({ commandName }: Pick<TracepathEnvironment, 'commandName'>): TracepathOptions {
  const suffix = commandName.at(-1);
  return {
    ...MODE_DEFAULTS,
    family: suffix === '4' ? 4 : suffix === '6' ? 6 : null,
    both: false,
    blackHoles: false,
    json: false,
    length: 0,
    maxHops: DEFAULT_HOPS,
    numeric: false,
    parallel: false,
    port: 0,
    verbose: false,
    stats: false,
    deadlineSeconds: 0,
    conditions: NO_CONDITIONS,
    destination: '',
  };
}

type ValueReader = (options: TracepathOptions, value: string) => void;

function setFamily(family: 4 | 6): ValueReader {
  return (options) => {
    if (options.family !== null && options.family !== family) {
      throw new UsageError('Only one -4 or -6 option may be specified', FAMILY_STATUS);
    }
    options.family = family;
  };
}

/** What each option does to the values. A missing name fails to compile. */
const READERS: Record<Exclude<TracepathOptionName, FrameOption | ConditionOptionName>, ValueReader> = {
  ipv4: setFamily(4),
  ipv6: setFamily(6),
  both: (options) => {
    options.both = true;
  },
  'black-holes': (options) => {
    options.blackHoles = true;
  },
  json: (options) => {
    options.json = true;
  },
  length: (options, value) => {
    options.length = parseInteger(value, 0, INT_MAX);
  },
  'max-hops': (options, value) => {
    options.maxHops = parseInteger(value, 0, HOPS_MAX);
  },
  numeric: (options) => {
    options.numeric = true;
  },
  parallel: (options) => {
    options.parallel = true;
  },
  port: (options, value) => {
    options.port = parseInteger(value, 0, PORT_MAX);
  },
  verbose: (options) => {
    options.verbose = true;
  },
  stats: (options) => {
    options.stats = true;
  },
  deadline: (options, value) => {
    options.deadlineSeconds = parseDeadlineSeconds(value, INT_MAX);
  },
  ...MODE_READERS,
};

/** Reads a whole command line (without node and script). Never throws for what a user typed. */
export function parseTracepath(
  argv: readonly string[],
  environment: TracepathEnvironment,
): ParsedCommand<TracepathOptions> {
  const options = defaults(environment);
  const texts: ConditionTexts = { failIf: [], until: null };
  const reading: CommandReading<TracepathOptionName, TracepathOptions> = {
    specs: TRACEPATH_OPTIONS,
    read: (name, value) => {
      if (name === 'fail-if') texts.failIf.push(value);
      else if (name === 'until') texts.until = value;
      else READERS[name](options, value);
    },
    finish: ([destination, ...others]) => {
      if (destination === undefined || others.length > 0) return { action: 'usage', message: null };
      const mode = chooseMode(options);
      if (mode !== 'serial' && options.blackHoles) {
        throw new UsageError(`--black-holes goes hop by hop: not together with --${mode}`, COMBINATION_STATUS);
      }
      if (options.stats && mode !== 'report' && mode !== 'live') {
        throw new UsageError('--stats goes with --report, --count or --live', COMBINATION_STATUS);
      }
      options.conditions = readConditions(texts, mode);
      readDestination(options, destination);
      return { action: 'run', options };
    },
  };
  return parseCommand(reading, argv, environment.posixlyCorrect);
}

/** What the way of running is called that has certain words. */
const WORDS_ARE_FOR: readonly (readonly [Mode, string])[] = [
  ['report', 'that goes with --report'],
  ['flows', 'that goes with --flows'],
  ['serial', 'that goes neither with --report nor with --flows'],
];

/** Conditions as they were given: their words depend on options that may come later. */
interface ConditionTexts {
  readonly failIf: string[];
  until: string | null;
}

function readConditions({ failIf, until }: ConditionTexts, mode: Mode): RunConditions {
  return {
    failIf: failIf.map((text) => readCondition('--fail-if', text, mode)),
    until: until === null ? null : readCondition('--until', until, mode),
  };
}

/** @throws UsageError */
function readCondition(option: string, text: string, mode: Mode): Condition {
  const parsed = parseCondition(text, vocabularyOf(mode));
  if (parsed.ok) return parsed.condition;
  const elsewhere = WORDS_ARE_FOR.find(([other]) => parseCondition(text, vocabularyOf(other)).ok);
  const mistake = elsewhere === undefined ? parsed.mistake : { ...parsed.mistake, hint: elsewhere[1] };
  throw conditionError(option, text, mistake, USAGE_STATUS);
}

/** What ends the run beside the path. */
export function limitsOf({ conditions, deadlineSeconds }: TracepathOptions): LimitsConfig {
  return {
    conditions,
    deadlineNs: deadlineSeconds === 0 ? Number.POSITIVE_INFINITY : deadlineSeconds * NS_PER_SECOND,
  };
}

/** `host/port`, where the port was not given otherwise; a slash belongs to the name then. */
function readDestination(options: TracepathOptions, operand: string): void {
  const slash = options.port === 0 ? operand.indexOf('/') : -1;
  options.destination = slash === -1 ? operand : operand.slice(0, slash);
  if (slash !== -1) options.port = parseInteger(operand.slice(slash + 1), 0, PORT_MAX);
  else if (options.port === 0) options.port = DEFAULT_PORT;
}
