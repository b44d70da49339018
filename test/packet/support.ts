/** What the codec tests share: hex, golden vectors, and reproducible damage. */
import { readFileSync } from 'node:fs';

/** Octets from hex digits; blanks are for the reader. */
export function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** One entry of test/vectors; its README.md describes the keys. */
export interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly valid: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly checksumOk?: boolean;
  readonly why?: string;
  readonly context?: { readonly sourceAddress: string; readonly destinationAddress: string };
}

/** All vectors of a file, its header element left out. */
export function loadVectors(file: string): readonly Vector[] {
  const [header, ...vectors] = JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8'));
  if (!('about' in header)) throw new Error(`${file} has no header element`);
  return vectors;
}

/** Rows for `it.each`, each with the vector's name in front for the title. */
export function named(vectors: readonly Vector[]): [string, Vector][] {
  return vectors.map((vector) => [vector.name, vector]);
}

export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const flipped = bytes.slice();
  flipped[bit >> 3]! ^= 0x80 >> (bit & 7);
  return flipped;
}

/** Every prefix of `bytes`, the empty one first, `bytes` itself left out. */
export function* prefixesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length < bytes.length; length++) yield bytes.subarray(0, length);
}

/** Octets at an odd offset of a larger buffer, where a codec that forgets byteOffset reads something else. */
export function displaced(bytes: Uint8Array): Uint8Array {
  const larger = new Uint8Array(bytes.length + 24).fill(0xa5);
  larger.set(bytes, 13);
  return larger.subarray(13, 13 + bytes.length);
}

/** Random octet strings of 0 to `maxLength` octets, the same for the same seed (xorshift32). */
export function* randomBuffers(count: number, maxLength: number, seed: number): Generator<Uint8Array> {
  let state = seed | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let i = 0; i < count; i++) {
    const bytes = new Uint8Array(next() % (maxLength + 1));
    for (let j = 0; j < bytes.length; j++) bytes[j] = next() >>> 11;
    yield bytes;
  }
}

/** Throws, showing both in hex, unless the octet strings are the same: much cheaper than `expect` in a loop of thousands. */
export function mustEqual(actual: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(actual, expected) !== 0) throw new Error(`${toHex(actual)} instead of ${toHex(expected)}`);
}
