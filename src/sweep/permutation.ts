/**
 * A shuffled order that needs no memory: position -> index is computed. A Feistel network permutes the numbers below a power
 * of two, whatever its round function is; a result that is no index is permuted again until it is one ("cycle walking"), which
 * takes less than two steps on average, because the power of two is below twice the size.
 */

const ROUNDS = 6;
/** Multiplier of the 32-bit finalizer of MurmurHash3, and the fractional part of the golden ratio. */
const MIX_MULTIPLIER = 0x85ebca6b;
const GOLDEN_RATIO = 0x9e3779b9;
const SEED_WORD = 0x1_0000_0000;

export const LARGEST_PERMUTATION = 2 ** 30;

export class Permutation {
  readonly #size: number;
  readonly #leftBits: number;
  readonly #rightBits: number;
  readonly #keys = new Int32Array(ROUNDS);

  /** Of the indices 0 to `size` - 1; `seed` is a whole number below 2^53. @throws RangeError beyond LARGEST_PERMUTATION */
  constructor(size: number, seed: number) {
    if (size > LARGEST_PERMUTATION) throw new RangeError(`at most ${LARGEST_PERMUTATION} indices can be shuffled`);
    const bits = Math.max(2, 32 - Math.clz32(Math.max(0, size - 1)));
    this.#size = size;
    this.#leftBits = bits >> 1;
    this.#rightBits = bits - this.#leftBits;
    let state = mix(seed | 0) ^ Math.floor(seed / SEED_WORD);
    for (let round = 0; round < ROUNDS; round++) {
      state = (state + GOLDEN_RATIO) | 0;
      this.#keys[round] = mix(state);
    }
  }

  /** The index at a position from 0 to size - 1: each exactly once. */
  at(position: number): number {
    let index = this.#permute(position);
    while (index >= this.#size) index = this.#permute(index);
    return index;
  }

  /** The two parts may differ by a bit and change places each round: after an even number both are as wide as before. */
  #permute(value: number): number {
    let leftBits = this.#leftBits;
    let rightBits = this.#rightBits;
    let left = value >>> rightBits;
    let right = value & ((1 << rightBits) - 1);
    for (let round = 0; round < ROUNDS; round++) {
      const next = left ^ (mix(right ^ this.#keys[round]!) & ((1 << leftBits) - 1));
      left = right;
      right = next;
      const bits = leftBits;
      leftBits = rightBits;
      rightBits = bits;
    }
    return (left << rightBits) | right;
  }
}

/** Spreads every bit of a 32-bit word over all of them. */
function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), MIX_MULTIPLIER);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
