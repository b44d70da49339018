/**
 * Whether round trips got longer: docs/compare.md.
 *
 * Round trips that follow each other are alike: a queue that is full now is full in ten milliseconds. A test that takes them for
 * independent finds a change in every second pair of equal runs. What is averaged here are placements (placements.ts), as in the
 * test of Brunner and Munzel; how much their averages scatter is judged from what belongs together in time (scatter.ts).
 */
import { logChoose, studentTail } from './distributions.ts';
import { makeSample, medianOf, placements, type Sample } from './placements.ts';
import {
  type Batch,
  cutIntoBatches,
  freedomOfDifference,
  measureCorrelation,
  measureScatter,
  wideningOf,
} from './scatter.ts';

/** Fewer round trips on one side say nothing. */
export const LEAST_ROUND_TRIPS = 20;
const HALF = 0.5;
/** Halvings of an interval at most. */
const BISECTIONS = 80;
/** Of shifts: a hundredth of what a kernel stamp is good for. */
const PRECISION_NS = 10;

/** One side: the runs one by one, each in the order of time. */
export type Runs = readonly (readonly number[])[];

export type Interval = readonly [from: number, to: number];

export interface SideLatency {
  readonly count: number;
  readonly medianNs: number;
  /** Of the median, at 1 - alpha. */
  readonly intervalNs: Interval;
}

export interface LatencyResult {
  readonly base: SideLatency;
  readonly new: SideLatency;
  /** What is to be taken from the new round trips so that neither side tends to be longer (Hodges and Lehmann's shift). */
  readonly shiftNs: number;
  /** All shifts that the test does not refuse at alpha. */
  readonly shiftIntervalNs: Interval;
  /** P(base < new), ties by half: one half where nothing changed. */
  readonly superiority: number;
  /** How many round trips in a row are worth one independent one. */
  readonly widening: number;
  /** p of the one-tailed tests: of a shift up to the margin against a larger one, and the same downwards. */
  readonly worse: number;
  readonly better: number;
  /** The least p of such a test, whatever is measured. */
  readonly least: number;
}

/** Null where a side has too few round trips. `marginNs`: a shift up to this, either way, is no change. */
export function testLatency(base: Runs, next: Runs, marginNs: number, alpha: number): LatencyResult | null {
  if (base.flat().length < LEAST_ROUND_TRIPS || next.flat().length < LEAST_ROUND_TRIPS) return null;
  const test = new ShiftTest(base, next);
  const { superiority, widening } = test.at(0);
  return {
    base: describeSide(test.base, widening, alpha),
    new: describeSide(test.next, widening, alpha),
    shiftNs: test.balance(),
    shiftIntervalNs: test.interval(alpha),
    superiority,
    widening,
    worse: test.at(marginNs).above,
    better: test.at(-marginNs).below,
    least: test.leastTail,
  };
}

/** The interval of the median by the sign test, for as many values as the sample is worth. */
function describeSide(sample: Sample, widening: number, alpha: number): SideLatency {
  const count = sample.values.length;
  const reach = (quantileOfNormal(1 - alpha / 2) * Math.sqrt(count * widening)) / 2;
  const at = (rank: number) => sample.sorted[Math.min(count - 1, Math.max(0, rank))]!;
  const intervalNs = [at(Math.floor(count / 2 - reach)), at(Math.ceil(count / 2 + reach) - 1)] as const;
  return { count, medianNs: medianOf(sample), intervalNs };
}

/** By bisection of Student's t, which is the normal distribution with this many degrees of freedom. */
function quantileOfNormal(probability: number): number {
  let [low, high] = [0, 10];
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, 1e7) > 1 - probability) low = middle;
    else high = middle;
  }
  return low;
}

interface Outcome {
  readonly superiority: number;
  readonly widening: number;
  /** p that the new values less the shift are larger than the base's by chance only, and that they are smaller. */
  readonly above: number;
  readonly below: number;
}

/** The test at any shift. */
class ShiftTest {
  readonly base: Sample;
  readonly next: Sample;
  readonly #baseBatches: readonly Batch[];
  readonly #nextBatches: readonly Batch[];
  /** Where the sides do not overlap nothing scatters: the chance that batches fall so by themselves is the least p. */
  readonly leastTail: number;

  constructor(base: Runs, next: Runs) {
    this.base = makeSample(base.flat());
    this.next = makeSample(next.flat());
    this.#baseBatches = cutIntoBatches(base.map(({ length }) => length));
    this.#nextBatches = cutIntoBatches(next.map(({ length }) => length));
    const batches = this.#baseBatches.length;
    this.leastTail = Math.exp(-logChoose(batches + this.#nextBatches.length, batches));
  }

  at(shift: number): Outcome {
    const basePlaced = placements(this.base, this.next, -shift);
    const nextPlaced = placements(this.next, this.base, shift);
    const widening = wideningOf(measureCorrelation([basePlaced, nextPlaced]));
    const base = measureScatter(basePlaced, this.#baseBatches, widening);
    const next = measureScatter(nextPlaced, this.#nextBatches, widening);
    const excess = next.mean - HALF;
    const freedom = freedomOfDifference(base, next);
    const tail = (side: number) => {
      if (side === 0) return HALF;
      return Math.max(this.leastTail, studentTail(side / Math.sqrt(base.variance + next.variance), freedom));
    };
    return { superiority: next.mean, widening, above: tail(excess), below: tail(-excess) };
  }

  balance(): number {
    return this.#bisect((shift) => meanOf(placements(this.next, this.base, shift)) > HALF);
  }

  interval(alpha: number): Interval {
    return [
      this.#bisect((shift) => this.at(shift).above < alpha / 2),
      this.#bisect((shift) => this.at(shift).below >= alpha / 2),
    ];
  }

  /** The shift up to which `holds` is true: it is for a very small one, and is not for a very large one. */
  #bisect(holds: (shift: number) => boolean): number {
    const [baseLow, baseHigh] = extentOf(this.base);
    const [nextLow, nextHigh] = extentOf(this.next);
    let low = nextLow - baseHigh - 1;
    let high = nextHigh - baseLow + 1;
    for (let step = 0; step < BISECTIONS && high - low > PRECISION_NS; step++) {
      const middle = (low + high) / 2;
      if (holds(middle)) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  }
}

function meanOf(placed: Float64Array): number {
  let sum = 0;
  for (const each of placed) sum += each;
  return sum / placed.length;
}

function extentOf({ sorted }: Sample): Interval {
  return [sorted[0]!, sorted.at(-1)!];
}
