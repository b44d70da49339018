/** Whether the new runs are worse than those before: each target by both tests, and one judgement over all of them. */
import { type LatencyResult, testLatency } from './latency-test.ts';
import { type LossResult, testLoss } from './loss-test.ts';
import { makeSample, medianOf } from './placements.ts';
import type { Run, Series } from './series.ts';

/** What a shift must be above to be called a change: a time, or a part of the base's median. */
export type Threshold =
  | { readonly kind: 'time'; readonly ns: number }
  | { readonly kind: 'part'; readonly ofMedian: number };

export interface CompareOptions {
  readonly threshold: Threshold;
  /** That anything at all is called changed where nothing is. */
  readonly alpha: number;
}

/** `unknown`: too few data, for one test or for so many of them. */
export type Change = 'worse' | 'better' | 'none' | 'unknown';

export interface Judged<Result> {
  readonly change: Change;
  /** Two-tailed, as it is; and as Holm's method has it for all tests of the comparison. Null where there are too few data. */
  readonly p: number | null;
  readonly adjustedP: number | null;
  readonly result: Result;
}

export interface TargetResult {
  readonly name: string;
  readonly change: Change;
  /** What a shift had to be above. */
  readonly marginNs: number;
  /** Null where there are too few. */
  readonly latency: Judged<LatencyResult> | null;
  readonly loss: Judged<LossResult>;
}

export interface Comparison {
  readonly change: Change;
  readonly targets: readonly TargetResult[];
  /** Targets of one side only. */
  readonly missing: readonly string[];
  readonly added: readonly string[];
}

interface Tested {
  readonly name: string;
  readonly marginNs: number;
  readonly latency: LatencyResult | null;
  readonly loss: LossResult;
  readonly isSilent: boolean;
}

export function compare(base: Series, next: Series, options: CompareOptions): Comparison {
  const names = [...base.keys()].filter((name) => next.has(name));
  const tested = names.map((name) => test(name, base.get(name)!, next.get(name)!, options));
  const judge = makeJudge(tested, options.alpha);
  const targets = tested.map((each) => {
    const latency = each.latency === null ? null : judge(each.latency);
    const loss = judge(each.loss);
    return { name: each.name, marginNs: each.marginNs, latency, loss, change: combine(each, latency, loss) };
  });
  const missing = [...base.keys()].filter((name) => !next.has(name));
  const added = [...next.keys()].filter((name) => !base.has(name));
  return { change: overall(targets, missing), targets, missing, added };
}

function test(name: string, base: readonly Run[], next: readonly Run[], options: CompareOptions): Tested {
  const times = (runs: readonly Run[]) => runs.map(({ roundTripsNs }) => roundTripsNs);
  const outcomes = (runs: readonly Run[]) => runs.map(({ answered }) => answered);
  const before = times(base);
  const marginNs = toMargin(options.threshold, before.flat());
  return {
    name,
    marginNs,
    latency: testLatency(before, times(next), marginNs, options.alpha),
    loss: testLoss(outcomes(base), outcomes(next)),
    isSilent: ![...base, ...next].some(({ answered }) => answered.includes(true)),
  };
}

function toMargin(threshold: Threshold, roundTripsNs: readonly number[]): number {
  if (threshold.kind === 'time') return threshold.ns;
  return roundTripsNs.length === 0 ? 0 : threshold.ofMedian * medianOf(makeSample(roundTripsNs));
}

/** Both tails, as either would be told. */
function pOf({ worse, better }: { readonly worse: number; readonly better: number }): number {
  return twoTailed(Math.min(worse, better));
}

function twoTailed(p: number): number {
  return Math.min(1, 2 * p);
}

/**
 * Holm's method: the smallest p of m must be below alpha / m, the next one below alpha / (m - 1), and so on. So of all tests
 * together no more than alpha find something where there is nothing, however they depend on each other.
 */
function makeJudge(tested: readonly Tested[], alpha: number) {
  const results = tested.flatMap(({ latency, loss }) => [
    ...(latency === null ? [] : [latency]),
    ...(loss.isEnough ? [loss] : []),
  ]);
  const ordered = results.map((result) => ({ result, p: pOf(result) })).sort((a, b) => a.p - b.p);
  const adjust = (p: number, at: number) => Math.min(1, p * (ordered.length - at));
  const adjusted = new Map<object, number>();
  /** By place: no p is less than those before it. */
  const upTo: number[] = [];
  for (const [at, { result, p }] of ordered.entries()) {
    upTo.push(Math.max(upTo.at(-1) ?? 0, adjust(p, at)));
    adjusted.set(result, upTo[at]!);
  }
  /** Among so many tests, one of so few data may find nothing whatever was measured. */
  const canFind = remember((least: number) => {
    const place = ordered.findIndex(({ p }) => p >= least);
    const at = place === -1 ? ordered.length : place;
    return Math.max(upTo[at - 1] ?? 0, adjust(least, at)) < alpha;
  });
  return <Result extends LatencyResult | LossResult>(result: Result): Judged<Result> => {
    const adjustedP = adjusted.get(result);
    if (adjustedP === undefined) return { change: 'unknown', p: null, adjustedP: null, result };
    const direction = result.worse < result.better ? 'worse' : 'better';
    const otherwise = canFind(twoTailed(result.least)) ? 'none' : 'unknown';
    return { change: adjustedP < alpha ? direction : otherwise, p: pOf(result), adjustedP, result };
  };
}

function remember<Value>(answer: (of: number) => Value): (of: number) => Value {
  const answers = new Map<number, Value>();
  return (of) => {
    if (!answers.has(of)) answers.set(of, answer(of));
    return answers.get(of)!;
  };
}

function combine({ isSilent }: Tested, latency: Judged<LatencyResult> | null, loss: Judged<LossResult>): Change {
  const changes = [latency?.change, loss.change];
  if (changes.includes('worse')) return 'worse';
  if (changes.includes('unknown')) return 'unknown';
  // Without round trips there is nothing to be said of their length: no matter where nobody answers, or now somebody does.
  if (latency === null && !isSilent && loss.change === 'none') return 'unknown';
  return changes.includes('better') ? 'better' : 'none';
}

function overall(targets: readonly TargetResult[], missing: readonly string[]): Change {
  const changes = targets.map(({ change }) => change);
  if (changes.includes('worse')) return 'worse';
  if (changes.length === 0 || missing.length > 0 || changes.includes('unknown')) return 'unknown';
  return changes.includes('better') ? 'better' : 'none';
}
