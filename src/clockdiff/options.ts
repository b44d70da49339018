/**
 * clockdiff's option table and what the options mean: ../shared/spec/iputils.md section 4. Options are judged one by one in
 * the order of the command line, and -h and -V answer where they stand.
 */

import { BACKEND_NAMES, type BackendName, parseBackendName } from '../cli/backend-names.ts';
import type { ParsedCommand } from '../cli/command.ts';
import { CONDITION_OPTIONS, type ConditionOptions, conditionReaders, NO_CONDITIONS } from '../cli/conditions.ts';
import { parseDeadlineSeconds } from '../cli/duration.ts';
import { UsageError } from '../cli/errors.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { parseInteger, parseReal } from '../cli/numbers.ts';
import { type CommandReading, parseCommand } from '../cli/parse-command.ts';
import { didYouMean } from '../cli/suggest.ts';
import type { DateFormat } from './date-text.ts';
import type { Mode } from './probe.ts';
import { CLOCKDIFF_WORDS } from './vocabulary.ts';

const DATE_FORMATS = ['ctime', 'iso'] as const satisfies readonly DateFormat[];

export const CLOCKDIFF_OPTIONS = [
  {
    short: 'o',
    long: 'ip-timestamp',
    group: 'Probes',
    help: 'use ICMP echo with an IP timestamp option of four slots',
  },
  { short: '1', long: 'ip-timestamp-3', group: 'Probes', help: 'the same with three slots; -o1 is usual' },
  {
    short: 'T',
    long: 'time-format',
    argument: 'ctime|iso',
    values: DATE_FORMATS,
    group: 'Output',
    help: 'how the date is shown; ctime unless said',
  },
  { short: 'I', long: 'iso', group: 'Output', help: 'the same as --time-format=iso' },
  {
    long: 'samples',
    argument: 'count',
    group: 'Probes',
    help: 'stop after <count> usable replies; 50 unless said, without limit with --until',
  },
  { long: 'interval', argument: 'seconds', group: 'Timing', help: 'seconds between requests at least; 0 unless said' },
  {
    short: 'u',
    long: 'uncertainty',
    group: 'Output',
    help: 'a second line: offset, its bound, and how the delay varies each way',
  },
  {
    long: 'deadline',
    argument: 'deadline',
    group: 'Timing',
    help: 'stop after <deadline> seconds, or 1500ms, 90s, 2m',
  },
  { long: 'stats', group: 'Output', help: 'print percentiles, jitter and loss runs behind the result' },
  { short: 'j', long: 'json', group: 'Output', help: 'print one JSON object a line' },
  {
    long: 'backend',
    argument: 'name',
    values: BACKEND_NAMES,
    group: 'Sockets',
    help: 'addon (the default where it loads) or raw-socket',
  },
  ...CONDITION_OPTIONS,
  { short: 'h', long: 'usage', group: 'Help', help: 'print the short help and exit' },
  { long: 'help', group: 'Help', help: 'print the long help and exit' },
  { short: 'V', long: 'version', group: 'Help', help: 'print the version and exit' },
] as const satisfies readonly OptionSpec[];

export type ClockdiffOptionName = (typeof CLOCKDIFF_OPTIONS)[number]['long'];

export interface ClockdiffOptions extends ConditionOptions {
  mode: Mode;
  dateFormat: DateFormat;
  /** Null: DEFAULT_SAMPLES, or no limit while something is waited for. */
  samples: number | null;
  intervalSeconds: number;
  /** 0 for none. */
  deadlineSeconds: number;
  uncertainty: boolean;
  stats: boolean;
  json: boolean;
  /** Null picks the addon, or the other one where the addon cannot load. */
  backend: BackendName | null;
  destination: string;
}

export const DEFAULT_SAMPLES = 50;
export const SAMPLES_MAXIMUM = 1_000_000;
export const INTERVAL_MAXIMUM_SECONDS = 86_400;
export const DEADLINE_MAXIMUM_SECONDS = 2 ** 31 - 1;
export const FAILURE_STATUS = 1;
const TRY_HELP = "Try 'clockdiff --help' for more information.\n";

export function defaults(): ClockdiffOptions {
  return {
    mode: 'icmp',
    dateFormat: 'ctime',
    samples: null,
    intervalSeconds: 0,
    deadlineSeconds: 0,
    uncertainty: false,
    stats: false,
    json: false,
    backend: null,
    conditions: NO_CONDITIONS,
    destination: '',
  };
}

/** Reads a whole command line (without node and script). Never throws for what a user typed. */
export function parseClockdiff(argv: readonly string[], posixlyCorrect: boolean): ParsedCommand<ClockdiffOptions> {
  const options = defaults();
  const reading: CommandReading<ClockdiffOptionName, ClockdiffOptions> = {
    specs: CLOCKDIFF_OPTIONS,
    read: (name, value) => READERS[name](options, value),
    finish: ([destination, ...others]) => {
      if (destination === undefined || others.length > 0) return { action: 'usage', message: null };
      options.destination = destination;
      return { action: 'run', options };
    },
    onMistake: (message) => ({ action: 'fail', message, exitStatus: FAILURE_STATUS, hint: TRY_HELP }),
    onUsage: () => ({ action: 'usage', message: null, exitStatus: 0 }),
  };
  return parseCommand(reading, argv, posixlyCorrect);
}

type ValueReader = (options: ClockdiffOptions, value: string) => void;

/** What each option does to the values. A missing name fails to compile. */
const READERS: Record<Exclude<ClockdiffOptionName, 'usage' | 'help' | 'version'>, ValueReader> = {
  'ip-timestamp': (options) => {
    // -o1 is -o and -1, in either order.
    if (options.mode === 'icmp') options.mode = 'ip-4';
  },
  'ip-timestamp-3': (options) => {
    options.mode = 'ip-3';
  },
  'time-format': (options, value) => {
    const format = DATE_FORMATS.find((each) => each === value);
    if (format === undefined) {
      throw new UsageError(`invalid time-format argument: ${value}${didYouMean(value, DATE_FORMATS)}`, FAILURE_STATUS);
    }
    options.dateFormat = format;
  },
  iso: (options) => {
    options.dateFormat = 'iso';
  },
  samples: (options, value) => {
    options.samples = parseInteger(value, 1, SAMPLES_MAXIMUM);
  },
  interval: (options, value) => {
    const { value: seconds, rest } = parseReal(value);
    if (rest !== '' || !(seconds >= 0 && seconds <= INTERVAL_MAXIMUM_SECONDS)) {
      throw new UsageError(
        `invalid --interval argument: '${value}' (seconds from 0 to ${INTERVAL_MAXIMUM_SECONDS})`,
        FAILURE_STATUS,
      );
    }
    options.intervalSeconds = seconds;
  },
  deadline: (options, value) => {
    options.deadlineSeconds = parseDeadlineSeconds(value, DEADLINE_MAXIMUM_SECONDS);
  },
  uncertainty: (options) => {
    options.uncertainty = true;
  },
  stats: (options) => {
    options.stats = true;
  },
  json: (options) => {
    options.json = true;
  },
  backend: (options, value) => {
    options.backend = parseBackendName(value, FAILURE_STATUS);
  },
  ...conditionReaders(CLOCKDIFF_WORDS, FAILURE_STATUS),
};
