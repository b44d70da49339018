/** Counts a run and its hops, for the events that sum them up. */
import type { AnswerEvent, EndReason, HopEvent, SummaryEvent } from './events.ts';

export class RunTally {
  readonly #startedNs: number;
  #sent = 0;
  #answered = 0;
  #hops: number | null = null;
  #back: number | null = null;

  constructor(startedNs: number) {
    this.#startedNs = startedNs;
  }

  sent(count: number): void {
    this.#sent += count;
  }

  answered(event: AnswerEvent): void {
    if (event.address !== null) this.#answered++;
    if (event.outcome !== 'reached') return;
    this.#hops = event.isHopKnown ? event.hop : null;
    this.#back = event.returnHops;
  }

  summary(reason: EndReason, mtu: number, nowMonoNs: number): SummaryEvent {
    return {
      type: 'summary',
      reason,
      mtu,
      hops: this.#hops,
      back: this.#back,
      sent: this.#sent,
      answered: this.#answered,
      elapsedNs: nowMonoNs - this.#startedNs,
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
