/** Signals as inputs: heard from the moment this exists, kept until somebody listens. */

export type Signal = 'SIGINT' | 'SIGALRM' | 'SIGQUIT' | 'SIGTERM' | 'SIGHUP';
/** What iputils hears. The others end a run at once, with nothing said. */
const SIGNALS: readonly Signal[] = ['SIGINT', 'SIGALRM', 'SIGQUIT'];
/** For output that has an end in any case: -j. */
export const ALL_SIGNALS: readonly Signal[] = [...SIGNALS, 'SIGTERM', 'SIGHUP'];
/** What ends a process that nobody hears signals for: one that waits for a name. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly Signal[];
export type EndingSignal = (typeof ENDING_SIGNALS)[number];

/** The signals of the process from the start of a command: who waits for its run hears them first, then the run alone. */
export class ProcessSignals {
  #isTaken = false;
  #stopHearing: () => void = () => {};

  /** Tells of a signal that would end the process, until the signals are taken. Answers how to stop that before. */
  hearUntilTaken(listener: (signal: EndingSignal) => void): () => void {
    if (this.#isTaken) return () => {};
    const handlers = ENDING_SIGNALS.map((signal) => [signal, () => listener(signal)] as const);
    for (const [signal, handler] of handlers) process.on(signal, handler);
    this.#stopHearing = () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    };
    return this.#stopHearing;
  }

  /** For the run: what is not among `signals` does what it does by default. */
  take(signals?: readonly Signal[]): SignalInbox {
    // In this order: there is no moment without a listener.
    const inbox = new SignalInbox(signals);
    this.#isTaken = true;
    this.#stopHearing();
    return inbox;
  }
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
