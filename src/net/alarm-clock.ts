/** Many alarms on one timer, for a program with a thousand things to wake for and no wish for a thousand descriptors. */
import type { Alarm } from './alarm.ts';
import type { Instant } from './clock.ts';

/** One setting of one alarm. It is void when the alarm has been set anew since. */
interface Setting {
  readonly deadlineNs: number;
  readonly alarm: SharedAlarm;
}

export class AlarmClock {
  readonly #timer: Alarm;
  readonly #now: () => Instant;
  /** A binary heap by deadline: settings[0] is the earliest. */
  readonly #settings: Setting[] = [];

  /** `createAlarm` makes the timer below; `now` reads the clock that deadlines are on. */
  constructor(createAlarm: (onExpiry: () => void) => Alarm, now: () => Instant) {
    this.#timer = createAlarm(() => this.#expire());
    this.#now = now;
  }

  readonly createAlarm = (onExpiry: () => void): Alarm => new SharedAlarm(onExpiry, (setting) => this.#insert(setting));

  close(): void {
    this.#settings.length = 0;
    this.#timer.close();
  }

  #expire(): void {
    const { monoNs } = this.#now();
    // What is set by those who are called now is for the next time, or the event loop would get no turn.
    const due: SharedAlarm[] = [];
    while (this.#settings.length > 0 && (this.#settings[0]!.deadlineNs <= monoNs || isVoid(this.#settings[0]!))) {
      const setting = this.#removeFirst();
      if (!isVoid(setting)) due.push(setting.alarm);
    }
    for (const alarm of due) alarm.expire(monoNs);
    this.#arm();
  }

  #arm(): void {
    this.#timer.arm(this.#settings[0]?.deadlineNs ?? Number.POSITIVE_INFINITY);
  }

  #insert(setting: Setting): void {
    const settings = this.#settings;
    let at = settings.length;
    settings.push(setting);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (settings[parent]!.deadlineNs <= setting.deadlineNs) break;
      settings[at] = settings[parent]!;
      at = parent;
    }
    settings[at] = setting;
    if (at === 0) this.#arm();
  }

  #removeFirst(): Setting {
    const settings = this.#settings;
    const first = settings[0]!;
    const last = settings.pop()!;
    if (settings.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= settings.length) break;
      if (child + 1 < settings.length && settings[child + 1]!.deadlineNs < settings[child]!.deadlineNs) child++;
      if (settings[child]!.deadlineNs >= last.deadlineNs) break;
      settings[at] = settings[child]!;
      at = child;
    }
    settings[at] = last;
    return first;
  }
}

function isVoid({ alarm, deadlineNs }: Setting): boolean {
  return alarm.deadlineNs !== deadlineNs;
}

class SharedAlarm implements Alarm {
  readonly #onExpiry: () => void;
  readonly #set: (setting: Setting) => void;
  /** Infinity while it is not armed. */
  deadlineNs = Number.POSITIVE_INFINITY;

  constructor(onExpiry: () => void, set: (setting: Setting) => void) {
    this.#onExpiry = onExpiry;
    this.#set = set;
  }

  arm(deadlineNs: number): void {
    if (deadlineNs === this.deadlineNs) return;
    this.deadlineNs = deadlineNs;
    if (deadlineNs !== Number.POSITIVE_INFINITY) this.#set({ deadlineNs, alarm: this });
  }

  /** Somebody who was called before may have set it anew, or closed it. */
  expire(nowNs: number): void {
    if (this.deadlineNs > nowNs) return;
    this.deadlineNs = Number.POSITIVE_INFINITY;
    this.#onExpiry();
  }

  close(): void {
    this.deadlineNs = Number.POSITIVE_INFINITY;
  }
}
