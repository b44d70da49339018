/** The layout of message records, in TypeScript and in C, and the class over it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MessageBatch, NAME_OCTETS, PRESENT, RECORD_WORDS, WORD } from '../../src/net/message-batch.ts';
import { addon, openUdp, receive, sendTo } from '../native/support.ts';

const SOURCE = readFileSync(new URL('../../native/message.h', import.meta.url), 'utf8');
const WORD_OCTETS = 4;

/** `#define` values that the struct's arrays use. */
function defined(name: string): number {
  return Number(new RegExp(`#define ${name} (\\d+)`).exec(SOURCE)![1]);
}

/** Offset of each field of `sonde_record` in words: it has members of 32 bits and arrays of octets, so nothing is padded. */
function fieldsInC(): Map<string, number> {
  const body = /typedef struct \{([^}]*)\} sonde_record;/.exec(SOURCE)![1]!;
  const fields = new Map<string, number>();
  let octets = 0;
  for (const [, type, name, count] of body.matchAll(/^ {2}(uint32_t|uint8_t) (\w+)(?:\[(\w+)\])?;/gm)) {
    fields.set(name!, octets / WORD_OCTETS);
    const elements = count === undefined ? 1 : /^\d/.test(count) ? Number(count) : defined(count);
    octets += elements * (type === 'uint32_t' ? WORD_OCTETS : 1);
  }
  fields.set('', octets / WORD_OCTETS);
  return fields;
}

describe('the layout', () => {
  it('is the same as in native/message.h, word for word', () => {
    const inC = fieldsInC();
    expect(inC.get('')).toBe(RECORD_WORDS);
    expect(addon.RECORD_OCTETS).toBe(RECORD_WORDS * WORD_OCTETS);
    expect(defined('SONDE_NAME_OCTETS')).toBe(NAME_OCTETS);
    const names = [...inC.keys()].filter((name) => name !== '' && name !== 'reserved');
    expect(Object.fromEntries(names.map((name) => [name.toUpperCase(), inC.get(name)]))).toEqual(WORD);
  });

  it('has the same bits for what is present', () => {
    const body = /enum sonde_present \{([^}]*)\}/.exec(SOURCE)![1]!;
    const bits = [...body.matchAll(/SONDE_(\w+) = (\d+)/g)].map(([, name, bit]) => [name, Number(bit)]);
    expect(Object.fromEntries(bits)).toEqual(PRESENT);
  });
});

describe('MessageBatch', () => {
  it('rounds the data areas up to whole words', () => {
    for (const [asked, got] of [
      [0, 0],
      [1, 4],
      [4, 4],
      [5, 8],
    ] as const) {
      const batch = new MessageBatch(addon, 3, asked);
      expect(batch.dataOctets).toBe(got);
      expect(batch.room(2)).toHaveLength(got);
      expect(batch.octets).toHaveLength(3 * (RECORD_WORDS * WORD_OCTETS + got));
    }
  });

  it.each([0, -1, 1025])('refuses a capacity of %d', (capacity) => {
    expect(() => new MessageBatch(addon, capacity, 8)).toThrow(RangeError);
  });

  it('keeps words, fields and data of each record apart', () => {
    const batch = new MessageBatch(addon, 3, 8);
    for (let index = 0; index < 3; index++) {
      batch.setWord(index, WORD.LENGTH, index + 1);
      batch.setName(index, new Uint8Array(16).fill(0x10 + index));
      batch.field(index, WORD.LOCAL, 16).fill(0x20 + index);
      batch.field(index, WORD.OPTIONS, 40).fill(0x30 + index);
      batch.field(index, WORD.OFFENDER, NAME_OCTETS).fill(0x40 + index);
      batch.setWord(index, WORD.PRESENT, 1 << index);
      batch.room(index).fill(0x50 + index);
    }
    for (let index = 0; index < 3; index++) {
      expect(batch.word(index, WORD.LENGTH)).toBe(index + 1);
      expect(batch.word(index, WORD.NAME_LENGTH)).toBe(16);
      expect(batch.field(index, WORD.NAME, 16).every((octet) => octet === 0x10 + index)).toBe(true);
      expect(batch.field(index, WORD.LOCAL, 16).every((octet) => octet === 0x20 + index)).toBe(true);
      expect(batch.field(index, WORD.OPTIONS, 40).every((octet) => octet === 0x30 + index)).toBe(true);
      expect(batch.field(index, WORD.OFFENDER, NAME_OCTETS).every((octet) => octet === 0x40 + index)).toBe(true);
      expect([0, 1, 2].map((bit) => batch.has(index, 1 << bit))).toEqual([0, 1, 2].map((bit) => bit === index));
      expect([...batch.data(index)]).toEqual(Array(index + 1).fill(0x50 + index));
      expect(batch.octets[batch.dataOffset(index)]).toBe(0x50 + index);
    }
  });

  it('answers views: what is received next shows in them', () => {
    const { handle, name } = openUdp();
    const batch = new MessageBatch(addon, 1, 8);
    sendTo(handle, name, Uint8Array.of(1, 2));
    receive(handle, batch);
    const first = batch.data(0);
    sendTo(handle, name, Uint8Array.of(3, 4, 5));
    receive(handle, batch);
    expect([...first]).toEqual([3, 4]);
    expect([...batch.data(0)]).toEqual([3, 4, 5]);
  });

  it('refuses a name that does not fit', () => {
    const batch = new MessageBatch(addon, 1, 8);
    // The field is a view of the octets: a longer name must not run into what stands behind.
    expect(() => batch.setName(0, new Uint8Array(NAME_OCTETS + 1))).toThrow(RangeError);
  });
});
