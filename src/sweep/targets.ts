/**
 * What a run probes: addresses that were given as such (sets of ranges, none of them stored one by one), then names with the
 * addresses that they resolved to. An address given twice is one target; a name is a target of its own, whatever else has its
 * address.
 *
 * Shard i of n takes each n-th target of the whole list: addresses in order, then names in order, counted before any is looked
 * up. So it depends on the list alone and not on order, seed or resolver, and the shards are disjoint and together everything.
 */
import type { AddressSet } from './address-set.ts';
import { ADDRESS_WORDS, type AddressWords, isIpv4Words, makeAddress, SCOPE_WORD, sameBits } from './address-words.ts';

export interface Shard {
  /** From 1 to `count`. */
  readonly number: number;
  readonly count: number;
}

export const MAXIMUM_SHARDS = 65_536;
export const WHOLE: Shard = { number: 1, count: 1 };

/** How many of `total` things fall to a shard. */
export function shardSize(total: number, { number, count }: Shard): number {
  return Math.max(0, Math.ceil((total - (number - 1)) / count));
}

/** The names among all that fall to a shard, when `addresses` targets come before them; sorted, each once. */
export function shardNames(names: Iterable<string>, addresses: number, { number, count }: Shard): readonly string[] {
  const sorted = [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
  return sorted.filter((_name, rank) => (addresses + rank) % count === number - 1);
}

/** Addresses of names, several for one name with -m. */
export class NamedTargets {
  readonly names: string[] = [];
  words = new Uint32Array(16 * ADDRESS_WORDS);

  get length(): number {
    return this.names.length;
  }

  add(name: string, address: AddressWords): void {
    const at = this.length * ADDRESS_WORDS;
    if (at === this.words.length) {
      const grown = new Uint32Array(2 * this.words.length);
      grown.set(this.words);
      this.words = grown;
    }
    this.words.set(address, at);
    this.names.push(name);
  }
}

export class Targets {
  readonly size: number;
  readonly #addresses: AddressSet;
  readonly #addressCount: number;
  readonly #shard: Shard;
  readonly #named: NamedTargets;
  readonly #scratch = makeAddress();
  /** Named targets by their address as text, made when first asked for. */
  #namedByBits: Map<string, number> | null = null;

  constructor(addresses: AddressSet, named: NamedTargets, shard: Shard) {
    this.#addresses = addresses;
    this.#addressCount = shardSize(addresses.size, shard);
    this.#shard = shard;
    this.#named = named;
    this.size = this.#addressCount + named.length;
  }

  /** The name by which the user gave target `index`; null for an address. */
  nameOf(index: number): string | null {
    return index < this.#addressCount ? null : this.#named.names[index - this.#addressCount]!;
  }

  /** Writes the address of target `index` (0 to size - 1). */
  write(target: AddressWords, index: number): void {
    if (index < this.#addressCount) {
      this.#addresses.write(target, index * this.#shard.count + this.#shard.number - 1);
      return;
    }
    const at = (index - this.#addressCount) * ADDRESS_WORDS;
    for (let word = 0; word < ADDRESS_WORDS; word++) target[word] = this.#named.words[at + word]!;
  }

  /** Whether target `index` has this address. A scope counts only where both say one. */
  hasAddress(index: number, address: AddressWords): boolean {
    this.write(this.#scratch, index);
    const scope = this.#scratch[SCOPE_WORD]!;
    return (
      sameBits(this.#scratch, 0, address, 0) &&
      (scope === 0 || address[SCOPE_WORD] === 0 || address[SCOPE_WORD] === scope)
    );
  }

  isIpv4(index: number): boolean {
    this.write(this.#scratch, index);
    return isIpv4Words(this.#scratch);
  }

  /** A target with this address, those given as addresses first; -1 for none. For what quotes no cookie: ICMP errors. */
  find(address: AddressWords): number {
    const position = this.#addresses.indexOf(address);
    if (position >= 0 && position % this.#shard.count === this.#shard.number - 1) {
      return (position - this.#shard.number + 1) / this.#shard.count;
    }
    this.#namedByBits ??= this.#indexNames();
    const rank = this.#namedByBits.get(bitsKey(address, 0));
    return rank === undefined ? -1 : this.#addressCount + rank;
  }

  #indexNames(): Map<string, number> {
    const index = new Map<string, number>();
    for (let rank = this.#named.length - 1; rank >= 0; rank--) {
      index.set(bitsKey(this.#named.words, rank * ADDRESS_WORDS), rank);
    }
    return index;
  }
}

function bitsKey(words: AddressWords, at: number): string {
  return `${words[at]},${words[at + 1]},${words[at + 2]},${words[at + 3]}`;
}
