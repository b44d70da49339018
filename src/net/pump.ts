/**
 * The loop of a command that lives in the event loop: one `turn` does all there is to do now and says when it must be called
 * again at the latest; until then a socket, a signal or the alarm may call it sooner. Deadlines are absolute, so that a late
 * turn makes nothing later that follows.
 */
import type { Alarm } from './alarm.ts';
import type { Signal } from './signals.ts';

/** `done` ends the loop; `again` comes back after the event loop had a turn; a number is a deadline, `monoNs`. */
export type Turn = 'done' | 'again' | number;

/** What a socket calls back with whenever there may be something to drain; null stops. */
export type Watch = (callback: (() => void) | null) => void;

/** Hands over signals as they come, and those that have come before: SignalInbox. */
export interface SignalSource {
  listen(listener: (signal: Signal) => void): void;
}

/** Holds a loop back while somebody who is told of its events has not caught up. */
export interface Gate {
  readonly isShut: boolean;
  /** Calls back each time it opens; null stops. */
  onOpen(callback: (() => void) | null): void;
}

export interface PumpOptions {
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  /** One for each socket. */
  readonly sockets: readonly Watch[];
  readonly signals: SignalSource;
  readonly onSignal: (signal: Signal) => void;
  readonly turn: () => Turn;
  /** No turn while it is shut, but for the ending that a signal asks for. */
  readonly gate?: Gate | null;
}

/** Calls `turn` until it is done. Rejects with what it throws. Stops watching then, and closes nothing but its alarm. */
export function pump({ createAlarm, sockets, signals, onSignal, turn, gate = null }: PumpOptions): Promise<void> {
  let alarm: Alarm | undefined;
  const running = new Promise<void>((resolve, reject) => {
    let isOver = false;
    let isSignalled = false;
    let willWork = false;
    const work = () => {
      if (isOver || (gate?.isShut === true && !isSignalled)) return;
      try {
        const next = turn();
        if (next === 'again') workSoon();
        else if (next !== 'done') alarm?.arm(next);
        else {
          isOver = true;
          resolve();
        }
      } catch (error) {
        isOver = true;
        reject(error);
      }
    };
    // One turn for each of the event loop's, whoever asked for it, and however often.
    const workSoon = () => {
      if (willWork) return;
      willWork = true;
      setImmediate(() => {
        willWork = false;
        work();
      });
    };
    alarm = createAlarm(work);
    for (const watch of sockets) watch(work);
    // Not at once: a reader who is given more as soon as he has read leaves nobody else a turn.
    gate?.onOpen(workSoon);
    signals.listen((signal) => {
      if (isOver) return;
      isSignalled = true;
      onSignal(signal);
      work();
    });
    work();
  });
  return running.finally(() => {
    for (const watch of sockets) watch(null);
    gate?.onOpen(null);
    alarm?.close();
  });
}
