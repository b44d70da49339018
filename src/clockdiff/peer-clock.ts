/**
 * What a peer's stamps say, read in both octet orders as long as both make sense. RFC 792 wants network order, and some
 * systems (Windows) send the octets the other way round. Read in the wrong order a stamp is mostly no time of day, and
 * never one that goes on as our clock does.
 */
import { ClockFilter, type ClockOffset } from '../measure/clock-filter.ts';
import { TickEstimate, type TickFigures } from './tick-estimate.ts';

const DAY_MS = 86_400_000;
/** RFC 792 does not say what a peer shows in a leap second. */
const LEAP_MS = 1000;
/** Clocks that tick coarsely contradict themselves by their tick. Read in the wrong order, the next tick is a minute or more off. */
const CONTRADICTION_NS = 1e9;

export type ByteOrder = 'network' | 'swapped';

/** One request and its reply with the peer's stamps as they came: two u32 in network order. */
export interface StampedExchange {
  readonly sentNs: number;
  readonly receivedNs: number;
  readonly receiveStamp: number;
  readonly transmitStamp: number;
}

class Reading {
  readonly byteOrder: ByteOrder;
  readonly filter: ClockFilter;
  readonly ticks = new TickEstimate();
  isPossible = true;
  /** Two different stamps have been seen, so going on rightly means something. */
  hasTicked = false;
  #lastMs = Number.NaN;

  constructor(byteOrder: ByteOrder, ownErrorNs: number) {
    this.byteOrder = byteOrder;
    this.filter = new ClockFilter(ownErrorNs);
  }

  get isSound(): boolean {
    return this.isPossible && this.filter.contradictionNs < CONTRADICTION_NS;
  }

  add({ sentNs, receivedNs, receiveStamp, transmitStamp }: StampedExchange): void {
    const peerReceivedMs = this.#read(receiveStamp);
    const peerTransmittedMs = this.#read(transmitStamp);
    this.isPossible &&= peerReceivedMs < DAY_MS + LEAP_MS && peerTransmittedMs < DAY_MS + LEAP_MS;
    if (!this.isPossible) return;
    this.hasTicked ||= !Number.isNaN(this.#lastMs) && peerReceivedMs !== this.#lastMs;
    this.#lastMs = peerReceivedMs;
    const exchange = { sentNs, receivedNs, peerReceivedMs, peerTransmittedMs };
    this.filter.add(exchange);
    this.ticks.add(exchange);
  }

  #read(stamp: number): number {
    return this.byteOrder === 'network' ? stamp : swapOctets(stamp);
  }
}

export class PeerClock {
  readonly #network: Reading;
  readonly #swapped: Reading;

  constructor(ownErrorNs: number) {
    this.#network = new Reading('network', ownErrorNs);
    this.#swapped = new Reading('swapped', ownErrorNs);
  }

  add(exchange: StampedExchange): void {
    this.#network.add(exchange);
    this.#swapped.add(exchange);
  }

  /** Whether no further stamp is needed to tell the octet order. */
  get isDecided(): boolean {
    if (!this.#network.isPossible) return this.#swapped.hasTicked || !this.#swapped.isSound;
    return this.#network.hasTicked || !this.#swapped.isPossible;
  }

  /** Null when the stamps are no milliseconds since midnight in either order. */
  get byteOrder(): ByteOrder | null {
    return this.#chosen?.byteOrder ?? null;
  }

  /** The figures of clockdiff(8); null when nothing can be read. */
  get figures(): TickFigures | null {
    return this.#chosen?.ticks.figures ?? null;
  }

  get offset(): ClockOffset | null {
    return this.#chosen?.filter.offset ?? null;
  }

  /** Swapped octets must prove themselves; a peer in network order may have its clock set while we look. */
  get #chosen(): Reading | null {
    if (this.#network.isSound) return this.#network;
    if (this.#swapped.isSound && (this.#swapped.hasTicked || !this.#network.isPossible)) return this.#swapped;
    return this.#network.isPossible ? this.#network : null;
  }
}

/** 0x01020304 becomes 0x04030201. */
export function swapOctets(word: number): number {
  return (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}
