/**
 * Typed access to the message records that native/message.c fills: `capacity` records of 48 words (32 bits, native
 * endian), then `capacity` data areas, in one ArrayBuffer. Reading a word is an array access: no object per packet.
 */
import type { NativeAddon, NativeBatch } from './native.ts';

export const RECORD_WORDS = 48;
export const NAME_OCTETS = 28;

/** Words of a record, in the order of `sonde_record` in native/message.c. */
export const WORD = {
  LENGTH: 0,
  FLAGS: 1,
  PRESENT: 2,
  NAME_LENGTH: 3,
  NAME: 4,
  STAMP_SECONDS: 11,
  STAMP_NANOSECONDS: 12,
  HOP_LIMIT: 13,
  TRAFFIC_CLASS: 14,
  INTERFACE: 15,
  LOCAL: 16,
  DROPS: 20,
  OPTIONS_LENGTH: 21,
  OPTIONS: 22,
  ERROR_ERRNO: 32,
  ERROR_ORIGIN: 33,
  ERROR_TYPE: 34,
  ERROR_CODE: 35,
  ERROR_INFO: 36,
  ERROR_DATA: 37,
  OFFENDER: 38,
  AUXILIARY_STATUS: 45,
  AUXILIARY_VLAN: 46,
} as const;

/** Bits of PRESENT: which control messages came with a message, or shall go with one. */
export const PRESENT = {
  STAMP: 1,
  HOP_LIMIT: 2,
  TRAFFIC_CLASS: 4,
  PACKET_INFO: 8,
  DROPS: 16,
  OPTIONS: 32,
  ERROR: 64,
  OFFENDER: 128,
  AUXILIARY: 256,
} as const;

const OCTETS_PER_WORD = 4;

export class MessageBatch {
  readonly native: NativeBatch;
  readonly capacity: number;
  readonly dataOctets: number;
  /** All records, then the data: `words[index * RECORD_WORDS + WORD.x]`. */
  readonly words: Uint32Array;
  readonly octets: Uint8Array;

  /** `nameless`: received messages need no NAME. @throws RangeError when `capacity` is not 1 to 1024. */
  constructor(addon: NativeAddon, capacity: number, dataOctets: number, nameless = false) {
    // Data areas begin on a word, so that the data of one message never shares a cache word with the next.
    this.dataOctets = Math.ceil(dataOctets / OCTETS_PER_WORD) * OCTETS_PER_WORD;
    this.capacity = capacity;
    const buffer = new ArrayBuffer(capacity * (RECORD_WORDS * OCTETS_PER_WORD + this.dataOctets));
    this.words = new Uint32Array(buffer);
    this.octets = new Uint8Array(buffer);
    this.native = addon.createBatch(buffer, capacity, this.dataOctets, nameless);
  }

  word(index: number, word: number): number {
    return this.words[index * RECORD_WORDS + word]!;
  }

  setWord(index: number, word: number, value: number): void {
    this.words[index * RECORD_WORDS + word] = value;
  }

  has(index: number, bit: number): boolean {
    return (this.word(index, WORD.PRESENT) & bit) !== 0;
  }

  /** Where the data of record `index` begins in `octets`. */
  dataOffset(index: number): number {
    return this.capacity * RECORD_WORDS * OCTETS_PER_WORD + index * this.dataOctets;
  }

  /** The received octets of record `index`; a view, valid until the next receive. */
  data(index: number): Uint8Array {
    const start = this.dataOffset(index);
    return this.octets.subarray(start, start + this.word(index, WORD.LENGTH));
  }

  /** The whole data area of record `index`, to be filled before sending. */
  room(index: number): Uint8Array {
    const start = this.dataOffset(index);
    return this.octets.subarray(start, start + this.dataOctets);
  }

  /** `octets` of a field inside the record that begins at `word`: NAME, LOCAL, OPTIONS, OFFENDER. A view. */
  field(index: number, word: number, octets: number): Uint8Array {
    const start = (index * RECORD_WORDS + word) * OCTETS_PER_WORD;
    return this.octets.subarray(start, start + octets);
  }

  /** Sets where record `index` goes; an empty address means the connected peer. */
  setName(index: number, address: Uint8Array): void {
    this.field(index, WORD.NAME, NAME_OCTETS).set(address);
    this.setWord(index, WORD.NAME_LENGTH, address.length);
  }
}
