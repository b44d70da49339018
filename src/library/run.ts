/**
 * What every function of the library returns: a run that has begun, as an async iterable of its events, as a promise of its
 * summary, and as something that can be disposed of.
 *
 * Events wait in a queue for whoever iterates. A queue that is full shuts a gate: the run sends no more probes and reads no
 * more packets until the reader has caught up. So no event is lost, and no more than QUEUE_LIMIT of them wait, and what the
 * probes under way still bring. Where nobody iterates (the run is only awaited) events are not kept at all.
 */
import { AbortSignals } from '../net/abort-signals.ts';
import type { Gate, SignalSource } from '../net/pump.ts';
import type { Signal } from '../net/signals.ts';
import { Fifo } from './fifo.ts';

/** So many events wait before the run does. */
export const QUEUE_LIMIT = 1024;
/** And so few are left when it goes on. */
const QUEUE_LOW = 256;

/** What a room is given to run with. */
export interface RunControl<Event> {
  /** Whether anybody will read events: none need be made for who only awaits the summary. */
  readonly isRead: () => boolean;
  /** Tells an event. A method to the compiler, so that a run of some events is one of these and others too. */
  emit(event: Event): void;
  /** Says SIGINT when the run shall end: aborted, broken out of, or disposed of. */
  readonly signals: SignalSource;
  /** For `pump`. */
  readonly gate: Gate;
  /**
   * The first probe may go: from here on an abort ends the run with what is known. Before, it rejects.
   * @throws the signal's reason where it is aborted already
   */
  readonly begin: () => void;
  /** The result of `promise`, or at once a rejection with the signal's reason when the run is aborted meanwhile. */
  readonly orAborted: <T>(promise: Promise<T>) => Promise<T>;
  /** Whether the run is to go on: nobody has aborted it. */
  readonly isStillWanted: () => boolean;
}

/** One listener on each signal, however many runs it ends. */
const ABORTS = new AbortSignals();

type Reader = 'nobody yet' | 'iterates' | 'awaits';

/** A run that has begun. `Event` is a union by `type`; the promise resolves with the `summary` event. */
export class Run<Event, Summary> implements Promise<Summary>, AsyncIterableIterator<Event>, AsyncDisposable {
  readonly [Symbol.toStringTag] = 'Run';
  readonly #result: Promise<Summary>;
  readonly #queue = new Fifo<Event>();
  /** From the moment that QUEUE_LIMIT events wait until only QUEUE_LOW do. */
  #isFull = false;
  #reader: Reader = 'nobody yet';
  #isOver = false;
  #hasBegun = false;
  #failure: { readonly error: unknown } | null = null;
  /** Why the run shall end; null while nobody wants it to. */
  #abort: { readonly reason: unknown } | null = null;
  #onAbort: ((signal: Signal) => void) | null = null;
  readonly #abortListeners = new Set<(reason: unknown) => void>();
  #onGateOpen: (() => void) | null = null;
  /** Calls of `next` that wait for an event, oldest first. */
  readonly #waiting: (() => void)[] = [];

  /** `start` does the whole run; when it settles, everything that it opened is closed. */
  constructor(start: (control: RunControl<Event>) => Promise<Summary>, signal: AbortSignal | undefined) {
    const forget = signal === undefined ? () => {} : ABORTS.listen(signal, () => this.#interrupt(signal.reason));
    this.#result = this.#go(start).finally(() => {
      forget();
      this.#isOver = true;
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  async #go(start: (control: RunControl<Event>) => Promise<Summary>): Promise<Summary> {
    try {
      return await start(this.#control());
    } catch (error) {
      // What can tell a refusal knows of sockets, and is loaded where there are some.
      const { toSondeError } = await import('./to-sonde-error.ts');
      this.#failure = { error: toSondeError(error) };
      throw this.#failure.error;
    }
  }

  #control(): RunControl<Event> {
    const isShut = () => this.#isFull;
    return {
      isRead: () => this.#reader !== 'awaits',
      emit: (event) => this.#emit(event),
      signals: {
        listen: (listener) => {
          this.#onAbort = listener;
          if (this.#abort !== null) listener('SIGINT');
        },
      },
      gate: {
        get isShut() {
          return isShut();
        },
        onOpen: (callback) => {
          this.#onGateOpen = callback;
        },
      },
      begin: () => {
        if (this.#abort !== null) throw this.#abort.reason;
        this.#hasBegun = true;
      },
      orAborted: (promise) => this.#orAborted(promise),
      isStillWanted: () => this.#abort === null,
    };
  }

  #emit(event: Event): void {
    if (this.#reader === 'awaits') return;
    this.#queue.push(event);
    if (this.#queue.length >= QUEUE_LIMIT) this.#isFull = true;
    this.#waiting.shift()?.();
  }

  #interrupt(reason: unknown): void {
    if (this.#abort !== null) return;
    this.#abort = { reason };
    this.#onAbort?.('SIGINT');
    if (this.#hasBegun) return;
    for (const listener of this.#abortListeners) listener(reason);
  }

  #orAborted<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#abort !== null) reject(this.#abort.reason);
      this.#abortListeners.add(reject);
      promise.then(resolve, reject).finally(() => this.#abortListeners.delete(reject));
    });
  }

  /** Events that wait to be read. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** The run's own iterator: events are handed out once, in order. */
  [Symbol.asyncIterator](): this {
    if (this.#reader === 'nobody yet') this.#reader = 'iterates';
    // Who iterates is told of a failure by `next`, and need not await the run as well.
    this.#result.catch(() => {});
    return this;
  }

  /** The next event; done once the run is over. Rejects with what the run failed with. */
  async next(): Promise<IteratorResult<Event, undefined>> {
    if (this.#reader === 'nobody yet') this[Symbol.asyncIterator]();
    while (this.#queue.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    if (this.#queue.length > 0) return { done: false, value: this.#take() };
    if (this.#failure !== null) {
      const { error } = this.#failure;
      this.#failure = null; // Told once.
      throw error;
    }
    return { done: true, value: undefined };
  }

  #take(): Event {
    const event = this.#queue.shift()!;
    if (this.#isFull && this.#queue.length <= QUEUE_LOW) this.#openGate();
    return event;
  }

  #openGate(): void {
    this.#isFull = false;
    this.#onGateOpen?.();
  }

  /** Called when a loop is left: ends the run, and resolves when everything is closed. */
  async return(): Promise<IteratorResult<Event, undefined>> {
    await this[Symbol.asyncDispose]();
    return { done: true, value: undefined };
  }

  /** Ends the run with what is known, as Ctrl-C does a command, and resolves when everything is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#forgetEvents();
    this.#interrupt(new DOMException('the run was ended before it began', 'AbortError'));
    await this.#result.catch(() => {});
  }

  #forgetEvents(): void {
    this.#reader = 'awaits';
    this.#queue.clear();
    if (this.#isFull) this.#openGate();
  }

  // biome-ignore lint/suspicious/noThenProperty: a run is a promise of its summary, so that it can be awaited.
  then<Value = Summary, Other = never>(
    onFulfilled?: ((summary: Summary) => Value | PromiseLike<Value>) | null,
    onRejected?: ((reason: unknown) => Other | PromiseLike<Other>) | null,
  ): Promise<Value | Other> {
    if (this.#reader === 'nobody yet') this.#forgetEvents();
    return this.#result.then(onFulfilled, onRejected);
  }

  catch<Other = never>(
    onRejected?: ((reason: unknown) => Other | PromiseLike<Other>) | null,
  ): Promise<Summary | Other> {
    return this.then(null, onRejected);
  }

  finally(onSettled?: (() => void) | null): Promise<Summary> {
    return this.then().finally(onSettled);
  }
}
