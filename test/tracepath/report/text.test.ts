/** What rounds print, to the blank, what they write as JSON, and what stands on the screen. */
import { describe, expect, it } from 'vitest';
import { ProbeStatistics } from '../../../src/measure/probe-statistics.ts';
import { asRoundTrip } from '../../../src/measure/stamped-interval.ts';
import { NO_ERROR } from '../../../src/tracepath/probing/answer-error.ts';
import type { HopReport, RoundsEvent, RoundsSummaryEvent } from '../../../src/tracepath/report/events.ts';
import { HopStatistics } from '../../../src/tracepath/report/hop-statistics.ts';
import { RoundsJson } from '../../../src/tracepath/report/json.ts';
import { type LiveState, renderLive } from '../../../src/tracepath/report/live-text.ts';
import { ASCII_SPARKS, BLOCK_SPARKS, sparkline } from '../../../src/tracepath/report/sparkline.ts';
import { addressesOf, RoundsText } from '../../../src/tracepath/report/text.ts';
import { readLines } from '../probing/schema.ts';
import { MS, SECOND } from '../probing/support.ts';

const OPTIONS = {
  host: 'hostb.lab',
  address: '192.0.2.9',
  intervalSeconds: 0.5,
  stats: false,
  showHost: (address: string) => address,
  strerror: (errno: number) => `error ${errno}`,
};

const SILENT: HopReport = {
  hop: 2,
  addresses: [],
  sent: 4,
  received: 0,
  lost: 3,
  untimed: 0,
  lastNs: null,
  averageNs: null,
  bestNs: null,
  worstNs: null,
  deviationNs: null,
  jitterNs: null,
  p95Ns: null,
  mark: null,
};

const FIRST: HopReport = {
  hop: 1,
  addresses: [
    { address: '10.0.0.1', answers: 2 },
    { address: '10.0.0.7', answers: 1 },
  ],
  sent: 4,
  received: 3,
  lost: 1,
  untimed: 0,
  lastNs: 1_234_567,
  averageNs: 2_000_000.4,
  bestNs: 1_000_000,
  worstNs: 12_345_678,
  deviationNs: 500_000,
  jitterNs: 62_500,
  p95Ns: 12_300_000,
  mark: null,
};

const TARGET: HopReport = {
  ...SILENT,
  hop: 3,
  addresses: [{ address: '192.0.2.9', answers: 1 }],
  sent: 1,
  received: 1,
  lost: 0,
  untimed: 1,
};

const SUMMARY: RoundsSummaryEvent = {
  type: 'summary',
  reason: 'complete',
  rounds: 4,
  hops: [FIRST, SILENT, TARGET],
  reached: true,
  elapsedNs: 1.56 * SECOND,
  statistics: new ProbeStatistics().summary(),
  conditions: [],
};

describe('the report', () => {
  const text = new RoundsText(OPTIONS);

  it('is a table with what its figures are below it', () => {
    expect(text.render(SUMMARY).split('\n')).toEqual([
      'tracepath to hostb.lab (192.0.2.9), 4 rounds in 1.6 s, one every 0.5 s',
      'hop  router                  sent  lost    loss   last    avg   best   worst   sdev  jitter     p95',
      '  1  10.0.0.1                   4     1   25.0%  1.234  2.000  1.000  12.345  0.500   0.062  12.300',
      '       or 10.0.0.7 (1 of 3)',
      '  2  *                          4     3  100.0%      -      -      -       -      -       -       -',
      '  3  192.0.2.9                  1     0    0.0%      -      -      -       -      -       -       -',
      'Times in ms. sdev: sample standard deviation. jitter: RFC 3550, smoothed by 1/16. p95: nearest rank, to 0.4 %.',
      'hostb.lab reached at hop 3',
      '',
    ]);
  });

  it.each([
    [{ reason: 'interrupted' }, 'hostb.lab reached at hop 3; interrupted'],
    [{ reached: false }, 'hostb.lab not reached'],
    [{ reached: false, hops: [{ ...FIRST, mark: '!H' }] }, 'hostb.lab not reached (!H)'],
    [{ reached: false, reason: 'send-failed', hops: [] }, 'hostb.lab not reached; nothing more could be sent'],
  ] as const)('ends with what became of the target: %j', (more, line) => {
    expect(
      text
        .render({ ...SUMMARY, ...more })
        .split('\n')
        .at(-2),
    ).toBe(line);
  });

  it('has no loss to show before anything is lost or answered', () => {
    const shown = text.render({ ...SUMMARY, rounds: 1, hops: [{ ...SILENT, sent: 1, lost: 0 }] });
    expect(shown).toContain('1 round in');
    expect(shown).toMatch(/\n {2}2 {2}\* +1 +0 +- +-/);
  });

  it('tells at once what changes or ends the run', () => {
    expect(text.render({ type: 'pmtu', source: null, mtuOctets: 1400, wallNs: 0 })).toBe(
      'pmtu 1400 at this host: probes are no larger from now on\n',
    );
    expect(text.render({ type: 'pmtu', source: '10.0.0.1', mtuOctets: 1400, wallNs: 0 })).toBe(
      'pmtu 1400 at 10.0.0.1: probes are no larger from now on\n',
    );
    expect(text.render({ type: 'send-error', hop: 2, errno: 101, wallNs: 0 })).toBe(
      'send failed at hop 2: error 101\n',
    );
  });
});

describe('the JSON of rounds', () => {
  const json = new RoundsJson({
    ...OPTIONS,
    epochSeconds: 1_795_344_226,
    nameOf: (address) => (address === '10.0.0.1' ? 'r1.lab' : null),
  });
  const PROBE: RoundsEvent = {
    type: 'probe',
    round: 2,
    hop: 1,
    port: 44_444,
    octets: 64,
    source: '10.0.0.1',
    roundTripNs: 197_400.4,
    transmitStamp: 'kernel',
    receiveStamp: 'kernel',
    hopLimit: 64,
    reached: false,
    mark: null,
    ...{ icmpType: 11, icmpCode: 0, errno: 113 },
    late: false,
    wallNs: 902_450_000,
  };
  const EVENTS: readonly RoundsEvent[] = [
    PROBE,
    { ...PROBE, source: null, ...asRoundTrip(null), hopLimit: null, ...NO_ERROR },
    { ...PROBE, ...asRoundTrip(null), late: true, mark: '!H', icmpType: 3, icmpCode: 1 },
    { type: 'pmtu', source: '10.0.0.1', mtuOctets: 1400, wallNs: 0 },
    { type: 'pmtu', source: null, mtuOctets: 1400, wallNs: 0 },
    { type: 'send-error', hop: 1, errno: 1, wallNs: 0 },
    SUMMARY,
    { ...SUMMARY, hops: [], reached: false, reason: 'interrupted' },
  ];

  it.each(EVENTS.map((event) => [event.type, event] as const))('is an object of the schema: %s', (_type, event) => {
    expect(readLines('report', json.render(event))).toHaveLength(1);
  });

  it('has null for what was not measured', () => {
    expect(json.render(EVENTS[1]!)).toBe(
      '{"type": "round-probe", "round": 2, "hop": 1, "port": 44444, "bytes": 64, "host": null, "rtt_ns": null, ' +
        '"timestamp": 1795344226.90245, "schema": 1}\n',
    );
    expect(json.render(EVENTS[2]!)).toContain(
      '"mark": "!H", "errno": 113, "icmp_type": 3, "icmp_code": 1, "late": true',
    );
    const [summary] = readLines('report', json.render(SUMMARY)) as [{ hops: Record<string, unknown>[] }];
    expect(summary.hops[0]).toMatchObject({ loss_ratio: 0.25, avg_ns: 2_000_000, hosts: [{ name: 'r1.lab' }, {}] });
    expect(summary.hops[1]).toMatchObject({ loss_ratio: 1, avg_ns: null, p95_ns: null, hosts: [] });
    expect(summary.hops[2]).toMatchObject({ loss_ratio: 0, untimed: 1 });
  });

  it('asks for the names of addresses that it shows', () => {
    expect(EVENTS.map(addressesOf)).toEqual([
      ['10.0.0.1'],
      [],
      ['10.0.0.1'],
      ['10.0.0.1'],
      [],
      [],
      ['10.0.0.1', '10.0.0.7', '192.0.2.9'],
      [],
    ]);
  });
});

describe('a sparkline', () => {
  const samples = (...ns: (number | null)[]) => ns.map((each) => ({ ns: each }));

  it('is as high as the round trips are long, each level as wide as the others', () => {
    const eight = samples(...Array.from({ length: 8 }, (_, index) => 100 + index));
    expect(sparkline(eight, 80, BLOCK_SPARKS)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline(eight, 80, ASCII_SPARKS)).toBe('_.-=+*%#');
  });

  it('shows the last ones, what was lost, what is under way and what has no time', () => {
    expect(sparkline(samples(9, 1, 2, null, Number.POSITIVE_INFINITY, Number.NaN), 5, ASCII_SPARKS)).toBe('_#!? ');
  });

  it('is low where all are alike, and empty where there is no room', () => {
    expect(sparkline(samples(5, 5), 10, BLOCK_SPARKS)).toBe('▁▁');
    expect(sparkline(samples(5, 5), 0, BLOCK_SPARKS)).toBe('');
    expect(sparkline(samples(null, null), 10, BLOCK_SPARKS)).toBe('!!');
  });
});

describe('the statistics of a hop', () => {
  it('forget the oldest samples and no figure', () => {
    const hop = new HopStatistics(1);
    for (let round = 0; round < 600; round++) hop.answered(hop.sent(), 'a', 1000 + round, null);
    expect(hop.history).toHaveLength(512);
    expect(hop.report()).toMatchObject({ sent: 600, received: 600, bestNs: 1000, worstNs: 1599 });
    expect(hop.report().p95Ns! / 1569).toBeCloseTo(1, 2);
  });

  it('have a deviation and a jitter from two round trips on', () => {
    const hop = new HopStatistics(1);
    hop.answered(hop.sent(), 'a', 1000, null);
    expect(hop.report()).toMatchObject({ deviationNs: null, jitterNs: null, averageNs: 1000 });
    hop.answered(hop.sent(), 'a', 3000, null);
    // Deviations of -1000 and 1000 over n - 1 = 1; and 2000 / 16.
    expect(hop.report().deviationNs).toBeCloseTo(Math.sqrt(2_000_000), 6);
    expect(hop.report().jitterNs).toBe(125);
  });
});

describe('the live view', () => {
  const hopOf = (number: number, address: string, ...times: number[]) => {
    const hop = new HopStatistics(number);
    for (const ns of times) hop.answered(hop.sent(), address, ns, null);
    return hop;
  };
  const STATE: LiveState = {
    title: 'the title',
    hops: [hopOf(1, '10.0.0.1', MS, 2 * MS), hopOf(2, '192.0.2.9', MS)],
    mode: 'figures',
    isPaused: false,
    glyphs: ASCII_SPARKS,
    showHost: (address) => address,
  };

  it('has the figures of each hop, and their history where there is room', () => {
    expect(renderLive(STATE, { columns: 110, rows: 24 })).toEqual([
      'the title',
      'q quit   p pause   r reset   d display',
      '',
      'hop  router     sent  lost  loss   last    avg   best  worst   sdev  jitter    p95  history',
      '  1  10.0.0.1      2     0  0.0%  2.000  1.500  1.000  2.000  0.707   0.062  2.000  _#',
      '  2  192.0.2.9     1     0  0.0%  1.000  1.000  1.000  1.000      -       -  1.000  _',
    ]);
    expect(renderLive(STATE, { columns: 90, rows: 24 })[3]).not.toContain('history');
  });

  it('has history alone in the other mode', () => {
    expect(renderLive({ ...STATE, mode: 'history' }, { columns: 40, rows: 24 }).slice(3)).toEqual([
      '  1  10.0.0.1   _#',
      '  2  192.0.2.9  _',
    ]);
  });

  it('says that it is paused', () => {
    expect(renderLive({ ...STATE, isPaused: true }, { columns: 80, rows: 24 })[1]).toContain('[paused]');
  });

  it.each([
    [80, 24],
    [20, 5],
    [10, 4],
    [1, 1],
    [0, 0],
  ])('is never larger than the screen: %d by %d', (columns, rows) => {
    const hops = Array.from({ length: 30 }, (_, index) => hopOf(index + 1, '10.0.0.1', MS));
    for (const mode of ['figures', 'history'] as const) {
      const lines = renderLive({ ...STATE, hops, mode, glyphs: BLOCK_SPARKS }, { columns, rows });
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns);
    }
  });

  it('says how much does not fit', () => {
    const hops = Array.from({ length: 30 }, (_, index) => hopOf(index + 1, '10.0.0.1', MS));
    expect(renderLive({ ...STATE, hops }, { columns: 80, rows: 10 }).at(-1)).toBe(
      '... 25 more lines: the screen is too low',
    );
  });
});
