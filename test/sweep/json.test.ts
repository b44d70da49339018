import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProbeError } from '../../src/sweep/error-table.ts';
import type { Figures, SummaryEvent, SweepEvent, TargetEvent } from '../../src/sweep/events.ts';
import { formatEvent } from '../../src/sweep/json.ts';
import { readEvent } from '../../src/sweep/json-reader.ts';
import { EXACT_SAMPLES } from '../../src/sweep/samples.ts';
import { readLine } from './schema.ts';

const strerror = (errno: number) => `error ${errno}`;

const whole = fc.nat({ max: 1e12 });
const times = fc
  .record({ minNs: whole, meanNs: whole, maxNs: whole, medianNs: whole, p95Ns: whole, p99Ns: whole })
  .map((record) => ({ ...record }));
const octet = fc.nat({ max: 255 });
const addresses = fc.oneof(fc.ipV4(), fc.constantFrom('2001:db8::1', '::ffff:10.0.0.1', 'fe80::1%eth0.7'));
const probeErrors: fc.Arbitrary<ProbeError> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('icmp' as const, 'icmp6' as const),
    type: octet,
    code: octet,
    info: fc.nat(),
    errno: fc.integer({ min: 1, max: 133 }),
    from: fc.option(addresses),
  }),
  fc.record({ kind: fc.constant('local' as const), errno: fc.integer({ min: 1, max: 133 }) }),
);
const shards = fc
  .integer({ min: 1, max: 99 })
  .chain((count) => fc.record({ number: fc.integer({ min: 1, max: count }), count: fc.constant(count) }));
const figures: fc.Arbitrary<Figures> = fc.record({
  targets: whole,
  alive: whole,
  silent: whole,
  unreachable: whole,
  refused: whole,
  unfinished: whole,
  unresolved: whole,
  sent: whole,
  received: whole,
  duplicates: whole,
  late: whole,
  foreign: whole,
  errors: whole,
});
const targets: fc.Arbitrary<TargetEvent> = fc.record({
  type: fc.constant('target' as const),
  target: fc.string(),
  address: addresses,
  verdict: fc.constantFrom('alive', 'silent', 'unreachable', 'refused', 'unfinished'),
  sent: fc.nat(),
  received: fc.nat(),
  roundTrip: fc.option(times),
  samplesNs: fc.option(fc.array(fc.option(fc.integer({ min: 1, max: 2 ** 40 })), { maxLength: EXACT_SAMPLES })),
  error: fc.option(probeErrors),
});
const sources = fc.constantFrom('kernel' as const, 'user' as const, 'mixed' as const);
const summaries: fc.Arbitrary<SummaryEvent> = fc.record({
  type: fc.constant('summary' as const),
  reason: fc.constantFrom('complete', 'interrupted'),
  figures,
  elapsedNs: whole,
  roundTrip: fc.option(
    fc
      .tuple(times, whole, fc.array(fc.tuple(whole, fc.integer({ min: 1, max: 1e9 }))))
      .map(([record, count, buckets]) => ({ ...record, count, buckets })),
  ),
  stamps: fc.option(fc.record({ transmit: sources, receive: sources })),
  drops: whole,
  shard: shards,
});
const others: fc.Arbitrary<SweepEvent> = fc.oneof(
  fc.record({ type: fc.constant('unresolved' as const), target: fc.string(), reason: fc.string() }),
  fc.record({
    type: fc.constant('foreign-reply' as const),
    target: fc.string(),
    address: fc.string(),
    from: fc.string(),
  }),
  fc.record({
    type: fc.constant('start' as const),
    targets: whole,
    shard: shards,
    seed: fc.option(fc.maxSafeNat()),
    rate: fc.double({ min: 0, max: 1e7, noNaN: true }),
    attempts: fc.integer({ min: 1, max: 65_535 }),
  }),
  fc.record({ type: fc.constant('status' as const), figures, elapsedNs: whole }),
);

describe('an event as JSON', () => {
  it('is one line, and an object of the schema, whatever is in it', () => {
    fc.assert(
      fc.property(fc.oneof(targets, summaries, others), (event) => {
        const line = formatEvent(event, strerror);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(readLine(line)['type']).toBe(event.type);
      }),
    );
  });

  it('of a target or a summary comes back as it was', () => {
    fc.assert(
      fc.property(fc.oneof(targets, summaries), (event) => {
        expect(readEvent(formatEvent(event, strerror))).toEqual(event);
      }),
    );
  });

  it('has null for what was lost, never 0', () => {
    const event: TargetEvent = {
      type: 'target',
      target: 'a',
      address: '10.0.0.1',
      verdict: 'silent',
      sent: 2,
      received: 0,
      roundTrip: null,
      samplesNs: [null, null],
      error: null,
    };
    expect(formatEvent(event, strerror)).toBe(
      '{"type": "target", "target": "a", "address": "10.0.0.1", "alive": false, "verdict": "silent", "sent": 2, "received": 0, "loss": 100, "rtt": null, "samples_ns": [null, null], "schema": 1}\n',
    );
    expect(formatEvent({ ...event, sent: 0, samplesNs: [] }, strerror)).toContain('"loss": null');
  });
});

describe('a line that is read back', () => {
  it.each([
    '',
    'no JSON',
    '[]',
    'null',
    '{}',
    '{"type": "reply"}',
    '{"type": "target"}',
    '{"type": "target", "target": 1}',
    '{"type": "summary", "reason": "complete"}',
    '{"type": "start", "shard": {"number": "1"}}',
    '{"type": "start", "shard": {"number": 0, "count": 1}}',
    '{"type": "start", "shard": {"number": 2, "count": 1}}',
    '{"type": "start", "shard": {"number": 1, "count": 1e12}}',
    '{"type": "start", "shard": {"number": 0.5, "count": 1}}',
  ])('is none of ours: %s', (line) => {
    expect(readEvent(line)).toBeNull();
  });

  it('is none of ours when any member of a target is missing or of another kind', () => {
    const [event] = fc.sample(
      targets.filter(({ roundTrip }) => roundTrip !== null),
      1,
    );
    const line = JSON.parse(formatEvent(event!, strerror));
    for (const key of ['target', 'address', 'verdict', 'sent', 'received', 'rtt']) {
      expect(readEvent(JSON.stringify({ ...line, [key]: undefined })), key).toBeNull();
      expect(readEvent(JSON.stringify({ ...line, [key]: false })), key).toBeNull();
    }
  });

  it('is none of ours when an address would write to the terminal, or a number is beyond any sweep', () => {
    const [event] = fc.sample(
      targets.filter(({ roundTrip }) => roundTrip !== null),
      1,
    );
    const line = JSON.parse(formatEvent(event!, strerror));
    for (const address of ['\u001b[2J', '10.0.0.1\n', 'fe80::1%\u001b[2J', 'host', '']) {
      expect(readEvent(JSON.stringify({ ...line, address })), address).toBeNull();
    }
    expect(readEvent(JSON.stringify({ ...line, samples_ns: [1e300] }))).toBeNull();
  });

  it('is none of ours when a bucket of a summary counts nothing, or has no count', () => {
    const [event] = fc.sample(
      summaries.filter(({ roundTrip }) => roundTrip !== null),
      1,
    );
    const line = JSON.parse(formatEvent(event!, strerror));
    for (const bucket of [[1, 0], [1, 0.5], [1], [], [2 ** 63, 1], [-1, 1], 7]) {
      const rtt = { ...line.rtt, buckets: [bucket] };
      expect(readEvent(JSON.stringify({ ...line, rtt })), JSON.stringify(bucket)).toBeNull();
    }
  });

  it('may be from before lines had a version, and is known for newer than ours by it', () => {
    const [event] = fc.sample(targets, 1);
    const { schema: _schema, ...line } = JSON.parse(formatEvent(event!, strerror));
    expect(readEvent(JSON.stringify(line))).toEqual(event);
    expect(readEvent(JSON.stringify({ ...line, schema: 2 }))).toEqual({ type: 'newer', schema: 2 });
    expect(readEvent('{"type": "kind-to-come", "schema": 3}')).toEqual({ type: 'newer', schema: 3 });
    expect(readEvent(JSON.stringify({ ...line, schema: '1' }))).toBeNull();
  });

  it('of another kind of ours is passed over', () => {
    for (const line of ['{"warning": "x", "type": "warning"}', '{"type": "foreign-reply"}']) {
      expect(readEvent(line)).toEqual({ type: 'other' });
    }
  });
});
