/** The options of `ping()` in the library: names, units, ranges, and what they mean in terms of the command's. No sockets here. */
import { BACKEND_NAMES, type BackendName } from '../cli/backend-names.ts';
import { type ConditionLibraryOptions, conditionChecks, readConditions } from '../library/conditions.ts';
import {
  abortSignal,
  type Check,
  checkOptions,
  flag,
  listOf,
  oneOf,
  orNull,
  realNumber,
  text,
  wholeNumber,
} from '../library/options.ts';
import { METHOD_CHOICES, type MethodChoice } from './method/method.ts';
import { refusedBy } from './method/refusals.ts';
import { addNodeQuery, EMPTY_NODE_QUERY } from './node-information.ts';
import {
  FLOW_LABEL_MAX,
  INT_MAX,
  IP_TIMESTAMPS,
  PATTERN_MAX_OCTETS,
  PMTUDISC,
  PORT_MAX,
  PRELOAD_MAX,
  parseInterface,
  TIMEOUT_LIMIT_SECONDS,
  UINT32_MAX,
  USER_PRELOAD_MAX,
} from './option-readers.ts';
import {
  DEFAULT_INTERVAL_MS,
  DEFAULT_TIMEOUT_MS,
  defaults,
  type IpTimestamp,
  isPrivileged,
  MAXIMUM_SIZE,
  type PingOptions,
  SOURCE_ROUTE_MAX_OPERANDS,
  USER_INTERVAL_MINIMUM_MS,
} from './options.ts';
import { PING_WORDS } from './vocabulary.ts';

/** What `ping()` can be told: ping(8)'s long options in camelCase, times in milliseconds. */
export interface PingLibraryOptions extends ConditionLibraryOptions {
  /**
   * Stop after so many replies (and ICMP errors); with `deadlineMs` probes are sent until so many have come. `null` for no end.
   * @defaultValue 4; null with `deadlineMs` or `until`
   */
  readonly count?: number | null | undefined;
  /** From one probe to the next; at least 2 without root. 0 sends each behind the reply to the last one. @defaultValue 1000 */
  readonly intervalMs?: number | undefined;
  /** How long a reply is waited for, while there was none; a probe without a reply is told as lost then. 0 for ever. @defaultValue 10000 */
  readonly timeoutMs?: number | undefined;
  /** Each probe is waited for `timeoutMs`, also where others were answered, in place of twice the longest round trip. */
  readonly fullTimeout?: boolean | undefined;
  /** End after this time, however many probes were sent. An ICMP error ends the run too, but for `until`. */
  readonly deadlineMs?: number | undefined;
  /** Ends the run with what is known. Aborted before the first probe, the run rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** 4 or 6: that family only. @defaultValue the first that the name has an address of */
  readonly family?: 4 | 6 | undefined;
  /** Octets of payload, 0 to 65,507 (IPv6: 65,527). @defaultValue 56 */
  readonly size?: number | undefined;
  /** What the payload is filled with, again and again: 1 to 16 octets. @defaultValue octet k is k modulo 256 */
  readonly pattern?: Uint8Array | undefined;
  /** Time to live or hop limit, 0 to 255. */
  readonly ttl?: number | undefined;
  /** Type of service or traffic class, 0 to 255. */
  readonly tos?: number | undefined;
  /** Name of the interface to send by, or the source address; `fe80::1%eth0` is both. */
  readonly interface?: string | undefined;
  /** ICMP identifier, 0 to 65,535. */
  readonly identifier?: number | undefined;
  /** So many probes leave at once, without waiting: 1 to 65,536 (3 without root). @defaultValue 1 */
  readonly preload?: number | undefined;
  /** The interval follows the round trip. */
  readonly adaptive?: boolean | undefined;
  /** A broadcast address may be pinged. */
  readonly broadcast?: boolean | undefined;
  /** Send straight to a host on an attached network. */
  readonly bypassRouting?: boolean | undefined;
  /** Do not loop multicast packets back. */
  readonly noLoopback?: boolean | undefined;
  /** Keep the source address that was chosen at the start. */
  readonly stickySource?: boolean | undefined;
  /** Connect the socket to the destination: only its replies are heard. */
  readonly connect?: boolean | undefined;
  /** Path MTU discovery, ping(8) -M. */
  readonly pmtudisc?: 'do' | 'dont' | 'want' | 'probe' | undefined;
  /** SO_MARK of the packets, a u32. Needs CAP_NET_ADMIN or CAP_NET_RAW. */
  readonly mark?: number | undefined;
  /** Send buffer in octets. */
  readonly sndbuf?: number | undefined;
  /** IPv6 flow label, 20 bits; 0 for one of the kernel's choosing. */
  readonly flowLabel?: number | undefined;
  /** IPv4: record the route in the packets; see `ipOptions` of a reply. */
  readonly recordRoute?: boolean | undefined;
  /** IPv4: ask the routers for time stamps. */
  readonly ipTimestamp?: IpTimestamp | undefined;
  /** IPv4 routers on the way (a source route), or hosts that shall stamp with `tsprespec`; names or addresses. */
  readonly hops?: readonly string[] | undefined;
  /** IPv6 node information query, RFC 4620, in the words of `ping -N help`. */
  readonly nodeInformation?: string | readonly string[] | undefined;
  /** Tell of probes that are not answered when the next one is due (`unanswered`). */
  readonly outstanding?: boolean | undefined;
  /** Round trips by the user-space clock, not by the kernel's stamps. */
  readonly userLatency?: boolean | undefined;
  /**
   * What is sent: ICMP echoes; UDP datagrams, which the target's "port unreachable" answers; TCP SYNs, which SYN-ACK or RST
   * answers; `auto` for the first of them that something comes back by. UDP and TCP need no privilege. @defaultValue icmp
   */
  readonly method?: MethodChoice | undefined;
  /** Port of UDP or TCP, 1 to 65,535. @defaultValue 33434 by UDP, 443 by TCP */
  readonly port?: number | undefined;
  /** Which part in another language reaches the network. @defaultValue the addon where it loads */
  readonly backend?: BackendName | undefined;
}

const DEFAULT_COUNT = 4;
const MS_PER_SECOND = 1000;
const MAXIMUM_COUNT = Number.MAX_SAFE_INTEGER;

const pattern: Check = (value, name) => {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${name} must be a Uint8Array`);
  if (value.length === 0 || value.length > PATTERN_MAX_OCTETS) {
    throw new RangeError(`${name} must have 1 to ${PATTERN_MAX_OCTETS} octets, not ${value.length}`);
  }
};

/** What another reader refuses by throwing is out of range here. */
function readable(read: (value: string) => void): Check {
  return (value, name) => {
    text(value, name);
    try {
      read(value as string);
    } catch (error) {
      throw new RangeError(`${name}: ${(error as Error).message}`);
    }
  };
}

const nodeQuery: Check = (value, name) => {
  const check = readable((query) => addNodeQuery(EMPTY_NODE_QUERY, query));
  if (Array.isArray(value)) listOf(check, PATTERN_MAX_OCTETS)(value, name);
  else check(value, name);
};

const CHECKS: Readonly<Record<keyof PingLibraryOptions, Check>> = {
  count: orNull(wholeNumber(1, MAXIMUM_COUNT)),
  intervalMs: realNumber(0, INT_MAX),
  timeoutMs: realNumber(0, TIMEOUT_LIMIT_SECONDS * MS_PER_SECOND),
  fullTimeout: flag,
  deadlineMs: realNumber(1, INT_MAX * MS_PER_SECOND),
  signal: abortSignal,
  family: oneOf([4, 6]),
  // IPv4's smaller limit is checked once the address is known.
  size: wholeNumber(0, MAXIMUM_SIZE[6]),
  pattern,
  ttl: wholeNumber(0, 0xff),
  tos: wholeNumber(0, 0xff),
  interface: readable((value) => parseInterface(defaultOptions(), value)),
  identifier: wholeNumber(0, 0xffff),
  preload: wholeNumber(1, PRELOAD_MAX),
  adaptive: flag,
  broadcast: flag,
  bypassRouting: flag,
  noLoopback: flag,
  stickySource: flag,
  connect: flag,
  pmtudisc: oneOf([...PMTUDISC.keys()]),
  mark: wholeNumber(0, UINT32_MAX),
  sndbuf: wholeNumber(1, INT_MAX),
  flowLabel: wholeNumber(0, FLOW_LABEL_MAX),
  recordRoute: flag,
  ipTimestamp: oneOf(IP_TIMESTAMPS),
  hops: listOf(text, SOURCE_ROUTE_MAX_OPERANDS - 1),
  nodeInformation: nodeQuery,
  outstanding: flag,
  userLatency: flag,
  method: oneOf(METHOD_CHOICES),
  port: wholeNumber(1, PORT_MAX),
  ...conditionChecks(PING_WORDS),
  backend: oneOf(BACKEND_NAMES),
};

/** @throws TypeError, RangeError naming the option */
export function checkPingOptions(options: PingLibraryOptions, isRoot = isPrivileged()): void {
  checkOptions('ping', options, CHECKS);
  if (!isRoot) checkUserLimits(options);
  if (options.recordRoute === true && options.ipTimestamp !== undefined) {
    throw new RangeError('recordRoute and ipTimestamp exclude each other');
  }
  const { method = 'icmp' } = options;
  if (method === 'icmp' && options.port !== undefined) throw new RangeError('port needs a method: udp, tcp or auto');
  const refused = refusedBy(method, toCommandOptions('', options));
  if (refused.length > 0) throw new RangeError(`method ${method} cannot do: ${refused.map(camelCase).join(', ')}`);
}

/** What ping(8) keeps from users, in the library's units. @throws RangeError */
function checkUserLimits({ preload = 1, intervalMs = DEFAULT_INTERVAL_MS }: PingLibraryOptions): void {
  if (preload > USER_PRELOAD_MAX) {
    throw new RangeError(`preload must be at most ${USER_PRELOAD_MAX} without root, not ${preload}`);
  }
  if (intervalMs < USER_INTERVAL_MINIMUM_MS) {
    throw new RangeError(`intervalMs must be at least ${USER_INTERVAL_MINIMUM_MS} without root, not ${intervalMs}`);
  }
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Options that every ping may have on a socket that it shares with others. Any other one asks for a socket of its own. */
const SHARED: ReadonlySet<string> = new Set<keyof PingLibraryOptions>([
  ...(['count', 'intervalMs', 'timeoutMs', 'deadlineMs', 'signal', 'family', 'size', 'pattern'] as const),
  ...(['fullTimeout', 'preload', 'outstanding', 'conditions', 'until'] as const),
]);

/** Whether these options want more of a socket than a shared one can give. A loop without pauses shares with nobody either. */
export function needsOwnSocket(options: PingLibraryOptions): boolean {
  const given = Object.entries(options).filter(
    ([, value]) => value !== undefined && value !== false && value !== 'icmp',
  );
  return options.intervalMs === 0 || given.some(([name]) => !SHARED.has(name));
}

function defaultOptions(): PingOptions {
  return defaults({ commandName: 'ping', isRoot: true, posixlyCorrect: false, pointerLookup: undefined });
}

/** The same in the command's terms. The options were checked. */
export function toCommandOptions(destination: string, given: PingLibraryOptions): PingOptions {
  const base = defaultOptions();
  const hasOtherEnd = given.deadlineMs !== undefined || given.until !== undefined;
  const queries = given.nodeInformation === undefined ? [] : [given.nodeInformation].flat();
  const options: PingOptions = {
    ...base,
    destination,
    numeric: true,
    conditions: readConditions(given, PING_WORDS),
    count: given.count === undefined ? (hasOtherEnd ? null : DEFAULT_COUNT) : given.count,
    intervalMs: given.intervalMs ?? DEFAULT_INTERVAL_MS,
    timeoutMs: given.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    lingersInFull: given.fullTimeout ?? false,
    deadlineSeconds: (given.deadlineMs ?? 0) / MS_PER_SECOND,
    family: given.family ?? null,
    size: given.size ?? base.size,
    pattern: given.pattern ?? null,
    ttl: given.ttl ?? null,
    tos: given.tos ?? null,
    identifier: given.identifier ?? null,
    preload: given.preload ?? base.preload,
    adaptive: given.adaptive ?? false,
    broadcast: given.broadcast ?? false,
    bypassRouting: given.bypassRouting ?? false,
    noLoopback: given.noLoopback ?? false,
    stickySource: given.stickySource ?? false,
    connect: given.connect ?? false,
    pmtudisc: given.pmtudisc === undefined ? null : PMTUDISC.get(given.pmtudisc)!,
    mark: given.mark ?? null,
    sndbuf: given.sndbuf ?? null,
    flowLabel: given.flowLabel ?? null,
    recordRoute: given.recordRoute ?? false,
    ipTimestamp: given.ipTimestamp ?? null,
    hops: given.hops ?? [],
    nodeQuery: queries.length === 0 ? null : queries.reduce(addNodeQuery, EMPTY_NODE_QUERY),
    outstanding: given.outstanding ?? false,
    userLatency: given.userLatency ?? false,
    method: given.method ?? base.method,
    port: given.port ?? null,
    backend: given.backend ?? null,
  };
  if (given.interface !== undefined) parseInterface(options, given.interface);
  return options;
}
