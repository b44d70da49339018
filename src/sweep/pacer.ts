/**
 * A token bucket as one number: when the next token falls due. Tokens that nobody took add up, but only for BURST_NS, so that a
 * late wake-up is made good and a long pause is not.
 */
const NS_PER_SECOND = 1e9;
const BURST_NS = 10e6;

export class TokenBucket {
  readonly #intervalNs: number;
  #nextNs = 0;

  /** `perSecond` 0 is no limit. */
  constructor(perSecond: number) {
    this.#intervalNs = perSecond === 0 ? 0 : NS_PER_SECOND / perSecond;
  }

  start(nowNs: number): void {
    this.#nextNs = nowNs;
  }

  /** When there is a token: now or earlier where one waits. */
  get nextNs(): number {
    return this.#nextNs;
  }

  /** Takes one token if there is one. */
  take(nowNs: number): boolean {
    if (this.#intervalNs === 0) return true;
    if (nowNs < this.#nextNs) return false;
    this.#nextNs = Math.max(this.#nextNs, nowNs - BURST_NS) + this.#intervalNs;
    return true;
  }
}
