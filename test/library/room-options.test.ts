/** Options of tracepath, arping, clockdiff, rdisc and sweep: what is refused at once, in which words, and what the rest comes to. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import { toCommandOptions as toArping } from '../../src/arping/library-options.ts';
import { toCommandOptions as toClockdiff } from '../../src/clockdiff/library-options.ts';
import {
  type ArpingEvent,
  type ArpingOptions,
  type ArpingRun,
  type ArpingSummary,
  arping,
  type ClockdiffEvent,
  type ClockdiffOptions,
  type ClockdiffSummary,
  clockdiff,
  type RdiscOptions,
  rdisc,
  type SweepEvent,
  type SweepOptions,
  type SweepRun,
  sweep,
  type TracepathEvent,
  type TracepathFlowsOptions,
  type TracepathFlowsRun,
  type TracepathFlowsSummary,
  type TracepathOptions,
  type TracepathRoundsRun,
  type TracepathRoundsSummary,
  type TracepathRun,
  type TracepathSummary,
  tracepath,
} from '../../src/index.ts';
import { toCommandOptions as toRdisc } from '../../src/rdisc/library-options.ts';
import { readSweepRequest } from '../../src/sweep/library-options.ts';
import { toCommandOptions as toTracepath } from '../../src/tracepath/library-options.ts';

/** Calls as a program without types would. */
const call = (act: (...args: never[]) => unknown, ...args: unknown[]) => act(...(args as never[]));

const WRONG: readonly (readonly [what: string, act: () => unknown, error: Error])[] = [
  ['arping(17)', () => call(arping, 17), new TypeError('the target of arping must be a string, not 17')],
  ['arping("")', () => arping(''), new RangeError('the target of arping must not be empty or hold a null character')],
  ['no object', () => call(arping, 'a', 3), new TypeError('the options of arping must be an object, not 3')],
  [
    'a mistyped name',
    () => call(arping, 'a', { intervalMS: 1 }),
    new TypeError("arping has no option 'intervalMS': did you mean 'intervalMs'?"),
  ],
  ['a text', () => call(arping, 'a', { count: '3' }), new TypeError("count must be a number, not '3'")],
  [
    'a count of 0',
    () => arping('a', { count: 0 }),
    new RangeError('count must be a whole number from 1 to 2147483647, not 0'),
  ],
  [
    'no number',
    () => arping('a', { intervalMs: Number.NaN }),
    new RangeError('intervalMs must be a number from 0 to 2147483647000, not NaN'),
  ],
  ['a number', () => call(arping, 'a', { watch: 1 }), new TypeError('watch must be true or false, not 1')],
  ['no address', () => arping('a', { source: 'b' }), new RangeError("source must be an IPv4 address, not 'b'")],
  ['no signal', () => call(arping, 'a', { signal: {} }), new TypeError('signal must be an AbortSignal, not an object')],
  [
    'no hardware address',
    () => arping('10.0.0.1', { reverse: true }),
    new RangeError("the target of arping with reverse must be a hardware address, not '10.0.0.1'"),
  ],
  [
    'a contradiction',
    () => arping('a', { expectOne: true, first: true }),
    new RangeError('expectOne and first exclude each other'),
  ],
  [
    'another',
    () => arping('02:00:00:00:00:01', { reverse: true, source: '10.0.0.1' }),
    new RangeError('reverse and source exclude each other'),
  ],
  [
    'a condition without sense',
    () => arping('a', { conditions: ['loss < 1%', 'los < 1%'] }),
    new RangeError("conditions[1]: unknown word 'los'; did you mean 'loss'?\n  los < 1%\n  ^~~"),
  ],
  [
    'conditions that are none',
    () => call(arping, 'a', { conditions: [3] }),
    new TypeError('conditions[0] must be a string, not 3'),
  ],
  [
    'too many samples',
    () => clockdiff('a', { samples: 1e7 }),
    new RangeError('samples must be a whole number from 1 to 1000000, not 10000000'),
  ],
  ['slots', () => call(clockdiff, 'a', { ipTimestamp: 5 }), new RangeError('ipTimestamp must be one of 3, 4, not 5')],
  [
    'a backend',
    () => call(clockdiff, 'a', { backend: 'pcap' }),
    new RangeError("backend must be one of 'addon', 'raw-socket', not 'pcap'"),
  ],
  ['rdisc(null)', () => call(rdisc, null), new TypeError('the options of rdisc must be an object, not null')],
  [
    'a short interval',
    () => rdisc({ responder: true, maxIntervalMs: 3999 }),
    new RangeError('maxIntervalMs must be a number from 4000 to 1800000, not 3999'),
  ],
  [
    'a preference without a responder',
    () => rdisc({ preference: 1 }),
    new RangeError('preference is for a responder: nothing is advertised without'),
  ],
  [
    'a router that solicits',
    () => rdisc({ responder: true, solicit: true }),
    new RangeError('responder and solicit exclude each other'),
  ],
  ['no targets', () => sweep([]), new RangeError('targets must not be empty')],
  ['targets that are none', () => call(sweep, [1]), new TypeError('targets[0] must be a string, not 1')],
  [
    'a block that is none',
    () => sweep(['10.0.0.0/33']),
    new RangeError("targets: '10.0.0.0/33': the prefix length must be 0 to 32"),
  ],
  [
    'too many targets',
    () => sweep('10.0.0.0/22', { maxTargets: 1000 }),
    new RangeError('targets: 1022 targets are too many: maxTargets is 1000'),
  ],
  ['everything excluded', () => sweep('10.0.0.1', { exclude: '10.0.0.0/8' }), new RangeError('targets: no targets')],
  [
    'a shard beyond the last',
    () => sweep('10.0.0.1', { shard: { number: 3, count: 2 } }),
    new RangeError('shard.number must be a whole number from 1 to 2, not 3'),
  ],
  [
    'two speeds',
    () => sweep('a', { rate: 1, intervalMs: 1 }),
    new RangeError('rate and intervalMs exclude each other'),
  ],
  [
    'two orders',
    () => sweep('a', { seed: 1, sequential: true }),
    new RangeError('sequential and seed exclude each other'),
  ],
  [
    'two modes',
    () => call(tracepath, 'a', { flows: 3, report: true }),
    new RangeError('flows and report exclude each other'),
  ],
  [
    'a count of nothing',
    () => call(tracepath, 'a', { parallel: true, count: 3 }),
    new RangeError('parallel and count exclude each other'),
  ],
  [
    'too many probes for flows',
    () => tracepath('a', { flows: 3, count: 1001 }),
    new RangeError('count, with flows, must be a whole number from 1 to 1000, not 1001'),
  ],
  [
    'a packet without room for its headers',
    () => tracepath('a', { length: 28 }),
    new RangeError('length must be a whole number from 29 to 2147483647, not 28'),
  ],
  [
    'the same of IPv6',
    () => tracepath('a', { length: 48, family: 6 }),
    new RangeError('length, with family 6, must be a whole number from 49 to 2147483647, not 48'),
  ],
  [
    'confidence in nothing',
    () => call(tracepath, 'a', { confidence: 0.9 }),
    new RangeError('confidence goes with flows'),
  ],
  [
    'an interval of nothing',
    () => call(tracepath, 'a', { intervalMs: 100 }),
    new RangeError('intervalMs goes with report or count'),
  ],
];

describe('options', () => {
  it.each(WRONG)('refuse at once %s', (_what, act, error) => {
    expect(act).toThrow(error);
    expect(act).toThrow(error.constructor as ErrorConstructor);
  });

  it('have the words of their own way of tracing in conditions', () => {
    expect(() => tracepath('a', { conditions: 'loss < 1%' })).toThrow(/^conditions: unknown word 'loss'/);
    expect(() => tracepath('a', { flows: 2, until: 'rounds > 3' })).toThrow(/^until: unknown word 'rounds'/);
  });
});

describe('in the command’s terms', () => {
  it('arping ends by itself unless it is told when', () => {
    expect(toArping('a', {})).toMatchObject({ count: 4, intervalSeconds: 1, deadlineSeconds: 0, destination: 'a' });
    const given: ArpingOptions = { intervalMs: 250, deadlineMs: 1500, interface: 'eth0', answer: true };
    expect(toArping('a', given)).toMatchObject({
      ...{ count: null, intervalSeconds: 0.25, deadlineSeconds: 1.5, device: 'eth0', answer: true, unsolicited: true },
    });
    expect(toArping('a', { until: 'received >= 1' })).toMatchObject({ count: null });
    expect(toArping('a', { watch: true, count: 7 })).toMatchObject({ count: 7, watch: true });
    expect(toArping('02:00:00:00:00:01', { reverse: true })).toMatchObject({
      ...{ destination: '', reverse: Uint8Array.of(2, 0, 0, 0, 0, 1) },
    });
  });

  it('clockdiff takes its samples, or goes on', () => {
    expect(toClockdiff('a', {})).toMatchObject({ samples: null, intervalSeconds: 0, mode: 'icmp', backend: null });
    const given: ClockdiffOptions = { samples: null, intervalMs: 20, ipTimestamp: 3, backend: 'raw-socket' };
    expect(toClockdiff('a', given)).toMatchObject({
      ...{ samples: Number.POSITIVE_INFINITY, intervalSeconds: 0.02, mode: 'ip-3', backend: 'raw-socket' },
    });
  });

  it('rdisc speaks to routers as a host, and to hosts as a router', () => {
    expect(toRdisc({})).toMatchObject({ sendTo: '224.0.0.2', receiveAt: '224.0.0.1', responder: false });
    const given: RdiscOptions = { responder: true, preference: 0x8000_0000, maxIntervalMs: 4500 };
    expect(toRdisc(given)).toMatchObject({
      ...{ sendTo: '224.0.0.1', receiveAt: '224.0.0.2', preference: -0x8000_0000, maximumIntervalSeconds: 4.5 },
    });
    expect(toRdisc({ all: true, sendAddress: '10.0.0.1' })).toMatchObject({ acceptAll: true, sendTo: '10.0.0.1' });
  });

  it('sweep has a rate, or the time from probe to probe', () => {
    const optionsOf = (given: SweepOptions) => readSweepRequest('10.0.0.0/29', given).options;
    expect(optionsOf({})).toMatchObject({ rate: 1000, retries: 3, count: null, timeoutMs: null });
    expect(optionsOf({ intervalMs: 4 })).toMatchObject({ rate: 250 });
    expect(optionsOf({ intervalMs: 0, exclude: ['10.0.0.1', '10.0.0.2'] })).toMatchObject({
      ...{ rate: 0, exclude: ['10.0.0.1', '10.0.0.2'] },
    });
    expect(optionsOf({ source: 'fd00::1' }).source).toMatchObject({ family: 6 });
    expect(readSweepRequest(['10.0.0.0/29', 'hostb.lab', '10.0.0.3'], {}).plan).toMatchObject({
      ...{ addresses: { size: 6 }, names: ['hostb.lab'] },
    });
  });

  it('tracepath traces once, over flows, or in rounds', () => {
    expect(toTracepath('a', {})).toMatchObject({ mode: 'serial', options: { maxHops: 30, port: 44_444, length: 0 } });
    expect(toTracepath('a', { parallel: true }).mode).toBe('parallel');
    expect(toTracepath('a', { flows: 6, confidence: 0.99 })).toMatchObject({
      ...{ mode: 'flows', options: { flows: 6, confidence: 0.99 } },
    });
    expect(toTracepath('a', { report: true }).mode).toBe('report');
    expect(toTracepath('a', { count: 5, intervalMs: 50 })).toMatchObject({
      ...{ mode: 'report', options: { count: 5, intervalSeconds: 0.05 } },
    });
  });
});

describe('types', () => {
  it('follow the options', () => {
    expectTypeOf((options: TracepathOptions) => tracepath('a', options)).returns.toEqualTypeOf<TracepathRun>();
    expectTypeOf((options: TracepathFlowsOptions) =>
      tracepath('a', options),
    ).returns.toEqualTypeOf<TracepathFlowsRun>();
    expectTypeOf(() => tracepath('a', { report: true })).returns.toEqualTypeOf<TracepathRoundsRun>();
    expectTypeOf(() => tracepath('a', { count: 3 })).returns.toEqualTypeOf<TracepathRoundsRun>();
    expectTypeOf<TracepathRun>().resolves.toEqualTypeOf<TracepathSummary>();
    expectTypeOf<TracepathFlowsRun>().resolves.toEqualTypeOf<TracepathFlowsSummary>();
    expectTypeOf<TracepathRoundsRun>().resolves.toEqualTypeOf<TracepathRoundsSummary>();
    expectTypeOf<ArpingRun>().toExtend<AsyncIterable<ArpingEvent> & Promise<ArpingSummary> & AsyncDisposable>();
    expectTypeOf<SweepRun>().toExtend<AsyncIterable<SweepEvent>>();
    // @ts-expect-error flows do not go with rounds
    expectTypeOf(() => tracepath('a', { flows: 3, report: true })).toBeFunction();
    // @ts-expect-error confidence is for flows
    expectTypeOf(() => tracepath('a', { confidence: 0.9 })).toBeFunction();
  });

  it('have times in milliseconds, and null where nothing was measured', () => {
    type Of<Event, Type> = Extract<Event, { type: Type }>;
    expectTypeOf<Of<ArpingEvent, 'reply'>['roundTripMs']>().toEqualTypeOf<number | null>();
    expectTypeOf<Of<ArpingEvent, 'reply'>['timestampMs']>().toBeNumber();
    expectTypeOf<Of<ArpingEvent, 'reply'>>().not.toHaveProperty('wallNs');
    expectTypeOf<Of<ClockdiffEvent, 'sample'>['roundTripMs']>().toBeNumber();
    expectTypeOf<NonNullable<ClockdiffSummary['offset']>['boundMs']>().toBeNumber();
    expectTypeOf<ClockdiffSummary['reason']>().toExtend<string>();
    expectTypeOf<Of<TracepathEvent, 'answer'>['roundTripMs']>().toEqualTypeOf<number | null>();
    expectTypeOf<Of<SweepEvent, 'target'>['samplesMs']>().toEqualTypeOf<readonly (number | null)[] | null>();
    expectTypeOf<NonNullable<Of<SweepEvent, 'summary'>['roundTrip']>>().not.toHaveProperty('buckets');
    expectTypeOf<ArpingSummary['statistics']['longestOutageMs']>().toEqualTypeOf<number | null>();
  });

  it('are readonly', () => {
    expectTypeOf<Pick<ArpingSummary, 'sent'>>().toEqualTypeOf<{ readonly sent: number }>();
    expectTypeOf<ArpingSummary['told']>().toEqualTypeOf<readonly string[]>();
  });
});
