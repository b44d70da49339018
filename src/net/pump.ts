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

export interface PumpOptions {
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  /** One for each socket. */
  readonly sockets: readonly Watch[];
  readonly signals: SignalSource;
  readonly onSignal: (signal: Signal) => void;
  readonly turn: () => Turn;
}

/** Calls `turn` until it is done. Rejects with what it throws. Stops watching then, and closes nothing but its alarm. */
export function pump({ createAlarm, sockets, signals, onSignal, turn }: PumpOptions): Promise<void> {
  let alarm: Alarm | undefined;
  const running = new Promise<void>((resolve, reject) => {
    let isOver = false;
    const work = () => {
      if (isOver) return;
      try {
        const next = turn();
        if (next === 'again') setImmediate(work);
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
    alarm = createAlarm(work);
    for (const watch of sockets) watch(work);
    signals.listen((signal) => {
      if (isOver) return;
      onSignal(signal);
      work();
    });
    work();
  });
  return running.finally(() => {
    for (const watch of sockets) watch(null);
    alarm?.close();
  });
}
