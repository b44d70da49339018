/** What rounds measured of one hop, in constant memory but for the addresses that answered. */
import { Deviation } from '../../measure/deviation.ts';
import { SmoothedJitter } from '../../measure/jitter.ts';
import { QuantileSketch } from '../../measure/quantiles.ts';
import type { HopReport } from './events.ts';

const P95 = 0.95;
/** As many as the widest terminal shows. */
const HISTORY = 512;

/** One probe in the history: NaN while it is under way, null once it is lost; Infinity for an answer without a time. */
export interface Sample {
  ns: number | null;
}

export class HopStatistics {
  readonly hop: number;
  /** Somebody here quotes too little to tell one probe from another. */
  quotesShort = false;
  readonly #addresses = new Map<string, number>();
  readonly #history: Sample[] = [];
  readonly #roundTrips = new QuantileSketch();
  readonly #deviation = new Deviation();
  readonly #jitter = new SmoothedJitter();
  #sent = 0;
  #received = 0;
  #lost = 0;
  #lastNs: number | null = null;
  #mark: string | null = null;

  constructor(hop: number) {
    this.hop = hop;
  }

  /** The same hop, of which nothing has been measured yet. */
  anew(): HopStatistics {
    const hop = new HopStatistics(this.hop);
    hop.quotesShort = this.quotesShort;
    return hop;
  }

  /** The last probes, oldest first. */
  get history(): readonly Sample[] {
    return this.#history;
  }

  get hasAnswered(): boolean {
    return this.#received > 0;
  }

  /** Null while no probe is decided; so are the next two while nothing is timed. */
  get lossRatio(): number | null {
    const decided = this.#received + this.#lost;
    return decided === 0 ? null : this.#lost / decided;
  }

  get averageNs(): number | null {
    return numberOrNull(this.#roundTrips.mean);
  }

  get p95Ns(): number | null {
    return numberOrNull(this.#roundTrips.quantile(P95));
  }

  sent(): Sample {
    this.#sent++;
    const sample = { ns: Number.NaN };
    this.#history.push(sample);
    if (this.#history.length > HISTORY) this.#history.shift();
    return sample;
  }

  /** It was refused for its size on the way: as if it had never been. */
  withdraw(sample: Sample): void {
    this.#sent--;
    if (sample.ns === null) this.#lost--;
    const at = this.#history.indexOf(sample);
    if (at !== -1) this.#history.splice(at, 1);
  }

  lost(sample: Sample): void {
    this.#lost++;
    sample.ns = null;
  }

  /** `ns` is null for an answer that may be to any of several probes. A probe that was lost is so no more. */
  answered(sample: Sample, address: string, ns: number | null, mark: string | null): void {
    if (sample.ns === null) this.#lost--;
    this.#received++;
    this.#addresses.set(address, (this.#addresses.get(address) ?? 0) + 1);
    this.#mark = mark;
    sample.ns = ns ?? Number.POSITIVE_INFINITY;
    if (ns === null) return;
    this.#lastNs = ns;
    this.#roundTrips.add(ns);
    this.#deviation.add(ns);
    this.#jitter.add(ns);
  }

  report(): HopReport {
    const times = this.#roundTrips;
    return {
      hop: this.hop,
      addresses: [...this.#addresses]
        .map(([address, answers]) => ({ address, answers }))
        .sort((a, b) => b.answers - a.answers),
      sent: this.#sent,
      received: this.#received,
      lost: this.#lost,
      untimed: this.#received - times.count,
      lastNs: this.#lastNs,
      averageNs: this.averageNs,
      bestNs: numberOrNull(times.min),
      worstNs: numberOrNull(times.max),
      deviationNs: numberOrNull(this.#deviation.sample),
      jitterNs: numberOrNull(this.#jitter.value),
      p95Ns: this.p95Ns,
      mark: this.#mark,
    };
  }
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
