/**
 * The statistics of a run of probes, in bounded memory and without an allocation for a probe. Times are ns on one monotonic
 * clock. Probes are numbered from 1 in the order of sending, without wrap; each is undecided until it is answered or given
 * up. What each figure means, and how exact it is: docs/statistics.md.
 */
import { DelayVariation } from './delay-variation.ts';
import { Deviation } from './deviation.ts';
import { SmoothedJitter } from './jitter.ts';
import { LossHistory } from './loss-history.ts';
import { LossPattern } from './loss-runs.ts';
import {
  BLOCK_PROBES,
  LOST,
  type LossCount,
  OutcomeWindow,
  RECEIVED,
  UNDECIDED,
  WINDOW_PROBES,
} from './outcome-window.ts';
import { QuantileSketch, RELATIVE_ERROR } from './quantiles.ts';
import type {
  DelayVariationFigures,
  JitterFigures,
  LossRunFigures,
  RecentLoss,
  RoundTripDistribution,
  StatisticsSummary,
} from './statistics-summary.ts';

export type { StatisticsSummary } from './statistics-summary.ts';

/** The largest window by number of probes. */
export const MAXIMUM_WINDOW_PROBES = WINDOW_PROBES;
const RECENT_PROBES = 10;
const P50 = 0.5;
const P90 = 0.9;
const P95 = 0.95;
const P99 = 0.99;

/** The last so many decided probes, or those sent in the last `ns` before `nowNs`. */
export type LossWindow = { readonly probes: number } | { readonly ns: number; readonly nowNs: number };

export class ProbeStatistics {
  receivedCount = 0;
  /** Given up, and not answered since. */
  lostCount = 0;
  readonly #window = new OutcomeWindow();
  readonly #history = new LossHistory();
  readonly #pattern = new LossPattern(this.#window);
  readonly #roundTrips = new QuantileSketch();
  readonly #deviation = new Deviation();
  readonly #smoothedJitter = new SmoothedJitter();
  readonly #variation = new DelayVariation();

  /** The next probe leaves. */
  sent(monoNs: number): void {
    if (this.#window.isFull) this.#forget();
    this.#window.append(monoNs);
  }

  /** What is older than all that is remembered counts as it stands; what is still undecided there, as lost. */
  #forget(): void {
    const window = this.#window;
    const from = window.oldest;
    const to = window.oldestBlockEnd;
    for (let probe = from; probe <= to; probe++) {
      if (window.outcome(probe) === UNDECIDED) this.lost(probe);
    }
    this.#pattern.settle(to);
    const fromNs = window.sentNs(from);
    const toNs = window.sentNs(to);
    this.#history.add(fromNs, toNs, { decided: BLOCK_PROBES, lost: window.forgetBlock() });
  }

  /**
   * The first answer to `probe`. A second one is ignored, and so is an answer to a probe that was not sent yet, or that is
   * more than 65,536 probes old: it counts as lost for good.
   */
  answered(probe: number, roundTripNs: number): void {
    const window = this.#window;
    if (!window.has(probe)) return;
    const before = window.outcome(probe);
    if (before === RECEIVED) return;
    if (before === LOST) this.lostCount--;
    this.receivedCount++;
    window.receive(probe, roundTripNs);
    this.#pattern.changed(probe);
    this.#roundTrips.add(roundTripNs);
    this.#deviation.add(roundTripNs);
    this.#smoothedJitter.add(roundTripNs);
    this.#addPair(probe);
    this.#addPair(probe + 1);
  }

  /** The pair of `probe` and the one before it, when both are answered. */
  #addPair(probe: number): void {
    const window = this.#window;
    if (!window.has(probe) || !window.has(probe - 1)) return;
    if (window.outcome(probe) !== RECEIVED || window.outcome(probe - 1) !== RECEIVED) return;
    this.#variation.add(window.roundTripNs(probe), window.roundTripNs(probe - 1));
  }

  /** `probe` is given up. An answer may still come, and then counts. One that is answered stays so. */
  lost(probe: number): void {
    const window = this.#window;
    if (!window.has(probe) || window.outcome(probe) !== UNDECIDED) return;
    this.lostCount++;
    window.lose(probe);
    this.#pattern.changed(probe);
  }

  get sentCount(): number {
    return this.#window.newest;
  }

  /** Neither answered nor given up. */
  get undecidedCount(): number {
    return this.sentCount - this.receivedCount - this.lostCount;
  }

  /** Of the decided probes, from 0 to 1; null while there is none. */
  get lossRatio(): number | null {
    return ratioOf({ decided: this.receivedCount + this.lostCount, lost: this.lostCount });
  }

  /** How many probes in a row, ending with the latest decided one, were answered, or given up. */
  inARow(what: 'received' | 'lost'): number {
    return this.#window.runLength(what === 'received' ? RECEIVED : LOST);
  }

  /**
   * The loss ratio of the decided probes in a window; null while there is none. Exact as long as the window holds no more than
   * 65,536 probes; a longer one by time begins at most 1/63 of its probes too early or too late.
   * @throws RangeError for more than MAXIMUM_WINDOW_PROBES, or less than one
   */
  lossOver(window: LossWindow): number | null {
    return ratioOf('probes' in window ? this.#lossAmongLast(window.probes) : this.#lossSince(window.nowNs - window.ns));
  }

  #lossAmongLast(probes: number): LossCount {
    if (!(probes >= 1 && probes <= MAXIMUM_WINDOW_PROBES)) {
      throw new RangeError(`a window has from 1 to ${MAXIMUM_WINDOW_PROBES} probes, not ${probes}`);
    }
    return this.#window.lossAmongLast(probes);
  }

  #lossSince(monoNs: number): LossCount {
    const remembered = this.#window.lossSince(monoNs);
    const older = this.#history.lossSince(monoNs);
    return { decided: remembered.decided + older.decided, lost: remembered.lost + older.lost };
  }

  /** Least, average, greatest round trip; null while no probe is answered. */
  get minNs(): number | null {
    return measured(this.#roundTrips.min);
  }

  get meanNs(): number | null {
    return measured(this.#roundTrips.mean);
  }

  get maxNs(): number | null {
    return measured(this.#roundTrips.max);
  }

  /** Quantile `q` (0 to 1) of the round trips in ns, to within 1/256 of it; null while no probe is answered. */
  quantile(q: number): number | null {
    return measured(this.#roundTrips.quantile(q));
  }

  get populationDeviationNs(): number | null {
    return measured(this.#deviation.population);
  }

  /** Null below two answers. */
  get sampleDeviationNs(): number | null {
    return measured(this.#deviation.sample);
  }

  /** RFC 3550 section 6.4.1; null below two answers. */
  get smoothedJitterNs(): number | null {
    return measured(this.#smoothedJitter.value);
  }

  /** RFC 3393; null without two consecutive probes that were both answered. */
  get delayVariation(): DelayVariationFigures | null {
    const variation = this.#variation;
    if (variation.pairs === 0) return null;
    const { pairs, minNs, maxNs } = variation;
    return { pairs, minNs, maxNs, p95Ns: variation.quantileOfMagnitudes(P95) };
  }

  /** Over the same pairs as `delayVariation`; null without one. */
  get meanAbsoluteDifferenceNs(): number | null {
    return measured(this.#variation.meanMagnitudeNs);
  }

  /** RFC 3357. */
  get lossRuns(): LossRunFigures {
    const { count, lost, longest } = this.#pattern.runs();
    return {
      count,
      longest,
      meanLength: lost === 0 ? null : lost / count,
      noticeableRate: lost === 0 ? null : (lost - count) / lost,
    };
  }

  /** The longest outage in ns; one that is not over counts until `nowNs`. 0 without loss; null while no probe is decided. */
  longestOutageNs(nowNs: number): number | null {
    return this.lossRatio === null ? null : this.#pattern.runs().longestOutageNs(nowNs);
  }

  /** Of the last 10 decided probes; null while there is none. */
  get recentLoss(): RecentLoss | null {
    const { decided, lost } = this.#window.lossAmongLast(RECENT_PROBES);
    return decided === 0 ? null : { probes: decided, lost };
  }

  /** All of it. An outage that is not over counts until `nowNs`: unless given, when the last probe was sent. */
  summary(nowNs?: number): StatisticsSummary {
    const untilNs = nowNs ?? (this.sentCount === 0 ? 0 : this.#window.sentNs(this.sentCount));
    return {
      sent: this.sentCount,
      received: this.receivedCount,
      lost: this.lostCount,
      undecided: this.undecidedCount,
      lossRatio: this.lossRatio,
      roundTrip: this.#distribution(),
      jitter: this.#jitter(),
      lossRuns: this.lossRuns,
      longestOutageNs: this.longestOutageNs(untilNs),
      recentLoss: this.recentLoss,
    };
  }

  #distribution(): RoundTripDistribution | null {
    const times = this.#roundTrips;
    if (times.count === 0) return null;
    return {
      count: times.count,
      minNs: times.min,
      meanNs: times.mean,
      maxNs: times.max,
      p50Ns: times.quantile(P50),
      p90Ns: times.quantile(P90),
      p95Ns: times.quantile(P95),
      p99Ns: times.quantile(P99),
      quantileError: RELATIVE_ERROR,
      populationDeviationNs: this.#deviation.population,
      sampleDeviationNs: this.sampleDeviationNs,
    };
  }

  #jitter(): JitterFigures | null {
    const rfc3550Ns = this.smoothedJitterNs;
    if (rfc3550Ns === null) return null;
    return {
      rfc3550Ns,
      rfc3393: this.delayVariation,
      meanAbsoluteDifferenceNs: this.meanAbsoluteDifferenceNs,
    };
  }
}

function ratioOf({ decided, lost }: LossCount): number | null {
  return decided === 0 ? null : lost / decided;
}

function measured(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
