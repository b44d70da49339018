/**
 * Finds the size at which packets begin to vanish, where a hop is silent to large ones: a path MTU black hole (RFC 2923 section
 * 2.1) is told from a hop that never speaks by a small probe, which the latter leaves unanswered too. Then the large size is tried
 * again, since it may have been the rate limit of a router, and then the sizes between them are halved.
 */

/** A size counts as vanishing after so many probes in vain: routers limit how often they answer. */
const TRIES = 2;

export type SearchResult =
  | { readonly kind: 'hole'; readonly passes: number; readonly fails: number }
  /** Small probes go unanswered too. */
  | { readonly kind: 'silence' }
  /** The large size does pass. */
  | { readonly kind: 'no-hole' };

export class BlackHoleSearch {
  #passes: number;
  #fails: number;
  #stage: 'small' | 'large' | 'between' = 'small';
  #tries = 0;

  /** @throws RangeError when `small` is not below `large` */
  constructor(small: number, large: number) {
    if (small >= large) throw new RangeError(`nothing lies between ${small} and ${large}`);
    this.#passes = small;
    this.#fails = large;
  }

  /** Octets of the next packet. */
  get size(): number {
    if (this.#stage === 'small') return this.#passes;
    return this.#stage === 'large' ? this.#fails : Math.floor((this.#passes + this.#fails) / 2);
  }

  /** A probe of `size` was answered. Null while there is more to find. */
  answered(): SearchResult | null {
    if (this.#stage === 'large') return { kind: 'no-hole' };
    if (this.#stage === 'between') this.#passes = this.size;
    this.#stage = this.#stage === 'small' ? 'large' : 'between';
    return this.#step();
  }

  /** A probe of `size` was not answered in time. Null while there is more to find. */
  vanished(): SearchResult | null {
    if (++this.#tries < TRIES) return null;
    if (this.#stage === 'small') return { kind: 'silence' };
    if (this.#stage === 'between') this.#fails = this.size;
    this.#stage = 'between';
    return this.#step();
  }

  #step(): SearchResult | null {
    this.#tries = 0;
    const isFound = this.#stage === 'between' && this.#fails - this.#passes === 1;
    return isFound ? { kind: 'hole', passes: this.#passes, fails: this.#fails } : null;
  }
}
