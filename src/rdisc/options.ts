/**
 * rdisc's option table and what the options mean: rdisc(8) of iputils 20211215, ../shared/spec/iputils.md section 5. Every usage
 * error is exit status 1, as there.
 */

import { BACKEND_NAMES, type BackendName, parseBackendName } from '../cli/backend-names.ts';
import type { Notice, ParsedCommand } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { type CommandReading, parseCommand } from '../cli/parse-command.ts';
import { ALL_ROUTERS, ALL_SYSTEMS, MAXIMUM_PREFERENCE } from '../packet/irdp.ts';

export const RDISC_OPTIONS = [
  {
    short: 'a',
    long: 'all',
    group: 'Routers',
    help: 'take every router for a default router, whatever its preference',
  },
  { short: 'b', long: 'best', group: 'Routers', help: 'take only those of the highest preference (the default)' },
  {
    long: 'backend',
    argument: 'name',
    values: BACKEND_NAMES,
    group: 'Sockets',
    help: 'addon (the default where it loads) or raw-socket',
  },
  { short: 'd', long: 'debug', group: 'Output', help: 'tell of every record, route and interface' },
  {
    long: 'daemon',
    group: 'Modes',
    help: 'go to the background: at once, or with -s and not -f once a router is found',
  },
  { short: 'f', long: 'forever', group: 'Modes', help: 'go on listening, also when no router answers' },
  { short: 'h', alsoShort: '?', long: 'usage', group: 'Help', help: 'print the short help and exit' },
  { long: 'help', group: 'Help', help: 'print the long help and exit' },
  {
    long: 'install',
    group: 'Routers',
    help: 'set default routes to the routers, and remove them at the end (CAP_NET_ADMIN)',
  },
  { short: 'j', long: 'json', group: 'Output', help: 'print one JSON object a line' },
  {
    long: 'log',
    argument: 'file',
    completes: 'file',
    group: 'Modes',
    help: 'with --daemon: append to <file> and not to syslog',
  },
  { short: 'n', long: 'numeric', group: 'Output', help: 'no names, addresses only' },
  {
    short: 'p',
    long: 'preference',
    argument: 'preference',
    group: 'Routers',
    help: 'with -r: preference of our addresses, 0x80000000 for none',
  },
  {
    short: 'r',
    long: 'responder',
    group: 'Routers',
    help: 'be a router: advertise our addresses and answer solicitations',
  },
  { short: 's', long: 'solicit', group: 'Routers', help: 'solicit three times; give up when no router answers' },
  { short: 't', long: 'test', group: 'Modes', help: 'stay in the foreground, and go on when routers are found' },
  {
    short: 'T',
    long: 'max-interval',
    argument: 'seconds',
    group: 'Routers',
    help: 'with -r: at most so long between advertisements, 4 to 1800',
  },
  { short: 'v', long: 'verbose', group: 'Output', help: 'tell of every message sent and received' },
  { short: 'V', long: 'version', group: 'Help', help: 'print the version and exit' },
] as const satisfies readonly OptionSpec[];

export type RdiscOptionName = (typeof RDISC_OPTIONS)[number]['long'];

export interface RdiscOptions {
  acceptAll: boolean;
  /** Null picks the addon, or the other one where the addon cannot load. */
  backend: BackendName | null;
  debug: boolean;
  daemon: boolean;
  forever: boolean;
  install: boolean;
  json: boolean;
  /** Null is syslog. */
  log: string | null;
  numeric: boolean;
  /** Signed 32 bits. */
  preference: number;
  responder: boolean;
  solicit: boolean;
  test: boolean;
  maximumIntervalSeconds: number;
  verbose: boolean;
  /** Where messages go and where they are awaited: names or addresses. */
  sendTo: string;
  receiveAt: string;
}

export const USAGE_STATUS = 1;
export const MINIMUM_INTERVAL_SECONDS = 4;
export const MAXIMUM_INTERVAL_SECONDS = 1800;
const DEFAULT_INTERVAL_SECONDS = 600;
export const UINT32_MAX = 2 ** 32 - 1;
const MAXIMUM_OPERANDS = 2;

/** Listing is what remains when nothing asks to go on: solicit, print, end. */
export function isListing({ responder, forever, test, daemon, install }: RdiscOptions): boolean {
  return !responder && !forever && !test && !daemon && !install;
}

/** Who lists solicits; whoever else wants to says so. */
export function doesSolicit(options: RdiscOptions): boolean {
  return options.solicit || isListing(options);
}

export function defaults(): RdiscOptions {
  return {
    acceptAll: false,
    backend: null,
    debug: false,
    daemon: false,
    forever: false,
    install: false,
    json: false,
    log: null,
    numeric: false,
    preference: 0,
    responder: false,
    solicit: false,
    test: false,
    maximumIntervalSeconds: DEFAULT_INTERVAL_SECONDS,
    verbose: false,
    sendTo: '',
    receiveAt: '',
  };
}

type ValueReader = (options: RdiscOptions, value: string) => void;

function set(...names: readonly BooleanOption[]): ValueReader {
  return (options) => {
    for (const name of names) options[name] = true;
  };
}

type BooleanOption = {
  [Name in keyof RdiscOptions]: RdiscOptions[Name] extends boolean ? Name : never;
}[keyof RdiscOptions];

/** What each option does to the values. A missing name fails to compile. */
const READERS: Record<Exclude<RdiscOptionName, 'usage' | 'help' | 'version'>, ValueReader> = {
  all: set('acceptAll'),
  best: (options) => {
    options.acceptAll = false;
  },
  backend: (options, value) => {
    options.backend = parseBackendName(value, USAGE_STATUS);
  },
  debug: set('debug'),
  daemon: set('daemon'),
  forever: set('forever'),
  install: set('install'),
  json: set('json'),
  log: (options, value) => {
    options.log = value;
  },
  numeric: set('numeric'),
  preference: (options, value) => {
    options.preference = parsePreference(value);
  },
  responder: set('responder'),
  solicit: set('solicit'),
  test: set('test'),
  'max-interval': (options, value) => {
    const seconds = parseCInteger(value);
    if (seconds < MINIMUM_INTERVAL_SECONDS || seconds > MAXIMUM_INTERVAL_SECONDS) {
      throw new UsageError(`Bad Max Advertisement Interval: ${seconds}`, USAGE_STATUS);
    }
    options.maximumIntervalSeconds = seconds;
  },
  verbose: set('verbose'),
};

/** strtol(3) with base 0, and nothing left over. @throws UsageError */
function parseCInteger(text: string): number {
  const [, sign, digits] = /^\s*([+-]?)(0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)$/i.exec(text) ?? [];
  if (digits === undefined) throw new UsageError(`invalid argument: '${text}'`, USAGE_STATUS);
  const isOctal = /^0[0-7]+$/.test(digits);
  const value = Number.parseInt(
    isOctal ? digits : digits.replace(/^0x/i, ''),
    isOctal ? 8 : /^0x/i.test(digits) ? 16 : 10,
  );
  return sign === '-' && value !== 0 ? -value : value;
}

/** 32 bits with a sign; the upper half may also be written without one, since 0x80000000 is what the protocol calls its lowest. */
function parsePreference(text: string): number {
  const value = parseCInteger(text);
  if (value < -MAXIMUM_PREFERENCE - 1 || value > UINT32_MAX) {
    const range = `out of range: ${-MAXIMUM_PREFERENCE - 1} <= value <= ${UINT32_MAX}`;
    throw new UsageError(`invalid argument: '${text}': ${range}`, USAGE_STATUS);
  }
  return value | 0;
}

/** Reads a whole command line (without node and script). Never throws for what a user typed. */
export function parseRdisc(argv: readonly string[], posixlyCorrect: boolean): ParsedCommand<RdiscOptions> {
  const options = defaults();
  const given = new Set<RdiscOptionName>();
  const reading: CommandReading<RdiscOptionName, RdiscOptions> = {
    specs: RDISC_OPTIONS,
    read: (name, value) => {
      given.add(name);
      READERS[name](options, value);
    },
    finish: (operands, notices) => {
      if (operands.length > MAXIMUM_OPERANDS) return { action: 'usage', message: 'Extra parameters' };
      const conflict = findConflict(options);
      if (conflict !== null) return { action: 'usage', message: conflict };
      noteUnused(options, given, notices);
      const { sendTo, receiveAt } = defaultAddresses(options);
      options.sendTo = operands[0] ?? sendTo;
      options.receiveAt = operands[1] ?? receiveAt;
      return { action: 'run', options };
    },
  };
  return parseCommand(reading, argv, posixlyCorrect);
}

/** Where messages go and where they are awaited unless said: a host and a router speak to each other. */
export function defaultAddresses({ responder }: RdiscOptions): Pick<RdiscOptions, 'sendTo' | 'receiveAt'> {
  return responder ? { sendTo: ALL_SYSTEMS, receiveAt: ALL_ROUTERS } : { sendTo: ALL_ROUTERS, receiveAt: ALL_SYSTEMS };
}

/** The synopsis keeps -s and -r apart; what we have added has conflicts of its own. */
function findConflict(options: RdiscOptions): string | null {
  if (options.responder && options.solicit) return '-s and -r exclude each other: a router does not solicit';
  if (options.responder && options.install)
    return '--install and -r exclude each other: a router sets no default routes';
  if (options.daemon && options.test) return '--daemon and -t exclude each other: -t stays in the foreground';
  if (options.log !== null && !options.daemon) return '--log is for --daemon only';
  return null;
}

/** rdisc(8) has these in its second synopsis only, and ignores them elsewhere. */
function noteUnused({ responder }: RdiscOptions, given: ReadonlySet<RdiscOptionName>, notices: Notice[]): void {
  if (responder) return;
  const unused = (['preference', 'max-interval'] as const).filter((name) => given.has(name)).map((name) => `--${name}`);
  if (unused.length === 0) return;
  notices.push({ stream: 'stderr', text: `${unused.join(' and ')} without -r: nothing is advertised` });
}
