import { describe, expect, it } from 'vitest';
import { toStatisticsLine } from '../../src/cli/statistics-line.ts';
import type { ClockdiffEvent, EndReason, SummaryEvent } from '../../src/clockdiff/events.ts';
import { ClockdiffJson, type JsonOptions } from '../../src/clockdiff/json.ts';
import { CLOCKDIFF_WORDS } from '../../src/clockdiff/vocabulary.ts';
import { ProbeStatistics } from '../../src/measure/probe-statistics.ts';
import { failIf } from '../conditions/given.ts';
import { loadSchema } from '../schema.ts';
import { honestPeer, MS, type Peer, play, queuedErrorOf, reply, US } from './support.ts';

const { fits } = loadSchema('clockdiff');

const OPTIONS: JsonOptions = {
  host: 'hostb.lab',
  address: '192.0.2.7',
  mode: 'icmp',
  epochSeconds: 1_795_344_226,
  strerror: (errno) => `error ${errno}`,
};

/** The object of the line, which must be one line and fit the schema. */
function lineOf(event: ClockdiffEvent, changes: Partial<JsonOptions> = {}): Record<string, unknown> {
  const line = new ClockdiffJson({ ...OPTIONS, ...changes }).render(event);
  expect(line).toMatch(/^[^\n]+\n$/);
  const value = JSON.parse(line) as Record<string, unknown>;
  expect(fits(value), `${line}${JSON.stringify(fits.errors)}`).toBe(true);
  return value;
}

const SUMMARY: SummaryEvent = {
  type: 'summary',
  wallNs: 902_450_000,
  reason: { kind: 'samples' },
  transmitted: 51,
  accepted: 50,
  duplicates: 1,
  unusable: { checksum: 2 },
  errors: 3,
  roundTrip: { smoothedNs: 123.4, deviationNs: 5.5, smallestNs: 100 },
  byteOrder: 'network',
  figures: { deltaMs: -250, deltaAtSmallestMs: -251, smallestRoundTripMs: 0 },
  offset: {
    offsetNs: -250_400_000.4,
    boundNs: 26_000.2,
    isConsistent: true,
    outward: { meanNs: 10.4, maxNs: 20 },
    homeward: { meanNs: 0, maxNs: 0 },
  },
  kernelStamps: true,
  statistics: new ProbeStatistics().summary(),
  conditions: [],
};

const NOTHING = { roundTrip: null, figures: null, offset: null, byteOrder: null, accepted: 0, kernelStamps: false };

describe('a JSON line', () => {
  it('tells all of a summary, and rounds its bound up', () => {
    expect(lineOf(SUMMARY)).toEqual({
      type: 'summary',
      reason: 'samples',
      host: 'hostb.lab',
      address: '192.0.2.7',
      mode: 'icmp',
      transmitted: 51,
      accepted: 50,
      duplicates: 1,
      unusable: { checksum: 2 },
      errors: 3,
      rtt: { min_ns: 100, smoothed_ns: 123, deviation_ns: 6 },
      offset: {
        ns: -250_400_000,
        bound_ns: 26_002,
        consistent: true,
        variation: { outward: { mean_ns: 10, max_ns: 20 }, homeward: { mean_ns: 0, max_ns: 0 } },
      },
      delta_ms: -250,
      delta_at_min_rtt_ms: -251,
      byte_order: 'network',
      stamps: 'kernel',
      stats: toStatisticsLine(SUMMARY.statistics),
      timestamp: 1_795_344_226.90245,
      schema: 1,
    });
  });

  it.each([
    [{ kind: 'down' }, 'hostb.lab is down', undefined],
    [{ kind: 'non-standard' }, 'hostb.lab time transmitted in a non-standard format', undefined],
    [{ kind: 'unusable' }, expect.stringContaining('2 with a wrong checksum'), undefined],
    [{ kind: 'unreachable', errno: 1 }, 'hostb.lab is unreachable', 'error 1'],
    [{ kind: 'refused', errno: 111 }, 'measure: error 111', 'error 111'],
    [{ kind: 'interrupted' }, undefined, undefined],
    [{ kind: 'condition' }, undefined, undefined],
    [{ kind: 'deadline' }, 'no usable reply from hostb.lab until the deadline', undefined],
  ] as const)('says why there is no result: %o', (reason: EndReason, error, cause) => {
    const line = lineOf({ ...SUMMARY, ...NOTHING, reason });
    expect(line).toMatchObject({ reason: reason.kind, rtt: null, offset: null, delta_ms: null, stamps: null });
    expect([line['error'], line['cause']]).toEqual([error, cause]);
  });

  it('says of conditions what came of them, before the summary', () => {
    const conditions = failIf(CLOCKDIFF_WORDS, 'abs(offset) > 100ms', 'loss > 1%');
    const { summary } = play({ samples: 5, conditions }, honestPeer(250));
    const lines = new ClockdiffJson(OPTIONS)
      .render(summary)
      .split(/(?<=\n)/)
      .map((line) => JSON.parse(line));
    for (const line of lines) expect(fits(line), JSON.stringify(fits.errors)).toBe(true);
    expect(lines).toMatchObject([
      { type: 'condition', role: 'fail-if', holds: true, failed: true },
      { type: 'condition', role: 'fail-if', holds: false, failed: false },
      { type: 'summary', stats: { sent: 5, received: 5, lost: 0, rtt: { count: 5, p99_ns: 200_000 } } },
    ]);
  });

  it('never has a round trip for a request that was not answered', () => {
    expect(lineOf({ type: 'unanswered', wallNs: 0, sequence: 7, roundTripNs: null })).toMatchObject({
      seq: 7,
      rtt_ns: null,
    });
  });

  it('says what is the matter with a reply', () => {
    expect(lineOf({ type: 'unusable', wallNs: 0, why: 'identifier', sequence: null })).toMatchObject({ seq: null });
    expect(lineOf({ type: 'duplicate', wallNs: 0, sequence: 65_535 })).toMatchObject({ type: 'duplicate' });
  });

  it('names an ICMP error, and what it means to a socket if anything', () => {
    const event = { type: 'network-error', wallNs: 0, source: '192.0.2.254', icmpType: 3, icmpCode: 1 } as const;
    expect(lineOf({ ...event, errno: 113 })).toMatchObject({ error: 'error 113', host: '192.0.2.254' });
    expect(lineOf({ ...event, errno: 0, source: null })).toMatchObject({ error: null, host: null });
  });

  it('says that our clock was set', () => {
    expect(lineOf({ type: 'clock-step', wallNs: 0, stepNs: -3.6e12 })).toMatchObject({ step_ns: -3.6e12 });
  });

  it('fits the schema for whatever a run has to tell', () => {
    const peers: readonly Peer[] = [
      honestPeer(250),
      (probe) => [
        { afterNs: US, message: reply({ sequence: probe.sequence, badChecksum: true }) },
        ...honestPeer()(probe),
      ],
      (probe) => (probe.sequence % 3 === 0 ? honestPeer(0, MS, MS)(probe).flatMap((each) => [each, each]) : []),
      (probe) => [{ afterNs: US, error: queuedErrorOf(probe.sequence) }, ...honestPeer(0, 1300 * MS, 0)(probe)],
      () => [],
    ];
    for (const peer of peers) {
      const { events } = play({ samples: 20 }, peer, { clockStep: { atNs: 700 * US, byNs: 50 * MS } });
      expect(events.map((event) => lineOf(event)['type'])).toEqual(events.map(({ type }) => type));
    }
  });
});
