/** What the addon does when it is called wrongly: a TypeError or RangeError, never a crash, never a guess. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AF_INET, SOCK_DGRAM } from '../../src/net/constants.ts';
import type { NativeBatch, NativeHandle } from '../../src/net/native.ts';
import { addon, thrownBy } from './support.ts';

const functions = addon as unknown as Readonly<Record<string, (...values: unknown[]) => unknown>>;

let handle: NativeHandle;
let timer: NativeHandle;
let batch: NativeBatch;
beforeAll(() => {
  handle = addon.open(AF_INET, SOCK_DGRAM, 0);
  timer = addon.openTimer();
  batch = addon.createBatch(new ArrayBuffer(addon.RECORD_OCTETS + 4), 1, 4);
});
afterAll(() => {
  addon.close(handle);
  addon.close(timer);
});

type Kind = 'handle' | 'batch' | 'number' | 'bytes' | 'buffer' | 'callback' | 'callback or null' | 'string' | 'doubles';

/** Every export that is a function, with the kinds of its arguments. A new export without a line here fails a test. */
const SIGNATURES: Readonly<Record<string, readonly (Kind | 'number or bytes')[]>> = {
  open: ['number', 'number', 'number'],
  close: ['handle'],
  fd: ['handle'],
  bind: ['handle', 'bytes'],
  connect: ['handle', 'bytes'],
  startConnect: ['handle', 'bytes'],
  getsockname: ['handle'],
  setsockopt: ['handle', 'number', 'number', 'number or bytes'],
  getsockopt: ['handle', 'number', 'number', 'bytes'],
  attachFilter: ['handle', 'bytes'],
  createBatch: ['buffer', 'number', 'number'],
  createExchange: ['handle', 'batch', 'batch', 'doubles'],
  send: ['handle', 'batch', 'number', 'number', 'number'],
  receive: ['handle', 'batch'],
  receiveErrors: ['handle', 'batch'],
  watch: ['handle', 'callback or null'],
  wait: ['handle', 'number'],
  openTimer: [],
  armTimer: ['handle', 'number'],
  readClocks: ['doubles'],
  interfaces: [],
  terminalColumns: ['number'],
  capabilities: [],
  dropCapabilities: [],
  getaddrinfo: ['string', 'number', 'number', 'callback'],
  getnameinfo: ['bytes', 'number', 'callback'],
  useLocale: [],
  defaultSignal: ['number'],
  strerror: ['number'],
  errnoName: ['number'],
};

function good(kind: Kind | 'number or bytes'): unknown {
  switch (kind) {
    case 'handle':
      return handle;
    case 'batch':
      return batch;
    case 'number':
    case 'number or bytes':
      return 0;
    case 'bytes':
      return new Uint8Array(16);
    case 'buffer':
      return new ArrayBuffer(addon.RECORD_OCTETS + 4);
    case 'callback':
      return () => {};
    case 'callback or null':
      return null;
    case 'string':
      return 'localhost';
    case 'doubles':
      return new Float64Array(3);
  }
}

/** Values that are of none of the kinds which a position takes. */
function wrong(kind: Kind | 'number or bytes'): readonly (readonly [label: string, value: unknown])[] {
  const foreign = Object.create(handle) as object; // inherits from a handle and is none
  const all: readonly (readonly [string, unknown, (Kind | 'number or bytes')[]])[] = [
    ['undefined', undefined, []],
    ['null', null, ['callback or null']],
    ['a boolean', true, []],
    ['a number', 1, ['number', 'number or bytes']],
    ['a bigint', 1n, []],
    ['a symbol', Symbol('handle'), []],
    ['a string', 'lo', ['string']],
    ['a plain object', {}, []],
    ['an array', [1, 2, 3], []],
    ['a function', () => {}, ['callback', 'callback or null']],
    ['a handle', handle, ['handle']],
    ['a batch', batch, ['batch']],
    ['an heir of a handle', foreign, []],
    ['a proxy of a handle', new Proxy(handle, {}), []],
    ['a proxy of a batch', new Proxy(batch, {}), []],
    ['a Uint8Array', new Uint8Array(16), ['bytes', 'number or bytes']],
    ['an Int8Array', new Int8Array(16), []],
    ['a Uint8ClampedArray', new Uint8ClampedArray(16), []],
    ['a Uint32Array', new Uint32Array(16), []],
    ['a short Float64Array', new Float64Array(2), []],
    ['a DataView', new DataView(new ArrayBuffer(512)), []],
    ['an ArrayBuffer', new ArrayBuffer(512), ['buffer']],
    ['a SharedArrayBuffer', new SharedArrayBuffer(512), []],
    ['a Map', new Map(), []],
    ['a class', class {}, ['callback', 'callback or null']],
  ];
  return all.filter(([, , kinds]) => !kinds.includes(kind)).map(([label, value]) => [label, value]);
}

it('knows every export', () => {
  const exported = Object.keys(functions).filter((name) => typeof functions[name] === 'function');
  expect(exported.sort()).toEqual(Object.keys(SIGNATURES).sort());
  expect(Object.keys(functions).filter((name) => typeof functions[name] !== 'function')).toEqual(['RECORD_OCTETS']);
});

const withArguments = Object.entries(SIGNATURES).filter(([, kinds]) => kinds.length > 0);

describe.each(withArguments)('%s', (name, kinds) => {
  it('throws a TypeError for too few arguments', () => {
    for (let count = 0; count < kinds.length; count++) {
      const error = thrownBy(() => functions[name]!(...kinds.slice(0, count).map(good)));
      expect(error, `${count} arguments`).toBeInstanceOf(TypeError);
      expect(error.code, `${count} arguments`).toBe('ERR_MISSING_ARGS');
    }
  });

  it('throws a TypeError for a value of another type at each place', () => {
    kinds.forEach((kind, place) => {
      for (const [label, value] of wrong(kind)) {
        const values = kinds.map(good);
        values[place] = value;
        const error = thrownBy(() => functions[name]!(...values));
        expect(error, `${label} as argument ${place}`).toBeInstanceOf(TypeError);
        expect(error.code, `${label} as argument ${place}`).toBe('ERR_INVALID_ARG_TYPE');
      }
    });
  });
});

it('takes more arguments than it needs', () => {
  expect(addon.fd.call(null, ...([handle, 1, 2, 3] as unknown as [NativeHandle]))).toBeGreaterThan(2);
  expect(functions['strerror']!(1, 2)).toBe('Operation not permitted');
});

it('does not care what `this` is', () => {
  const { fd } = addon;
  expect(fd(handle)).toBe(addon.fd(handle));
  expect(Reflect.apply(fd, 42, [handle])).toBe(addon.fd(handle));
});

it('is no constructor of anything useful, and survives being used as one', () => {
  for (const name of ['close', 'receive', 'watch']) {
    expect(() => Reflect.construct(functions[name]!, [])).toThrow(TypeError);
  }
});

describe('numbers', () => {
  it.each([Number.NaN, -1, 1e18 + 1e6, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'wait and armTimer refuse %d',
    (number) => {
      for (const act of [() => addon.wait(handle, number), () => addon.armTimer(timer, number)]) {
        const error = thrownBy(act);
        expect(error).toBeInstanceOf(RangeError);
        expect(error.code).toBe('ERR_OUT_OF_RANGE');
      }
    },
  );

  it('has names and texts for errno values, and for what is none', () => {
    expect([1, 11, 101, 90].map(addon.errnoName)).toEqual(['EPERM', 'EAGAIN', 'ENETUNREACH', 'EMSGSIZE']);
    expect([-1, 4095, 2 ** 31 - 1].map(addon.errnoName)).toEqual(['EUNKNOWN', 'EUNKNOWN', 'EUNKNOWN']);
    expect([1, 101].map(addon.strerror)).toEqual(['Operation not permitted', 'Network is unreachable']);
    expect(addon.strerror(4095)).toBe('Unknown error 4095');
    expect(addon.strerror(-1)).toBe('Unknown error -1');
  });

  it('tells the width of terminals only', () => {
    expect([-1, 2 ** 31 - 1, addon.fd(handle)].map(addon.terminalColumns)).toEqual([0, 0, 0]);
  });
});
