/** Sources as text. Most packets come from where the last one came from: text is made anew only when the octets differ. */
import { formatIpv4 } from '../packet/address.ts';
import { type MessageBatch, NAME_OCTETS, RECORD_WORDS } from './message-batch.ts';
import { type Address, decodeSockaddr } from './sockaddr.ts';

const NAME_WORDS = NAME_OCTETS / Uint32Array.BYTES_PER_ELEMENT;

/** From a `struct sockaddr` in a record. */
export class AddressCache {
  readonly #format: (address: Address) => string;
  readonly #last = new Uint32Array(NAME_WORDS);
  #text: string | null = null;

  constructor(format: (address: Address) => string) {
    this.#format = format;
  }

  format(batch: MessageBatch, index: number, word: number): string | null {
    const at = index * RECORD_WORDS + word;
    let same = this.#text !== null;
    for (let i = 0; same && i < NAME_WORDS; i++) same = this.#last[i] === batch.words[at + i];
    if (same) return this.#text;
    this.#last.set(batch.words.subarray(at, at + NAME_WORDS));
    const address = decodeSockaddr(batch.field(index, word, NAME_OCTETS));
    this.#text = address === null ? null : this.#format(address);
    return this.#text;
  }
}

/** From the source field of an IPv4 header. */
export class Ipv4SourceCache {
  #last = 0;
  #text = '0.0.0.0';

  /** The address whose four octets begin at `at`, and are there. */
  format(octets: Uint8Array, at: number): string {
    const address = (octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!;
    if (address === this.#last) return this.#text;
    this.#last = address;
    this.#text = formatIpv4(octets, at);
    return this.#text;
  }
}
