/**
 * The two figures that clockdiff(8) prints, from whole milliseconds on both sides: ../shared/spec/iputils.md section 4.
 * Divisions cut towards zero, as in C.
 */
import type { ClockExchange } from '../measure/clock-filter.ts';

const NS_PER_MS = 1e6;
const DAY_MS = 86_400_000;
const HALF_DAY_MS = DAY_MS / 2;

export interface TickFigures {
  /** Half the difference of the smallest apparent delays there and back. */
  readonly deltaMs: number;
  /** The same of the exchange with the smallest round trip. */
  readonly deltaAtSmallestMs: number;
  readonly smallestRoundTripMs: number;
}

export class TickEstimate {
  #smallestOut = Number.POSITIVE_INFINITY;
  #smallestBack = Number.POSITIVE_INFINITY;
  #smallestRoundTrip = Number.POSITIVE_INFINITY;
  #deltaAtSmallest = 0;
  /** First delay there: later ones are counted from here, so that a clock half a day off does not jump to the other side. */
  #anchor = Number.NaN;

  add(exchange: ClockExchange): void {
    const sentMs = Math.floor(exchange.sentNs / NS_PER_MS);
    const receivedMs = Math.floor(exchange.receivedNs / NS_PER_MS);
    const apart = exchange.peerReceivedMs - sentMs;
    if (Number.isNaN(this.#anchor)) this.#anchor = foldDayMs(apart);
    const out = this.#anchor + foldDayMs(apart - this.#anchor);
    const held = foldDayMs(exchange.peerTransmittedMs - exchange.peerReceivedMs);
    const back = receivedMs - sentMs - held - out;
    this.#smallestOut = Math.min(this.#smallestOut, out);
    this.#smallestBack = Math.min(this.#smallestBack, back);
    if (out + back < this.#smallestRoundTrip) {
      this.#smallestRoundTrip = out + back;
      this.#deltaAtSmallest = Math.trunc((out - back) / 2);
    }
    // Within one millisecond nothing was lost by cutting: this exchange says more than the minima of all.
    if (receivedMs === sentMs) {
      this.#smallestOut = out;
      this.#smallestBack = back;
    }
  }

  /** Null before the first exchange. */
  get figures(): TickFigures | null {
    if (this.#smallestRoundTrip === Number.POSITIVE_INFINITY) return null;
    return {
      deltaMs: Math.trunc((this.#smallestOut - this.#smallestBack) / 2) + 0,
      deltaAtSmallestMs: this.#deltaAtSmallest + 0,
      smallestRoundTripMs: this.#smallestRoundTrip,
    };
  }
}

/** Into -43,200,000 to 43,199,999. */
function foldDayMs(ms: number): number {
  return ms - DAY_MS * Math.floor((ms + HALF_DAY_MS) / DAY_MS);
}
