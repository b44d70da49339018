/** A run of the library as its three selves: iterable, promise, disposable. What it runs is a script here. */
import { getEventListeners } from 'node:events';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { SetupError } from '../../src/cli/errors.ts';
import { SondeError } from '../../src/library/errors.ts';
import { QUEUE_LIMIT, Run, type RunControl } from '../../src/library/run.ts';

type Control = RunControl<number>;
/** So many events are told before the event loop has a turn. */
const TURN = 100;

/** Lets whatever is due in microtasks and immediates happen. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A run that tells numbers from 1 on, as long as its gate is open, until it has told `count` or is ended. */
function counting(
  count: number,
  signal?: AbortSignal,
): { run: Run<number, string>; told: () => number; closed: () => boolean } {
  let told = 0;
  let isClosed = false;
  const start = async ({ emit, signals, gate, begin }: Control) => {
    await settle();
    begin();
    return await new Promise<string>((resolve) => {
      const end = (how: string) => {
        isClosed = true;
        gate.onOpen(null);
        resolve(`${how} at ${told}`);
      };
      let isOver = false;
      const work = () => {
        for (let turn = 0; turn < TURN && !isOver && !gate.isShut && told < count; turn++) emit(++told);
        if (isOver) return;
        if (told === count) {
          isOver = true;
          end('complete');
        } else if (!gate.isShut) setImmediate(work);
      };
      gate.onOpen(work);
      signals.listen(() => {
        isOver = true;
        end('interrupted');
      });
      work();
    });
  };
  return { run: new Run(start, signal), told: () => told, closed: () => isClosed };
}

async function readAll<T>(run: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of run) events.push(event);
  return events;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a run', () => {
  it('tells its events in order to who iterates, and its summary to who awaits then', async () => {
    const { run } = counting(5);
    expect(await readAll(run)).toEqual([1, 2, 3, 4, 5]);
    expect(await run).toBe('complete at 5');
  });

  it('keeps no events for who only awaits it, and is not held back by them', async () => {
    const { run } = counting(10 * QUEUE_LIMIT);
    expect(await run).toBe(`complete at ${10 * QUEUE_LIMIT}`);
    expect(run.waiting).toBe(0);
  });

  it('holds events for who comes later, and waits with no more than the limit', async () => {
    const { run, told } = counting(5 * QUEUE_LIMIT);
    await vi.waitFor(() => expect(told()).toBe(QUEUE_LIMIT));
    await settle();
    expect(told()).toBe(QUEUE_LIMIT);
    expect(run.waiting).toBe(QUEUE_LIMIT);
    expect(await readAll(run)).toEqual(upTo(5 * QUEUE_LIMIT));
  });

  it('goes on where so many wait that it stood still, and then it is only awaited', async () => {
    const { run, told } = counting(5 * QUEUE_LIMIT);
    await vi.waitFor(() => expect(told()).toBe(QUEUE_LIMIT));
    await settle();
    expect(await run).toBe(`complete at ${5 * QUEUE_LIMIT}`);
  });

  it('loses nothing of a slow reader, and never has more than the limit waiting', async () => {
    const { run } = counting(4 * QUEUE_LIMIT);
    const events: number[] = [];
    let most = 0;
    for await (const event of run) {
      most = Math.max(most, run.waiting);
      if (event % 500 === 0) await settle();
      events.push(event);
    }
    expect(events).toEqual(upTo(4 * QUEUE_LIMIT));
    expect(most).toBeLessThanOrEqual(QUEUE_LIMIT);
  });

  it('waits until a slow reader has caught up, and not for the first event that he takes', async () => {
    const { run, told } = counting(2 * QUEUE_LIMIT);
    await vi.waitFor(() => expect(told()).toBe(QUEUE_LIMIT));
    for (let read = 0; read < QUEUE_LIMIT / 2; read++) await run.next();
    await settle();
    expect(told()).toBe(QUEUE_LIMIT);
    // A quarter of the queue is left: events flow again before the reader has to wait for them.
    for (let read = 0; read < QUEUE_LIMIT / 4; read++) await run.next();
    await vi.waitFor(() => expect(run.waiting).toBe(QUEUE_LIMIT));
    expect(await readAll(run)).toHaveLength(2 * QUEUE_LIMIT - (3 * QUEUE_LIMIT) / 4);
  });

  it('ends when its loop is left, and everything is closed by then', async () => {
    const { run, closed } = counting(Number.POSITIVE_INFINITY);
    for await (const event of run) if (event === 3) break;
    expect(closed()).toBe(true);
    expect(await run).toMatch(/^interrupted at \d+$/);
    expect(await readAll(run)).toEqual([]);
  });

  it('ends when its loop throws, and passes that on', async () => {
    const { run, closed } = counting(Number.POSITIVE_INFINITY);
    const reading = async () => {
      for await (const event of run) if (event === 2) throw new RangeError('enough');
    };
    await expect(reading()).rejects.toThrow(new RangeError('enough'));
    expect(closed()).toBe(true);
  });

  it('ends with what is known when its signal is aborted, and tells all that came before', async () => {
    const abort = new AbortController();
    const { run, told } = counting(Number.POSITIVE_INFINITY, abort.signal);
    const events: number[] = [];
    for await (const event of run) {
      events.push(event);
      if (event === 7) abort.abort();
    }
    expect(events).toEqual(upTo(told()));
    expect(await run).toBe(`interrupted at ${told()}`);
  });

  it('rejects with the reason of a signal that was aborted before the first probe', async () => {
    const reason = new Error('not today');
    const before = counting(5, AbortSignal.abort(reason));
    await expect(before.run).rejects.toBe(reason);
    expect(before.told()).toBe(0);
    const abort = new AbortController();
    const during = counting(5, abort.signal);
    abort.abort(reason);
    await expect(readAll(during.run)).rejects.toBe(reason);
    expect(during.told()).toBe(0);
  });

  it('waits for nothing that hangs when it is aborted', async () => {
    const abort = new AbortController();
    const run = new Run(({ orAborted }: Control) => orAborted(new Promise<string>(() => {})), abort.signal);
    const ended = expect(run).rejects.toThrow('This operation was aborted');
    abort.abort();
    await ended;
  });

  it('hears of an abort also where it listens late, and what it waits for behind the first probe goes on', async () => {
    const abort = new AbortController();
    const run = new Run(async ({ begin, signals }: Control) => {
      begin();
      abort.abort();
      return await new Promise<string>((resolve) => signals.listen(resolve));
    }, abort.signal);
    expect(await run).toBe('SIGINT');
    const later = new AbortController();
    const waiting = new Run(async ({ begin, orAborted }: Control) => {
      begin();
      const known = orAborted(settle().then(() => 'known'));
      later.abort();
      return await known;
    }, later.signal);
    expect(await waiting).toBe('known');
  });

  it('can be disposed of at any time, again and again', async () => {
    const { run, closed } = counting(Number.POSITIVE_INFINITY);
    await run[Symbol.asyncDispose]();
    // It had not begun: nobody is told of an end, and nothing is open.
    expect(closed()).toBe(false);
    await expect(run).rejects.toThrow('ended before it began');
    const later = counting(Number.POSITIVE_INFINITY);
    await vi.waitFor(() => expect(later.told()).toBeGreaterThan(0));
    await later.run[Symbol.asyncDispose]();
    await later.run[Symbol.asyncDispose]();
    expect(later.closed()).toBe(true);
    const over = counting(1);
    await over.run;
    await over.run[Symbol.asyncDispose]();
    expect(await over.run).toBe('complete at 1');
  });

  it('tells a failure to who iterates, once and behind what came before, and to who awaits', async () => {
    const failing = () =>
      new Run<number, string>(async ({ emit }) => {
        emit(1);
        throw new SetupError('socket: Operation not permitted\n=> as root: setcap …');
      }, undefined);
    const events: number[] = [];
    const run = failing();
    const reading = async () => {
      for await (const event of run) events.push(event);
    };
    await expect(reading()).rejects.toMatchObject({
      name: 'SondeError',
      message: 'socket: Operation not permitted',
      hint: 'as root: setcap …',
      code: 'ERR_SONDE_SETUP',
      syscall: null,
    });
    expect(events).toEqual([1]);
    expect(await run.next()).toEqual({ done: true, value: undefined });
    await expect(failing()).rejects.toBeInstanceOf(SondeError);
  });

  it('knows a refusal also where it comes from another realm, as under jest', async () => {
    const refusal = runInNewContext(
      "Object.assign(new Error('socket: no'), { code: 'EPERM', errno: -1, syscall: 'socket' })",
    );
    const run = new Run(() => Promise.reject(refusal), undefined);
    await expect(run).rejects.toBeInstanceOf(SondeError);
    await expect(run).rejects.toMatchObject({ message: 'socket: no', code: 'EPERM', errno: -1, syscall: 'socket' });
  });

  it('passes on what is no refusal of the machine as it is', async () => {
    const bug = new TypeError('undefined is not a function');
    await expect(new Run(() => Promise.reject(bug), undefined)).rejects.toBe(bug);
  });

  it('is a promise: then, catch and finally', async () => {
    expect(await counting(1).run.then((summary) => summary.length)).toBe('complete at 1'.length);
    expect(
      await new Run(() => Promise.reject(new Error('no')), undefined).catch((error) => (error as Error).message),
    ).toBe('no');
    let isSettled = false;
    await counting(1).run.finally(() => {
      isSettled = true;
    });
    expect(isSettled).toBe(true);
    expect(await Promise.all([counting(1).run, counting(2).run])).toEqual(['complete at 1', 'complete at 2']);
  });

  it('leaves no listener on a signal that outlives it', async () => {
    const abort = new AbortController();
    const warnings: unknown[] = [];
    const onWarning = (warning: unknown) => warnings.push(warning);
    process.on('warning', onWarning);
    await Promise.all(Array.from({ length: 50 }, () => counting(3, abort.signal).run));
    await settle();
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });
});
