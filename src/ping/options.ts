/**
 * ping's option table and what the options mean: ranges, defaults, messages and exit statuses of ping(8) and of
 * ../shared/spec/iputils.md section 1.2. Options are judged one by one in the order of the command line.
 */

import { BACKEND_NAMES, type BackendName } from '../cli/backend-names.ts';
import type { Notice, ParsedAction, ParsedCommand } from '../cli/command.ts';
import { CONDITION_OPTIONS, type ConditionOptions, NO_CONDITIONS } from '../cli/conditions.ts';
import { UsageError } from '../cli/errors.ts';
import { type CommandLine, type OptionSpec, readCommandLine } from '../cli/getopt.ts';
import { DEFAULT_PORTS, METHOD_CHOICES, type MethodChoice } from './method/method.ts';
import { NODE_QUERY_HELP, type NodeQuery, NodeQueryError } from './node-information.ts';
import { IP_TIMESTAMPS, PMTUDISC, READERS } from './option-readers.ts';

export const PING_OPTIONS = [
  { short: '3', long: 'precise', group: 'Output', help: 'print round trips with three decimals always' },
  { short: '4', long: 'ipv4', group: 'Addressing', help: 'use IPv4' },
  { short: '6', long: 'ipv6', group: 'Addressing', help: 'use IPv6' },
  { short: 'a', long: 'audible', group: 'Output', help: 'ring the bell at each reply' },
  { short: 'A', long: 'adaptive', group: 'Probes', help: 'let the interval follow the round trip' },
  { short: 'b', long: 'broadcast', group: 'Probes', help: 'allow pinging a broadcast address' },
  { short: 'B', long: 'sticky-source', group: 'Addressing', help: 'keep the source address chosen at the start' },
  { short: 'c', long: 'count', argument: 'count', group: 'Probes', help: 'stop after <count> replies' },
  { short: 'C', long: 'connect', group: 'Sockets', help: 'connect the socket to the destination' },
  { short: 'd', long: 'debug', group: 'Sockets', help: 'set SO_DEBUG on the socket' },
  { short: 'D', long: 'timestamps', group: 'Output', help: 'print a time stamp before each line' },
  {
    short: 'e',
    long: 'identifier',
    argument: 'identifier',
    group: 'Packets',
    help: 'ICMP identifier of the session; 0 asks for a raw socket',
  },
  { short: 'f', long: 'flood', group: 'Probes', help: 'flood ping' },
  { short: 'F', long: 'flow-label', argument: 'label', group: 'Packets', help: 'IPv6 flow label, 20 bits' },
  { short: 'h', alsoShort: '?', long: 'usage', group: 'Help', help: 'print the short help and exit' },
  { long: 'help', group: 'Help', help: 'print the long help and exit' },
  {
    short: 'H',
    long: 'force-lookup',
    group: 'Addressing',
    help: 'look names up also for numeric destinations and with -f',
  },
  { short: 'i', long: 'interval', argument: 'interval', group: 'Timing', help: 'seconds between probes' },
  {
    short: 'I',
    long: 'interface',
    argument: 'interface',
    completes: 'interface',
    group: 'Addressing',
    help: 'interface name or source address',
  },
  { short: 'j', long: 'json', group: 'Output', help: 'print one JSON object a line' },
  {
    short: 'l',
    long: 'preload',
    argument: 'preload',
    group: 'Probes',
    help: 'send <preload> probes without waiting for replies',
  },
  { short: 'L', long: 'no-loopback', group: 'Addressing', help: 'do not loop multicast packets back' },
  { short: 'm', long: 'mark', argument: 'mark', group: 'Packets', help: 'mark the packets (SO_MARK)' },
  {
    short: 'M',
    long: 'pmtudisc',
    argument: 'strategy',
    values: [...PMTUDISC.keys()],
    group: 'Packets',
    help: 'path MTU discovery: do, dont, want or probe',
  },
  {
    long: 'method',
    argument: 'method',
    values: METHOD_CHOICES,
    group: 'Probes',
    help: 'probe by icmp (the default), udp, tcp, or auto: the first of them that is answered',
  },
  { short: 'n', long: 'numeric', group: 'Addressing', help: 'no names, addresses only' },
  {
    short: 'N',
    long: 'node-information',
    argument: 'query',
    group: 'Probes',
    help: 'IPv6 node information query, "help" lists them',
  },
  {
    short: 'O',
    long: 'outstanding',
    group: 'Output',
    help: 'report probes that are not answered when the next one is due',
  },
  {
    short: 'p',
    long: 'pattern',
    argument: 'pattern',
    group: 'Packets',
    help: 'fill the packet with up to 16 octets given in hex',
  },
  {
    long: 'port',
    argument: 'port',
    group: 'Probes',
    help: `port of --method udp (${DEFAULT_PORTS.udp} unless said) or tcp (${DEFAULT_PORTS.tcp})`,
  },
  { short: 'q', long: 'quiet', group: 'Output', help: 'print only header and summary' },
  { short: 'Q', long: 'tos', argument: 'tos', group: 'Packets', help: 'type of service or traffic class' },
  { short: 'r', long: 'bypass-routing', group: 'Addressing', help: 'send straight to a host on an attached network' },
  { short: 'R', long: 'record-route', group: 'Packets', help: 'record the route (IPv4)' },
  { short: 's', long: 'size', argument: 'size', group: 'Packets', help: 'data octets in a probe' },
  { long: 'stats', group: 'Output', help: 'print percentiles, jitter and loss runs behind the summary' },
  ...CONDITION_OPTIONS,
  { short: 'S', long: 'sndbuf', argument: 'size', group: 'Sockets', help: 'socket send buffer in octets' },
  { short: 't', long: 'ttl', argument: 'ttl', group: 'Packets', help: 'time to live or hop limit' },
  {
    short: 'T',
    long: 'ip-timestamp',
    argument: 'option',
    values: IP_TIMESTAMPS,
    group: 'Packets',
    help: 'IPv4 timestamp option: tsonly, tsandaddr or tsprespec',
  },
  { short: 'U', long: 'user-latency', group: 'Output', help: 'measure user-to-user latency' },
  { short: 'v', long: 'verbose', group: 'Output', help: 'verbose output' },
  { short: 'V', long: 'version', group: 'Help', help: 'print the version and exit' },
  {
    short: 'w',
    long: 'deadline',
    argument: 'deadline',
    group: 'Timing',
    help: 'stop after <deadline> seconds, or 2m, 1500ms',
  },
  {
    long: 'backend',
    argument: 'name',
    values: BACKEND_NAMES,
    group: 'Sockets',
    help: 'addon (the default where it loads) or raw-socket',
  },
  {
    short: 'W',
    long: 'timeout',
    argument: 'timeout',
    group: 'Timing',
    help: 'seconds to wait for a reply while there was none',
  },
] as const satisfies readonly OptionSpec[];

export type PingOptionName = (typeof PING_OPTIONS)[number]['long'];

/** As messages name an option. */
export function optionLabel(name: PingOptionName): string {
  const spec = PING_OPTIONS.find(({ long }) => long === name)!;
  return 'short' in spec ? `-${spec.short} (--${name})` : `--${name}`;
}

export interface PingOptions extends ConditionOptions {
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
  method: MethodChoice;
  /** Null for the method's own. */
  port: number | null;
  pmtudisc: number | null;
  numeric: boolean;
  nodeQuery: NodeQuery | null;
  outstanding: boolean;
  pattern: Uint8Array | null;
  quiet: boolean;
  /** Percentiles, jitter and loss runs behind the summary. */
  stats: boolean;
  tos: number | null;
  bypassRouting: boolean;
  recordRoute: boolean;
  ipTimestamp: IpTimestamp | null;
  size: number;
  sndbuf: number | null;
  ttl: number | null;
  userLatency: boolean;
  /** Of the library only: PingConfig.lingersInFull. */
  lingersInFull?: boolean;
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

/** The largest payload: a datagram less the headers, RFC 791 and RFC 8200. */
export const MAXIMUM_SIZE = { 4: 65_507, 6: 65_527 } as const;
export const DEFAULT_SIZE = 56;
export const DEFAULT_INTERVAL_MS = 1000;
export const USER_INTERVAL_MINIMUM_MS = 2;
export const DEFAULT_TIMEOUT_MS = 10_000;
const USAGE_STATUS = 2;
export const SOURCE_ROUTE_MAX_OPERANDS = 10;
const PRESPECIFIED_MAX_OPERANDS = 5;

/** Whether we may do what ping(8) keeps from users. */
export function isPrivileged(): boolean {
  return process.getuid?.() === 0;
}

export interface PingEnvironment {
  /** Name ending in 4 or 6 presets the family, as ping4 and ping6 do. */
  readonly commandName: string;
  readonly isRoot: boolean;
  readonly posixlyCorrect: boolean;
  /** IPUTILS_PING_PTR_LOOKUP, ping(8). */
  readonly pointerLookup: string | undefined;
}

export function defaults(environment: PingEnvironment): PingOptions {
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
    method: 'icmp',
    port: null,
    pmtudisc: null,
    numeric: environment.pointerLookup === '0',
    nodeQuery: null,
    outstanding: false,
    pattern: null,
    quiet: false,
    stats: false,
    conditions: NO_CONDITIONS,
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
