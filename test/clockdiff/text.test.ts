import { describe, expect, it } from 'vitest';
import { formatDate } from '../../src/clockdiff/date-text.ts';
import type { ClockdiffEvent, EndReason, SummaryEvent } from '../../src/clockdiff/events.ts';
import { type LocalTime, localTime } from '../../src/clockdiff/local-time.ts';
import { ClockdiffText, type TextOptions } from '../../src/clockdiff/text.ts';
import { ProbeStatistics } from '../../src/measure/probe-statistics.ts';

/** Sunday, 22 November 2026, 10:34:21 UT. */
const TIME: LocalTime = {
  year: 2026,
  month: 10,
  day: 22,
  hour: 10,
  minute: 34,
  second: 21,
  weekday: 0,
  offsetMinutes: 0,
};
const UNIX_SECONDS = 1_795_343_661;

const OPTIONS: TextOptions = {
  host: '10.77.1.254',
  interactive: false,
  dateFormat: 'ctime',
  uncertainty: false,
  stats: false,
  epochSeconds: UNIX_SECONDS - 1,
  localTime: () => TIME,
  strerror: (errno) => `error ${errno}`,
};

const SUMMARY: SummaryEvent = {
  type: 'summary',
  wallNs: 1_400_000_000,
  reason: { kind: 'samples' },
  transmitted: 50,
  accepted: 50,
  duplicates: 0,
  unusable: {},
  errors: 0,
  roundTrip: { smoothedNs: 12_900_000, deviationNs: 1_900_000, smallestNs: 11_000_000 },
  byteOrder: 'network',
  figures: { deltaMs: 250, deltaAtSmallestMs: -3, smallestRoundTripMs: 11 },
  offset: {
    offsetNs: 250_400_400,
    boundNs: 26_000,
    isConsistent: true,
    outward: { meanNs: 0, maxNs: 37_000 },
    homeward: { meanNs: 0, maxNs: 1_000 },
  },
  kernelStamps: true,
  statistics: new ProbeStatistics().summary(),
  conditions: [],
};

const SAMPLE: ClockdiffEvent = {
  type: 'sample',
  wallNs: 0,
  sequence: 1,
  roundTripNs: 1,
  transmitStamp: 'kernel',
  receiveStamp: 'kernel',
  peerReceiveStamp: 0,
  peerTransmitStamp: 0,
  late: false,
};

const render = (event: ClockdiffEvent, options: Partial<TextOptions> = {}) =>
  new ClockdiffText({ ...OPTIONS, ...options }).render(event);
const stdout = (text: string) => ({ to: 'stdout', text });
const complaint = (text: string) => ({ to: 'complaint', text });

describe('the text output', () => {
  it('is one line of three numbers where nobody looks on (spec: `1795343761 250 250`)', () => {
    expect(render(SAMPLE)).toEqual([]);
    expect(render(SUMMARY)).toEqual([stdout(`${UNIX_SECONDS} 250 -3\n`)]);
  });

  it('is dots and a line of words on a terminal (spec: `host=… rtt=0(0)ms/0ms delta=0ms/0ms …`)', () => {
    expect(render(SAMPLE, { interactive: true })).toEqual([stdout('.')]);
    expect(render(SUMMARY, { interactive: true })).toEqual([
      stdout('\nhost=10.77.1.254 rtt=12(1)ms/11ms delta=250ms/-3ms Sun Nov 22 10:34:21 2026\n'),
    ]);
    expect(render(SUMMARY, { interactive: true, dateFormat: 'iso' })).toEqual([
      stdout('\nhost=10.77.1.254 rtt=12(1)ms/11ms delta=250ms/-3ms 2026-11-22T10:34:21+0000\n'),
    ]);
  });

  it('has a line more with -u: offset, bound, variation each way, and by which clock', () => {
    const options = { uncertainty: true };
    expect(render(SUMMARY, options)[1]).toEqual(
      stdout(
        'offset=+250.400ms +/- 0.026ms, rtt min=11.000ms, variation out=0.037ms back=0.001ms, 50 samples by kernel stamps\n',
      ),
    );
    const offset = { ...SUMMARY.offset!, offsetNs: -1e6, isConsistent: false };
    expect(render({ ...SUMMARY, kernelStamps: false, offset }, options)[1]).toEqual(
      stdout(
        'offset=-1.000ms +/- 0.026ms, rtt min=11.000ms, variation out=0.037ms back=0.001ms, ' +
          '50 samples by user-space clock, samples contradict each other\n',
      ),
    );
  });

  it('warns of octets that come the other way round', () => {
    expect(render({ ...SUMMARY, byteOrder: 'swapped' })).toEqual([
      complaint('10.77.1.254 sends its time stamps with the octets swapped: read as such'),
      stdout(`${UNIX_SECONDS} 250 -3\n`),
    ]);
  });

  it.each([
    [{ kind: 'down' }, '10.77.1.254 is down'],
    [{ kind: 'non-standard' }, '10.77.1.254 time transmitted in a non-standard format'],
    [{ kind: 'unreachable', errno: 1 }, '10.77.1.254 is unreachable'],
    [{ kind: 'refused', errno: 111 }, 'measure: error 111'],
  ] as const)('complains in the words of clockdiff(8): %o', (reason: EndReason, text) => {
    expect(render({ ...SUMMARY, reason })).toEqual([complaint(text)]);
  });

  it('says what is wrong with replies that cannot be used', () => {
    const unusable = {
      checksum: 1,
      short: 2,
      identifier: 3,
      sequence: 4,
      'no-option': 5,
      'malformed-option': 6,
      'wrong-flag': 7,
      unfilled: 8,
    };
    expect(render({ ...SUMMARY, reason: { kind: 'unusable' }, unusable, duplicates: 9 })).toEqual([
      complaint(
        '10.77.1.254 answers, but no reply can be used: 1 with a wrong checksum, 2 too short for time stamps, ' +
          '3 with another identifier, 4 to a request that was never sent, 5 without an IP timestamp option, ' +
          '6 with a malformed IP option, 7 with an IP timestamp option of another kind, ' +
          '8 without its time in the IP timestamp option, 9 duplicate',
      ),
    ]);
  });

  it('shows what was measured when it is interrupted, and nothing when nothing was', () => {
    expect(render({ ...SUMMARY, reason: { kind: 'interrupted' } })).toEqual([stdout(`${UNIX_SECONDS} 250 -3\n`)]);
    expect(render({ ...SUMMARY, reason: { kind: 'interrupted' }, figures: null, offset: null })).toEqual([]);
  });

  it('tells when our clock was set, and nothing of what iputils does not tell', () => {
    expect(render({ type: 'clock-step', wallNs: 0, stepNs: 3.6e12 })).toEqual([
      complaint('our own clock was set by 3600000.000ms: measuring anew'),
    ]);
    const quiet: readonly ClockdiffEvent[] = [
      { type: 'unanswered', wallNs: 0, sequence: 1, roundTripNs: null },
      { type: 'duplicate', wallNs: 0, sequence: 1 },
      { type: 'unusable', wallNs: 0, why: 'short', sequence: 1 },
      { type: 'network-error', wallNs: 0, source: null, icmpType: 3, icmpCode: 1, errno: 113 },
    ];
    for (const event of quiet) expect(render(event, { interactive: true })).toEqual([]);
  });
});

describe('a date', () => {
  it('has a blank before a day of one digit, as ctime(3) has it', () => {
    expect(formatDate({ ...TIME, day: 1, month: 0, weekday: 4 }, 'ctime')).toBe('Thu Jan  1 10:34:21 2026');
  });

  it.each([
    [0, '+0000'],
    [60, '+0100'],
    [-210, '-0330'],
    [345, '+0545'],
  ])('has its zone in ISO 8601: %i minutes are %s', (offsetMinutes, zone) => {
    expect(formatDate({ ...TIME, offsetMinutes, month: 0, day: 2 }, 'iso')).toBe(`2026-01-02T10:34:21${zone}`);
  });

  it('is that of the local zone', () => {
    const time = localTime(UNIX_SECONDS);
    expect(time.second).toBe(21);
    expect((((time.hour * 60 + time.minute - time.offsetMinutes) % 1440) + 1440) % 1440).toBe(10 * 60 + 34);
  });
});
