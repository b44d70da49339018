/** Batches: their limits, and what is refused before the kernel sees it. */
import { describe, expect, it } from 'vitest';
import { MessageBatch, NAME_OCTETS, RECORD_WORDS, WORD } from '../../src/net/message-batch.ts';
import type { NativeBatch } from '../../src/net/native.ts';
import { addon, collectGarbage, fill, message, openTimer, openUdp, receive, thrownBy } from './support.ts';

const RECORD = addon.RECORD_OCTETS;
const MAX_CAPACITY = 1024;
const ENOTSOCK = 88;

function expectRangeError(act: () => unknown): void {
  const error = thrownBy(act);
  expect(error).toBeInstanceOf(RangeError);
  expect(error.code).toBe('ERR_OUT_OF_RANGE');
}

describe('createBatch', () => {
  it('takes 1 to 1024 records in a buffer that is large enough', () => {
    for (const [capacity, dataOctets] of [
      [1, 0],
      [1, 4],
      [MAX_CAPACITY, 0],
      [MAX_CAPACITY, 64],
    ] as const) {
      const octets = capacity * (RECORD + dataOctets);
      expect(addon.createBatch(new ArrayBuffer(octets), capacity, dataOctets)).toBeTypeOf('object');
      expect(addon.createBatch(new ArrayBuffer(octets + 1), capacity, dataOctets)).toBeTypeOf('object');
      expectRangeError(() => addon.createBatch(new ArrayBuffer(octets - 1), capacity, dataOctets));
    }
  });

  it.each([
    [0, 0],
    [MAX_CAPACITY + 1, 0],
    [-1, 0],
    [2 ** 32, 0], // 0 as a 32-bit number
    [Number.NaN, 0],
    [1, -1],
    [1, 2 ** 31],
    [1, 2 ** 32 - 1],
    [MAX_CAPACITY, 2 ** 32 - RECORD], // 192 + this wraps to 0 in 32 bits
    [MAX_CAPACITY, 2 ** 32 - RECORD + 1],
  ])('refuses %d records of %d octets', (capacity, dataOctets) => {
    expectRangeError(() => addon.createBatch(new ArrayBuffer(MAX_CAPACITY * RECORD), capacity, dataOctets));
  });
});

/** The three functions that use a batch. */
const USES: readonly (readonly [string, (batch: NativeBatch) => unknown])[] = [
  ['send', (batch) => addon.send(openUdp().handle, batch, 0, 1, 0)],
  ['receive', (batch) => addon.receive(openUdp().handle, batch)],
  ['receiveErrors', (batch) => addon.receiveErrors(openUdp().handle, batch)],
];

describe.each(USES)('%s', (name, use) => {
  it('refuses a batch whose buffer was transferred away', () => {
    const buffer = new ArrayBuffer(RECORD + 64);
    const batch = addon.createBatch(buffer, 1, 64);
    structuredClone(buffer, { transfer: [buffer] });
    expect(buffer.byteLength).toBe(0);
    expectRangeError(() => use(batch));
  });

  it('refuses a batch whose buffer has shrunk', () => {
    const Resizable = ArrayBuffer as unknown as new (
      octets: number,
      options: object,
    ) => ArrayBuffer & { resize(octets: number): void };
    const buffer = new Resizable(RECORD + 64, { maxByteLength: 2 * RECORD });
    const batch = addon.createBatch(buffer, 1, 64);
    buffer.resize(RECORD + 63);
    expectRangeError(() => use(batch));
    buffer.resize(RECORD + 65);
    expect(() => use(batch)).not.toThrow();
  });

  it('answers -ENOTSOCK for a timer', () => {
    const batch = new MessageBatch(addon, 1, 4).native;
    const timer = openTimer();
    const answer = name === 'send' ? addon.send(timer, batch, 0, 1, 0) : addon[name as 'receive'](timer, batch);
    expect(answer).toBe(-ENOTSOCK);
  });
});

describe('send', () => {
  it('refuses records outside the batch', () => {
    const { handle, name } = openUdp();
    const batch = new MessageBatch(addon, 4, 8);
    for (let index = 0; index < 4; index++) fill(batch, index, Uint8Array.of(index), name);
    for (const [first, count] of [
      [0, 5],
      [4, 1],
      [5, 0],
      [1, 2 ** 32 - 1], // the sum wraps to 0
      [2 ** 32 - 1, 1],
      [-1, 1],
      [0, -1],
    ] as const) {
      expectRangeError(() => addon.send(handle, batch.native, first, count, 0));
    }
    expect(addon.receive(handle, batch.native)).toBe(0);
    expect(addon.send(handle, batch.native, 4, 0, 0)).toBe(0);
    expect(addon.send(handle, batch.native, 3, 1, 0)).toBe(1);
  });

  it('refuses lengths and names that are larger than their room, before anything is sent', () => {
    const { handle, name } = openUdp();
    for (const [word, value] of [
      [WORD.LENGTH, 9],
      [WORD.LENGTH, 2 ** 32 - 1],
      [WORD.NAME_LENGTH, NAME_OCTETS + 1],
      [WORD.NAME_LENGTH, 2 ** 32 - 1],
    ] as const) {
      const batch = new MessageBatch(addon, 2, 8);
      for (const index of [0, 1]) fill(batch, index, Uint8Array.of(1), name);
      batch.setWord(1, word, value);
      expectRangeError(() => addon.send(handle, batch.native, 0, 2, 0));
    }
    expect(addon.receive(handle, new MessageBatch(addon, 1, 8).native)).toBe(0);
  });

  it('sends a full data area and an empty one', () => {
    const { handle, name } = openUdp();
    const batch = new MessageBatch(addon, 2, 8);
    fill(batch, 0, new Uint8Array(8).fill(7), name);
    fill(batch, 1, new Uint8Array(0), name);
    expect(addon.send(handle, batch.native, 0, 2, 0)).toBe(2);
    const received = new MessageBatch(addon, 4, 8);
    expect(receive(handle, received)).toBe(2);
    expect([received.word(0, WORD.LENGTH), received.word(1, WORD.LENGTH)]).toEqual([8, 0]);
  });

  it('is answered by the kernel where a name is short or of another family', () => {
    const { handle, name } = openUdp();
    const EINVAL = 22;
    const EAFNOSUPPORT = 97;
    const short = message(Uint8Array.of(1), name);
    short.setWord(0, WORD.NAME_LENGTH, 15);
    expect(addon.send(handle, short.native, 0, 1, 0)).toBe(-EINVAL);
    const foreign = message(Uint8Array.of(1), openUdp(6).name);
    expect(addon.send(handle, foreign.native, 0, 1, 0)).toBe(-EAFNOSUPPORT);
  });
});

it('keeps the buffer alive on its own', async () => {
  const { handle, name } = openUdp();
  const native = (() => {
    const buffer = new ArrayBuffer(RECORD + 64);
    new Uint32Array(buffer)[WORD.LENGTH] = 64;
    new Uint32Array(buffer)[WORD.NAME_LENGTH] = name.length;
    new Uint8Array(buffer).set(name, WORD.NAME * 4);
    new Uint8Array(buffer).fill(0x5a, RECORD);
    return addon.createBatch(buffer, 1, 64);
  })();
  await collectGarbage();
  expect(addon.send(handle, native, 0, 1, 0)).toBe(1);
  const received = new MessageBatch(addon, 1, 64);
  expect(receive(handle, received)).toBe(1);
  expect(received.data(0).every((octet) => octet === 0x5a)).toBe(true);
});

it('has records of as many words as TypeScript counts', () => {
  expect(RECORD).toBe(RECORD_WORDS * Uint32Array.BYTES_PER_ELEMENT);
});
