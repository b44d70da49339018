/**
 * Which send a kernel stamp is for. With SOF_TIMESTAMPING_OPT_ID the kernel numbers the sends of a socket and queues each
 * transmit stamp under that number; this remembers what the caller called the send of that number.
 *
 * Whether a refused send was counted depends on where in the kernel it was refused, so the count is begun anew after one
 * (`begin`). Stamps of the count before may still wait in the queue. They lie before the new count began, and are told apart
 * by that: a probe of the old count that leaves the machine only now (a queue, a neighbour that is asked for) is not.
 */

import type { Instant } from './clock.ts';

/** Numbers of one count: token of send k at `tokens[k & mask]`. */
interface Generation {
  readonly tokens: Uint32Array;
  /** Sends so far, modulo 2^32 like the kernel's own number. */
  count: number;
}

export class TransmitTokens {
  readonly #mask: number;
  #present: Generation;
  #past: Generation;
  /** When each of the two began, on the monotonic clock. Stamps before both are of counts that nobody remembers. */
  #beganNs = Number.NEGATIVE_INFINITY;
  #pastBeganNs = Number.NEGATIVE_INFINITY;

  /** `capacity` is a power of two: so many sends may await their stamps at once. */
  constructor(capacity: number) {
    this.#mask = capacity - 1;
    this.#present = { tokens: new Uint32Array(capacity), count: 0 };
    this.#past = { tokens: new Uint32Array(capacity), count: 0 };
  }

  /** The kernel counts from zero again, from now on. */
  begin(now: Instant): void {
    const beganNs = this.#beganNs;
    this.#beganNs = now.monoNs;
    if (this.#present.count === 0) return; // nothing was sent under it: the count before it may still get stamps
    this.#pastBeganNs = beganNs;
    [this.#present, this.#past] = [this.#past, this.#present];
    this.#present.count = 0;
  }

  /** The next send goes out under `token`, a number of 32 bits. */
  sent(token: number): void {
    const generation = this.#present;
    generation.tokens[generation.count & this.#mask] = token;
    generation.count = (generation.count + 1) >>> 0;
  }

  /**
   * The token of the send that the kernel numbered `key`; null for one that is not, or no longer, known. Stamps are wall-clock
   * times and are brought over by the difference of the clocks `now`: a step of the wall clock concerns those alone that were
   * under way when it happened.
   */
  find(key: number, stampNs: number, now: Instant): number | null {
    const momentNs = stampNs - now.wallNs + now.monoNs;
    if (momentNs < this.#pastBeganNs) return null;
    const { tokens, count } = momentNs < this.#beganNs ? this.#past : this.#present;
    const age = (count - key - 1) >>> 0;
    return age <= this.#mask && age < count ? tokens[key & this.#mask]! : null;
  }
}
