/**
 * ping's option table and what the options mean: ranges, defaults, messages and exit statuses of ping(8) and of
 * ../shared/spec/iputils.md section 1.2. Options are judged one by one in the order of the command line.
 */
import { type CommandLine, type OptionSpec, readCommandLine } from '../cli/getopt.ts';
import { parseInteger, parseReal, UsageError } from '../cli/numbers.ts';
import { parseInetAton, parseIpv6 } from '../packet/address.ts';
import { BACKEND_NAMES, type BackendName } from './backend.ts';
import { addNodeQuery, EMPTY_NODE_QUERY, NODE_QUERY_HELP, type NodeQuery, NodeQueryError } from './node-information.ts';

export const PING_OPTIONS = [
  { short: '3', long: 'precise', help: 'print round trips with three decimals always' },
  { short: '4', long: 'ipv4', help: 'use IPv4' },
  { short: '6', long: 'ipv6', help: 'use IPv6' },
  { short: 'a', long: 'audible', help: 'ring the bell at each reply' },
  { short: 'A', long: 'adaptive', help: 'let the interval follow the round trip' },
  { short: 'b', long: 'broadcast', help: 'allow pinging a broadcast address' },
  { short: 'B', long: 'sticky-source', help: 'keep the source address chosen at the start' },
  { short: 'c', long: 'count', argument: 'count', help: 'stop after <count> replies' },
  { short: 'C', long: 'connect', help: 'connect the socket to the destination' },
  { short: 'd', long: 'debug', help: 'set SO_DEBUG on the socket' },
  { short: 'D', long: 'timestamps', help: 'print a time stamp before each line' },
  {
    short: 'e',
    long: 'identifier',
    argument: 'identifier',
    help: 'ICMP identifier of the session; 0 asks for a raw socket',
  },
  { short: 'f', long: 'flood', help: 'flood ping' },
  { short: 'F', long: 'flow-label', argument: 'label', help: 'IPv6 flow label, 20 bits' },
  { short: 'h', long: 'usage', help: 'print this help and exit' },
  { long: 'help', help: 'print the long help and exit' },
  { short: 'H', long: 'force-lookup', help: 'look names up also for numeric destinations and with -f' },
  { short: 'i', long: 'interval', argument: 'interval', help: 'seconds between probes' },
  { short: 'I', long: 'interface', argument: 'interface', help: 'interface name or source address' },
  { short: 'j', long: 'json', help: 'print one JSON object a line' },
  { short: 'l', long: 'preload', argument: 'preload', help: 'send <preload> probes without waiting for replies' },
  { short: 'L', long: 'no-loopback', help: 'do not loop multicast packets back' },
  { short: 'm', long: 'mark', argument: 'mark', help: 'mark the packets (SO_MARK)' },
  { short: 'M', long: 'pmtudisc', argument: 'strategy', help: 'path MTU discovery: do, dont, want or probe' },
  { short: 'n', long: 'numeric', help: 'no names, addresses only' },
  { short: 'N', long: 'node-information', argument: 'query', help: 'IPv6 node information query, "help" lists them' },
  { short: 'O', long: 'outstanding', help: 'report probes that are not answered when the next one is due' },
  { short: 'p', long: 'pattern', argument: 'pattern', help: 'fill the packet with up to 16 octets given in hex' },
  { short: 'q', long: 'quiet', help: 'print only header and summary' },
  { short: 'Q', long: 'tos', argument: 'tos', help: 'type of service or traffic class' },
  { short: 'r', long: 'bypass-routing', help: 'send straight to a host on an attached network' },
  { short: 'R', long: 'record-route', help: 'record the route (IPv4)' },
  { short: 's', long: 'size', argument: 'size', help: 'data octets in a probe' },
  { short: 'S', long: 'sndbuf', argument: 'size', help: 'socket send buffer in octets' },
  { short: 't', long: 'ttl', argument: 'ttl', help: 'time to live or hop limit' },
  {
    short: 'T',
    long: 'ip-timestamp',
    argument: 'option',
    help: 'IPv4 timestamp option: tsonly, tsandaddr or tsprespec',
  },
  { short: 'U', long: 'user-latency', help: 'measure user-to-user latency' },
  { short: 'v', long: 'verbose', help: 'verbose output' },
  { short: 'V', long: 'version', help: 'print the version and exit' },
  { short: 'w', long: 'deadline', argument: 'deadline', help: 'stop after <deadline> seconds' },
  { long: 'backend', argument: 'name', help: 'addon (the default where it loads) or raw-socket' },
  { short: 'W', long: 'timeout', argument: 'timeout', help: 'seconds to wait for a reply while there was none' },
] as const satisfies readonly OptionSpec[];

export type PingOptionName = (typeof PING_OPTIONS)[number]['long'];

/** IP_PMTUDISC_ values of ip(7), by the words of -M. */
const PMTUDISC = new Map([
  ['dont', 0],
  ['want', 1],
  ['do', 2],
  ['probe', 3],
]);

export interface PingOptions {
  family: 4 | 6 | null;
  precise: boolean;
  audible: boolean;
  adaptive: boolean;
  broadcast: boolean;
  stickySource: boolean;
  count: number | null;
  connect: boolean;
  debug: boolean;
  timestamps: boolean;
  identifier: number | null;
  flood: boolean;
  flowLabel: number | null;
  forceLookup: boolean;
  /** Null while not given: 1 s, or 0 with -f. */
  intervalMs: number | null;
  device: string | null;
  sourceAddress: { readonly family: 4 | 6; readonly octets: Uint8Array } | null;
  json: boolean;
  preload: number;
  noLoopback: boolean;
  mark: number | null;
  pmtudisc: number | null;
  numeric: boolean;
  nodeQuery: NodeQuery | null;
  outstanding: boolean;
  pattern: Uint8Array | null;
  quiet: boolean;
  tos: number | null;
  bypassRouting: boolean;
  recordRoute: boolean;
  ipTimestamp: IpTimestamp | null;
  size: number;
  sndbuf: number | null;
  ttl: number | null;
  userLatency: boolean;
  verbose: boolean;
  /** Null picks the addon, or the other one where the addon cannot load. */
  backend: BackendName | null;
  deadlineSeconds: number;
  /** -W in ms; 0 waits for ever. */
  timeoutMs: number;
  /** Operands before the destination: a source route, or with -T tsprespec the hosts that shall stamp. */
  hops: readonly string[];
  destination: string;
}

/** Whether the IPv4 header will carry options: -R, -T or hops. */
export function usesIpOptions(options: PingOptions): boolean {
  return options.recordRoute || options.ipTimestamp !== null || options.hops.length > 0;
}

export type IpTimestamp = 'tsonly' | 'tsandaddr' | 'tsprespec';
const IP_TIMESTAMPS: readonly string[] = ['tsonly', 'tsandaddr', 'tsprespec'] satisfies readonly IpTimestamp[];

/** Something to print while the command line is read, in order and also when a later argument is wrong. */
export interface Notice {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export type ParsedPing = ParsedAction & {
  /** To be printed before anything else, in order. */
  readonly notices: readonly Notice[];
  /** -j was given, anywhere: all that is said is JSON. */
  readonly json: boolean;
};

type ParsedAction =
  | { readonly action: 'run'; readonly options: PingOptions }
  | { readonly action: 'version' }
  | { readonly action: 'help' }
  /** Something to be told on stdout and nothing else: exit status 0. */
  | { readonly action: 'print'; readonly text: string }
  /** `text` takes the place of the command's usage. */
  | { readonly action: 'usage'; readonly message: string | null; readonly text?: string }
  | { readonly action: 'fail'; readonly message: string; readonly exitStatus: number };

export const DEFAULT_SIZE = 56;
export const DEFAULT_INTERVAL_MS = 1000;
const DEFAULT_TIMEOUT_MS = 10_000;
const USAGE_STATUS = 2;
const INT_MAX = 2 ** 31 - 1;
const LONG_MAX = Number(2n ** 63n - 1n);
const UINT32_MAX = 2 ** 32 - 1;
const INTERVAL_MAX_SECONDS = INT_MAX / 1000;
const TIMEOUT_LIMIT_SECONDS = 4295;
const PRELOAD_MAX = 65_536;
const USER_PRELOAD_MAX = 3;
const PATTERN_MAX_OCTETS = 16;
const FLOW_LABEL_MAX = 0xfffff;
const SOURCE_ROUTE_MAX_OPERANDS = 10;
const PRESPECIFIED_MAX_OPERANDS = 5;

export interface PingEnvironment {
  /** Name ending in 4 or 6 presets the family, as ping4 and ping6 do. */
  readonly commandName: string;
  readonly isRoot: boolean;
  readonly posixlyCorrect: boolean;
  /** IPUTILS_PING_PTR_LOOKUP, ping(8). */
  readonly pointerLookup: string | undefined;
}

function defaults(environment: PingEnvironment): PingOptions {
  const suffix = environment.commandName.at(-1);
  return {
    family: suffix === '4' ? 4 : suffix === '6' ? 6 : null,
    precise: false,
    audible: false,
    adaptive: false,
    broadcast: false,
    stickySource: false,
    count: null,
    connect: false,
    debug: false,
    timestamps: false,
    identifier: null,
    flood: false,
    flowLabel: null,
    forceLookup: false,
    intervalMs: null,
    device: null,
    sourceAddress: null,
    json: false,
    preload: 1,
    noLoopback: false,
    mark: null,
    pmtudisc: null,
    numeric: environment.pointerLookup === '0',
    nodeQuery: null,
    outstanding: false,
    pattern: null,
    quiet: false,
    tos: null,
    bypassRouting: false,
    recordRoute: false,
    ipTimestamp: null,
    size: DEFAULT_SIZE,
    sndbuf: null,
    ttl: null,
    userLatency: false,
    verbose: false,
    backend: null,
    deadlineSeconds: 0,
    timeoutMs: DEFAULT_TIMEOUT_MS,
    hops: [],
    destination: '',
  };
}

/** Reads a whole command line (without node and script). Never throws for what a user typed. */
export function parsePing(argv: readonly string[], environment: PingEnvironment): ParsedPing {
  const line = readCommandLine<PingOptionName>(PING_OPTIONS, argv, environment.posixlyCorrect);
  const json = line.items.some((item) => item.kind === 'option' && item.name === 'json');
  const notices: Notice[] = [];
  return { ...readActions(line, environment, notices), notices, json };
}

function readActions(
  { items, operands }: CommandLine<PingOptionName>,
  environment: PingEnvironment,
  notices: Notice[],
): ParsedAction {
  const options = defaults(environment);
  let wantsVersion = false;
  try {
    for (const item of items) {
      if (item.kind === 'error') return { action: 'usage', message: item.message };
      if (item.name === 'usage') return { action: 'usage', message: null };
      if (item.name === 'node-information' && item.value === 'help') return { action: 'print', text: NODE_QUERY_HELP };
      if (item.name === 'help') return { action: 'help' };
      if (item.name === 'version') wantsVersion = true;
      else READERS[item.name](options, item.value, environment, notices);
    }
    if (wantsVersion) return { action: 'version' };
    if (operands.length === 0) throw new UsageError('usage error: Destination address required', USAGE_STATUS);
    if (!areOperandsAllowed(options, operands)) return { action: 'usage', message: null };
  } catch (error) {
    if (error instanceof NodeQueryError) {
      if (error.notice !== '') notices.push({ stream: 'stdout', text: error.notice });
      return { action: 'usage', message: null, text: NODE_QUERY_HELP };
    }
    if (!(error instanceof UsageError)) throw error;
    return { action: 'fail', message: error.message, exitStatus: error.exitStatus };
  }
  options.hops = operands.slice(0, -1);
  options.destination = operands.at(-1)!;
  return { action: 'run', options };
}

/** IPv4 takes hops before the destination, as many as an option area has room for; record route and other stamps need it all. */
function areOperandsAllowed(options: PingOptions, operands: readonly string[]): boolean {
  const count = operands.length;
  if (count === 1) return true;
  if (options.family === 6 || options.recordRoute || operands.some((operand) => operand.includes(':'))) return false;
  if (options.ipTimestamp === null) return count <= SOURCE_ROUTE_MAX_OPERANDS;
  return options.ipTimestamp === 'tsprespec' && count <= PRESPECIFIED_MAX_OPERANDS;
}

type ValueReader = (options: PingOptions, value: string, environment: PingEnvironment, notices: Notice[]) => void;

function setFamily(family: 4 | 6): ValueReader {
  return (options) => {
    if (options.family !== null && options.family !== family) {
      throw new UsageError('only one -4 or -6 option may be specified', USAGE_STATUS);
    }
    options.family = family;
  };
}

/** What each option does to the values. A missing name fails to compile. */
const READERS: Record<Exclude<PingOptionName, 'usage' | 'help' | 'version'>, ValueReader> = {
  precise: (options) => {
    options.precise = true;
  },
  ipv4: setFamily(4),
  ipv6: setFamily(6),
  audible: (options) => {
    options.audible = true;
  },
  adaptive: (options) => {
    options.adaptive = true;
  },
  broadcast: (options) => {
    options.broadcast = true;
  },
  'sticky-source': (options) => {
    options.stickySource = true;
  },
  count: (options, value) => {
    options.count = parseInteger(value, 1, LONG_MAX);
  },
  connect: (options) => {
    options.connect = true;
  },
  debug: (options) => {
    options.debug = true;
  },
  timestamps: (options) => {
    options.timestamps = true;
  },
  identifier: (options, value) => {
    options.identifier = parseInteger(value, 0, 0xffff);
  },
  flood: (options) => {
    options.flood = true;
  },
  'flow-label': (options, value) => {
    options.flowLabel = parseFlowLabel(value);
  },
  'force-lookup': (options) => {
    options.forceLookup = true;
    options.numeric = false;
  },
  interval: (options, value, _environment, notices) => {
    options.intervalMs = Math.trunc(parseSeconds(value, 'bad timing interval', INTERVAL_MAX_SECONDS, notices) * 1000);
  },
  interface: (options, value) => parseInterface(options, value),
  json: (options) => {
    options.json = true;
  },
  preload: (options, value, environment) => {
    options.preload = parseInteger(value, 1, PRELOAD_MAX);
    if (!environment.isRoot && options.preload > USER_PRELOAD_MAX) {
      throw new UsageError(
        `cannot set preload to value greater than ${USER_PRELOAD_MAX}: ${options.preload}`,
        USAGE_STATUS,
      );
    }
  },
  'no-loopback': (options) => {
    options.noLoopback = true;
  },
  mark: (options, value) => {
    options.mark = parseInteger(value, 0, UINT32_MAX);
  },
  pmtudisc: (options, value) => {
    const strategy = PMTUDISC.get(value);
    if (strategy === undefined) throw new UsageError(`invalid -M argument: ${value}`, USAGE_STATUS);
    options.pmtudisc = strategy;
  },
  numeric: (options) => {
    options.numeric = true;
    options.forceLookup = false;
  },
  'node-information': (options, value) => {
    options.nodeQuery = addNodeQuery(options.nodeQuery ?? EMPTY_NODE_QUERY, value);
  },
  outstanding: (options) => {
    options.outstanding = true;
  },
  pattern: (options, value, _environment, notices) => {
    options.pattern = parsePattern(value);
    const hex = [...options.pattern].map((octet) => octet.toString(16).padStart(2, '0')).join('');
    if (!options.quiet) notices.push({ stream: 'stdout', text: `PATTERN: 0x${hex}\n` });
  },
  quiet: (options) => {
    options.quiet = true;
  },
  tos: (options, value) => {
    options.tos = parseTos(value);
  },
  'bypass-routing': (options) => {
    options.bypassRouting = true;
  },
  'record-route': (options) => {
    if (options.ipTimestamp !== null) throw new UsageError('only one of -T or -R may be used', USAGE_STATUS);
    options.recordRoute = true;
  },
  'ip-timestamp': (options, value) => {
    if (options.recordRoute) throw new UsageError('only one of -T or -R may be used', USAGE_STATUS);
    if (!IP_TIMESTAMPS.includes(value)) throw new UsageError(`invalid timestamp type: ${value}`, USAGE_STATUS);
    options.ipTimestamp = value as IpTimestamp;
  },
  size: (options, value) => {
    options.size = parseInteger(value, 0, INT_MAX);
  },
  sndbuf: (options, value) => {
    options.sndbuf = parseInteger(value, 1, INT_MAX);
  },
  ttl: (options, value) => {
    options.ttl = parseInteger(value, 0, 0xff);
  },
  'user-latency': (options) => {
    options.userLatency = true;
  },
  verbose: (options) => {
    options.verbose = true;
  },
  backend: (options, value) => {
    const name = BACKEND_NAMES.find((each) => each === value);
    if (name === undefined) throw new UsageError(`invalid --backend argument: ${value}`, USAGE_STATUS);
    options.backend = name;
  },
  deadline: (options, value) => {
    options.deadlineSeconds = parseInteger(value, 0, INT_MAX);
  },
  timeout: (options, value, _environment, notices) => {
    options.timeoutMs = Math.trunc(parseSeconds(value, 'bad linger time', TIMEOUT_LIMIT_SECONDS, notices) * 1e6) / 1e3;
    if (options.timeoutMs >= TIMEOUT_LIMIT_SECONDS * 1000) {
      throw new UsageError(`bad linger time: ${value}`, USAGE_STATUS);
    }
  },
};

const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** A real number of seconds from 0 to `maximum`. Garbage behind it is only warned of, as iputils still does. */
function parseSeconds(value: string, complaint: string, maximum: number, notices: Notice[]): number {
  const { value: seconds, rest } = parseReal(value);
  if (Number.isNaN(seconds) || !Number.isFinite(seconds) || (seconds !== 0 && Math.abs(seconds) < SMALLEST_NORMAL)) {
    const overflow = !Number.isNaN(seconds) && /[0-9]/.test(value);
    throw new UsageError(`${complaint}: ${value}${overflow ? ': Numerical result out of range' : ''}`, USAGE_STATUS);
  }
  if (seconds < 0 || seconds > maximum) throw new UsageError(`${complaint}: ${value}`, USAGE_STATUS);
  if (rest !== '') {
    notices.push({ stream: 'stderr', text: `option argument contains garbage: ${rest}` });
    notices.push({ stream: 'stderr', text: 'this will become fatal error in the future' });
  }
  return seconds;
}

/** `-I`: an address becomes the source, `addr%device` both, anything else a device. */
function parseInterface(options: PingOptions, value: string): void {
  if (value.includes(':')) {
    const [address, device] = value.split('%', 2) as [string, string?];
    const octets = parseIpv6(address);
    if (octets === null) throw new UsageError(`invalid source address: ${value}`, USAGE_STATUS);
    options.sourceAddress = { family: 6, octets };
    if (device !== undefined) options.device = device;
    return;
  }
  const octets = parseInetAton(value);
  if (octets === null) options.device = value;
  else options.sourceAddress = { family: 4, octets };
}

function parseFlowLabel(value: string): number {
  if (!/^(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(value))
    throw new UsageError(`bad value for flowinfo: ${value}`, USAGE_STATUS);
  const label = Number(value);
  if (label > FLOW_LABEL_MAX) throw new UsageError(`flow value is greater than 20 bits: ${value}`, USAGE_STATUS);
  return label;
}

function parseTos(value: string): number {
  if (!/^(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(value)) throw new UsageError(`bad TOS value: ${value}`, USAGE_STATUS);
  const tos = Number(value);
  if (tos > 0xff) {
    throw new UsageError(`the decimal value of TOS bits must be in range 0-255: ${tos}`, USAGE_STATUS);
  }
  return tos;
}

/** Pairs of hex digits; an odd last digit is an octet of its own. */
function parsePattern(value: string): Uint8Array {
  const bad = /[^0-9a-fA-F]/.exec(value);
  if (bad !== null) {
    throw new UsageError(`patterns must be specified as hex digits: ${value.slice(bad.index)}`, USAGE_STATUS);
  }
  const pairs = value.match(/..?/g) ?? [];
  return Uint8Array.from(pairs.slice(0, PATTERN_MAX_OCTETS), (pair) => Number.parseInt(pair, 16));
}
