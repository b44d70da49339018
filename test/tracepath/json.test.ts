/** Events as lines of JSON: every line fits the schema, says what the event says, and a lost probe has no time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonConsole } from '../../src/cli/console.ts';
import { encodeMplsLabels } from '../../src/packet/icmp-extension-objects.ts';
import { decodeIcmpExtension, encodeIcmpExtension } from '../../src/packet/icmp-extensions.ts';
import type { AnswerEvent, EndReason, Outcome, TracepathEvent } from '../../src/tracepath/events.ts';
import { type JsonOptions, TracepathJson } from '../../src/tracepath/json.ts';
import { readLines } from './schema.ts';
import { CONFIG, play, route, routers, TARGET } from './support.ts';

const OPTIONS: JsonOptions = {
  host: 'hostb.lab',
  target: '10.77.3.2',
  epochSeconds: 1_795_344_226,
  strerror: (errno) => `error ${errno}`,
  nameOf: (address) => (address === '10.0.0.1' ? HOSTILE_NAME : null),
};

/** ESC and BEL, and all that JSON must escape or might. */
const HOSTILE_NAME = '\x1b]0;owned\x07"\\\r\n\t\0\u2028\x7f\x9b\ud800 , : {}é';

const EXTENSION = decodeIcmpExtension(
  encodeIcmpExtension({
    kind: 'structure',
    objects: [
      {
        classNumber: 1,
        cType: 1,
        body: encodeMplsLabels([{ label: 16_001, experimental: 5, bottomOfStack: true, ttl: 1 }]),
      },
      { classNumber: 2, cType: 0x09, body: Uint8Array.from([0, 0, 0, 3, 0, 0, 5, 220]) },
      { classNumber: 77, cType: 6, body: Uint8Array.from([0xde, 0xad]) },
    ],
  }),
);

const ANSWER: AnswerEvent = {
  type: 'answer',
  wallNs: 902_450_000,
  probe: { hop: 2, port: 44_446, octets: 1500 },
  hop: 2,
  isHopKnown: true,
  address: '10.0.0.2',
  outcome: 'hop',
  errno: 113,
  icmpType: 11,
  icmpCode: 0,
  mtu: 1500,
  info: 0,
  roundTripNs: 197_400,
  transmitStamp: 'kernel',
  receiveStamp: 'kernel',
  hopLimit: 63,
  returnHops: 2,
  trafficClass: 0xc0,
  corrupted: false,
  quotedOctets: 520,
  quotedDestination: null,
  quotedPort: 44_446,
  extension: null,
};

function render(event: TracepathEvent): unknown {
  const lines = readLines(new TracepathJson(OPTIONS).render(event));
  expect(lines).toHaveLength(1);
  return lines[0];
}

describe('tracepath -j', () => {
  it('writes an answer with all that is known of it', () => {
    expect(new TracepathJson(OPTIONS).render(ANSWER)).toBe(
      '{"type": "probe", "hop": 2, "port": 44446, "bytes": 1500, "result": "hop", "host": "10.0.0.2", "time": "0.197", ' +
        '"rtt_ns": 197400, "stamps": {"transmit": "kernel", "receive": "kernel"}, "errno": 113, "icmp_type": 11, ' +
        '"icmp_code": 0, "ttl": 63, "tos": 192, "return_hops": 2, "quoted_bytes": 520, "timestamp": 1795344226.90245, "schema": 1}\n',
    );
  });

  it('writes null for what a lost probe has not', () => {
    const { hop, port, octets } = { hop: 3, port: 44_450, octets: 1400 };
    expect(render({ type: 'lost', wallNs: 0, probe: { hop, port, octets }, attempt: 2, roundTripNs: null })).toEqual({
      type: 'probe',
      hop,
      port,
      bytes: octets,
      attempt: 2,
      result: 'lost',
      host: null,
      time: null,
      rtt_ns: null,
      timestamp: OPTIONS.epochSeconds,
      schema: 1,
    });
    expect(
      render({ type: 'lost', wallNs: 0, probe: { hop, port, octets }, attempt: null, roundTripNs: null }),
    ).not.toHaveProperty('attempt');
  });

  it('leaves out what is not known', () => {
    const unknown = {
      probe: null,
      isHopKnown: false,
      roundTripNs: null,
      hopLimit: null,
      returnHops: null,
      trafficClass: null,
    };
    expect(render({ ...ANSWER, ...unknown })).toEqual({
      type: 'probe',
      hop: 2,
      hop_guessed: true,
      result: 'hop',
      host: '10.0.0.2',
      time: null,
      rtt_ns: null,
      errno: 113,
      icmp_type: 11,
      icmp_code: 0,
      quoted_bytes: 520,
      timestamp: 1_795_344_226.90245,
      schema: 1,
    });
  });

  it('tells a refusal of our own kernel from an answer', () => {
    expect(
      render({ ...ANSWER, address: null, outcome: 'mtu', errno: 90, info: 1500, mtu: 1500, isHopKnown: false }),
    ).toMatchObject({
      result: 'mtu',
      host: null,
      local: true,
      mtu: 1500,
      info: 1500,
      error: 'error 90',
    });
  });

  it('shows extensions, corrupted quotes and other destinations', () => {
    expect(render({ ...ANSWER, extension: EXTENSION, corrupted: true, quotedDestination: '192.0.2.99' })).toMatchObject(
      {
        corrupted: true,
        quoted_destination: '192.0.2.99',
        quoted_port: 44_446,
        extension: {
          checksum_ok: true,
          objects: [
            { class: 1, c_type: 1, mpls: [{ label: 16_001, traffic_class: 5, bottom_of_stack: true, ttl: 1 }] },
            { class: 2, c_type: 9, interface: { role: 0, index: 3, address: null, name: null, mtu: 1500 } },
            { class: 77, c_type: 6, octets: 'dead' },
          ],
        },
      },
    );
    const malformed = decodeIcmpExtension(Uint8Array.of(0x10, 0, 0, 0));
    expect(render({ ...ANSWER, extension: malformed })).toMatchObject({
      extension: { objects: [], checksum_ok: null, flaws: ['extension version is 1, not 2'] },
    });
  });

  const OUTCOMES: readonly Outcome[] = [
    'hop',
    'silent',
    'mtu',
    'reached',
    'host-unreachable',
    'net-unreachable',
    'prohibited',
    'protocol-error',
    'other-error',
  ];
  it.each(OUTCOMES)('fits the schema with the result %s', (outcome) => {
    expect(render({ ...ANSWER, outcome })).toMatchObject({ result: outcome });
  });

  it.each<[TracepathEvent, object]>([
    [
      { type: 'mtu', behindHop: 1, address: '10.0.0.1', before: 1500, after: 1400 },
      { type: 'mtu', behind_hop: 1, host: '10.0.0.1', name: HOSTILE_NAME, before: 1500, after: 1400 },
    ],
    [
      { type: 'mtu', behindHop: 0, address: null, before: 65_535, after: 1500 },
      { type: 'mtu', behind_hop: 0, host: null, before: 65_535, after: 1500 },
    ],
    [
      { type: 'black-hole', behindHop: 2, hop: 3, passes: 1300, fails: 1301 },
      { type: 'black-hole', behind_hop: 2, hop: 3, passes: 1300, fails: 1301 },
    ],
    [
      { type: 'hop', hop: 1, sent: 2, answered: 2, addresses: ['10.0.0.1', '10.0.0.9'], bestNs: 86_400 },
      {
        type: 'hop',
        hop: 1,
        sent: 2,
        answered: 2,
        hosts: [{ host: '10.0.0.1', name: HOSTILE_NAME }, { host: '10.0.0.9' }],
        time: '0.086',
        rtt_ns: 86_400,
      },
    ],
    [
      { type: 'hop', hop: 4, sent: 3, answered: 0, addresses: [], bestNs: null },
      { type: 'hop', hop: 4, sent: 3, answered: 0, hosts: [], time: null, rtt_ns: null },
    ],
    [
      { type: 'no-reply', hop: 4 },
      { type: 'no-reply', hop: 4 },
    ],
    [
      { type: 'reply', wallNs: 0, hop: 5, address: TARGET, port: 44_448, octets: 9 },
      { type: 'reply', hop: 5, host: TARGET, port: 44_448, bytes: 9, timestamp: OPTIONS.epochSeconds },
    ],
    [
      { type: 'send-failed', hop: 1, errno: 101 },
      { type: 'send-failed', hop: 1, errno: 101, error: 'error 101' },
    ],
    [
      { type: 'too-many-hops', mtu: 1500 },
      { type: 'too-many-hops', mtu: 1500 },
    ],
  ])('writes %j', (event, wanted) => {
    expect(render(event)).toEqual({ ...wanted, schema: 1 });
  });

  const REASONS: readonly EndReason[] = [
    'reached',
    'unreachable',
    'too-many-hops',
    'reply',
    'send-failed',
    'error',
    'interrupted',
    'deadline',
    'condition',
  ];
  it.each(REASONS)('ends with a summary that says why: %s', (reason) => {
    const facts = { mtu: 1300, hops: null, back: null, sent: 7, answered: 5, elapsedNs: 3_200_499_999, conditions: [] };
    expect(render({ type: 'summary', reason, ...facts })).toEqual({
      type: 'summary',
      reason,
      host: 'hostb.lab',
      address: '10.77.3.2',
      mtu: 1300,
      hops: null,
      back: null,
      sent: 7,
      answered: 5,
      time: 3200,
      schema: 1,
    });
  });

  it('writes one sound line for any name and any figures', () => {
    const figures = fc.record({
      roundTripNs: fc.option(fc.double({ min: 0, max: 1e15, noNaN: true })),
      wallNs: fc.double({ min: -1e18, max: 1e18, noNaN: true }),
      errno: fc.integer({ min: 0, max: 4095 }),
      info: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), figures, (name, facts) => {
        const line = new TracepathJson({ ...OPTIONS, nameOf: () => name }).render({ ...ANSWER, ...facts });
        expect(readLines(line)).toHaveLength(1);
        expect(line).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
      }),
    );
  });

  it('fits the schema in all lines of a whole run', () => {
    const nodes = routers(3);
    const network = route([nodes[0]!, { ...nodes[1]!, silent: true }, { ...nodes[2]!, mtu: 1300 }, nodes[3]!]);
    for (const kind of ['serial', 'parallel'] as const) {
      const { events } = play(kind, network, { config: CONFIG, stamps: true });
      const json = new TracepathJson(OPTIONS);
      const lines = readLines(events.map((event) => json.render(event)).join(''));
      expect(new Set(lines.map(({ type }) => type))).toEqual(new Set(['probe', 'mtu', 'hop', 'no-reply', 'summary']));
      expect(lines.at(-1)).toMatchObject({ type: 'summary', reason: 'reached' });
    }
  });

  it('says what goes wrong before and beside a run in lines of the schema too', () => {
    let stdout = '';
    const output = {
      commandName: 'tracepath',
      stdout: (text: string) => (stdout += text),
      stderr: () => {},
      complain: () => {},
    };
    const console = jsonConsole(output as never);
    console.fail('nosuch.lab: Name or service not known');
    console.warn('careful');
    console.tell('help');
    console.version('tracepath', {});
    expect(readLines(stdout)).toHaveLength(4);
  });
});
