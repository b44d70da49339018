/**
 * Whether more probes were lost: Fisher's exact test, on as many probes as the run is worth.
 *
 * Losses come in bursts. Ten probes lost in a row are one event and not ten, and the test must not take them for ten. How much a
 * probe's fate follows that of the one before is measured in both sides (the lag-1 correlation of a two-state chain, as in
 * Gilbert's model), and probes and losses are both divided by the factor by which that widens the scatter of their sum.
 */
import { fisherTail } from './distributions.ts';
import { measureCorrelation, wideningOf } from './scatter.ts';

/** A side that is worth fewer says nothing: whether one long outage will come again cannot be told from it. */
export const LEAST_PROBES = 10;

/** One side: the runs one by one; of each probe whether it was answered, in order. */
export type Outcomes = readonly (readonly boolean[])[];

export interface SideLoss {
  readonly sent: number;
  readonly lost: number;
}

export interface LossResult {
  readonly base: SideLoss;
  readonly new: SideLoss;
  /** How many probes are worth one independent one. */
  readonly burstFactor: number;
  /** False where a side is worth fewer than LEAST_PROBES. */
  readonly isEnough: boolean;
  /** p of the one-tailed tests. */
  readonly worse: number;
  readonly better: number;
  /** The least p of such a test, whatever is lost. */
  readonly least: number;
}

export function testLoss(base: Outcomes, next: Outcomes): LossResult {
  const [before, now] = [countLosses(base), countLosses(next)];
  const burstFactor = wideningOf(measureCorrelation([toLosses(base), toLosses(next)]));
  // Half a loss is more than none: rounded up, so that what is left of bursts is not lost as well.
  const worth = (count: number) => Math.ceil(count / burstFactor);
  const [a, n, b, m] = [before.lost, before.sent, now.lost, now.sent].map(worth) as [number, number, number, number];
  return {
    base: before,
    new: now,
    burstFactor,
    isEnough: Math.min(before.sent, now.sent) / burstFactor >= LEAST_PROBES,
    worse: fisherTail(a, n, b, m),
    better: fisherTail(b, m, a, n),
    least: fisherTail(0, n, m, m),
  };
}

function countLosses(runs: Outcomes): SideLoss {
  const answered = runs.flat();
  return { sent: answered.length, lost: answered.filter((each) => !each).length };
}

function toLosses(runs: Outcomes): Float64Array {
  return Float64Array.from(runs.flat(), (answered) => Number(!answered));
}
