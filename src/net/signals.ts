/** Signals as inputs: heard from the moment this exists, kept until somebody listens. */

export type Signal = 'SIGINT' | 'SIGALRM' | 'SIGQUIT' | 'SIGTERM' | 'SIGHUP';
/** What iputils hears. The others end a run at once, with nothing said. */
const SIGNALS: readonly Signal[] = ['SIGINT', 'SIGALRM', 'SIGQUIT'];
/** For output that has an end in any case: -j. */
export const ALL_SIGNALS: readonly Signal[] = [...SIGNALS, 'SIGTERM', 'SIGHUP'];
/** What ends a process that waits for a name and has no inbox yet. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly Signal[];
export type EndingSignal = (typeof ENDING_SIGNALS)[number];

/** Of the process, as signals are. */
let hasInbox = false;
let stopHearing: () => void = () => {};

/** Tells of a signal that would end the process, as long as there is no inbox. Answers how to stop that before. */
export function hearWithoutInbox(listener: (signal: EndingSignal) => void): () => void {
  if (hasInbox) return () => {};
  const handlers = ENDING_SIGNALS.map((signal) => [signal, () => listener(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  stopHearing = () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
  return stopHearing;
}

export class SignalInbox {
  readonly #waiting: Signal[] = [];
  readonly #handlers: readonly (readonly [Signal, () => void])[];
  #listener: ((signal: Signal) => void) | null = null;
  #overhearer: ((signal: Signal) => void) | null = null;

  /** What is not among `signals` does what it does by default. */
  constructor(signals: readonly Signal[] = SIGNALS) {
    this.#handlers = signals.map((signal) => [signal, () => this.#receive(signal)] as const);
    for (const [signal, handler] of this.#handlers) process.on(signal, handler);
    hasInbox = true;
    stopHearing();
  }

  #receive(signal: Signal): void {
    if (this.#listener !== null) return this.#listener(signal);
    this.#waiting.push(signal);
    this.#overhearer?.(signal);
  }

  /** Tells of signals that come, and of those that have, while they are kept for who will listen. */
  overhear(overhearer: (signal: Signal) => void): void {
    this.#overhearer = overhearer;
    for (const signal of this.#waiting) overhearer(signal);
  }

  /** Hands over what has come, and from now on each signal as it comes. */
  listen(listener: (signal: Signal) => void): void {
    this.#listener = listener;
    for (const signal of this.#waiting.splice(0)) listener(signal);
  }

  /** Signals do again what they do by default. */
  close(): void {
    for (const [signal, handler] of this.#handlers) process.off(signal, handler);
  }
}
