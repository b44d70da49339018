/** Counts a run and its hops, for the events that sum them up and for what ends the run beside the path. */
import { measuredWords } from '../conditions/words.ts';
import type { AnswerEvent, EndReason, HopEvent, SummaryEvent } from './events.ts';
import { type LimitReason, type LimitsConfig, RunLimits } from './probing/run-limits.ts';
import type { TraceWord } from './vocabulary.ts';

/** What conditions are told, live. */
type TraceFigures = Readonly<Record<TraceWord, () => number | boolean | null>>;

export class RunTally {
  readonly #limits: RunLimits;
  readonly #mtu: () => number;
  #sent = 0;
  #answered = 0;
  #hops: number | null = null;
  #back: number | null = null;
  #isReached = false;
  #targetNs: number | null = null;
  #silentHops = 0;
  /** Somebody has said how far packets of the present size came. */
  #hasMtu = false;

  /** `mtu` is the size of packets at present. */
  constructor(limits: LimitsConfig, mtu: () => number) {
    this.#mtu = mtu;
    this.#limits = new RunLimits(limits, (time) => {
      const figures: TraceFigures = {
        reached: () => this.#isReached,
        hops: () => this.#hops,
        back: () => this.#back,
        rtt: () => this.#targetNs,
        pmtu: () => (this.#hasMtu ? this.#mtu() : null),
        silent: () => this.#silentHops,
        sent: () => this.#sent,
        answered: () => this.#answered,
        time: () => time.nowNs() - time.startNs(),
      };
      return measuredWords(figures);
    });
  }

  /** Why the run shall end now, if at all. The first call starts the time. */
  look(monoNs: number): LimitReason | null {
    return this.#limits.look(monoNs);
  }

  /** When the run ends in any case, on the `monoNs` scale. */
  get dueNs(): number {
    return this.#limits.dueNs;
  }

  sent(count: number): void {
    this.#sent += count;
    this.#limits.judge();
  }

  answered(event: AnswerEvent): void {
    if (event.address !== null) this.#answered++;
    this.#hasMtu = true;
    if (event.outcome === 'reached') this.#reached(event);
    this.#limits.judge();
  }

  #reached({ roundTripNs, isHopKnown, hop, returnHops }: AnswerEvent): void {
    if (roundTripNs !== null) this.#targetNs = Math.min(this.#targetNs ?? roundTripNs, roundTripNs);
    this.#isReached = true;
    this.#hops = isHopKnown ? hop : null;
    this.#back = returnHops;
  }

  /** Somebody at the target listens at the port. */
  replied(): void {
    this.#isReached = true;
  }

  silentHop(): void {
    this.#silentHops++;
    this.#limits.judge();
  }

  summary(reason: EndReason, nowMonoNs: number): SummaryEvent {
    const conditions = this.#limits.verdicts(nowMonoNs);
    return {
      type: 'summary',
      reason,
      mtu: this.#mtu(),
      hops: this.#hops,
      back: this.#back,
      sent: this.#sent,
      answered: this.#answered,
      elapsedNs: this.#limits.elapsedNs,
      conditions,
    };
  }
}

export class HopTally {
  readonly #hop: number;
  #sent = 0;
  #answered = 0;
  #bestNs: number | null = null;
  readonly #addresses = new Set<string>();

  constructor(hop: number) {
    this.#hop = hop;
  }

  sent(): void {
    this.#sent++;
  }

  answered({ address, outcome, roundTripNs }: AnswerEvent): void {
    if (address === null) return;
    this.#answered++;
    if (outcome === 'mtu') return; // a router before this hop
    this.#addresses.add(address);
    if (roundTripNs !== null && (this.#bestNs === null || roundTripNs < this.#bestNs)) this.#bestNs = roundTripNs;
  }

  event(): HopEvent {
    return {
      type: 'hop',
      hop: this.#hop,
      sent: this.#sent,
      answered: this.#answered,
      addresses: [...this.#addresses],
      bestNs: this.#bestNs,
    };
  }
}

/** Where the link begins that an MTU is about: `address` sent the error, and `hops` answered before. */
export function findClamp(address: string | null, probeHop: number, hops: ReadonlyMap<string, number>): number {
  if (address === null) return 0;
  // A probe's TTL ends one hop behind the router that could not send it on, at the least.
  return hops.get(address) ?? Math.max(0, probeHop - 1);
}

export const ENDINGS = {
  reached: 'reached',
  'host-unreachable': 'unreachable',
  'net-unreachable': 'unreachable',
  prohibited: 'unreachable',
  'protocol-error': 'error',
  'other-error': 'error',
} as const satisfies Partial<Record<AnswerEvent['outcome'], EndReason>>;
