/** What each option's argument may be, and what it sets. */
import { UsageError } from '../cli/errors.ts';
import { parseInteger, parseReal } from '../cli/numbers.ts';
import { parseIpv4, parseIpv6 } from '../packet/address.ts';
import { EXIT } from './exit-status.ts';
import type { OutputKind, SweepOptionName, SweepOptions } from './options.ts';
import { LARGEST_PERMUTATION } from './permutation.ts';
import { PROBE_MINIMUM_SIZE } from './probe.ts';
import { MAXIMUM_SHARDS } from './targets.ts';

export const MS_PER_SECOND = 1000;
/** The largest datagram less its headers, RFC 791. */
export const MAXIMUM_SIZE = 65_507;
export const MAXIMUM_ATTEMPTS = 65_535;
export const MAXIMUM_RETRIES = 20;
export const MAXIMUM_BACKOFF = 5;
/** An hour. */
export const MAXIMUM_MS = 3_600_000;
export const MAXIMUM_RATE = 10_000_000;
export const OCTET_MAX = 255;

type ValueReader = (options: SweepOptions, value: string) => void;

function refuse(option: string, value: string, wanted: string): never {
  throw new UsageError(`invalid --${option} value '${value}': ${wanted}`, EXIT.USAGE);
}

function integer(option: string, value: string, minimum: number, maximum: number): number {
  try {
    return parseInteger(value, minimum, maximum);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return refuse(option, value, `a whole number from ${minimum} to ${maximum} is needed`);
  }
}

function real(option: string, value: string, minimum: number, maximum: number): number {
  const { value: number, rest } = parseReal(value);
  if (rest !== '' || !(number >= minimum && number <= maximum)) {
    refuse(option, value, `a number from ${minimum} to ${maximum} is needed`);
  }
  return number;
}

function setFamily(family: 4 | 6): ValueReader {
  return (options) => {
    if (options.family !== null && options.family !== family) {
      throw new UsageError('only one of -4 and -6 may be used', EXIT.USAGE);
    }
    options.family = family;
  };
}

function setOutput(output: OutputKind): ValueReader {
  return (options) => {
    if (options.output !== 'table' && options.output !== output) {
      throw new UsageError('only one of -a, -u and -j may be used', EXIT.USAGE);
    }
    options.output = output;
  };
}

/** A numeric address; null for anything else. */
export function readSource(text: string): SweepOptions['source'] {
  const octets = parseIpv4(text) ?? parseIpv6(text);
  return octets === null ? null : { family: octets.length === 4 ? 4 : 6, octets };
}

/** What each option does to the values. A missing name fails to compile. */
export const READERS: Record<Exclude<SweepOptionName, 'usage' | 'help' | 'version'>, ValueReader> = {
  ipv4: setFamily(4),
  ipv6: setFamily(6),
  alive: setOutput('alive'),
  unreachable: setOutput('unreachable'),
  json: setOutput('json'),
  size: (options, value) => {
    options.size = integer('size', value, PROBE_MINIMUM_SIZE, MAXIMUM_SIZE);
  },
  backoff: (options, value) => {
    options.backoff = real('backoff', value, 1, MAXIMUM_BACKOFF);
  },
  count: (options, value) => {
    options.count = integer('count', value, 1, MAXIMUM_ATTEMPTS);
  },
  exclude: (options, value) => {
    options.exclude.push(...value.split(/[\s,]+/).filter((word) => word !== ''));
  },
  file: (options, value) => {
    options.files.push(value);
  },
  generate: (options) => {
    options.generate = true;
  },
  ttl: (options, value) => {
    options.ttl = integer('ttl', value, 1, OCTET_MAX);
  },
  interval: (options, value) => {
    const ms = real('interval', value, 0, MAXIMUM_MS);
    options.rate = ms === 0 ? 0 : MS_PER_SECOND / ms;
  },
  interface: (options, value) => {
    options.device = value;
  },
  'keep-trying': (options) => {
    options.keepTrying = true;
  },
  'all-addresses': (options) => {
    options.allAddresses = true;
  },
  'max-targets': (options, value) => {
    options.maxTargets = integer('max-targets', value, 1, LARGEST_PERMUTATION);
  },
  merge: (options) => {
    options.merge = true;
  },
  tos: (options, value) => {
    const number = /^0x[0-9a-f]{1,2}$/i.test(value) ? Number(value) : integer('tos', value, 0, OCTET_MAX);
    options.tos = number;
  },
  period: (options, value) => {
    options.periodMs = real('period', value, 1, MAXIMUM_MS);
  },
  quiet: (options) => {
    options.quiet = true;
  },
  rate: (options, value) => {
    options.rate = real('rate', value, 0, MAXIMUM_RATE);
  },
  retries: (options, value) => {
    options.retries = integer('retries', value, 0, MAXIMUM_RETRIES);
  },
  stats: (options) => {
    options.stats = true;
  },
  source: (options, value) => {
    options.source = readSource(value) ?? refuse('source', value, 'a numeric address is needed');
  },
  seed: (options, value) => {
    options.seed = integer('seed', value, 0, Number.MAX_SAFE_INTEGER);
  },
  sequential: (options) => {
    options.sequential = true;
  },
  shard: (options, value) => {
    const [, number, count] = /^([0-9]{1,5})\/([0-9]{1,5})$/.exec(value) ?? [];
    const shard = { number: Number(number), count: Number(count) };
    if (!(shard.number >= 1 && shard.number <= shard.count && shard.count <= MAXIMUM_SHARDS)) {
      refuse('shard', value, 'i/n is needed, with i from 1 to n');
    }
    options.shard = shard;
  },
  timeout: (options, value) => {
    options.timeoutMs = real('timeout', value, 1, MAXIMUM_MS);
  },
  'whole-blocks': (options) => {
    options.wholeBlocks = true;
  },
  reachable: (options, value) => {
    options.reachable = integer('reachable', value, 0, LARGEST_PERMUTATION);
  },
};
