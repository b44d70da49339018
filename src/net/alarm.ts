/** A timer on CLOCK_MONOTONIC with absolute deadlines and microsecond grain (timerfd), where setTimeout has 1 ms and drifts. */
import type { NativeAddon, NativeHandle } from './native.ts';

/** Wakes somebody once, at a given moment. */
export interface Alarm {
  /** Expires once at `deadlineNs` on the clock's `monoNs` scale, at once if that is past. Infinity disarms. */
  arm(deadlineNs: number): void;
  close(): void;
}

export class TimerfdAlarm implements Alarm {
  readonly #addon: NativeAddon;
  readonly #timer: NativeHandle;
  #armedNs = 0;

  /** @throws SystemError when no descriptor is to be had. */
  constructor(addon: NativeAddon, onExpiry: () => void) {
    this.#addon = addon;
    this.#timer = addon.openTimer();
    addon.watch(this.#timer, () => {
      this.#armedNs = 0;
      onExpiry();
    });
  }

  arm(deadlineNs: number): void {
    const deadline = deadlineNs === Number.POSITIVE_INFINITY ? 0 : Math.max(1, Math.ceil(deadlineNs));
    if (deadline === this.#armedNs) return;
    this.#armedNs = deadline;
    this.#addon.armTimer(this.#timer, deadline);
  }

  close(): void {
    this.#addon.close(this.#timer);
  }
}
