import { describe, expect, it } from 'vitest';
import { type SweepConfig, SweepEngine } from '../../src/sweep/engine.ts';
import type { ProbeError } from '../../src/sweep/error-table.ts';
import { NOBODY } from '../../src/sweep/waiting-lists.ts';

const MS = 1e6;

const CONFIG: SweepConfig = {
  targets: 3,
  order: (position) => position,
  mode: 'reach',
  attempts: 4,
  timeoutNs: 100 * MS,
  backoff: 2,
  periodNs: 1000 * MS,
  rate: 0,
  keepTrying: false,
};

const HOST_UNREACHABLE: ProbeError = { kind: 'icmp', type: 3, code: 1, info: 0, errno: 113, from: '10.0.0.254' };

/** An engine, with what it takes and finishes written down. Times are ms. */
class Run {
  readonly engine: SweepEngine;
  readonly finished: string[] = [];

  constructor(config: Partial<SweepConfig> = {}) {
    this.engine = new SweepEngine({ ...CONFIG, ...config }, (index) =>
      this.finished.push(`${index} ${this.engine.verdictOf(index)}`),
    );
    this.engine.start(0);
  }

  /** All that is due at this moment: `target/attempt`. */
  take(ms: number): string {
    const taken: string[] = [];
    for (let index = this.engine.take(ms * MS); index !== NOBODY; index = this.engine.take(ms * MS)) {
      taken.push(`${index}/${this.engine.attemptOf(index)}`);
    }
    return taken.join(' ');
  }

  reply(index: number, attempt: number, ms = 1): void {
    this.engine.reply(index, attempt, ms * MS);
  }

  get wakeMs(): number {
    return this.engine.wakeAtNs / MS;
  }
}

describe('a sweep that reaches for everyone', () => {
  it('probes all at once without a rate, in the order that it is given', () => {
    const run = new Run({ order: (position) => 2 - position });
    expect(run.take(0)).toBe('2/0 1/0 0/0');
    expect(run.wakeMs).toBe(100);
  });

  it('is done with a target when it answers', () => {
    const run = new Run();
    run.take(0);
    run.reply(1, 0, 7);
    expect(run.finished).toEqual(['1 alive']);
    expect(run.engine.describe(1)).toMatchObject({ verdict: 'alive', sent: 1, received: 1, samplesNs: [7 * MS] });
    run.reply(0, 0);
    run.reply(2, 0);
    expect(run.engine.isDone).toBe(true);
    expect(run.engine.figures(0)).toMatchObject({ targets: 3, alive: 3, sent: 3, received: 3, silent: 0 });
  });

  it('tries again, each time waiting longer, and gives up after the last wait', () => {
    const run = new Run({ targets: 1 });
    const takes: [number, string][] = [];
    for (let ms = 0; ms <= 1600; ms += 10) {
      const taken = run.take(ms);
      if (taken !== '') takes.push([ms, taken]);
      if (run.engine.isDone) {
        takes.push([ms, 'done']);
        break;
      }
    }
    // 100, 200, 400 and 800 ms.
    expect(takes).toEqual([
      [0, '0/0'],
      [100, '0/1'],
      [300, '0/2'],
      [700, '0/3'],
      [1500, 'done'],
    ]);
    expect(run.finished).toEqual(['0 silent']);
    expect(run.engine.describe(0)).toMatchObject({ sent: 4, received: 0, roundTrip: null, error: null });
  });

  it('takes a reply to an earlier try for an answer too, with its own round trip', () => {
    const run = new Run({ targets: 1 });
    run.take(0);
    run.take(100);
    run.reply(0, 0, 150);
    expect(run.finished).toEqual(['0 alive']);
    expect(run.engine.describe(0)).toMatchObject({ sent: 2, received: 1, samplesNs: [150 * MS, null] });
  });

  it('counts a second reply to one try as a duplicate, and a reply to another try or after the end as late', () => {
    const run = new Run({ targets: 2, attempts: 2 });
    run.take(0);
    run.take(100);
    run.reply(0, 1);
    run.reply(0, 1);
    run.reply(0, 0);
    run.take(300);
    expect(run.finished).toEqual(['0 alive', '1 silent']);
    run.reply(1, 0);
    expect(run.engine.figures(0)).toMatchObject({ duplicates: 1, late: 2, received: 1, alive: 1, silent: 1 });
    expect(run.engine.describe(1)).toMatchObject({ verdict: 'silent', received: 0 });
  });

  it('is done with a target when an ICMP error says that it cannot be reached', () => {
    const run = new Run({ targets: 1 });
    run.take(0);
    run.engine.error(0, HOST_UNREACHABLE);
    expect(run.finished).toEqual(['0 unreachable']);
    expect(run.engine.describe(0)).toMatchObject({ error: HOST_UNREACHABLE, sent: 1 });
    expect(run.take(100)).toBe('');
  });

  it.each<[string, ProbeError, string]>([
    ['time exceeded', { kind: 'icmp', type: 11, code: 0, info: 0, errno: 113, from: null }, 'unreachable'],
    ['parameter problem', { kind: 'icmp', type: 12, code: 0, info: 0, errno: 113, from: null }, 'unreachable'],
    ['fragmentation needed', { kind: 'icmp', type: 3, code: 4, info: 1300, errno: 113, from: null }, 'pending'],
    ['redirect', { kind: 'icmp', type: 5, code: 1, info: 0, errno: 113, from: null }, 'pending'],
    ['IPv6 unreachable', { kind: 'icmp6', type: 1, code: 3, info: 0, errno: 113, from: 'fd00::1' }, 'unreachable'],
    ['IPv6 packet too big', { kind: 'icmp6', type: 2, code: 0, info: 1300, errno: 113, from: null }, 'pending'],
    ['IPv6 time exceeded', { kind: 'icmp6', type: 3, code: 0, info: 0, errno: 113, from: null }, 'unreachable'],
    ['a refusal of our own kernel', { kind: 'local', errno: 101 }, 'refused'],
  ])('after "%s" is as it should be', (_what, error, outcome) => {
    const run = new Run({ targets: 1 });
    run.take(0);
    run.engine.error(0, error);
    expect(run.finished).toEqual(outcome === 'pending' ? [] : [`0 ${outcome}`]);
    expect(run.engine.describe(0).error).toEqual(error);
    expect(run.engine.figures(0).errors).toBe(1);
  });

  it('counts an error about a target that has answered, and leaves its result as it is', () => {
    const run = new Run({ targets: 2 });
    run.take(0);
    run.reply(0, 0);
    run.engine.error(0, HOST_UNREACHABLE);
    expect(run.engine.describe(0)).toMatchObject({ verdict: 'alive', error: null });
    expect(run.engine.figures(0).errors).toBe(1);
  });

  it('keeps trying all the same when told to, and ends with the last error as the reason', () => {
    const run = new Run({ targets: 1, attempts: 2, keepTrying: true });
    run.take(0);
    run.engine.error(0, HOST_UNREACHABLE);
    expect(run.finished).toEqual([]);
    expect(run.take(100)).toBe('0/1');
    run.take(300);
    expect(run.finished).toEqual(['0 unreachable']);
  });

  it('lets a host that answers after an error be alive when it keeps trying', () => {
    const run = new Run({ targets: 1, keepTrying: true });
    run.take(0);
    run.engine.error(0, HOST_UNREACHABLE);
    run.take(100);
    run.reply(0, 1);
    expect(run.finished).toEqual(['0 alive']);
  });

  it('sends one probe for each token, retries before those whose turn has not come yet', () => {
    const run = new Run({ rate: 20, targets: 4 });
    const takes = Array.from({ length: 9 }, (_, index) => [index * 50, run.take(index * 50)]);
    // A token each 50 ms; 100 ms after its first try a target is due again.
    expect(takes.slice(0, 6)).toEqual([
      [0, '0/0'],
      [50, '1/0'],
      [100, '0/1'],
      [150, '1/1'],
      [200, '2/0'],
      [250, '3/0'],
    ]);
    expect(run.wakeMs).toBe(450);
  });

  it('wakes for what comes first: a token or a wait that is over', () => {
    const run = new Run({ rate: 100, targets: 2, timeoutNs: 3 * MS, attempts: 1 });
    expect(run.take(0)).toBe('0/0');
    expect(run.wakeMs).toBe(3);
    run.take(3);
    expect(run.finished).toEqual(['0 silent']);
    expect(run.wakeMs).toBe(10);
  });

  it('takes nobody any more after an interruption: that would count as sent, and lost', () => {
    const run = new Run({ rate: 10 });
    expect(run.take(0)).toBe('0/0');
    run.reply(0, 0);
    run.engine.interrupt();
    expect(run.take(1000)).toBe('');
    expect(run.engine.figures(0)).toMatchObject({ sent: 1, received: 1, unfinished: 2 });
  });

  it('tells at an interruption what it has, and is done', () => {
    const run = new Run({ rate: 1 });
    run.take(0);
    run.engine.interrupt();
    expect(run.finished).toEqual(['0 unfinished', '1 unfinished', '2 unfinished']);
    expect([0, 1].map((index) => run.engine.describe(index).sent)).toEqual([1, 0]);
    expect(run.engine.isDone).toBe(true);
    run.reply(0, 0);
    expect(run.engine.figures(0)).toMatchObject({ unfinished: 3, late: 1, received: 0 });
  });

  it('has nothing to do without targets', () => {
    const run = new Run({ targets: 0 });
    expect(run.take(0)).toBe('');
    expect(run.engine.isDone).toBe(true);
    expect(run.engine.roundTrips()).toBeNull();
  });
});

describe('a sweep that counts', () => {
  const COUNT = { mode: 'count', attempts: 3, periodNs: 100 * MS, timeoutNs: 250 * MS } as const;

  it('sends to everyone each period, whatever comes, and waits after the last probe', () => {
    const run = new Run({ ...COUNT, targets: 2 });
    expect(run.take(0)).toBe('0/0 1/0');
    run.reply(0, 0);
    expect(run.wakeMs).toBe(100);
    expect(run.take(100)).toBe('0/1 1/1');
    expect(run.take(200)).toBe('0/2 1/2');
    expect(run.wakeMs).toBe(450);
    run.take(450);
    expect(run.finished).toEqual(['0 alive', '1 silent']);
    expect(run.engine.describe(0)).toMatchObject({ sent: 3, received: 1, samplesNs: [MS, null, null] });
  });

  it('is done with a target at once when all its probes are answered', () => {
    const run = new Run({ ...COUNT, targets: 1 });
    for (const attempt of [0, 1, 2]) {
      run.take(attempt * 100);
      run.reply(0, attempt, 1 + attempt);
    }
    expect(run.finished).toEqual(['0 alive']);
    expect(run.engine.roundTrips()).toMatchObject({ count: 3, minNs: MS, maxNs: 3 * MS, meanNs: 2 * MS });
  });

  it('has more than one probe to a target under way, and tells their replies apart', () => {
    const run = new Run({ ...COUNT, targets: 1 });
    run.take(0);
    run.take(100);
    run.reply(0, 1, 50);
    run.reply(0, 0, 170);
    expect(run.engine.describe(0)).toMatchObject({ received: 2, samplesNs: [170 * MS, 50 * MS] });
  });

  it('counts a reply that took longer than the time-out as late: it is lost all the same', () => {
    const run = new Run({ ...COUNT, targets: 1 });
    run.take(0);
    run.reply(0, 0, 251);
    expect(run.engine.figures(0)).toMatchObject({ late: 1, received: 0 });
    expect(run.engine.describe(0).samplesNs).toEqual([null]);
  });

  it('goes on after ICMP errors, and says the last one of a target that never answered', () => {
    const run = new Run({ ...COUNT, targets: 1 });
    for (const ms of [0, 100, 200]) {
      run.take(ms);
      run.engine.error(0, HOST_UNREACHABLE);
    }
    expect(run.finished).toEqual([]);
    run.take(450);
    expect(run.finished).toEqual(['0 unreachable']);
    expect(run.engine.figures(0)).toMatchObject({ errors: 3, sent: 3 });
  });

  it('keeps to its schedule when it wakes late, and leaves half a period between two probes', () => {
    const run = new Run({ ...COUNT, targets: 1, attempts: 5 });
    run.take(0);
    expect(run.take(130)).toBe('0/1');
    expect(run.take(199)).toBe('');
    expect(run.take(200)).toBe('0/2');
    expect(run.wakeMs).toBe(300);
    // 95 ms late: the next one at 445, where the schedule said 400.
    expect(run.take(395)).toBe('0/3');
    run.take(396);
    expect(run.wakeMs).toBe(445);
  });

  it('is alive when it is interrupted after a reply', () => {
    const run = new Run({ ...COUNT, targets: 2 });
    run.take(0);
    run.reply(0, 0);
    run.engine.interrupt();
    expect(run.finished).toEqual(['0 alive', '1 unfinished']);
  });
});
