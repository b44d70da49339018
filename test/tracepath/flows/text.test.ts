/** What a run over many flows prints, to the blank, and what it writes as JSON. */
import { describe, expect, it } from 'vitest';
import { asRoundTrip } from '../../../src/measure/stamped-interval.ts';
import type { EndReason, FlowResult, FlowsEvent, FlowsSummaryEvent } from '../../../src/tracepath/flows/events.ts';
import { buildGraph } from '../../../src/tracepath/flows/graph.ts';
import { FlowsJson } from '../../../src/tracepath/flows/json.ts';
import { StoppingRule } from '../../../src/tracepath/flows/stopping-rule.ts';
import { addressesOf, FlowsText, type FlowsTextOptions } from '../../../src/tracepath/flows/text.ts';
import { NO_ERROR } from '../../../src/tracepath/probing/answer-error.ts';
import { readLines } from '../probing/schema.ts';
import { walked } from './support-results.ts';

const OPTIONS: FlowsTextOptions = {
  host: 'hostb.lab',
  address: '192.0.2.9',
  port: 44_444,
  maximumFlows: 64,
  confidence: 0.95,
  boxes: false,
  showHost: (address) => address,
  strerror: (errno) => `error ${errno}`,
};

function summaryOf(
  flows: readonly FlowResult[],
  reason: EndReason,
  more: Partial<FlowsSummaryEvent> = {},
): FlowsSummaryEvent {
  return {
    type: 'summary',
    reason,
    confidence: 0.95,
    maximumFlows: 64,
    flows,
    graph: buildGraph(flows, new StoppingRule(0.95)),
    ambiguousAnswers: 0,
    conditions: [],
    ...more,
  };
}

const text = (event: FlowsEvent, options: Partial<FlowsTextOptions> = {}) =>
  new FlowsText({ ...OPTIONS, ...options }).render(event);

const DIAMOND = [
  walked(0, '10.0.0.1 10.0.0.2 * 192.0.2.9'),
  walked(1, '10.0.0.1 10.0.0.33 10.0.0.4 192.0.2.9'),
  walked(2, '10.0.0.1 10.0.0.33 10.0.0.4 192.0.2.9'),
];

describe('the text of many flows', () => {
  it('begins with what is asked, and how sure it wants to be', () => {
    expect(new FlowsText(OPTIONS).header()).toBe(
      'tracepath to hostb.lab (192.0.2.9), up to 64 flows to UDP port 44444, confidence 95 %\n',
    );
    expect(new FlowsText({ ...OPTIONS, maximumFlows: 1, confidence: 0.999 }).header()).toBe(
      'tracepath to hostb.lab (192.0.2.9), 1 flow to UDP port 44444, confidence 99.9 %\n',
    );
  });

  it('draws the paths with figures beside them, and lists the flows', () => {
    expect(text(summaryOf(DIAMOND, 'flow-limit')).split('\n')).toEqual([
      'hop  router        flows  lost   best    avg  worst   mtu',
      '  1  10.0.0.1          3   0/3  1.000  1.001  1.002  1500',
      '  2  |- 10.0.0.2       1   0/1  2.000  2.000  2.000  1500',
      '  3  |  *              1   3/3      -      -      -',
      '  2  `- 10.0.0.33      2   0/2  2.001  2.001  2.002  1500',
      '  3     10.0.0.4       2   0/2  3.001  3.001  3.002  1500',
      '  4  192.0.2.9         3   0/3  4.000  4.001  4.002  1500  reached',
      '',
      'flow   port  hops  lost    rtt   mtu  end',
      '   0  40000     4   3/6  4.000  1500  reached',
      '   1  40001     4   0/4  4.001  1500  reached',
      '   2  40002     4   0/4  4.002  1500  reached',
      '',
      '2 paths over 3 flows, which is all that --flows allows.',
      'Not settled: 1 next hop of this host after 3 flows; 6 would rule out one more with 95 % confidence.',
      'Not settled: 2 next hops of 10.0.0.1 (hop 1) after 3 flows; 11 would rule out one more with 95 % confidence.',
      'Not settled: 1 next hop of 10.0.0.2 (hop 2) after 1 flow; 6 would rule out one more with 95 % confidence.',
      'Not settled: 1 next hop of * (hop 3) after 1 flow; 6 would rule out one more with 95 % confidence.',
      'Not settled: 1 next hop of 10.0.0.33 (hop 2) after 2 flows; 6 would rule out one more with 95 % confidence.',
      'Not settled: 1 next hop of 10.0.0.4 (hop 3) after 2 flows; 6 would rule out one more with 95 % confidence.',
      '',
    ]);
  });

  it('says when the rule is satisfied', () => {
    const flows = Array.from({ length: 6 }, (_, flow) => walked(flow, 'a 192.0.2.9'));
    expect(text(summaryOf(flows, 'settled'))).toMatch(
      /\n1 path over 6 flows\.\nEach router: no more next hops than shown, with 95 % confidence if flows are spread evenly\.\n$/,
    );
  });

  it('names distances that differ, and routers that are drawn above', () => {
    const flows = [walked(0, 'a b d t'), walked(1, 'a c e d t'), walked(2, 'a b e d t'), walked(3, 'a c d t')];
    const names = text(summaryOf(flows, 'settled'))
      .split('\n')
      .slice(1, 9)
      .map((row) => row.replace(/ {2,}\d+ +\d+\/.*/, '').trim());
    expect(names).toEqual([
      '1  a',
      '2  |- b',
      '|  |- (straight on)',
      '3  |  `- e',
      '2  `- c',
      '3     |- e (above)',
      '`- (straight on)',
      '3-4  d',
    ]);
  });

  it('uses box characters where it may', () => {
    expect(text(summaryOf(DIAMOND, 'settled'), { boxes: true })).toContain('  2  ├─ 10.0.0.2  ');
  });

  it.each([
    ['refused', '!H'],
    ['silent', 'no answer from here on'],
    ['hop-limit', 'too many hops'],
    ['send-failed', 'send failed'],
    ['unfinished', 'unfinished'],
    ['reached', 'reached'],
  ] as const)('says how a flow ended: %s', (end, words) => {
    const flow = walked(0, 'a b', { end });
    const hops = flow.hops.map((hop, index) => ({ ...hop, mark: end === 'refused' && index === 1 ? '!H' : null }));
    expect(text(summaryOf([{ ...flow, hops }], 'settled'))).toContain(`2.000  1500  ${words}\n`);
  });

  it('names black holes and answers that could not be told apart', () => {
    const flows = [walked(0, 'a t', { blackHoleHop: 2, mtuOctets: 576 })];
    const shown = text(summaryOf(flows, 'interrupted', { ambiguousAnswers: 2 }));
    expect(shown).toContain('1 path over 1 flow when interrupted.\n');
    expect(shown).toContain('Flow 0: large packets vanish before hop 2, packets of 576 octets pass.\n');
    expect(shown).toContain('2 answers quoted too little to tell the probe, which was sent again.\n');
  });

  it('says that nothing could be sent', () => {
    const flows = [walked(0, '*', { end: 'send-failed' })];
    expect(text(summaryOf(flows, 'send-failed'))).toContain('1 path over 1 flow: nothing more could be sent.\n');
    expect(text({ type: 'send-error', flow: 3, hop: 2, errno: 101, wallNs: 0 })).toBe(
      'flow 3: send failed at hop 2: error 101\n',
    );
  });
});

describe('the JSON of many flows', () => {
  const json = new FlowsJson({
    ...OPTIONS,
    epochSeconds: 1_795_344_226,
    nameOf: (address) => (address === '10.0.0.1' ? 'r1.lab\x1b"' : null),
  });

  const PROBE: FlowsEvent = {
    type: 'probe',
    flow: 2,
    hop: 1,
    attempt: 1,
    octets: 1500,
    source: '10.0.0.1',
    roundTripNs: 197_400.4,
    transmitStamp: 'kernel',
    receiveStamp: 'user',
    hopLimit: 64,
    reached: false,
    mark: null,
    ...{ icmpType: 11, icmpCode: 0, errno: 113 },
    late: false,
    wallNs: 902_450_000,
  };

  const EVENTS: readonly FlowsEvent[] = [
    PROBE,
    { ...PROBE, source: null, ...asRoundTrip(null), hopLimit: null, ...NO_ERROR },
    { ...PROBE, reached: true, late: true, hopLimit: null },
    { ...PROBE, mark: '!71' },
    { type: 'pmtu', flow: 0, hop: 3, source: '10.0.0.1', mtuOctets: 1400, wallNs: 0 },
    { type: 'pmtu', flow: 0, hop: null, source: null, mtuOctets: 1500, wallNs: 0 },
    { type: 'ambiguous', flow: 1, source: '10.0.0.2', wallNs: 0 },
    { type: 'send-error', flow: 1, hop: 1, errno: 101, wallNs: 0 },
    summaryOf(DIAMOND, 'flow-limit'),
    summaryOf([walked(0, '*', { end: 'silent' })], 'interrupted'),
  ];

  it.each(EVENTS.map((event) => [event.type, event] as const))('is an object of the schema: %s', (_type, event) => {
    expect(readLines('flows', json.render(event))).toHaveLength(1);
  });

  it('has null for a lost probe, and names where there are some', () => {
    expect(json.render(EVENTS[0]!)).toBe(
      '{"type": "flow-probe", "flow": 2, "hop": 1, "attempt": 1, "bytes": 1500, "host": "10.0.0.1", ' +
        '"name": "r1.lab\\u001b\\"", "rtt_ns": 197400, "stamps": {"transmit": "kernel", "receive": "user"}, "ttl": 64, ' +
        '"errno": 113, "icmp_type": 11, "icmp_code": 0, "timestamp": 1795344226.90245, "schema": 1}\n',
    );
    expect(json.render(EVENTS[1]!)).toBe(
      '{"type": "flow-probe", "flow": 2, "hop": 1, "attempt": 1, "bytes": 1500, "host": null, "rtt_ns": null, ' +
        '"timestamp": 1795344226.90245, "schema": 1}\n',
    );
  });

  it('has the graph as nodes and edges', () => {
    const [summary] = readLines('flows', json.render(summaryOf(DIAMOND, 'settled')));
    expect(summary!['edges']).toEqual([
      { from: 'source', to: '10.0.0.1', flows: [0, 1, 2] },
      { from: '10.0.0.1', to: '10.0.0.2', flows: [0] },
      { from: '10.0.0.1', to: '10.0.0.33', flows: [1, 2] },
      { from: '10.0.0.2', to: '10.0.0.2 *', flows: [0] },
      { from: '10.0.0.2 *', to: '192.0.2.9', flows: [0] },
      { from: '10.0.0.33', to: '10.0.0.4', flows: [1, 2] },
      { from: '10.0.0.4', to: '192.0.2.9', flows: [1, 2] },
    ]);
    expect(summary!['nodes']).toContainEqual(
      expect.objectContaining({
        id: '10.0.0.1',
        name: 'r1.lab\x1b"',
        next_hops: 2,
        next_hop_flows_needed: 11,
        settled: false,
      }),
    );
    expect(summary!['nodes']).toContainEqual(
      expect.objectContaining({ id: '10.0.0.2 *', host: null, rtt_avg_ns: null }),
    );
  });

  it('shows names of all addresses, and asks for no others', () => {
    expect(EVENTS.map(addressesOf)).toEqual([
      ['10.0.0.1'],
      [],
      ['10.0.0.1'],
      ['10.0.0.1'],
      ['10.0.0.1'],
      [],
      ['10.0.0.2'],
      [],
      ['10.0.0.1', '10.0.0.2', '10.0.0.33', '10.0.0.4', '192.0.2.9'],
      [],
    ]);
  });
});
