/**
 * Whose probe has which number on the wire, where many senders share one socket and with it one identifier. Sequence numbers
 * are given out one after the other, whoever asks; with each goes a random cookie of 64 bits, so that a reply which comes when
 * its number already belongs to somebody else is nobody's.
 */

const SEQUENCES = 1 << 16;

/** Fills an array with numbers that a peer cannot foresee: crypto.getRandomValues. */
export type FillRandom = (words: Uint32Array) => void;

/** Cookies are drawn so many at a time. */
const COOKIES_PER_DRAW = 512;

export interface Entry<Owner> {
  readonly owner: Owner;
  /** What the owner calls the probe. */
  readonly sequence: number;
  readonly cookieHigh: number;
  readonly cookieLow: number;
}

export class SequenceLedger<Owner> {
  readonly #entries = new Array<Entry<Owner> | undefined>(SEQUENCES);
  readonly #fillRandom: FillRandom;
  readonly #cookies = new Uint32Array(2 * COOKIES_PER_DRAW);
  #drawn = 2 * COOKIES_PER_DRAW;
  #next = 0;

  constructor(fillRandom: FillRandom) {
    this.#fillRandom = fillRandom;
  }

  /** Gives out the next number; whoever had it 65,536 probes ago has it no more. */
  enter(owner: Owner, sequence: number): number {
    if (this.#drawn === this.#cookies.length) {
      this.#fillRandom(this.#cookies);
      this.#drawn = 0;
    }
    this.#next = (this.#next + 1) & (SEQUENCES - 1);
    this.#entries[this.#next] = {
      owner,
      sequence,
      cookieHigh: this.#cookies[this.#drawn++]!,
      cookieLow: this.#cookies[this.#drawn++]!,
    };
    return this.#next;
  }

  find(wireSequence: number): Entry<Owner> | null {
    return this.#entries[wireSequence] ?? null;
  }
}
