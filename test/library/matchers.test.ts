/** The matchers in vitest's `expect` and in jest's: what passes, what fails with which words, and what cannot be judged. */
import { expect as jestExpect } from 'expect';
import { describe, expect, it } from 'vitest';
import { Run } from '../../src/library/run.ts';
import { matchers, type SondeMatchers } from '../../src/matchers.ts';

expect.extend(matchers);
jestExpect.extend(matchers);

// What docs/library.md tells users of jest's own module to write.
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends SondeMatchers<R> {}
}

const ROUND_TRIP = { count: 17, minMs: 1, meanMs: 4, maxMs: 61.2345, p50Ms: 3, p90Ms: 9, p95Ms: 10.5, p99Ms: 61 };
const STATISTICS = { sent: 20, received: 17, lost: 3, undecided: 0, roundTrip: ROUND_TRIP };
const SILENCE = { sent: 4, received: 0, lost: 4, undecided: 0, roundTrip: null };
const TERM = { text: 'p95 < 5ms', subject: 'p95', measuredText: '10.5 ms' };

const PING = { type: 'summary', host: 'hostb.lab', statistics: STATISTICS, conditions: [] };
const SILENT = { ...PING, statistics: SILENCE };
const UNSENT = { ...PING, statistics: { ...SILENCE, sent: 0, lost: 0 } };
const ARPING = { ...PING, told: ['02:00:00:00:00:01'] };
const CLOCKDIFF = { ...PING, offset: { offsetMs: -3.2, boundMs: 0.25 }, figures: { deltaMs: 3 } };
const TRACE = { type: 'summary', host: 'hostb.lab', reason: 'reached', mtu: 1300, hops: 3, back: 3, conditions: [] };
const LOST_TRACE = { ...TRACE, reason: 'too-many-hops', hops: null, back: null };
const FLOW = { end: 'reached', hops: [{}, {}], mtuOctets: 1500 };
const FLOWS = {
  type: 'summary',
  host: 'hostb.lab',
  flows: [FLOW, { ...FLOW, hops: [{}, {}, {}], mtuOctets: 1400 }, { ...FLOW, end: 'silent', mtuOctets: 68 }],
  graph: {},
};
const ROUNDS = { type: 'summary', host: 'hostb.lab', rounds: 2, reached: true, hops: [{}, {}], statistics: STATISTICS };
const FIGURES = { targets: 4, alive: 4, unresolved: 0, unfinished: 0, sent: 10, received: 9 };
const SWEEP = {
  type: 'summary',
  figures: FIGURES,
  roundTrip: { count: 9, minMs: 1, medianMs: 2, p95Ms: 3, p99Ms: 4, maxMs: 5 },
};

type Name = keyof typeof matchers;
type Case = readonly [received: unknown, matcher: Name, args: readonly unknown[], failure: string];

/** Calls a matcher by its name, as no test would. */
function assert(library: typeof expect | typeof jestExpect, [received, matcher, args]: Case, isNot = false): void {
  const assertion = library(received) as unknown as Record<Name, (...args: unknown[]) => void> & { not: object };
  ((isNot ? assertion.not : assertion) as typeof assertion)[matcher](...args);
}

const MEASURED_LOSS = 'measured 3 of 20 probes lost (15 %)';

/** With the words of the opposite assertion's failure. */
const TRUE: readonly Case[] = [
  [PING, 'toHaveLossBelow', [0.2], `expected loss of hostb.lab not below 20 %, ${MEASURED_LOSS}`],
  [
    SWEEP,
    'toHaveLossBelow',
    [0.11],
    'expected loss of the targets not below 11 %, measured 1 of 10 probes lost (10 %)',
  ],
  [PING, 'toHaveRttBelow', [62], 'expected longest round trip to hostb.lab not below 62 ms, measured 61.23 ms'],
  [
    PING,
    'toHaveRttBelow',
    [11, { percentile: 95 }],
    'expected 95th percentile of round trips to hostb.lab not below 11 ms, measured 10.5 ms',
  ],
  [
    SWEEP,
    'toHaveRttBelow',
    [3, { percentile: 50 }],
    'expected median round trip to the targets not below 3 ms, measured 2 ms',
  ],
  [TRACE, 'toHavePmtuAtLeast', [1300], 'expected path MTU to hostb.lab not at least 1300 octets, measured 1300 octets'],
  [FLOWS, 'toHavePmtuAtLeast', [1400], 'expected path MTU to hostb.lab not at least 1400 octets, measured 1400 octets'],
  [TRACE, 'toHaveHopsAtMost', [3], 'expected path to hostb.lab not at most 3 hops long, measured 3 hops'],
  [FLOWS, 'toHaveHopsAtMost', [3], 'expected path to hostb.lab not at most 3 hops long, measured 3 hops'],
  [ROUNDS, 'toHaveHopsAtMost', [2], 'expected path to hostb.lab not at most 2 hops long, measured 2 hops'],
  [PING, 'toBeReachable', [], 'expected hostb.lab not to be reachable, measured 17 answers to 20 probes'],
  [TRACE, 'toBeReachable', [], 'expected hostb.lab not to be reachable, measured its answer over 3 hops'],
  [
    { ...LOST_TRACE, reason: 'reply' },
    'toBeReachable',
    [],
    'expected hostb.lab not to be reachable, measured its answer',
  ],
  [
    { ...LOST_TRACE, reason: 'reply' },
    'toHavePmtuAtLeast',
    [1300],
    'expected path MTU to hostb.lab not at least 1300 octets, measured 1300 octets',
  ],
  [SWEEP, 'toBeReachable', [], 'expected the targets not to be reachable, measured 4 of 4 alive'],
  [
    CLOCKDIFF,
    'toHaveOffsetWithin',
    [3.5],
    'expected clock of hostb.lab not certainly within 3.5 ms of ours, measured -3.2 ms, give or take 0.25 ms',
  ],
  [ARPING, 'toHaveOneOwner', [], 'expected hostb.lab not to have one owner, measured 02:00:00:00:00:01'],
  [
    { ...PING, conditions: [{ text: 'p95 < 5ms', holds: true, terms: [TERM] }] },
    'toMeetItsConditions',
    [],
    "expected hostb.lab not to meet 'p95 < 5ms', measured p95 = 10.5 ms",
  ],
];

const FALSE: readonly Case[] = [
  [PING, 'toHaveLossBelow', [0.01], `expected loss of hostb.lab below 1 %, ${MEASURED_LOSS}`],
  [PING, 'toHaveLossBelow', [0.15], `expected loss of hostb.lab below 15 %, ${MEASURED_LOSS}`],
  [SILENT, 'toHaveLossBelow', [1], 'expected loss of hostb.lab below 100 %, measured 4 of 4 probes lost (100 %)'],
  [PING, 'toHaveRttBelow', [50], 'expected longest round trip to hostb.lab below 50 ms, measured 61.23 ms'],
  [SWEEP, 'toHaveRttBelow', [5], 'expected longest round trip to the targets below 5 ms, measured 5 ms'],
  [TRACE, 'toHavePmtuAtLeast', [1500], 'expected path MTU to hostb.lab at least 1500 octets, measured 1300 octets'],
  [TRACE, 'toHaveHopsAtMost', [1], 'expected path to hostb.lab at most 1 hop long, measured 3 hops'],
  [SILENT, 'toBeReachable', [], 'expected hostb.lab to be reachable, measured 0 answers to 4 probes'],
  [
    { ...UNSENT, statistics: { ...UNSENT.statistics, sent: 1, undecided: 1 }, errors: 1 },
    'toBeReachable',
    [],
    'expected hostb.lab to be reachable, measured 0 answers to 1 probe',
  ],
  [
    { ...SWEEP, figures: { ...FIGURES, alive: 2, unfinished: 1 } },
    'toBeReachable',
    [],
    'expected the targets to be reachable, measured 2 of 4 alive',
  ],
  [LOST_TRACE, 'toBeReachable', [], 'expected hostb.lab to be reachable, measured no answer from it (too-many-hops)'],
  [
    { ...SWEEP, figures: { ...FIGURES, unresolved: 1 } },
    'toBeReachable',
    [],
    'expected the targets to be reachable, measured 4 of 5 alive',
  ],
  [
    CLOCKDIFF,
    'toHaveOffsetWithin',
    [3.3],
    'expected clock of hostb.lab certainly within 3.3 ms of ours, measured -3.2 ms, give or take 0.25 ms',
  ],
  [{ ...ARPING, told: [] }, 'toHaveOneOwner', [], 'expected hostb.lab to have one owner, measured no answer'],
  [{ ...ARPING, told: ['a', 'b'] }, 'toHaveOneOwner', [], 'expected hostb.lab to have one owner, measured a, b'],
  [
    {
      ...PING,
      conditions: [
        { text: 'received > 3', holds: true, terms: [] },
        { text: 'p95 < 5ms', holds: false, terms: [TERM] },
        { text: 'loss < 1%', holds: null, terms: [{ subject: 'loss', measuredText: 'not measured' }] },
      ],
    },
    'toMeetItsConditions',
    [],
    "expected hostb.lab to meet 'p95 < 5ms' and 'loss < 1%', measured p95 = 10.5 ms, loss = not measured",
  ],
];

const NOT_JUDGED: readonly Case[] = [
  [UNSENT, 'toBeReachable', [], 'toBeReachable: nothing can be said of hostb.lab: no probe was answered or given up'],
  [
    { ...SWEEP, figures: { ...FIGURES, alive: 3, unfinished: 1 } },
    'toBeReachable',
    [],
    'toBeReachable: nothing can be said of the targets: the run ended before it was known of 1',
  ],
  [
    { ...LOST_TRACE, reason: 'interrupted' },
    'toBeReachable',
    [],
    'toBeReachable: nothing can be said of hostb.lab: the run ended before it was known (interrupted)',
  ],
  [
    { ...ARPING, told: [], statistics: UNSENT.statistics },
    'toHaveOneOwner',
    [],
    'toHaveOneOwner: nothing can be said of hostb.lab: no probe was answered or given up',
  ],
  [
    { ...LOST_TRACE, reason: 'reply' },
    'toHaveHopsAtMost',
    [3],
    'toHaveHopsAtMost: nothing can be said of hostb.lab: its answer does not tell how far away it is',
  ],
  [
    {
      ...PING,
      conditions: [
        { text: 'p95 < 5ms', holds: null, terms: [] },
        { text: 'loss < 1', holds: true, terms: [] },
      ],
    },
    'toMeetItsConditions',
    [],
    "toMeetItsConditions: nothing can be said of hostb.lab: 'p95 < 5ms' was not measured",
  ],
  [PING, 'toHaveLossBelow', ['1%'], 'toHaveLossBelow needs a ratio from 0 to 1, not a value of type string'],
  [PING, 'toHaveLossBelow', [], 'toHaveLossBelow needs a ratio from 0 to 1, not a value of type undefined'],
  [PING, 'toHaveLossBelow', [2], 'toHaveLossBelow needs a ratio from 0 to 1, not 2'],
  [PING, 'toHaveRttBelow', [Number.NaN], 'toHaveRttBelow needs milliseconds, not NaN'],
  [TRACE, 'toHavePmtuAtLeast', [-1], 'toHavePmtuAtLeast needs octets, not -1'],
  [TRACE, 'toHaveHopsAtMost', [3n], 'toHaveHopsAtMost needs a number of hops, not a value of type bigint'],
  [CLOCKDIFF, 'toHaveOffsetWithin', [null], 'toHaveOffsetWithin needs milliseconds, not a value of type object'],
  [
    UNSENT,
    'toHaveLossBelow',
    [1],
    'toHaveLossBelow: nothing can be said of hostb.lab: no probe was answered or given up',
  ],
  [SILENT, 'toHaveRttBelow', [1], 'toHaveRttBelow: nothing can be said of hostb.lab: no probe was answered'],
  [
    LOST_TRACE,
    'toHavePmtuAtLeast',
    [1],
    'toHavePmtuAtLeast: nothing can be said of hostb.lab: the target was not reached',
  ],
  [
    { ...FLOWS, flows: [] },
    'toHaveHopsAtMost',
    [1],
    'toHaveHopsAtMost: nothing can be said of hostb.lab: the target was not reached',
  ],
  [
    { ...CLOCKDIFF, offset: null, reason: 'down' },
    'toHaveOffsetWithin',
    [1],
    'toHaveOffsetWithin: nothing can be said of hostb.lab: no offset was measured (down)',
  ],
  [
    TRACE,
    'toHaveLossBelow',
    [1],
    'toHaveLossBelow needs counts of probes and replies, and the summary of hostb.lab has none',
  ],
  [PING, 'toHavePmtuAtLeast', [1], 'toHavePmtuAtLeast needs a path, and the summary of hostb.lab has none'],
  [
    ROUNDS,
    'toHavePmtuAtLeast',
    [1],
    'toHavePmtuAtLeast needs a path MTU, which rounds do not measure, and the summary of hostb.lab has none',
  ],
  [
    PING,
    'toHaveOneOwner',
    [],
    'toHaveOneOwner needs hardware addresses, as arping has them, and the summary of hostb.lab has none',
  ],
  [
    PING,
    'toMeetItsConditions',
    [],
    'toMeetItsConditions needs verdicts on conditions, and the summary of hostb.lab has none',
  ],
  [PING, 'toHaveRttBelow', [1, { percentile: 96 }], 'toHaveRttBelow: percentile must be one of 0, 50, 90, 95, 99, 100'],
  [17, 'toBeReachable', [], 'toBeReachable needs the summary of a run, as `await ping(host)` gives it, and got 17'],
  [
    { type: 'reply' },
    'toBeReachable',
    [],
    'toBeReachable needs the summary of a run, as `await ping(host)` gives it, and got an object of type reply',
  ],
  [
    new Run(async () => PING, undefined),
    'toBeReachable',
    [],
    'toBeReachable needs the summary of a run, as `await ping(host)` gives it, and got a run that may not be over: await it first',
  ],
];

const LIBRARIES = [
  ['vitest', expect],
  ['jest', jestExpect],
] as const;

/** What somebody reads whose assertion fails; null where it does not. */
function failureOf(act: () => void): string | null {
  try {
    act();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

describe.each(LIBRARIES)('in %s', (_name, library) => {
  for (const each of TRUE) {
    it(`holds, and the opposite fails in words: ${each[3]}`, () => {
      expect(failureOf(() => assert(library, each))).toBeNull();
      expect(failureOf(() => assert(library, each, true))).toBe(each[3]);
    });
  }

  for (const each of FALSE) {
    it(`fails in words, and the opposite holds: ${each[3]}`, () => {
      expect(failureOf(() => assert(library, each))).toBe(each[3]);
      expect(failureOf(() => assert(library, each, true))).toBeNull();
    });
  }

  for (const each of NOT_JUDGED) {
    it(`passes neither way: ${each[3]}`, () => {
      expect(failureOf(() => assert(library, each))).toBe(each[3]);
      expect(failureOf(() => assert(library, each, true))).toBe(each[3]);
    });
  }
});

describe('the types', () => {
  it('are those of assertions in both', () => {
    expect(PING).toBeReachable();
    expect(PING).not.toHaveLossBelow(0.01);
    jestExpect(PING).toHaveRttBelow(62, { percentile: 99 });
    // @ts-expect-error a ratio is a number
    expect(() => expect(SILENT).toHaveLossBelow('1%')).toThrow();
    // @ts-expect-error no such percentile
    expect(() => jestExpect(PING).toHaveRttBelow(1, { percentile: 42 })).toThrow();
  });
});
