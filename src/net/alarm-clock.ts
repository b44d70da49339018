/** Many alarms on one timer, for a program with a thousand things to wake for and no wish for a thousand descriptors. */
import type { Alarm } from './alarm.ts';
import type { Instant } from './clock.ts';

/** One setting of one alarm. It is void when the alarm has been set anew since. */
interface Setting {
  readonly deadlineNs: number;
  readonly alarm: SharedAlarm;
}

/** From so many alarms on, the timer waits a little longer, and wakes for several at once: to set it costs a virtual machine 10 µs. */
const MANY = 128;
const SLACK_NS = 250e3;
/** An expiry that comes so much after its deadline finds a thread that was busy with something else. */
const LATE_NS = 1e6;

export class AlarmClock {
  readonly #createTimer: (onExpiry: () => void) => Alarm;
  readonly #now: () => Instant;
  readonly #onLate: (now: Instant) => void;
  /** Open while there are alarms that are not closed: it keeps the process alive. */
  #timer: Alarm | null = null;
  #alarms = 0;
  /** A binary heap by deadline: settings[0] is the earliest. */
  readonly #settings: Setting[] = [];

  /**
   * `createTimer` makes the timer below; `now` reads the clock that deadlines are on. `onLate` is called before those whose
   * deadlines have passed some time ago: for what else has come meanwhile, and came first.
   */
  constructor(
    createTimer: (onExpiry: () => void) => Alarm,
    now: () => Instant,
    onLate: (now: Instant) => void = () => {},
  ) {
    this.#createTimer = createTimer;
    this.#now = now;
    this.#onLate = onLate;
  }

  /** What `createTimer` throws comes from here: the first alarm opens the timer, and the last one to be closed closes it. */
  readonly createAlarm = (onExpiry: () => void): Alarm => {
    this.#timer ??= this.#createTimer(() => this.#expire());
    this.#alarms++;
    return new SharedAlarm(
      onExpiry,
      (setting) => this.#insert(setting),
      () => this.#release(),
    );
  };

  #release(): void {
    if (--this.#alarms > 0) return;
    this.#settings.length = 0;
    this.#timer?.close();
    this.#timer = null;
  }

  #expire(): void {
    const now = this.#now();
    const { monoNs } = now;
    if (this.#settings.length > 0 && monoNs - this.#settings[0]!.deadlineNs > LATE_NS) this.#onLate(now);
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
    const slackNs = this.#alarms >= MANY ? SLACK_NS : 0;
    this.#timer?.arm((this.#settings[0]?.deadlineNs ?? Number.POSITIVE_INFINITY) + slackNs);
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

function isVoid(setting: Setting): boolean {
  return setting.alarm.setting !== setting;
}

class SharedAlarm implements Alarm {
  readonly #set: (setting: Setting) => void;
  /** Null once closed: a void setting holds its alarm until its deadline, and must not hold a finished ping with it. */
  #onExpiry: (() => void) | null;
  /** The one that counts; null while it is not armed. */
  setting: Setting | null = null;

  readonly #release: () => void;

  constructor(onExpiry: () => void, set: (setting: Setting) => void, release: () => void) {
    this.#onExpiry = onExpiry;
    this.#set = set;
    this.#release = release;
  }

  arm(deadlineNs: number): void {
    if (this.#onExpiry === null) return;
    if (deadlineNs === (this.setting?.deadlineNs ?? Number.POSITIVE_INFINITY)) return;
    if (deadlineNs === Number.POSITIVE_INFINITY) {
      this.setting = null;
      return;
    }
    this.setting = { deadlineNs, alarm: this };
    this.#set(this.setting);
  }

  /** Somebody who was called before may have set it anew, or closed it. */
  expire(nowNs: number): void {
    if (this.setting === null || this.setting.deadlineNs > nowNs) return;
    this.setting = null;
    this.#onExpiry?.();
  }

  close(): void {
    if (this.#onExpiry === null) return;
    this.setting = null;
    this.#onExpiry = null;
    this.#release();
  }
}
