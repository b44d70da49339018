/** The option table of `sonde check`, and what the options mean. */
import type { ParsedCommand } from '../cli/command.ts';
import { parseDuration } from '../cli/duration.ts';
import { UsageError } from '../cli/errors.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { parseInteger } from '../cli/numbers.ts';
import { type CommandReading, type FrameOption, parseCommand } from '../cli/parse-command.ts';
import { didYouMean } from '../cli/suggest.ts';
import { REPORTER_NAMES, type ReporterName } from './report/names.ts';
import { EXIT } from './result.ts';

export const CHECK_OPTIONS = [
  {
    long: 'deadline',
    argument: 'time',
    group: 'Timing',
    help: 'end after this time (90s, 5m), whatever is still to be checked',
  },
  { long: 'fail-on-unknown', group: 'Conditions', help: 'exit status 1, not 3, where something could not be measured' },
  { short: 'j', long: 'json', group: 'Output', help: 'print one JSON object a line, as checks end' },
  { short: 'J', long: 'jobs', argument: 'number', group: 'Timing', help: 'checks under way at once (500)' },
  {
    long: 'only',
    argument: 'name',
    group: 'Targets',
    help: 'only the check of this name, * for any characters; may be given again',
  },
  { short: 'q', long: 'quiet', group: 'Output', help: 'print nothing but what reporters are asked for' },
  { long: 'rate', argument: 'per-second', group: 'Timing', help: 'tries begun per second, 0 for no limit (200)' },
  {
    long: 'reporter',
    argument: 'name[=file]',
    group: 'Output',
    help: `how to report, may be given again: ${REPORTER_NAMES.join(', ')}`,
  },
  {
    long: 'retries',
    argument: 'number',
    group: 'Probes',
    help: 'further tries of a check that does not pass, unless it says itself (0)',
  },
  { long: 'tag', argument: 'tag', group: 'Targets', help: 'only checks with this tag; may be given again' },
  { long: 'validate', group: 'Modes', help: 'say what is wrong with the file, and check nothing' },
  {
    long: 'vars',
    argument: 'name=value',
    group: 'Targets',
    help: `what \${name} in the file stands for; may be given again`,
  },
  { short: 'h', alsoShort: '?', long: 'usage', group: 'Help', help: 'print the short help and exit' },
  { long: 'help', group: 'Help', help: 'print the long help and exit' },
  { short: 'V', long: 'version', group: 'Help', help: 'print the version and exit' },
] as const satisfies readonly OptionSpec[];

type CheckOptionName = (typeof CHECK_OPTIONS)[number]['long'];

export interface ReporterChoice {
  readonly name: ReporterName;
  /** Null: on stdout. */
  readonly file: string | null;
}

export interface CheckOptions {
  file: string;
  deadlineMs: number | null;
  failOnUnknown: boolean;
  json: boolean;
  jobs: number;
  only: string[];
  quiet: boolean;
  /** Tries begun in a second; 0 for no limit. */
  rate: number;
  reporters: ReporterChoice[];
  retries: number;
  tags: string[];
  validate: boolean;
  variables: Map<string, string>;
}

const DEFAULT_FILE = 'sonde.yaml';
/** More than a file of 500 checks needs, and few enough for the descriptors that a process may have. */
const DEFAULT_JOBS = 500;
const MOST_JOBS = 10_000;
const DEFAULT_RATE = 200;
const HIGHEST_RATE = 1_000_000;
const MOST_RETRIES = 100;
const NS_PER_MS = 1e6;
/** What setTimeout takes. */
const LONGEST_DEADLINE_MS = 2 ** 31 - 1;

function defaults(): CheckOptions {
  return {
    file: DEFAULT_FILE,
    deadlineMs: null,
    failOnUnknown: false,
    json: false,
    jobs: DEFAULT_JOBS,
    only: [],
    quiet: false,
    rate: DEFAULT_RATE,
    reporters: [],
    retries: 0,
    tags: [],
    validate: false,
    variables: new Map(),
  };
}

const READERS: Readonly<Record<Exclude<CheckOptionName, FrameOption>, (options: CheckOptions, value: string) => void>> =
  {
    deadline: (options, value) => {
      options.deadlineMs = readDeadline(value);
    },
    'fail-on-unknown': (options) => {
      options.failOnUnknown = true;
    },
    json: (options) => {
      options.json = true;
    },
    jobs: (options, value) => {
      options.jobs = parseInteger(value, 1, MOST_JOBS);
    },
    only: (options, value) => {
      options.only.push(value);
    },
    quiet: (options) => {
      options.quiet = true;
    },
    rate: (options, value) => {
      options.rate = parseInteger(value, 0, HIGHEST_RATE);
    },
    reporter: (options, value) => {
      options.reporters.push(readReporter(value));
    },
    retries: (options, value) => {
      options.retries = parseInteger(value, 0, MOST_RETRIES);
    },
    tag: (options, value) => {
      options.tags.push(value);
    },
    validate: (options) => {
      options.validate = true;
    },
    vars: (options, value) => {
      const [, name, text] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(value) ?? [];
      if (name === undefined || text === undefined) refuse(`--vars takes name=value, not '${value}'`);
      options.variables.set(name, text);
    },
  };

/** Reads a whole command line (without node and script). Never throws for what a user typed. */
export function parseCheck(argv: readonly string[], posixlyCorrect: boolean): ParsedCommand<CheckOptions> {
  const options = defaults();
  const reading: CommandReading<CheckOptionName, CheckOptions> = {
    specs: CHECK_OPTIONS,
    read: (name, value) => READERS[name](options, value),
    finish: (operands) => {
      const [file, second] = operands;
      if (second !== undefined) refuse(`one check file is taken, not ${operands.length}: a file may include others`);
      options.file = file ?? DEFAULT_FILE;
      checkReporters(options);
      return { action: 'run', options };
    },
    failStatus: EXIT.USAGE,
  };
  return parseCommand(reading, argv, posixlyCorrect);
}

function refuse(message: string): never {
  throw new UsageError(message, EXIT.USAGE);
}

function readDeadline(value: string): number {
  const ms = (parseDuration(value) ?? 0) / NS_PER_MS;
  if (ms <= 0 || ms > LONGEST_DEADLINE_MS)
    refuse(`--deadline takes a time with its unit, as 90s or 5m, not '${value}'`);
  return ms;
}

function readReporter(value: string): ReporterChoice {
  const equals = value.indexOf('=');
  const name = equals < 0 ? value : value.slice(0, equals);
  const file = equals < 0 ? null : value.slice(equals + 1);
  if (!isReporterName(name))
    refuse(`no reporter '${name}'${didYouMean(name, REPORTER_NAMES)}: there are ${REPORTER_NAMES.join(', ')}`);
  if (file === '') refuse(`--reporter ${name}= needs a file`);
  return { name, file };
}

function isReporterName(name: string): name is ReporterName {
  return (REPORTER_NAMES as readonly string[]).includes(name);
}

/** stdout holds one report; pretty lines and GitHub's annotations are read side by side. */
function checkReporters({ reporters, json }: CheckOptions): void {
  const onStdout = reporters.filter(({ file }) => file === null).map(({ name }) => name);
  if (json) onStdout.push('json');
  const exclusive = onStdout.find((name) => name !== 'pretty' && name !== 'github');
  if (exclusive !== undefined && onStdout.length > 1) {
    refuse(`only one reporter may write to stdout, not ${onStdout.join(' and ')}: --reporter ${exclusive}=FILE`);
  }
  const files = reporters.flatMap(({ file }) => (file === null ? [] : [file]));
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) refuse(`two reporters would write to ${twice}`);
}
