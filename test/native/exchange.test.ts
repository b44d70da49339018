/** Exchanges: sends and receives by turns. The peer is the sender itself: what a socket sends to its own name it receives. */
import { describe, expect, it } from 'vitest';
import { AF_INET, IP_RECVERR, IP_TTL, SOCK_DGRAM, SOL_IP } from '../../src/net/constants.ts';
import { MessageBatch, PRESENT, WORD } from '../../src/net/message-batch.ts';
import { EXCHANGE, type NativeExchange, type NativeHandle } from '../../src/net/native.ts';
import { addon, closedPort, collectGarbage, fill, open, openTimer, openUdp, sendTo, thrownBy } from './support.ts';

const CAPACITY = 4;
const NUMBERS = EXCHANGE.MOMENTS + CAPACITY + 1;
const ECONNREFUSED = 111;
const EDESTADDRREQ = 89;

interface Bound {
  readonly exchange: NativeExchange;
  readonly handle: NativeHandle;
  readonly sending: MessageBatch;
  readonly receiving: MessageBatch;
  readonly numbers: Float64Array;
}

/** An exchange whose records 0, 1, … carry their own number; `to` answers where each goes. */
function bind(to: (own: Uint8Array, index: number) => Uint8Array | undefined): Bound {
  const { handle, name } = openUdp();
  const sending = new MessageBatch(addon, CAPACITY, 8);
  const receiving = new MessageBatch(addon, CAPACITY, 8);
  for (let index = 0; index < CAPACITY; index++) fill(sending, index, Uint8Array.of(index), to(name, index));
  const numbers = new Float64Array(NUMBERS).fill(Number.NaN);
  const exchange = addon.createExchange(handle, sending.native, receiving.native, numbers);
  return { exchange, handle, sending, receiving, numbers };
}

const toItself = (own: Uint8Array) => own;

describe('an exchange', () => {
  it('sends each record and receives what answers it into the record of the same number', () => {
    const { exchange, receiving, numbers } = bind(toItself);
    expect(exchange(3, 0)).toBe(3);
    expect(numbers[EXCHANGE.RECEIVED]).toBe(3);
    expect(numbers[EXCHANGE.REFUSED]).toBe(0);
    expect([0, 1, 2].map((index) => [...receiving.data(index)])).toEqual([[0], [1], [2]]);
  });

  it('reads both clocks before the first send, and the monotonic one after each receive', () => {
    const { exchange, numbers } = bind(toItself);
    const before = new Float64Array(3);
    const after = new Float64Array(3);
    addon.readClocks(before);
    exchange(CAPACITY, 0);
    addon.readClocks(after);
    const moments = [...numbers.subarray(EXCHANGE.MOMENTS)];
    expect(moments).toHaveLength(CAPACITY + 1);
    expect([before[0]!, ...moments, after[0]!]).toEqual([before[0]!, ...moments, after[0]!].sort((a, b) => a - b));
    expect(numbers[EXCHANGE.CLOCKS]).toBe(moments[0]);
    const unixNs = (clocks: Float64Array, at: number) => (clocks[at]! - before[1]!) * 1e9 + clocks[at + 1]!;
    expect(unixNs(numbers, EXCHANGE.CLOCKS + 1)).toBeGreaterThanOrEqual(unixNs(before, 1));
    expect(unixNs(numbers, EXCHANGE.CLOCKS + 1)).toBeLessThanOrEqual(unixNs(after, 1));
  });

  it('stops behind the first record that nothing answers at once', () => {
    const silent = openUdp();
    const { exchange, numbers } = bind((own, index) => (index === 1 ? silent.name : own));
    expect(exchange(CAPACITY, 0)).toBe(2);
    expect(numbers[EXCHANGE.RECEIVED]).toBe(1);
    expect(numbers[EXCHANGE.REFUSED]).toBe(0);
    expect(numbers[EXCHANGE.MOMENTS + 3]).toBeNaN();
  });

  it('takes whatever comes for an answer, and leaves what it says to JavaScript', () => {
    const { exchange, handle, receiving } = bind(toItself);
    sendTo(openUdp().handle, addon.getsockname(handle), Uint8Array.of(99));
    expect(exchange(2, 0)).toBe(2);
    expect([0, 1].map((index) => [...receiving.data(index)])).toEqual([[99], [0]]);
  });

  it('stops at a record that is refused, and says why', () => {
    const { exchange, numbers } = bind((own, index) => (index === 2 ? undefined : own));
    expect(exchange(CAPACITY, 0)).toBe(2);
    expect(numbers[EXCHANGE.RECEIVED]).toBe(2);
    expect(numbers[EXCHANGE.REFUSED]).toBe(EDESTADDRREQ);
  });

  it('tells the pending error of its socket in place of a message', () => {
    const { handle } = openUdp();
    addon.connect(handle, closedPort());
    const sending = new MessageBatch(addon, 2, 8);
    for (const index of [0, 1]) fill(sending, index, Uint8Array.of(index));
    const numbers = new Float64Array(NUMBERS);
    const exchange = addon.createExchange(handle, sending.native, new MessageBatch(addon, 2, 8).native, numbers);
    expect(exchange(2, 0)).toBe(1);
    expect([EXCHANGE.RECEIVED, EXCHANGE.FAILED].map((at) => numbers[at])).toEqual([0, ECONNREFUSED]);
  });

  it('keeps the messages that came before a receive that failed', () => {
    const { exchange, handle, receiving, numbers } = bind((own, index) => (index === 2 ? closedPort() : own));
    addon.setsockopt(handle, SOL_IP, IP_RECVERR, 1);
    expect(exchange(CAPACITY, 0)).toBe(3);
    expect([EXCHANGE.RECEIVED, EXCHANGE.FAILED].map((at) => numbers[at])).toEqual([2, ECONNREFUSED]);
    expect([0, 1].map((index) => [...receiving.data(index)])).toEqual([[0], [1]]);
    // The next one begins with a clean slate.
    exchange(1, 0);
    expect(numbers[EXCHANGE.FAILED]).toBe(0);
  });

  it('sends control messages too', () => {
    const { exchange, handle, sending, receiving } = bind(toItself);
    addon.setsockopt(handle, SOL_IP, 12 /* IP_RECVTTL */, 1);
    addon.setsockopt(handle, SOL_IP, IP_TTL, 9);
    sending.setWord(1, WORD.PRESENT, PRESENT.HOP_LIMIT);
    sending.setWord(1, WORD.HOP_LIMIT, 33);
    expect(exchange(2, 0)).toBe(2);
    expect([0, 1].map((index) => receiving.word(index, WORD.HOP_LIMIT))).toEqual([9, 33]);
  });

  it('sends none of no records', () => {
    const { exchange, numbers } = bind(toItself);
    expect(exchange(0, 0)).toBe(0);
    expect(numbers[EXCHANGE.RECEIVED]).toBe(0);
  });
});

describe('an exchange refuses', () => {
  it('more records than its batches have', () => {
    const { exchange } = bind(toItself);
    expect(thrownBy(() => exchange(CAPACITY + 1, 0))).toBeInstanceOf(RangeError);
    expect(thrownBy(() => exchange(2 ** 31, 0))).toBeInstanceOf(RangeError);
  });

  it('a record that says too much, before anything is sent', () => {
    const { exchange, sending, handle } = bind(toItself);
    sending.setWord(1, WORD.LENGTH, 9);
    expect(thrownBy(() => exchange(2, 0))).toBeInstanceOf(RangeError);
    expect(addon.receive(handle, new MessageBatch(addon, 1, 8).native)).toBe(0);
  });

  it('a socket that was closed', () => {
    const { exchange, handle } = bind(toItself);
    addon.close(handle);
    expect(thrownBy(() => exchange(1, 0)).code).toBe('EBADF');
  });

  it.each(['sending', 'receiving', 'numbers'] as const)('%s whose buffer was transferred away', (which) => {
    const bound = bind(toItself);
    const { buffer } = which === 'numbers' ? bound.numbers : bound[which].octets;
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
    expect(() => bound.exchange(1, 0)).toThrow();
  });

  it('numbers that are too few for the records', () => {
    const { handle, sending, receiving } = bind(toItself);
    const numbers = new Float64Array(EXCHANGE.MOMENTS + 2);
    const exchange = addon.createExchange(handle, sending.native, receiving.native, numbers);
    expect(exchange(1, 0)).toBe(1);
    expect(() => exchange(2, 0)).toThrow(TypeError);
  });

  it('arguments that are no numbers, or none at all', () => {
    const exchange = bind(toItself).exchange as (...list: unknown[]) => number;
    expect(() => exchange()).toThrow();
    expect(() => exchange('1', 0)).toThrow();
    expect(() => exchange(1, {})).toThrow();
  });
});

describe('createExchange refuses', () => {
  const { sending, receiving, numbers } = (() => {
    const make = () => new MessageBatch(addon, 1, 8).native;
    return { sending: make(), receiving: make(), numbers: new Float64Array(NUMBERS) };
  })();
  const create = addon.createExchange as (...list: unknown[]) => unknown;

  it.each<[string, (handle: NativeHandle) => readonly unknown[]]>([
    ['one batch for both', (handle) => [handle, sending, sending, numbers]],
    ['too few numbers', (handle) => [handle, sending, receiving, new Float64Array(EXCHANGE.MOMENTS)]],
    ['numbers of another kind', (handle) => [handle, sending, receiving, new Uint8Array(999)]],
    ['something that is no batch', (handle) => [handle, {}, receiving, numbers]],
    ['something that is no handle', () => [{}, sending, receiving, numbers]],
    ['too few arguments', (handle) => [handle, sending, receiving]],
  ])('%s', (_what, argumentsFor) => {
    expect(() => create(...argumentsFor(open(AF_INET, SOCK_DGRAM)))).toThrow(TypeError);
  });
});

describe('the life of an exchange', () => {
  it('keeps its socket and its batches alive, and lets go of them with itself', async () => {
    const make = () => {
      const bound = bind(toItself);
      return { exchange: bound.exchange as NativeExchange | null, batch: new WeakRef(bound.receiving.native) };
    };
    const { batch, ...rest } = make();
    const holder = rest;
    await collectGarbage();
    expect(batch.deref()).toBeDefined();
    expect(holder.exchange!(2, 0)).toBe(2);
    holder.exchange = null;
    for (let turn = 0; turn < 5 && batch.deref() !== undefined; turn++) await collectGarbage();
    expect(batch.deref()).toBeUndefined();
  });

  it('answers for a timer what the kernel says of sending on it', () => {
    const { sending, receiving, numbers } = bind(toItself);
    const exchange = addon.createExchange(openTimer(), sending.native, receiving.native, numbers);
    expect(exchange(1, 0)).toBe(0);
    expect(numbers[EXCHANGE.REFUSED]).toBe(88); // ENOTSOCK
  });
});
