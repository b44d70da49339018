/**
 * HalfSipHash-2-4 with a 64-bit tag: SipHash (Aumasson and Bernstein, 2012) on 32-bit words, as its authors define it. In
 * JavaScript each of its steps is one machine instruction, where SipHash on 64-bit words takes four times as many.
 */
export class HalfSipHash {
  readonly #key0: number;
  readonly #key1: number;
  /** The tag of the last `hash`: its first and its last four octets, little-endian, as unsigned integers. */
  low = 0;
  high = 0;

  constructor(key0: number, key1: number) {
    this.#key0 = key0 | 0;
    this.#key1 = key1 | 0;
  }

  /** Hashes the first `count` (below 64) words, each as four octets in little-endian order, into `low` and `high`. */
  hash(words: Uint32Array | Int32Array, count: number): void {
    let v0 = this.#key0;
    let v1 = this.#key1 ^ 0xee;
    let v2 = this.#key0 ^ 0x6c796765;
    let v3 = this.#key1 ^ 0x74656462;
    // Two rounds for each word and for the length, then four, and four more for the second half of the tag.
    const closing = 2 * (count + 1);
    for (let round = 0; round < closing + 8; round++) {
      const isFirst = (round & 1) === 0;
      const word = round >> 1 < count ? words[round >> 1]! : count << 26;
      if (round < closing) {
        if (isFirst) v3 ^= word;
      } else if (round === closing) {
        v2 ^= 0xee;
      } else if (round === closing + 4) {
        this.low = (v1 ^ v3) >>> 0;
        v1 ^= 0xdd;
      }
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      if (round < closing && !isFirst) v0 ^= word;
    }
    this.high = (v1 ^ v3) >>> 0;
  }
}
