/**
 * The statistics of a run computed anew over whole arrays, each figure the way its definition reads: sorting, two passes,
 * sums in BigInt, every pair and every loss looked at by itself. Nothing here shares code or method with src/measure/.
 */

export type Step =
  | { readonly type: 'sent'; readonly atNs: number }
  | { readonly type: 'answered'; readonly probe: number; readonly ns: number }
  | { readonly type: 'lost'; readonly probe: number };

interface Probe {
  readonly sentNs: number;
  state: 'undecided' | 'received' | 'lost';
  ns: number;
}

export class NaiveStatistics {
  /** Probe n is at n - 1. */
  readonly probes: Probe[] = [];
  /** In the order in which answers came. */
  readonly arrivals: number[] = [];

  constructor(steps: readonly Step[]) {
    for (const step of steps) this.#play(step);
  }

  #play(step: Step): void {
    if (step.type === 'sent') {
      this.probes.push({ sentNs: step.atNs, state: 'undecided', ns: Number.NaN });
      return;
    }
    const probe = this.probes[step.probe - 1];
    if (probe === undefined || probe.state === 'received') return;
    if (step.type === 'lost') {
      probe.state = 'lost';
      return;
    }
    probe.state = 'received';
    probe.ns = step.ns;
    this.arrivals.push(step.ns);
  }

  count(state: Probe['state']): number {
    return this.probes.filter((probe) => probe.state === state).length;
  }

  /** The nearest-rank quantile: the sample with at least q * n samples not above it. Percent are whole, so ranks are exact. */
  percentile(percent: number): number {
    return percentileOf(this.arrivals, percent);
  }

  /** Variance is (n * sum of squares - square of the sum) / n^2, exactly, by whole numbers. */
  deviation(divisor: 'n' | 'n - 1'): number {
    const count = BigInt(this.arrivals.length);
    const sum = this.arrivals.reduce((total, ns) => total + BigInt(ns), 0n);
    const squares = this.arrivals.reduce((total, ns) => total + BigInt(ns) * BigInt(ns), 0n);
    const scaled = count * squares - sum * sum;
    return Math.sqrt(Number(scaled) / Number(count * (divisor === 'n' ? count : count - 1n)));
  }

  mean(): number {
    const sum = this.arrivals.reduce((total, ns) => total + BigInt(ns), 0n);
    return Number(sum) / this.arrivals.length;
  }

  /** RFC 3550 section 6.4.1: J(i) = J(i-1) + (|D(i-1,i)| - J(i-1)) / 16, from J = 0. */
  rfc3550(): number {
    let jitter = 0;
    for (let i = 1; i < this.arrivals.length; i++) {
      const d = Math.abs(this.arrivals[i]! - this.arrivals[i - 1]!);
      jitter = jitter + (d - jitter) / 16;
    }
    return jitter;
  }

  /** RFC 3393: ddT of each pair of consecutive probes, undefined where one is lost. */
  ipdv(): number[] {
    const differences: number[] = [];
    for (let i = 1; i < this.probes.length; i++) {
      const [first, second] = [this.probes[i - 1]!, this.probes[i]!];
      if (first.state === 'received' && second.state === 'received') differences.push(second.ns - first.ns);
    }
    return differences;
  }

  /** RFC 3357 section 5.4.2: a loss period begins if f(Pi) = 1 and f(Pi-1) = 0. The lengths of all periods. */
  lossPeriods(): number[] {
    const lengths: number[] = [];
    let previous = 0;
    for (const probe of this.probes) {
      const f = probe.state === 'lost' ? 1 : 0;
      if (f === 1 && previous === 0) lengths.push(1);
      else if (f === 1) lengths[lengths.length - 1]!++;
      previous = f;
    }
    return lengths;
  }

  /** RFC 3357 section 6.1: the share of losses whose distance to the loss before is no greater than `delta`. */
  noticeableRate(delta: number): number {
    const lost = this.probes.flatMap((probe, index) => (probe.state === 'lost' ? [index] : []));
    const noticeable = lost.filter((index, at) => at > 0 && index - lost[at - 1]! <= delta);
    return noticeable.length / lost.length;
  }

  /** For each loss by itself: how long until the next probe that was answered went out. */
  longestOutage(nowNs: number): number {
    let longest = 0;
    let nextAnsweredNs = nowNs;
    for (const probe of [...this.probes].reverse()) {
      if (probe.state === 'received') nextAnsweredNs = probe.sentNs;
      if (probe.state === 'lost') longest = Math.max(longest, nextAnsweredNs - probe.sentNs);
    }
    return longest;
  }

  inARow(what: 'received' | 'lost'): number {
    const last = this.probes.findLastIndex((probe) => probe.state !== 'undecided');
    const other = this.probes.slice(0, last + 1).findLastIndex((probe) => probe.state !== what);
    return last - other;
  }

  lossAmongLast(count: number): number | null {
    return lossOf(this.probes.filter((probe) => probe.state !== 'undecided').slice(-count));
  }

  lossSince(monoNs: number): number | null {
    return lossOf(this.probes.filter((probe) => probe.state !== 'undecided' && probe.sentNs >= monoNs));
  }
}

function lossOf(probes: readonly Probe[]): number | null {
  return probes.length === 0 ? null : probes.filter((probe) => probe.state === 'lost').length / probes.length;
}

/** By the definition: sorted, and the element whose rank is percent * n / 100, rounded up. */
export function percentileOf(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil((percent * sorted.length) / 100)) - 1]!;
}
