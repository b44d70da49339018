/** When which hop is asked: rounds at an interval, and the hops of a round one after the other, without waiting for answers. */
import type { Instant } from '../../net/clock.ts';

const NS_PER_MS = 1e6;
/** Probes of one round follow each other in this distance at most, and so that a round of many hops fits its interval. */
const SPACING_NS = 10 * NS_PER_MS;
const HOPS_IN_INTERVAL = 64;

export class RoundSchedule {
  /** The present one, from 1 once the first has begun. */
  round = 0;
  /** The hop that is to be asked next. */
  hop = 1;
  isPaused = false;
  readonly #rounds: number;
  readonly #intervalNs: number;
  readonly #spacingNs: number;
  #startNs = Number.NaN;
  #roundStartNs = Number.NaN;
  #roundsForgotten = 0;
  #notBeforeNs = Number.NEGATIVE_INFINITY;

  /** `rounds` is Infinity for no end. */
  constructor(rounds: number, intervalNs: number) {
    this.#rounds = rounds;
    this.#intervalNs = intervalNs;
    this.#spacingNs = Math.min(SPACING_NS, intervalNs / HOPS_IN_INTERVAL);
  }

  /** Rounds that were begun since the start or the last reset, and the time since then. */
  get rounds(): number {
    return this.round - this.#roundsForgotten;
  }

  elapsedNs(now: Instant): number {
    return Number.isNaN(this.#startNs) ? 0 : now.monoNs - this.#startNs;
  }

  /** Begins the round that is due, once every hop of the one before it was asked. After a standstill none is made up for. */
  advance(now: Instant, lastHop: number): void {
    if (Number.isNaN(this.#startNs)) this.#startNs = now.monoNs;
    const dueNs = this.nextRoundNs;
    const isUnfinished = this.round > 0 && this.hop <= lastHop;
    if (isUnfinished || dueNs > now.monoNs) return;
    const isLate = now.monoNs - dueNs > this.#intervalNs;
    this.#roundStartNs = Number.isNaN(this.#roundStartNs) || isLate ? now.monoNs : dueNs;
    this.round++;
    this.hop = 1;
  }

  /** When the next round is due; Infinity where none will be. */
  get nextRoundNs(): number {
    if (this.isPaused || this.round >= this.#rounds) return Number.POSITIVE_INFINITY;
    return Number.isNaN(this.#roundStartNs) ? Number.NEGATIVE_INFINITY : this.#roundStartNs + this.#intervalNs;
  }

  /** When the next hop of this round is to be asked; Infinity for none. */
  dueNs(lastHop: number): number {
    if (this.isPaused || this.round === 0 || this.hop > lastHop) return Number.POSITIVE_INFINITY;
    return Math.max(this.#notBeforeNs, this.#roundStartNs + (this.hop - 1) * this.#spacingNs);
  }

  /** Nothing is left to be asked. */
  isOver(lastHop: number): boolean {
    return !this.isPaused && this.round >= this.#rounds && this.hop > lastHop;
  }

  /** Nothing is asked before then. */
  holdUntil(monoNs: number): void {
    this.#notBeforeNs = monoNs;
  }

  /** No more hops are asked in this round. */
  endRound(): void {
    this.hop = Number.POSITIVE_INFINITY;
  }

  /** Counts anew, and begins with a new round. */
  reset(now: Instant): void {
    this.#startNs = now.monoNs;
    this.#roundsForgotten = this.round;
    this.#roundStartNs = Number.NEGATIVE_INFINITY;
    this.endRound();
  }
}
