import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alarm } from '../../src/net/alarm.ts';
import { AlarmClock } from '../../src/net/alarm-clock.ts';
import { collectGarbage } from '../native/support.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** The one timer below, and the time, both in the test's hand. */
class Bench {
  nowNs = 0;
  armedNs = NEVER;
  isTimerClosed = false;
  timersMade = 0;
  onLate = () => {};
  readonly clock: AlarmClock;

  constructor() {
    const createTimer = (onExpiry: () => void): Alarm => {
      this.timersMade++;
      this.#onExpiry = onExpiry;
      return {
        arm: (deadlineNs) => {
          this.armedNs = deadlineNs;
        },
        close: () => {
          this.isTimerClosed = true;
        },
      };
    };
    const now = () => ({ monoNs: this.nowNs, wallNs: Number.NaN });
    this.clock = new AlarmClock(createTimer, now, () => this.onLate());
  }

  #onExpiry: () => void = () => {};

  /** The timer expires once, at its deadline or when it is armed too late, `lateNs` after that. */
  expire(lateNs = 0): void {
    this.nowNs = Math.max(this.nowNs, this.armedNs) + lateNs;
    this.armedNs = NEVER;
    this.#onExpiry();
  }

  /** Lets time pass, and the timer expire as often as it asks for. */
  advance(toNs: number): void {
    for (let turns = 0; this.armedNs <= toNs; turns++) {
      if (turns > 10_000) throw new Error('the timer never comes to rest');
      this.expire();
    }
    this.nowNs = Math.max(this.nowNs, toNs);
  }
}

/** A named alarm on the bench that writes down when it went off. */
function named(bench: Bench, log: string[], name: string, then: () => void = () => {}): Alarm {
  return bench.clock.createAlarm(() => {
    log.push(`${name}@${bench.nowNs}`);
    then();
  });
}

describe('an alarm clock', () => {
  it('wakes each at its own deadline, whatever the order in which they were set', () => {
    const bench = new Bench();
    const log: string[] = [];
    for (const deadline of [50, 10, 40, 20, 30]) named(bench, log, `${deadline}`).arm(deadline);
    bench.advance(100);
    expect(log).toEqual(['10@10', '20@20', '30@30', '40@40', '50@50']);
    expect(bench.timersMade).toBe(1);
  });

  it('keeps its timer at the earliest deadline, and at none when nobody waits', () => {
    const bench = new Bench();
    const armed: number[] = [];
    const [first, second] = [named(bench, [], 'first'), named(bench, [], 'second')];
    for (const set of [() => first.arm(50), () => second.arm(30), () => first.arm(20)]) {
      set();
      armed.push(bench.armedNs);
    }
    expect(armed).toEqual([50, 30, 20]);
    bench.advance(1000);
    expect(bench.armedNs).toBe(NEVER);
  });

  it('wakes all who are due at once when the timer is late, the earliest first', () => {
    const bench = new Bench();
    const log: string[] = [];
    for (const deadline of [13, 11, 12, 40]) named(bench, log, `${deadline}`).arm(deadline);
    bench.expire(9);
    expect(log).toEqual(['11@20', '12@20', '13@20']);
    expect(bench.armedNs).toBe(40);
  });

  it('tells of its lateness before it wakes anybody, so that what came first can be seen to first', () => {
    const bench = new Bench();
    const log: string[] = [];
    const stayed = named(bench, log, 'stayed');
    const went = named(bench, log, 'went');
    bench.onLate = () => {
      log.push(`late@${bench.nowNs}`);
      went.close();
    };
    stayed.arm(5e6);
    went.arm(6e6);
    bench.expire(20e6);
    expect(log).toEqual(['late@25000000', 'stayed@25000000']);
  });

  it('is not late by less than a millisecond, nor when nobody waits any more', () => {
    const bench = new Bench();
    const log: string[] = [];
    bench.onLate = () => log.push('late');
    named(bench, log, 'it').arm(5e6);
    bench.expire(0.9e6);
    expect(log).toEqual(['it@5900000']);
    bench.armedNs = 0;
    bench.expire(1e9);
    expect(log).toHaveLength(1);
  });

  it('wakes all of equal deadlines, each once', () => {
    const bench = new Bench();
    const log: string[] = [];
    for (let index = 0; index < 100; index++) named(bench, log, `${index}`).arm(7);
    bench.expire();
    expect(log.sort()).toEqual(Array.from({ length: 100 }, (_, index) => `${index}@7`).sort());
    bench.advance(1000);
    expect(log).toHaveLength(100);
  });

  it('takes the last deadline of an alarm, an earlier or a later one', () => {
    const bench = new Bench();
    const log: string[] = [];
    const [sooner, later] = [named(bench, log, 'sooner'), named(bench, log, 'later')];
    sooner.arm(80);
    sooner.arm(20);
    later.arm(10);
    later.arm(60);
    bench.advance(100);
    expect(log).toEqual(['sooner@20', 'later@60']);
  });

  it('wakes nobody whose deadline was set to Infinity, or who was closed', () => {
    const bench = new Bench();
    const log: string[] = [];
    const [disarmed, closed, other] = ['disarmed', 'closed', 'other'].map((name) => named(bench, log, name));
    for (const alarm of [disarmed!, closed!, other!]) alarm.arm(10);
    disarmed!.arm(NEVER);
    closed!.close();
    bench.advance(100);
    expect(log).toEqual(['other@10']);
  });

  it('wakes an alarm once that was disarmed and set to the same deadline again', () => {
    const bench = new Bench();
    const log: string[] = [];
    const alarm = named(bench, log, 'it');
    for (let round = 0; round < 3; round++) {
      alarm.arm(10);
      alarm.arm(NEVER);
    }
    alarm.arm(10);
    bench.advance(100);
    expect(log).toEqual(['it@10']);
  });

  it('wakes an alarm once at a time, also when it was set to one deadline over and over and sets itself back', () => {
    const bench = new Bench();
    const log: string[] = [];
    const alarm: Alarm = named(bench, log, 'it', () => alarm.arm(5));
    for (const deadline of [10, NEVER, 10, NEVER, 10]) alarm.arm(deadline);
    bench.expire();
    expect(log).toEqual(['it@10']);
  });

  it('wakes an alarm that sets itself again, at the next time', () => {
    const bench = new Bench();
    const log: string[] = [];
    const alarm: Alarm = named(bench, log, 'it', () => {
      if (log.length < 4) alarm.arm(bench.nowNs + 10);
    });
    alarm.arm(10);
    bench.advance(100);
    expect(log).toEqual(['it@10', 'it@20', 'it@30', 'it@40']);
  });

  it('gives the event loop its turn between an alarm and its next one, even where that is past already', () => {
    const bench = new Bench();
    const log: string[] = [];
    const alarm: Alarm = named(bench, log, 'it', () => alarm.arm(1));
    alarm.arm(10);
    bench.expire();
    expect(log).toEqual(['it@10']);
    bench.expire();
    expect(log).toEqual(['it@10', 'it@10']);
  });

  it.each(['close', 'disarm', 'postpone'] as const)('lets one who is due %s another who is due too', (what) => {
    const bench = new Bench();
    const log: string[] = [];
    const second = named(bench, log, 'second');
    const first = named(bench, log, 'first', () => {
      if (what === 'close') second.close();
      else second.arm(what === 'disarm' ? NEVER : 500);
    });
    first.arm(10);
    second.arm(11);
    bench.expire(5);
    expect(log).toEqual(['first@15']);
    bench.advance(1000);
    expect(log).toEqual(what === 'postpone' ? ['first@15', 'second@500'] : ['first@15']);
  });

  it('wakes no closed alarm, not even one that is set after that', () => {
    const bench = new Bench();
    const log: string[] = [];
    const alarm = named(bench, log, 'it');
    alarm.close();
    alarm.arm(10);
    bench.advance(100);
    expect(log).toEqual([]);
  });

  it('lets an alarm close itself when it is called', () => {
    const bench = new Bench();
    const log: string[] = [];
    const alarm: Alarm = named(bench, log, 'it', () => alarm.close());
    alarm.arm(10);
    bench.advance(100);
    expect(log).toEqual(['it@10']);
    expect(bench.armedNs).toBe(NEVER);
  });

  it('lets go of what a closed alarm would have called, long before its deadline', async () => {
    const bench = new Bench();
    const freed: string[] = [];
    const registry = new FinalizationRegistry<string>((name) => freed.push(name));
    const closeOne = () => {
      const large = { octets: new Uint8Array(1000) };
      registry.register(large, 'it');
      const alarm = bench.clock.createAlarm(() => large.octets.fill(1));
      alarm.arm(1e15);
      alarm.close();
    };
    closeOne();
    for (let tries = 0; freed.length === 0 && tries < 100; tries++) await collectGarbage();
    expect(freed).toEqual(['it']);
    expect(bench.armedNs).toBe(1e15);
  });

  it('has a timer from the first alarm to the closing of the last one, however often that is', () => {
    const bench = new Bench();
    expect(bench.timersMade).toBe(0);
    const [one, other] = [named(bench, [], 'one'), named(bench, [], 'other')];
    one.arm(10);
    one.close();
    one.close();
    expect([bench.timersMade, bench.isTimerClosed]).toEqual([1, false]);
    other.close();
    expect(bench.isTimerClosed).toBe(true);
    const log: string[] = [];
    named(bench, log, 'later').arm(20);
    expect(bench.timersMade).toBe(2);
    bench.expire();
    expect(log).toEqual(['later@20']);
  });

  it('may lose its last alarm to one whom it wakes', () => {
    const bench = new Bench();
    const log: string[] = [];
    const alarm = named(bench, log, 'it', () => alarm.close());
    alarm.arm(10);
    bench.expire();
    expect(log).toEqual(['it@10']);
    expect(bench.isTimerClosed).toBe(true);
  });

  it('does not hear of one that is set after it was closed', () => {
    const bench = new Bench();
    const log: string[] = [];
    const [closed, other] = [named(bench, log, 'closed'), named(bench, log, 'other')];
    closed.close();
    closed.arm(10);
    other.arm(20);
    bench.advance(100);
    expect(log).toEqual(['other@20']);
  });
});

/** What an alarm does when it goes off: sets or closes one of the others, or itself. */
type Reaction =
  | { readonly what: 'nothing' }
  | { readonly what: 'arm'; readonly who: number; readonly inNs: number }
  | { readonly what: 'close'; readonly who: number };
type Step = Reaction | { readonly what: 'pass'; readonly ns: number } | { readonly what: 'late'; readonly ns: number };

const ALARMS = 6;
const who = fc.nat(ALARMS - 1);
const reaction = fc.oneof(
  fc.record({ what: fc.constant('nothing' as const) }),
  fc.record({ what: fc.constant('arm' as const), who, inNs: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ what: fc.constant('arm' as const), who, inNs: fc.constant(NEVER) }),
  fc.record({ what: fc.constant('close' as const), who }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: reaction },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('pass' as const), ns: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('late' as const), ns: fc.nat(60) }) },
);

/** A row of deadlines, looked through from end to end each time. */
class NaiveClock {
  readonly #deadlines = Array<number>(ALARMS).fill(NEVER);
  readonly #closed = new Set<number>();
  readonly #called: (who: number) => void;

  constructor(called: (who: number) => void) {
    this.#called = called;
  }

  get earliestNs(): number {
    return Math.min(...this.#deadlines);
  }

  arm(alarm: number, deadlineNs: number): void {
    if (!this.#closed.has(alarm)) this.#deadlines[alarm] = deadlineNs;
  }

  close(alarm: number): void {
    this.#closed.add(alarm);
    this.#deadlines[alarm] = NEVER;
  }

  expire(nowNs: number): void {
    const due = this.#deadlines
      .map((deadlineNs, alarm) => ({ deadlineNs, alarm }))
      .filter(({ deadlineNs }) => deadlineNs <= nowNs)
      .sort((one, other) => one.deadlineNs - other.deadlineNs);
    for (const { alarm } of due) {
      if (this.#deadlines[alarm]! > nowNs) continue;
      this.#deadlines[alarm] = NEVER;
      this.#called(alarm);
    }
  }
}

/** Plays the script on a clock; answers who was called when. Deadlines never tie, so that there is one right order. */
function play(
  steps: readonly Step[],
  reactions: readonly Reaction[],
  make: (called: (who: number) => void) => {
    arm(who: number, deadlineNs: number): void;
    close(who: number): void;
    earliestNs(): number;
    expire(nowNs: number): void;
  },
): string[] {
  const log: string[] = [];
  let nowNs = 0;
  let settings = 0;
  const act = (what: Reaction) => {
    if (what.what === 'arm') clock.arm(what.who, nowNs + what.inNs + ++settings / 1e5);
    else if (what.what === 'close') clock.close(what.who);
  };
  const clock = make((alarm) => {
    log.push(`${alarm}@${nowNs}`);
    act(reactions[alarm]!);
  });
  for (const each of steps) {
    if (each.what === 'pass' || each.what === 'late') {
      const endNs = nowNs + each.ns;
      // A late timer finds all at once what a punctual one finds one by one.
      if (each.what === 'late') nowNs = endNs;
      for (; clock.earliestNs() <= endNs; clock.expire(nowNs)) nowNs = Math.max(nowNs, clock.earliestNs());
      nowNs = endNs;
    } else act(each);
  }
  return log;
}

describe('an alarm clock in any use', () => {
  it('does what a row of deadlines does that is looked through each time', () => {
    const script = fc.array(step, { minLength: 1, maxLength: 60 });
    const reactions = fc.array(reaction, { minLength: ALARMS, maxLength: ALARMS });
    fc.assert(
      fc.property(script, reactions, (steps, answers) => {
        const expected = play(steps, answers, (called) => {
          const naive = new NaiveClock(called);
          return {
            arm: (alarm, deadlineNs) => naive.arm(alarm, deadlineNs),
            close: (alarm) => naive.close(alarm),
            earliestNs: () => naive.earliestNs,
            expire: (nowNs) => naive.expire(nowNs),
          };
        });
        const actual = play(steps, answers, (called) => {
          const bench = new Bench();
          const alarms = Array.from({ length: ALARMS }, (_, alarm) => bench.clock.createAlarm(() => called(alarm)));
          return {
            arm: (alarm, deadlineNs) => alarms[alarm]!.arm(deadlineNs),
            close: (alarm) => alarms[alarm]!.close(),
            earliestNs: () => bench.armedNs,
            expire: (nowNs) => {
              bench.nowNs = nowNs;
              bench.expire();
            },
          };
        });
        expect(actual).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('waits a quarter of a millisecond longer where there are many, and wakes once for all that are due by then', () => {
    const bench = new Bench();
    const log: string[] = [];
    const alarms = Array.from({ length: 200 }, (_, index) => named(bench, log, `${index}`));
    for (const [index, alarm] of alarms.entries()) alarm.arm(1e6 + index * 50e3);
    expect(bench.armedNs).toBe(1.25e6);
    bench.expire();
    expect(log).toEqual(['0', '1', '2', '3', '4', '5'].map((name) => `${name}@1250000`));
    expect(bench.armedNs).toBe(1e6 + 6 * 50e3 + 250e3);
    for (const alarm of alarms.slice(100)) alarm.close();
    bench.expire();
    // Few again, and exact again.
    expect(bench.armedNs).toBe(1e6 + 12 * 50e3);
  });
});
