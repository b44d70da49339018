/**
 * tracepath's option table and what the options mean: ranges, defaults, messages and exit statuses of tracepath(8) and of
 * ../shared/spec/iputils.md section 2.1. Options are judged one by one in the order of the command line.
 */

import type { ParsedCommand } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { parseInteger } from '../cli/numbers.ts';
import { type CommandReading, parseCommand } from '../cli/parse-command.ts';
import { chooseMode, MODE_DEFAULTS, MODE_OPTIONS, MODE_READERS, type ModeOptions } from './mode-options.ts';

export const TRACEPATH_OPTIONS = [
  { short: '4', long: 'ipv4', help: 'use IPv4' },
  { short: '6', long: 'ipv6', help: 'use IPv6' },
  { short: 'b', long: 'both', help: 'print both names and addresses' },
  { long: 'black-holes', help: 'where probes vanish, try small ones and find the size that passes' },
  { short: 'h', alsoShort: '?', long: 'usage', help: 'print this help and exit' },
  { long: 'help', help: 'print the long help and exit' },
  { short: 'j', long: 'json', help: 'print one JSON object a line' },
  { short: 'l', long: 'length', argument: 'length', help: 'first packet length in octets, headers included' },
  { short: 'm', long: 'max-hops', argument: 'hops', help: 'go no further than <hops>' },
  { short: 'n', long: 'numeric', help: 'no names, addresses only' },
  { short: 'p', long: 'port', argument: 'port', help: 'first destination port' },
  { long: 'parallel', help: 'probe all hops at once' },
  { short: 'v', long: 'verbose', help: 'tell more of each answer below its line' },
  { short: 'V', long: 'version', help: 'print the version and exit' },
  ...MODE_OPTIONS,
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
  destination: string;
}

export const USAGE_STATUS = 255;
const FAMILY_STATUS = 2;
const COMBINATION_STATUS = 2;
const INT_MAX = 2 ** 31 - 1;
const HOPS_MAX = 255;
const DEFAULT_HOPS = 30;
const PORT_MAX = 0xffff;
const DEFAULT_PORT = 44_444;

export interface TracepathEnvironment {
  /** A name ending in 4 or 6 presets the family, as tracepath4 and tracepath6 do. */
  readonly commandName: string;
  readonly posixlyCorrect: boolean;
}

function defaults({ commandName }: TracepathEnvironment): TracepathOptions {
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
const READERS: Record<Exclude<TracepathOptionName, 'usage' | 'help' | 'version'>, ValueReader> = {
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
  ...MODE_READERS,
};

/** Reads a whole command line (without node and script). Never throws for what a user typed. */
export function parseTracepath(
  argv: readonly string[],
  environment: TracepathEnvironment,
): ParsedCommand<TracepathOptions> {
  const options = defaults(environment);
  const reading: CommandReading<TracepathOptionName, TracepathOptions> = {
    specs: TRACEPATH_OPTIONS,
    read: (name, value) => READERS[name](options, value),
    finish: ([destination, ...others]) => {
      if (destination === undefined || others.length > 0) return { action: 'usage', message: null };
      const mode = chooseMode(options);
      if (mode !== 'serial' && options.blackHoles) {
        throw new UsageError(`--black-holes goes hop by hop: not together with --${mode}`, COMBINATION_STATUS);
      }
      readDestination(options, destination);
      return { action: 'run', options };
    },
  };
  return parseCommand(reading, argv, environment.posixlyCorrect);
}

/** `host/port`, where the port was not given otherwise; a slash belongs to the name then. */
function readDestination(options: TracepathOptions, operand: string): void {
  const slash = options.port === 0 ? operand.indexOf('/') : -1;
  options.destination = slash === -1 ? operand : operand.slice(0, slash);
  if (slash !== -1) options.port = parseInteger(operand.slice(slash + 1), 0, PORT_MAX);
  else if (options.port === 0) options.port = DEFAULT_PORT;
}
