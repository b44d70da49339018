/** How an object with options is read, whatever it is: once, its own members alone, and with an error that names the option. */
import { describe, expect, it, vi } from 'vitest';
import { arping, clockdiff, ping, rdisc, sweep, tracepath } from '../../src/index.ts';

// What each run was given: nothing is opened.
vi.mock('../../src/ping/library.ts', () => ({ runPing: async (_target: string, given: object) => given }));
vi.mock('../../src/tracepath/library.ts', () => ({ runTracepath: async (_target: string, given: object) => given }));
vi.mock('../../src/arping/library.ts', () => ({ runArping: async (_target: string, given: object) => given }));
vi.mock('../../src/clockdiff/library.ts', () => ({ runClockdiff: async (_target: string, given: object) => given }));
vi.mock('../../src/rdisc/library.ts', () => ({ runRdisc: async (given: object) => given }));
vi.mock('../../src/sweep/library.ts', () => ({ runSweep: async ({ options }: { options: object }) => options }));

/** Begins a run as a program without types would. */
type Begin = (options?: unknown) => PromiseLike<unknown>;
const FUNCTIONS: readonly (readonly [name: string, begin: Begin])[] = [
  ['ping', (options) => ping('127.0.0.1', options as object)],
  ['tracepath', (options) => tracepath('127.0.0.1', options as object)],
  ['arping', (options) => arping('127.0.0.1', options as object)],
  ['clockdiff', (options) => clockdiff('127.0.0.1', options as object)],
  ['rdisc', (options) => rdisc(options as object)],
  ['sweep', (options) => sweep('127.0.0.1', options as object)],
];
const OF_CONDITIONS = FUNCTIONS.slice(0, 4);

describe.each(FUNCTIONS)('the options of %s', (name, begin) => {
  it.each([
    ['null', null],
    ['3', 3],
    ["'fast'", 'fast'],
    ['an array', []],
    ['a function', () => {}],
  ])('may not be %s', (shown, options) => {
    expect(() => begin(options)).toThrow(new TypeError(`the options of ${name} must be an object, not ${shown}`));
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('have none of the name %s', (key) => {
    const options = Object.defineProperty({}, key, { value: 1, enumerable: true });
    expect(() => begin(options)).toThrow(`${name} has no option '${key}'`);
  });

  it.each([
    ['an object without a prototype', Object.create(null), 'an object'],
    ['an array', [Object.create(null)], 'an array'],
    ['a function', () => 3, 'a function'],
    ['a symbol', Symbol('one'), 'Symbol(one)'],
  ])('name the one that is %s', (_what, signal, shown) => {
    expect(() => begin({ signal })).toThrow(new TypeError(`signal must be an AbortSignal, not ${shown}`));
  });

  it('may be frozen, or without a prototype, and one that is undefined is left out', async () => {
    const plain = await begin();
    expect(await begin(Object.freeze({ signal: undefined }))).toEqual(plain);
    expect(await begin(Object.assign(Object.create(null), { signal: undefined }))).toEqual(plain);
  });

  it('are their own: what a prototype has is not looked at', async () => {
    const inherited = {
      family: 9,
      deadlineMs: -1,
      responder: 3,
      reverse: true,
      flows: 3,
      seed: 'x',
      until: 7,
      signal: 1,
    };
    expect(await begin(Object.create(inherited))).toEqual(await begin());
  });

  it('that throw when they are read throw what they throw', () => {
    const options = Object.defineProperty({}, 'signal', {
      enumerable: true,
      get: () => {
        throw new Error('not today');
      },
    });
    expect(() => begin(options)).toThrow(new Error('not today'));
  });

  it('are read once: what is checked is what is used', async () => {
    let reads = 0;
    const options = Object.defineProperty({}, 'signal', {
      enumerable: true,
      get: () => (++reads > 1 ? 'later' : undefined),
    });
    await begin(options);
    expect(reads).toBe(1);
  });
});

describe('a list among the options', () => {
  it.each(OF_CONDITIONS)('of %s means what it meant when it was given', async (name, begin) => {
    const condition = name === 'tracepath' ? 'hops > 0' : 'received > 0';
    const conditions = [condition];
    const run = begin({ conditions });
    conditions[0] = 'nonsense';
    expect(await run).toEqual({ conditions: [condition] });
  });

  it('may be of octets', async () => {
    const pattern = Buffer.of(1, 2);
    const run = ping('127.0.0.1', { pattern });
    pattern.fill(9);
    expect(await run).toEqual({ pattern: Uint8Array.of(1, 2) });
  });
});

describe('an object with options that is used again', () => {
  it.each(OF_CONDITIONS)('means to %s what it meant when it was given', async (_name, begin) => {
    const options = { deadlineMs: 100 };
    const run = begin(options);
    options.deadlineMs = 200;
    expect(await run).toEqual({ deadlineMs: 100 });
  });

  it('means to rdisc what it meant when it was given', async () => {
    const options = { responder: false };
    const run = rdisc(options);
    options.responder = true;
    expect(await run).toEqual({ responder: false });
  });
});

describe('what stands in objects and lists of sweep()', () => {
  it('means what it meant when it was given', async () => {
    const shard = { number: 1, count: 2 };
    const exclude = ['127.0.0.2'];
    const run = sweep('127.0.0.0/29', { shard, exclude });
    shard.count = 1;
    exclude.push('127.0.0.0/8');
    expect(await run).toMatchObject({ shard: { number: 1, count: 2 }, exclude: ['127.0.0.2'] });
  });
});
