/** The options of `sweep()` in the library: names, units, ranges, and what they mean in terms of the command's. No sockets here. */
import { UsageError } from '../cli/errors.ts';
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
import {
  MAXIMUM_ATTEMPTS,
  MAXIMUM_BACKOFF,
  MAXIMUM_MS,
  MAXIMUM_RATE,
  MAXIMUM_RETRIES,
  MAXIMUM_SIZE,
  MS_PER_SECOND,
  OCTET_MAX,
  readSource,
} from './option-readers.ts';
import { defaults, type SweepOptions } from './options.ts';
import { LARGEST_PERMUTATION } from './permutation.ts';
import { PROBE_MINIMUM_SIZE } from './probe.ts';
import { listOperands, planTargets, type TargetPlan } from './target-plan.ts';
import { MAXIMUM_SHARDS, type Shard, WHOLE } from './targets.ts';

/** What `sweep()` can be told: the command's long options in camelCase, times in milliseconds. */
export interface SweepLibraryOptions {
  /** Ends the run with what is known. Aborted before the first probe, the run rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Send so many probes to each target, whatever comes: 1 to 65,535. `null`: tries until one is answered. @defaultValue null */
  readonly count?: number | null | undefined;
  /** Tries after the first one, 0 to 20. @defaultValue 3 */
  readonly retries?: number | undefined;
  /** To wait for a reply, on the first try: 1 to 3,600,000. @defaultValue 500; with `count` 1000 */
  readonly timeoutMs?: number | undefined;
  /** Each try waits so many times as long as the one before, 1 to 5. @defaultValue 1.5 */
  readonly backoff?: number | undefined;
  /** With `count`: from one probe to a target to the next, 1 to 3,600,000. @defaultValue 1000 */
  readonly periodMs?: number | undefined;
  /** Probes per second to all targets together, up to 10,000,000; 0 for as fast as they go. @defaultValue 1000 */
  readonly rate?: number | undefined;
  /** The same as a time from probe to probe, 0 to 3,600,000. */
  readonly intervalMs?: number | undefined;
  /** An ICMP error does not end the tries. */
  readonly keepTrying?: boolean | undefined;
  /** Leave these out: addresses, blocks, ranges, names. */
  readonly exclude?: string | readonly string[] | undefined;
  /** Probe all addresses of a name, not the first one only. */
  readonly allAddresses?: boolean | undefined;
  /** Addresses of names: of that family only. */
  readonly family?: 4 | 6 | undefined;
  /** Network and broadcast addresses of IPv4 blocks too. */
  readonly wholeBlocks?: boolean | undefined;
  /** Refuse a longer list, 1 to 1,073,741,824. @defaultValue 1048576 */
  readonly maxTargets?: number | undefined;
  /** Probe the i-th of n parts of the list: `{ number: i, count: n }`, n up to 65,536. */
  readonly shard?: Shard | undefined;
  /** Shuffle in the order that belongs to this number, from 0 on. @defaultValue another order each time */
  readonly seed?: number | undefined;
  /** Do not shuffle. */
  readonly sequential?: boolean | undefined;
  /** Octets of payload, 20 to 65,507. @defaultValue 56 */
  readonly size?: number | undefined;
  /** Time to live or hop limit, 1 to 255. */
  readonly ttl?: number | undefined;
  /** Type of service or traffic class, 0 to 255. */
  readonly tos?: number | undefined;
  /** Send and receive by this interface. */
  readonly interface?: string | undefined;
  /** Send from this address. */
  readonly source?: string | undefined;
}

const MOST_WORDS = 2 ** 32 - 1;

const words: Check = (value, name) => {
  if (Array.isArray(value)) listOf(text, MOST_WORDS)(value, name);
  else text(value, name);
};

const source: Check = (value, name) => {
  text(value, name);
  if (readSource(value as string) === null) throw new RangeError(`${name} must be a numeric address, not '${value}'`);
};

const shard: Check = (value, name) => {
  if (value === null || typeof value !== 'object') throw new TypeError(`${name} must be an object { number, count }`);
  const { number, count } = value as Partial<Shard>;
  wholeNumber(1, MAXIMUM_SHARDS)(count, `${name}.count`);
  wholeNumber(1, count!)(number, `${name}.number`);
};

const CHECKS: Readonly<Record<keyof SweepLibraryOptions, Check>> = {
  signal: abortSignal,
  count: orNull(wholeNumber(1, MAXIMUM_ATTEMPTS)),
  retries: wholeNumber(0, MAXIMUM_RETRIES),
  timeoutMs: realNumber(1, MAXIMUM_MS),
  backoff: realNumber(1, MAXIMUM_BACKOFF),
  periodMs: realNumber(1, MAXIMUM_MS),
  rate: realNumber(0, MAXIMUM_RATE),
  intervalMs: realNumber(0, MAXIMUM_MS),
  keepTrying: flag,
  exclude: words,
  allAddresses: flag,
  family: oneOf([4, 6]),
  wholeBlocks: flag,
  maxTargets: wholeNumber(1, LARGEST_PERMUTATION),
  shard,
  seed: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  sequential: flag,
  size: wholeNumber(PROBE_MINIMUM_SIZE, MAXIMUM_SIZE),
  ttl: wholeNumber(1, OCTET_MAX),
  tos: wholeNumber(0, OCTET_MAX),
  interface: text,
  source,
};

/** Names, addresses, blocks and ranges. */
export type SweepTargets = string | readonly string[];

/** What is to be probed, and how. */
export interface SweepRequest {
  readonly options: SweepOptions;
  readonly plan: TargetPlan;
}

/** @throws TypeError, RangeError naming the option */
export function readSweepRequest(targets: SweepTargets, given: SweepLibraryOptions): SweepRequest {
  checkOptions('sweep', given, CHECKS);
  if (given.sequential === true && given.seed !== undefined) {
    throw new RangeError('sequential and seed exclude each other');
  }
  if (given.rate !== undefined && given.intervalMs !== undefined) {
    throw new RangeError('rate and intervalMs exclude each other');
  }
  words(targets, 'targets');
  const options = toCommandOptions([targets].flat(), given);
  if (options.operands.length === 0) throw new RangeError('targets must not be empty');
  try {
    return { options, plan: planTargets(listOperands(options, scopeOf), options, scopeOf) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new RangeError(`targets: ${error.message.replaceAll('--max-targets', 'maxTargets').replaceAll('--', '')}`);
  }
}

/**
 * Index of an interface by its name, 0 where it is none, or has no link-local address: node tells it with such a one only. Asks
 * node only where there is a zone.
 */
function scopeOf(zone: string): number {
  const addresses = process.getBuiltinModule('node:os').networkInterfaces()[zone] ?? [];
  return Math.max(0, ...addresses.map((each) => (each.family === 'IPv6' ? each.scopeid : 0)));
}

/** The same in the command's terms. The options were checked. */
function toCommandOptions(operands: readonly string[], given: SweepLibraryOptions): SweepOptions {
  const base = defaults();
  return {
    ...base,
    operands,
    count: given.count ?? null,
    retries: given.retries ?? base.retries,
    timeoutMs: given.timeoutMs ?? null,
    backoff: given.backoff ?? base.backoff,
    periodMs: given.periodMs ?? base.periodMs,
    rate: rateOf(given, base.rate),
    keepTrying: given.keepTrying ?? false,
    exclude: [given.exclude ?? []].flat(),
    allAddresses: given.allAddresses ?? false,
    family: given.family ?? null,
    wholeBlocks: given.wholeBlocks ?? false,
    maxTargets: given.maxTargets ?? base.maxTargets,
    shard: given.shard ?? WHOLE,
    seed: given.seed ?? null,
    sequential: given.sequential ?? false,
    size: given.size ?? base.size,
    ttl: given.ttl ?? null,
    tos: given.tos ?? null,
    device: given.interface ?? null,
    source: given.source === undefined ? null : readSource(given.source),
  };
}

function rateOf({ rate, intervalMs }: SweepLibraryOptions, otherwise: number): number {
  if (intervalMs === undefined) return rate ?? otherwise;
  return intervalMs === 0 ? 0 : MS_PER_SECOND / intervalMs;
}
