/** Lines of sweep -j read back, for --merge: what json.ts wrote, and nothing that is not of its form. */
import { SCHEMA_VERSION } from '../cli/lines.ts';
import type { ProbeError } from './error-table.ts';
import type { Figures, RoundTripFigures, SummaryEvent, TargetEvent, UnresolvedEvent, Verdict } from './events.ts';
import type { SampleSummary } from './samples.ts';
import { MAXIMUM_SHARDS, type Shard } from './targets.ts';

/** What a merge needs of a file; other lines (foreign replies, warnings) are passed over. */
export type MergedEvent =
  | TargetEvent
  | UnresolvedEvent
  | SummaryEvent
  | { readonly type: 'start'; readonly shard: Shard }
  | { readonly type: 'other' };

/** A line in a form that came after this one: what it means is not known here. */
export interface NewerLine {
  readonly type: 'newer';
  readonly schema: number;
}

type Members = Readonly<Record<string, unknown>>;

const VERDICTS: readonly string[] = ['alive', 'silent', 'unreachable', 'refused', 'unfinished'] satisfies Verdict[];
const COUNTS = [
  'targets',
  'alive',
  'silent',
  'unreachable',
  'refused',
  'unfinished',
  'unresolved',
  'sent',
  'received',
  'duplicates',
  'late',
  'foreign',
  'errors',
] as const satisfies readonly (keyof Figures)[];

/** Null for a line that no sweep wrote. Lines from before lines had a version are of the first one. */
export function readEvent(line: string): MergedEvent | NewerLine | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? toEvent(value) : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Malformed) return null;
    throw error;
  }
}

class Malformed extends Error {}

function toEvent(members: Members): MergedEvent | NewerLine | null {
  const schema = members['schema'] === undefined ? SCHEMA_VERSION : number(members['schema']);
  if (schema > SCHEMA_VERSION) return { type: 'newer', schema };
  switch (members['type']) {
    case 'target':
      return target(members);
    case 'unresolved':
      return { type: 'unresolved', target: text(members['target']), reason: text(members['reason']) };
    case 'start':
      return { type: 'start', shard: shard(members['shard']) };
    case 'summary':
      return summary(members);
    case 'foreign-reply':
    case 'status':
    case 'warning':
    case 'error':
      return { type: 'other' };
    default:
      return null;
  }
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown): Members {
  if (!isObject(value)) throw new Malformed();
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Malformed();
  return value;
}

/** Counts and ns: what a sketch of quantiles takes, measure/quantiles.ts. */
function number(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value < 2 ** 63)) throw new Malformed();
  return value;
}

/** Numeric, as inet_ntop(3) has it, with a zone or without: a file may be anybody's, and a terminal shows it. */
function address(value: unknown): string {
  if (!/^[0-9a-f:.]+(%[\x21-\x7e]+)?$/i.test(text(value))) throw new Malformed();
  return value as string;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Malformed();
  return value;
}

function oneOf<T extends string>(value: unknown, words: readonly string[]): T {
  if (!words.includes(text(value))) throw new Malformed();
  return value as T;
}

function shard(value: unknown): Shard {
  const members = object(value);
  const shard = { number: number(members['number']), count: number(members['count']) };
  const isWhole = Number.isInteger(shard.number) && Number.isInteger(shard.count);
  if (!isWhole || shard.number < 1 || shard.number > shard.count || shard.count > MAXIMUM_SHARDS) throw new Malformed();
  return shard;
}

function target(members: Members): TargetEvent {
  const samples = members['samples_ns'];
  const error = members['error'];
  return {
    type: 'target',
    target: text(members['target']),
    address: address(members['address']),
    verdict: oneOf<Verdict>(members['verdict'], VERDICTS),
    sent: number(members['sent']),
    received: number(members['received']),
    roundTrip: members['rtt'] === null ? null : times(members['rtt']),
    samplesNs: samples === undefined ? null : list(samples).map((ns) => (ns === null ? null : number(ns))),
    error: error === undefined ? null : probeError(error),
  };
}

function times(value: unknown): SampleSummary {
  const members = object(value);
  return {
    minNs: number(members['min_ns']),
    meanNs: number(members['mean_ns']),
    medianNs: number(members['median_ns']),
    p95Ns: number(members['p95_ns']),
    p99Ns: number(members['p99_ns']),
    maxNs: number(members['max_ns']),
  };
}

function probeError(value: unknown): ProbeError {
  const members = object(value);
  const kind = oneOf<ProbeError['kind']>(members['kind'], ['icmp', 'icmp6', 'local']);
  if (kind === 'local') return { kind, errno: number(members['errno']) };
  const from = members['from'];
  return {
    kind,
    type: number(members['icmp_type']),
    code: number(members['icmp_code']),
    info: number(members['info']),
    errno: number(members['errno']),
    from: from === null ? null : address(from),
  };
}

function summary(members: Members): SummaryEvent {
  const counts = COUNTS.map((name) => [name, number(members[name])] as const);
  const stamps = members['stamps'];
  return {
    type: 'summary',
    reason: oneOf<SummaryEvent['reason']>(members['reason'], ['complete', 'interrupted']),
    figures: Object.fromEntries(counts) as unknown as Figures,
    elapsedNs: number(members['elapsed_ns']),
    roundTrip: members['rtt'] === null ? null : roundTrips(members['rtt']),
    stamps: stamps === null ? null : stampSources(stamps),
    drops: number(members['receive_buffer_drops']),
    shard: shard(members['shard']),
  };
}

function stampSources(value: unknown): SummaryEvent['stamps'] {
  const members = object(value);
  const words = ['kernel', 'user', 'mixed'];
  return { transmit: oneOf(members['transmit'], words), receive: oneOf(members['receive'], words) };
}

function roundTrips(value: unknown): RoundTripFigures {
  const members = object(value);
  const buckets = list(members['buckets']).map((bucket) => {
    const [middle, count] = list(bucket).map(number);
    if (middle === undefined || count === undefined || count < 1) throw new Malformed();
    return [middle, count] as const;
  });
  return { count: number(members['count']), ...times(value), buckets };
}
