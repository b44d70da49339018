/**
 * An alarm on node's own timers. `setTimeout` counts whole milliseconds and may be up to one early or late, so it is set for
 * well before the deadline, and the rest is spent in turns of the event loop (which goes on receiving meanwhile): deadlines
 * are met to some 10 µs, at the price of up to 2 ms of processor time for each. At intervals of 2 ms that is all of it.
 */
import type { Alarm } from './alarm.ts';
import { monotonicNs } from './portable-clock.ts';

const NS_PER_MS = 1e6;
/** How long before a deadline a timer is to run. */
const EARLY_MS = 1;
/** `setTimeout` takes no more; the alarm then looks again. */
const SLEEP_MAXIMUM_MS = 2 ** 31 - 1;

export class TimeoutAlarm implements Alarm {
  readonly #onExpiry: () => void;
  #deadlineNs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #timerAtNs = 0;
  #immediate: NodeJS.Immediate | null = null;

  constructor(onExpiry: () => void) {
    this.#onExpiry = onExpiry;
  }

  arm(deadlineNs: number): void {
    this.#deadlineNs = deadlineNs;
    if (deadlineNs !== Number.POSITIVE_INFINITY) this.#schedule();
    else this.#stopTimers();
  }

  close(): void {
    this.#deadlineNs = Number.POSITIVE_INFINITY;
    this.#stopTimers();
  }

  #schedule(): void {
    if (this.#immediate !== null) return;
    const nowNs = monotonicNs();
    const sleepMs = Math.min(SLEEP_MAXIMUM_MS, Math.floor((this.#deadlineNs - nowNs) / NS_PER_MS) - EARLY_MS);
    if (sleepMs < 1) {
      this.#immediate = setImmediate(() => {
        this.#immediate = null;
        this.#look();
      });
      return;
    }
    const wakeNs = nowNs + sleepMs * NS_PER_MS;
    // One that runs sooner will do: it looks again. So a deadline that moves with every packet costs no timer each.
    if (this.#timer !== null && this.#timerAtNs <= wakeNs) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAtNs = wakeNs;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#look();
    }, sleepMs);
  }

  #look(): void {
    if (monotonicNs() < this.#deadlineNs) return this.#schedule();
    this.#deadlineNs = Number.POSITIVE_INFINITY;
    this.#onExpiry();
  }

  #stopTimers(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = this.#immediate = null;
  }
}
