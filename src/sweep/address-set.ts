/**
 * A set of addresses as sorted ranges that do not touch: a block of any size takes one range, and each address has an index.
 * Ranges are given in any order and may overlap; what is excluded is cut out.
 */
import {
  ADDRESS_WORDS,
  type AddressWords,
  addOffset,
  compareBits,
  distance,
  makeAddress,
  SCOPE_WORD,
} from './address-words.ts';

/** Words of a range: first address (with the scope of both), last address. */
const RANGE_WORDS = 2 * ADDRESS_WORDS;
const LAST = ADDRESS_WORDS;
const INITIAL_RANGES = 16;

/** Ranges as they come, in one growing array. */
export class RangeList {
  words = new Uint32Array(INITIAL_RANGES * RANGE_WORDS);
  length = 0;

  /** `first` must not lie behind `last`, and both have the same scope. */
  add(first: AddressWords, last: AddressWords): void {
    const at = this.length * RANGE_WORDS;
    if (this.length > 0 && this.#extend(at - RANGE_WORDS, first, last)) return;
    if (at === this.words.length) {
      const grown = new Uint32Array(2 * this.words.length);
      grown.set(this.words);
      this.words = grown;
    }
    this.words.set(first, at);
    this.words.set(last, at + LAST);
    this.length++;
  }

  /** Lists are often in order: what follows the last range right away becomes a part of it. */
  #extend(at: number, first: AddressWords, last: AddressWords): boolean {
    if (this.words[at + SCOPE_WORD] !== first[SCOPE_WORD] || distance(first, 0, this.words, at + LAST) !== 1)
      return false;
    this.words.set(last, at + LAST);
    return true;
  }

  /** Makes one of ranges that overlap or touch: a list that says the same again and again takes no memory for it. */
  compact(): void {
    const { words, length } = normalize(this);
    this.words = words;
    this.length = length;
  }

  /** Index of each range, sorted by scope and first address. */
  order(): Uint32Array {
    const { words } = this;
    return Uint32Array.from({ length: this.length }, (_, index) => index).sort((a, b) => {
      const [left, right] = [a * RANGE_WORDS, b * RANGE_WORDS];
      return words[left + SCOPE_WORD]! - words[right + SCOPE_WORD]! || compareBits(words, left, words, right);
    });
  }
}

/** The same ranges in order, those that overlap or touch made one. */
function normalize(ranges: RangeList): RangeList {
  const merged = new RangeList();
  const first = makeAddress();
  const last = makeAddress();
  let isOpen = false;
  const { words } = ranges;
  for (const index of ranges.order()) {
    const at = index * RANGE_WORDS;
    if (isOpen && words[at + SCOPE_WORD] === last[SCOPE_WORD] && distance(words, at, last, 0) <= 1) {
      if (compareBits(words, at + LAST, last, 0) > 0) last.set(words.subarray(at + LAST, at + RANGE_WORDS));
      continue;
    }
    if (isOpen) merged.add(first, last);
    first.set(words.subarray(at, at + LAST));
    last.set(words.subarray(at + LAST, at + RANGE_WORDS));
    isOpen = true;
  }
  if (isOpen) merged.add(first, last);
  return merged;
}

/** `kept` less `cut`, both normalized. Interfaces do not matter to `cut`, whose ranges have no scope. */
function subtract(kept: RangeList, cut: RangeList): RangeList {
  if (cut.length === 0) return kept;
  const result = new RangeList();
  const first = makeAddress();
  const last = makeAddress();
  const end = makeAddress();
  for (let index = 0; index < kept.length; index++) {
    const at = index * RANGE_WORDS;
    first.set(kept.words.subarray(at, at + LAST));
    last.set(kept.words.subarray(at + LAST, at + RANGE_WORDS));
    let isLeft = true;
    for (let hole = firstOverlap(cut, first); isLeft && hole < cut.length; hole++) {
      const holeAt = hole * RANGE_WORDS;
      if (compareBits(cut.words, holeAt, last, 0) > 0) break;
      if (compareBits(cut.words, holeAt, first, 0) > 0) {
        end.set(first);
        end.set(cut.words.subarray(holeAt, holeAt + SCOPE_WORD));
        stepBack(end);
        result.add(first, end);
      }
      isLeft = compareBits(cut.words, holeAt + LAST, last, 0) < 0;
      if (isLeft) {
        addOffset(end, 0, cut.words, holeAt + LAST, 1);
        first.set(end.subarray(0, SCOPE_WORD));
      }
    }
    if (isLeft) result.add(first, last);
  }
  return result;
}

/** The first range of `cut` that does not end before `first`. */
function firstOverlap(cut: RangeList, first: AddressWords): number {
  let low = 0;
  let high = cut.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBits(cut.words, middle * RANGE_WORDS + LAST, first, 0) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** To the address right before one that is not the first of all. */
function stepBack(address: AddressWords): void {
  for (let word = SCOPE_WORD - 1; word >= 0; word--) {
    const value = address[word]!;
    address[word] = value - 1;
    if (value > 0) return;
  }
}

export class AddressSet {
  readonly #words: AddressWords;
  /** How many addresses lie before each range, and one more for all of them. */
  readonly #before: Float64Array;
  readonly size: number;

  constructor(wanted: RangeList, excluded: RangeList) {
    const ranges = subtract(normalize(wanted), normalize(excluded));
    this.#words = ranges.words.slice(0, ranges.length * RANGE_WORDS);
    this.#before = new Float64Array(ranges.length + 1);
    for (let range = 0; range < ranges.length; range++) {
      const at = range * RANGE_WORDS;
      this.#before[range + 1] = this.#before[range]! + distance(this.#words, at + LAST, this.#words, at) + 1;
    }
    this.size = this.#before[ranges.length]!;
  }

  /** Writes the address at an index from 0 to size - 1, in order of scope and address. */
  write(target: AddressWords, index: number): void {
    const range = this.#rangeOf(index);
    addOffset(target, 0, this.#words, range * RANGE_WORDS, index - this.#before[range]!);
  }

  #rangeOf(index: number): number {
    let low = 0;
    let high = this.#before.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#before[middle]! <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The index of an address; -1 for one that is not in the set. */
  indexOf(address: AddressWords): number {
    let low = 0;
    let high = this.#before.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = middle * RANGE_WORDS;
      const side =
        this.#words[at + SCOPE_WORD]! - address[SCOPE_WORD]! || compareBits(this.#words, at + LAST, address, 0);
      if (side < 0) low = middle + 1;
      else high = middle;
    }
    const at = low * RANGE_WORDS;
    if (low === this.#before.length - 1 || this.#words[at + SCOPE_WORD] !== address[SCOPE_WORD]) return -1;
    const offset = distance(address, 0, this.#words, at);
    return offset < 0 ? -1 : this.#before[low]! + offset;
  }

  /** Calls `see` with the first address of each range: which families and scopes there are. */
  forEachRange(see: (words: AddressWords, at: number) => void): void {
    for (let range = 0; range < this.#before.length - 1; range++) see(this.#words, range * RANGE_WORDS);
  }
}
