/** What each option's argument may be, and what it sets: ../shared/spec/iputils.md section 1.2. */

import { parseBackendName } from '../cli/backend-names.ts';
import type { Notice } from '../cli/command.ts';
import { conditionReaders } from '../cli/conditions.ts';
import { parseDeadlineSeconds } from '../cli/duration.ts';
import { UsageError } from '../cli/errors.ts';
import { parseInteger, parseReal } from '../cli/numbers.ts';
import { didYouMean } from '../cli/suggest.ts';
import { parseInetAton, parseIpv6 } from '../packet/address.ts';
import { METHOD_CHOICES } from './method/method.ts';
import { addNodeQuery, EMPTY_NODE_QUERY } from './node-information.ts';
import type { IpTimestamp, PingEnvironment, PingOptionName, PingOptions } from './options.ts';
import { PING_WORDS } from './vocabulary.ts';

const USAGE_STATUS = 2;
export const INT_MAX = 2 ** 31 - 1;
const LONG_MAX = Number(2n ** 63n - 1n);
export const UINT32_MAX = 2 ** 32 - 1;
const INTERVAL_MAX_SECONDS = INT_MAX / 1000;
export const TIMEOUT_LIMIT_SECONDS = 4295;
export const PRELOAD_MAX = 65_536;
export const USER_PRELOAD_MAX = 3;
export const PATTERN_MAX_OCTETS = 16;
export const PORT_MAX = 0xffff;
export const FLOW_LABEL_MAX = 0xfffff;
/** The words of -T. */
export const IP_TIMESTAMPS: readonly string[] = ['tsonly', 'tsandaddr', 'tsprespec'] satisfies readonly IpTimestamp[];

/** IP_PMTUDISC_ values of ip(7), by the words of -M. */
export const PMTUDISC: ReadonlyMap<string, number> = new Map([
  ['dont', 0],
  ['want', 1],
  ['do', 2],
  ['probe', 3],
]);

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
export const READERS: Record<Exclude<PingOptionName, 'usage' | 'help' | 'version'>, ValueReader> = {
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
  method: (options, value) => {
    const method = METHOD_CHOICES.find((choice) => choice === value);
    if (method === undefined) {
      throw new UsageError(
        `invalid --method argument: ${value} (${METHOD_CHOICES.join(', ')})${didYouMean(value, METHOD_CHOICES)}`,
        USAGE_STATUS,
      );
    }
    options.method = method;
  },
  port: (options, value) => {
    options.port = parseInteger(value, 1, PORT_MAX);
  },
  pmtudisc: (options, value) => {
    const strategy = PMTUDISC.get(value);
    if (strategy === undefined) {
      throw new UsageError(`invalid -M argument: ${value}${didYouMean(value, [...PMTUDISC.keys()])}`, USAGE_STATUS);
    }
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
    if (!IP_TIMESTAMPS.includes(value)) {
      throw new UsageError(`invalid timestamp type: ${value}${didYouMean(value, IP_TIMESTAMPS)}`, USAGE_STATUS);
    }
    options.ipTimestamp = value as IpTimestamp;
  },
  size: (options, value) => {
    options.size = parseInteger(value, 0, INT_MAX);
  },
  stats: (options) => {
    options.stats = true;
  },
  ...conditionReaders(PING_WORDS, USAGE_STATUS),
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
    options.backend = parseBackendName(value, USAGE_STATUS);
  },
  deadline: (options, value) => {
    options.deadlineSeconds = parseDeadlineSeconds(value, INT_MAX);
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
  const parsed = parseReal(value);
  // strtod makes 0 of text without a number, and all of the text is left over.
  const isNumber = parsed.rest !== value;
  const seconds = isNumber ? parsed.value : 0;
  const { rest } = parsed;
  if (value === '') throw new UsageError(`${complaint}: ${value}`, USAGE_STATUS);
  if (Number.isNaN(seconds) || !Number.isFinite(seconds) || (seconds !== 0 && Math.abs(seconds) < SMALLEST_NORMAL)) {
    throw new UsageError(`${complaint}: ${value}: Numerical result out of range`, USAGE_STATUS);
  }
  if (rest !== '') {
    notices.push({ stream: 'stderr', text: `option argument contains garbage: ${rest}` });
    notices.push({ stream: 'stderr', text: 'this will become fatal error in the future' });
  }
  if (seconds < 0 || seconds > maximum) throw new UsageError(`${complaint}: ${value}`, USAGE_STATUS);
  return seconds;
}

/** `-I`: an address becomes the source, `addr%device` both, anything else a device. */
export function parseInterface(options: PingOptions, value: string): void {
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
  if (!/^-?(0[xX][0-9a-fA-F]+|[0-9]+)$/.test(value)) {
    throw new UsageError(`bad value for flowinfo: ${value}`, USAGE_STATUS);
  }
  const label = value.startsWith('-') ? -Number(value.slice(1)) : Number(value);
  if (label < 0 || label > FLOW_LABEL_MAX)
    throw new UsageError(`flow value is greater than 20 bits: ${value}`, USAGE_STATUS);
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
