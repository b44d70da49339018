/**
 * ping's option table and what the options mean: ranges, defaults, messages and exit statuses of ping(8) and of
 * ../shared/spec/iputils.md section 1.2. Options are judged one by one in the order of the command line.
 */
import type { Notice, ParsedAction, ParsedCommand } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import { type CommandLine, type OptionSpec, readCommandLine } from '../cli/getopt.ts';
import type { BackendName } from '../cli/load-backend.ts';
import { NODE_QUERY_HELP, type NodeQuery, NodeQueryError } from './node-information.ts';
import { READERS } from './option-readers.ts';

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
  { short: 'h', alsoShort: '?', long: 'usage', help: 'print this help and exit' },
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

export const DEFAULT_SIZE = 56;
export const DEFAULT_INTERVAL_MS = 1000;
export const DEFAULT_TIMEOUT_MS = 10_000;
const USAGE_STATUS = 2;
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
export function parsePing(argv: readonly string[], environment: PingEnvironment): ParsedCommand<PingOptions> {
  const line = readCommandLine<PingOptionName>(PING_OPTIONS, argv, environment.posixlyCorrect);
  const json = line.items.some((item) => item.kind === 'option' && item.name === 'json');
  const notices: Notice[] = [];
  return { ...readActions(line, environment, notices), notices, json };
}

function readActions(
  { items, operands }: CommandLine<PingOptionName>,
  environment: PingEnvironment,
  notices: Notice[],
): ParsedAction<PingOptions> {
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
      if (error.notice !== null) notices.push(error.notice);
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
  if (options.family === 6 || options.recordRoute || operands.at(-1)?.includes(':') === true) return false;
  if (options.ipTimestamp === null) return count <= SOURCE_ROUTE_MAX_OPERANDS;
  return options.ipTimestamp === 'tsprespec' && count <= PRESPECIFIED_MAX_OPERANDS;
}
