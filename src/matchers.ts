/**
 * Matchers for vitest, jest, and whatever extends `expect` in their way: `expect.extend(matchers)`, then
 * `expect(await ping('hostb.lab')).toHaveLossBelow(0.01)`. They judge summaries of the library's runs, and load nothing.
 * What cannot be judged (another kind of value, nothing measured) throws, so that `.not` does not pass by it either.
 */
import type { ConditionVerdict } from './conditions/judge.ts';
import type {
  ArpingSummary,
  ClockdiffSummary,
  PingSummary,
  SweepSummary,
  TracepathFlowsSummary,
  TracepathRoundsSummary,
  TracepathSummary,
} from './index.ts';

/** What a matcher answers: vitest and jest call `message` where the assertion fails. */
export interface MatcherResult {
  /** Whether the assertion holds, without `.not`. */
  readonly pass: boolean;
  /** What was expected, and what was measured. */
  readonly message: () => string;
}

/** Which round trip is meant, in percent of all: 0 the shortest, 100 the longest. */
export type Percentile = 0 | 50 | 90 | 95 | 99 | 100;

/** Assertions about the summary of a run. */
export interface SondeMatchers<Result = void> {
  /** Lost probes among those decided, from 0 to 1: ping, arping, clockdiff, sweep, tracepath in rounds. */
  toHaveLossBelow(ratio: number): Result;
  /** Round trips in ms, of the same runs: the longest one, unless another percentile is asked for. */
  toHaveRttBelow(ms: number, options?: { readonly percentile?: Percentile }): Result;
  /** Octets of the largest packet that passes to the target, headers included: tracepath, and with flows on every path. */
  toHavePmtuAtLeast(octets: number): Result;
  /** Hops to the target: tracepath; with flows, on the longest path. */
  toHaveHopsAtMost(hops: number): Result;
  /** The target answered; of a sweep, every target. */
  toBeReachable(): Result;
  /** The clock is certainly no further from ours: clockdiff. The offset's bound counts as part of the offset. */
  toHaveOffsetWithin(ms: number): Result;
  /** Exactly one hardware address answered for the target: arping. */
  toHaveOneOwner(): Result;
  /** All conditions that the run was given hold. */
  toMeetItsConditions(): Result;
}

declare global {
  // The one place that vitest's `expect` and jest's both look at.
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: an augmentation has the parameters of what it augments.
    interface Matchers<R, T = {}> extends SondeMatchers<R> {}
  }
}

type Path = TracepathSummary | TracepathFlowsSummary | TracepathRoundsSummary;
type AnySummary = PingSummary | ArpingSummary | ClockdiffSummary | SweepSummary | Path;

const PERCENT = 100;
const LEAST_SHOWN_DIGITS = 4;
const NOTHING_DECIDED = 'no probe was answered or given up';

/** @throws TypeError for what is no summary of a run */
function requireSummary(matcher: string, received: unknown): AnySummary {
  const needs = `${matcher} needs the summary of a run, as \`await ping(host)\` gives it, and got`;
  if (received === null || typeof received !== 'object') throw new TypeError(`${needs} ${String(received)}`);
  if ('then' in received) throw new TypeError(`${needs} a run that may not be over: await it first`);
  const type = 'type' in received ? String(received.type) : 'none';
  if (type !== 'summary') throw new TypeError(`${needs} an object of type ${type}`);
  return received as AnySummary;
}

/** What is compared with nonsense is false, and `.not` would pass. @throws TypeError, RangeError for no number of 0 or more */
function requireNumber(matcher: string, expected: unknown, what: string, most = Number.POSITIVE_INFINITY): void {
  const shown = typeof expected === 'number' ? String(expected) : typeof expected;
  if (typeof expected !== 'number') throw new TypeError(`${matcher} needs ${what}, not a value of type ${shown}`);
  if (!(expected >= 0 && expected <= most)) throw new RangeError(`${matcher} needs ${what}, not ${shown}`);
}

/** @throws TypeError for the summary of a run that does not measure it */
function lacking(matcher: string, summary: AnySummary, what: string): never {
  throw new TypeError(`${matcher} needs ${what}, and the summary of ${nameOf(summary)} has none`);
}

/** @throws Error: neither a claim nor its opposite is shown by nothing */
function unmeasured(matcher: string, summary: AnySummary, why: string): never {
  throw new Error(`${matcher}: nothing can be said of ${nameOf(summary)}: ${why}`);
}

function nameOf(summary: AnySummary): string {
  return 'host' in summary ? summary.host : 'the targets';
}

function judge(pass: boolean, subject: string, relation: string, measured: string): MatcherResult {
  return { pass, message: () => `expected ${subject} ${pass ? 'not ' : ''}${relation}, measured ${measured}` };
}

const digits = (value: number) => Number(value.toPrecision(LEAST_SHOWN_DIGITS));
const percent = (ratio: number) => `${digits(ratio * PERCENT)} %`;
const milliseconds = (ms: number) => `${digits(ms)} ms`;
const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** Null where such a summary has none. */
function statisticsOf(summary: AnySummary): ArpingSummary['statistics'] | null {
  return 'statistics' in summary ? summary.statistics : null;
}

function sweepFiguresOf(summary: AnySummary): SweepSummary['figures'] | null {
  if (!('figures' in summary) || summary.figures === null || !('alive' in summary.figures)) return null;
  return summary.figures;
}

function lossOf(matcher: string, summary: AnySummary): { readonly lost: number; readonly decided: number } {
  const statistics = statisticsOf(summary);
  if (statistics !== null) return { lost: statistics.lost, decided: statistics.lost + statistics.received };
  const figures = sweepFiguresOf(summary);
  if (figures !== null) return { lost: Math.max(0, figures.sent - figures.received), decided: figures.sent };
  return lacking(matcher, summary, 'counts of probes and replies');
}

function toHaveLossBelow(received: unknown, ratio: number): MatcherResult {
  const summary = requireSummary('toHaveLossBelow', received);
  requireNumber('toHaveLossBelow', ratio, 'a ratio from 0 to 1', 1);
  const { lost, decided } = lossOf('toHaveLossBelow', summary);
  if (decided === 0) unmeasured('toHaveLossBelow', summary, NOTHING_DECIDED);
  const loss = lost / decided;
  const measured = `${lost} of ${plural(decided, 'probe')} lost (${percent(loss)})`;
  return judge(loss < ratio, `loss of ${nameOf(summary)}`, `below ${percent(ratio)}`, measured);
}

const STATISTICS_KEYS = {
  0: 'minMs',
  50: 'p50Ms',
  90: 'p90Ms',
  95: 'p95Ms',
  99: 'p99Ms',
  100: 'maxMs',
} as const satisfies Record<Percentile, string>;
const SWEEP_KEYS = { 0: 'minMs', 50: 'medianMs', 95: 'p95Ms', 99: 'p99Ms', 100: 'maxMs' } as const;
const RTT_NAMES: Readonly<Record<Percentile, string>> = {
  0: 'shortest round trip',
  50: 'median round trip',
  90: '90th percentile of round trips',
  95: '95th percentile of round trips',
  99: '99th percentile of round trips',
  100: 'longest round trip',
};

function roundTripOf(matcher: string, summary: AnySummary, percentile: Percentile): number {
  if (!Object.hasOwn(STATISTICS_KEYS, percentile)) {
    throw new RangeError(`${matcher}: percentile must be one of ${Object.keys(STATISTICS_KEYS).join(', ')}`);
  }
  const nothing = () => unmeasured(matcher, summary, 'no probe was answered');
  const statistics = statisticsOf(summary);
  if (statistics !== null) return (statistics.roundTrip ?? nothing())[STATISTICS_KEYS[percentile]];
  if (sweepFiguresOf(summary) === null) return lacking(matcher, summary, 'round trips');
  const { roundTrip } = summary as SweepSummary;
  if (percentile === 90) throw new RangeError(`${matcher}: a sweep has percentiles 0, 50, 95, 99 and 100`);
  return (roundTrip ?? nothing())[SWEEP_KEYS[percentile]];
}

function toHaveRttBelow(
  received: unknown,
  ms: number,
  { percentile = 100 }: { readonly percentile?: Percentile } = {},
): MatcherResult {
  const summary = requireSummary('toHaveRttBelow', received);
  requireNumber('toHaveRttBelow', ms, 'milliseconds');
  const measured = roundTripOf('toHaveRttBelow', summary, percentile);
  const subject = `${RTT_NAMES[percentile]} to ${nameOf(summary)}`;
  return judge(measured < ms, subject, `below ${milliseconds(ms)}`, milliseconds(measured));
}

interface KnownPath {
  /** Null where the target answered by a datagram of its own, which does not tell. */
  readonly hops: number | null;
  /** Null where it was not measured. */
  readonly mtu: number | null;
}

/** What is known of the way to the target; null where it is not known to its end. */
function pathOf(matcher: string, summary: AnySummary): KnownPath | null {
  if ('back' in summary) {
    const { hops, mtu, reason } = summary;
    return hops === null && reason !== 'reply' ? null : { hops, mtu };
  }
  if ('graph' in summary) {
    const whole = summary.flows.filter(({ end }) => end === 'reached');
    if (whole.length === 0) return null;
    const hops = Math.max(...whole.map((flow) => flow.hops.length));
    return { hops, mtu: Math.min(...whole.map(({ mtuOctets }) => mtuOctets)) };
  }
  if ('rounds' in summary) return summary.reached ? { hops: summary.hops.length, mtu: null } : null;
  return lacking(matcher, summary, 'a path');
}

function toHavePmtuAtLeast(received: unknown, octets: number): MatcherResult {
  const summary = requireSummary('toHavePmtuAtLeast', received);
  requireNumber('toHavePmtuAtLeast', octets, 'octets');
  const path = pathOf('toHavePmtuAtLeast', summary);
  if (path === null) return unmeasured('toHavePmtuAtLeast', summary, 'the target was not reached');
  const { mtu } = path;
  if (mtu === null) return lacking('toHavePmtuAtLeast', summary, 'a path MTU, which rounds do not measure');
  return judge(mtu >= octets, `path MTU to ${nameOf(summary)}`, `at least ${octets} octets`, `${mtu} octets`);
}

function toHaveHopsAtMost(received: unknown, most: number): MatcherResult {
  const summary = requireSummary('toHaveHopsAtMost', received);
  requireNumber('toHaveHopsAtMost', most, 'a number of hops');
  const path = pathOf('toHaveHopsAtMost', summary);
  if (path === null) return unmeasured('toHaveHopsAtMost', summary, 'the target was not reached');
  const { hops } = path;
  if (hops === null) return unmeasured('toHaveHopsAtMost', summary, 'its answer does not tell how far away it is');
  return judge(hops <= most, `path to ${nameOf(summary)}`, `at most ${plural(most, 'hop')} long`, plural(hops, 'hop'));
}

function toBeReachable(received: unknown): MatcherResult {
  const summary = requireSummary('toBeReachable', received);
  const figures = sweepFiguresOf(summary);
  if (figures !== null) return judgeSweep(summary, figures);
  const statistics = statisticsOf(summary);
  if (statistics !== null && !('rounds' in summary)) return judgeAnswers(summary, statistics);
  return judgePath(summary);
}

/** One that is known not to be alive is enough for "no". */
function judgeSweep(summary: AnySummary, figures: SweepSummary['figures']): MatcherResult {
  const { alive, targets, unresolved, unfinished } = figures;
  if (alive < targets + unresolved && alive + unfinished === targets + unresolved) {
    unmeasured('toBeReachable', summary, `the run ended before it was known of ${unfinished}`);
  }
  const measured = `${alive} of ${targets + unresolved} alive`;
  return judge(alive === targets && unresolved === 0, nameOf(summary), 'to be reachable', measured);
}

function judgeAnswers(summary: AnySummary, statistics: ArpingSummary['statistics']): MatcherResult {
  const { sent, received, lost } = statistics;
  // An ICMP error says "no" as well as silence does.
  const errors = 'errors' in summary ? summary.errors : 0;
  if (received + lost + errors === 0) unmeasured('toBeReachable', summary, NOTHING_DECIDED);
  const measured = `${plural(received, 'answer')} to ${plural(sent, 'probe')}`;
  return judge(received > 0, nameOf(summary), 'to be reachable', measured);
}

const CUT_SHORT: readonly string[] = ['interrupted', 'deadline', 'condition'];

function judgePath(summary: AnySummary): MatcherResult {
  const path = pathOf('toBeReachable', summary);
  const { reason } = summary;
  if (path === null && CUT_SHORT.includes(reason)) {
    unmeasured('toBeReachable', summary, `the run ended before it was known (${reason})`);
  }
  const over = path === null || path.hops === null ? '' : ` over ${plural(path.hops, 'hop')}`;
  const measured = path === null ? `no answer from it (${reason})` : `its answer${over}`;
  return judge(path !== null, nameOf(summary), 'to be reachable', measured);
}

function toHaveOffsetWithin(received: unknown, ms: number): MatcherResult {
  const summary = requireSummary('toHaveOffsetWithin', received);
  requireNumber('toHaveOffsetWithin', ms, 'milliseconds');
  if (!('offset' in summary)) return lacking('toHaveOffsetWithin', summary, 'an offset of clocks, as clockdiff has it');
  const { offset } = summary;
  if (offset === null) return unmeasured('toHaveOffsetWithin', summary, `no offset was measured (${summary.reason})`);
  const { offsetMs, boundMs } = offset;
  const measured = `${milliseconds(offsetMs)}, give or take ${milliseconds(boundMs)}`;
  const pass = Math.abs(offsetMs) + boundMs <= ms;
  return judge(pass, `clock of ${nameOf(summary)}`, `certainly within ${milliseconds(ms)} of ours`, measured);
}

function toHaveOneOwner(received: unknown): MatcherResult {
  const summary = requireSummary('toHaveOneOwner', received);
  if (!('told' in summary)) return lacking('toHaveOneOwner', summary, 'hardware addresses, as arping has them');
  const { told, statistics } = summary;
  if (told.length === 0 && statistics.lost === 0) unmeasured('toHaveOneOwner', summary, NOTHING_DECIDED);
  const measured = told.length === 0 ? 'no answer' : told.join(', ');
  return judge(told.length === 1, nameOf(summary), 'to have one owner', measured);
}

function toMeetItsConditions(received: unknown): MatcherResult {
  const summary = requireSummary('toMeetItsConditions', received);
  const verdicts: readonly ConditionVerdict[] = 'conditions' in summary ? summary.conditions : [];
  if (verdicts.length === 0) return lacking('toMeetItsConditions', summary, 'verdicts on conditions');
  const unmet = verdicts.filter(({ holds }) => holds !== true);
  if (unmet.length > 0 && unmet.every(({ holds }) => holds === null)) {
    const texts = unmet.map(({ text }) => `'${text}'`).join(' and ');
    return unmeasured('toMeetItsConditions', summary, `${texts} ${unmet.length === 1 ? 'was' : 'were'} not measured`);
  }
  const shown = unmet.length === 0 ? verdicts : unmet;
  const terms = shown.flatMap((verdict) =>
    verdict.terms.map(({ subject, measuredText }) => `${subject} = ${measuredText}`),
  );
  const relation = `to meet ${shown.map(({ text }) => `'${text}'`).join(' and ')}`;
  return judge(unmet.length === 0, nameOf(summary), relation, terms.join(', '));
}

/** For `expect.extend`. */
export const matchers: {
  readonly [Name in keyof SondeMatchers]: (
    received: unknown,
    ...expected: Parameters<SondeMatchers[Name]>
  ) => MatcherResult;
} = {
  toHaveLossBelow,
  toHaveRttBelow,
  toHavePmtuAtLeast,
  toHaveHopsAtMost,
  toBeReachable,
  toHaveOffsetWithin,
  toHaveOneOwner,
  toMeetItsConditions,
};
