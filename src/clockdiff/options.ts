/**
 * clockdiff's option table and what the options mean: ../shared/spec/iputils.md section 4. Options are judged one by one in
 * the order of the command line, and -h and -V answer where they stand.
 */

import type { ParsedCommand } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { BACKEND_NAMES, type BackendName } from '../cli/load-backend.ts';
import { parseInteger, parseReal } from '../cli/numbers.ts';
import { type CommandReading, parseCommand } from '../cli/parse-command.ts';
import type { DateFormat } from './date-text.ts';
import type { Mode } from './probe.ts';

export const CLOCKDIFF_OPTIONS = [
  { short: 'o', long: 'ip-timestamp', help: 'use ICMP echo with an IP timestamp option of four slots' },
  { short: '1', long: 'ip-timestamp-3', help: 'the same with three slots; -o1 is usual' },
  { short: 'T', long: 'time-format', argument: 'ctime|iso', help: 'how the date is shown; ctime unless said' },
  { short: 'I', long: 'iso', help: 'the same as --time-format=iso' },
  { long: 'samples', argument: 'count', help: 'stop after <count> usable replies; 50 unless said' },
  { long: 'interval', argument: 'seconds', help: 'seconds between requests at least; 0 unless said' },
  { short: 'u', long: 'uncertainty', help: 'a second line: offset, its bound, and how the delay varies each way' },
  { short: 'j', long: 'json', help: 'print one JSON object a line' },
  { long: 'backend', argument: 'name', help: 'addon (the default where it loads) or raw-socket' },
  { short: 'h', long: 'help', help: 'print this help and exit' },
  { short: 'V', long: 'version', help: 'print the version and exit' },
] as const satisfies readonly OptionSpec[];

export type ClockdiffOptionName = (typeof CLOCKDIFF_OPTIONS)[number]['long'];

export interface ClockdiffOptions {
  mode: Mode;
  dateFormat: DateFormat;
  samples: number;
  intervalSeconds: number;
  uncertainty: boolean;
  json: boolean;
  /** Null picks the addon, or the other one where the addon cannot load. */
  backend: BackendName | null;
  destination: string;
}

export const DEFAULT_SAMPLES = 50;
const SAMPLES_MAXIMUM = 1_000_000;
const INTERVAL_MAXIMUM_SECONDS = 86_400;
export const FAILURE_STATUS = 1;
const TRY_HELP = "Try 'clockdiff --help' for more information.\n";

/** Reads a whole command line (without node and script). Never throws for what a user typed. */
export function parseClockdiff(argv: readonly string[], posixlyCorrect: boolean): ParsedCommand<ClockdiffOptions> {
  const options: ClockdiffOptions = {
    mode: 'icmp',
    dateFormat: 'ctime',
    samples: DEFAULT_SAMPLES,
    intervalSeconds: 0,
    uncertainty: false,
    json: false,
    backend: null,
    destination: '',
  };
  const reading: CommandReading<ClockdiffOptionName, ClockdiffOptions> = {
    specs: CLOCKDIFF_OPTIONS,
    read: (name, value) => READERS[name](options, value),
    finish: ([destination, ...others]) => {
      if (destination === undefined || others.length > 0) return { action: 'usage', message: null };
      options.destination = destination;
      return { action: 'run', options };
    },
    onMistake: (message) => ({ action: 'fail', message, exitStatus: FAILURE_STATUS, hint: TRY_HELP }),
    onHelp: () => ({ action: 'usage', message: null, exitStatus: 0 }),
  };
  return parseCommand(reading, argv, posixlyCorrect);
}

type ValueReader = (options: ClockdiffOptions, value: string) => void;

/** What each option does to the values. A missing name fails to compile. */
const READERS: Record<Exclude<ClockdiffOptionName, 'help' | 'version'>, ValueReader> = {
  'ip-timestamp': (options) => {
    // -o1 is -o and -1, in either order.
    if (options.mode === 'icmp') options.mode = 'ip-4';
  },
  'ip-timestamp-3': (options) => {
    options.mode = 'ip-3';
  },
  'time-format': (options, value) => {
    if (value !== 'ctime' && value !== 'iso') {
      throw new UsageError(`invalid time-format argument: ${value}`, FAILURE_STATUS);
    }
    options.dateFormat = value;
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
  uncertainty: (options) => {
    options.uncertainty = true;
  },
  json: (options) => {
    options.json = true;
  },
  backend: (options, value) => {
    const name = BACKEND_NAMES.find((each) => each === value);
    if (name === undefined) {
      throw new UsageError(`invalid --backend argument: ${value} (${BACKEND_NAMES.join(' or ')})`, FAILURE_STATUS);
    }
    options.backend = name;
  },
};
