/** Conditions and deadlines in all ways of tracing, with made-up clocks. */
import { describe, expect, it } from 'vitest';
import { parseCondition } from '../../src/conditions/condition.ts';
import { type RunConditions, statusWith } from '../../src/conditions/judge.ts';
import { formatMistake } from '../../src/conditions/mistake.ts';
import type { Vocabulary } from '../../src/conditions/vocabulary.ts';
import type { LimitsConfig } from '../../src/tracepath/probing/run-limits.ts';
import { FLOWS_WORDS, ROUNDS_WORDS, TRACE_WORDS } from '../../src/tracepath/vocabulary.ts';
import { CONFIG as FLOWS_CONFIG, type Network as FlowsNetwork, Player as FlowsPlayer } from './flows/support.ts';
import { along, play as playRounds } from './report/support.ts';
import { CONFIG, MS, play, route, routers, SECOND, summaryOf, TARGET } from './support.ts';

function conditionsOf(
  vocabulary: Vocabulary,
  { failIf = [] as string[], until = null as string | null },
): RunConditions {
  const parse = (text: string) => {
    const parsed = parseCondition(text, vocabulary);
    if (!parsed.ok) throw new Error(formatMistake(text, parsed.mistake));
    return parsed.condition;
  };
  return { failIf: failIf.map(parse), until: until === null ? null : parse(until) };
}

interface Asked {
  readonly failIf?: string[];
  readonly until?: string;
  readonly deadlineNs?: number;
}

function limits(vocabulary: Vocabulary, { deadlineNs = Number.POSITIVE_INFINITY, ...conditions }: Asked): LimitsConfig {
  return { conditions: conditionsOf(vocabulary, conditions), deadlineNs };
}

/** What a word of the vocabulary is at the end of a run, by the verdict on a condition with it. */
function measuredBy(summary: {
  readonly conditions: readonly { readonly terms: readonly { readonly measured: unknown }[] }[];
}) {
  return summary.conditions.map(({ terms }) => terms[0]!.measured);
}

describe.each(['serial', 'parallel'] as const)('a %s trace', (kind) => {
  const trace = (network: Parameters<typeof play>[1], asked: Asked) =>
    play(kind, network, { config: { ...CONFIG, length: 1500, maxHops: 5, limits: limits(TRACE_WORDS, asked) } });
  const QUESTIONS = [
    'reached',
    'hops > 0',
    'back > 0',
    'rtt > 0ms',
    'pmtu > 0',
    'silent > 0',
    'sent > 0',
    'answered > 0',
  ];

  it('is told by its words', () => {
    const narrow = [{ address: '10.0.0.1' }, { address: '10.0.0.2', silent: true }, { address: TARGET, mtu: 1400 }];
    const played = trace(route(narrow), { failIf: QUESTIONS });
    const summary = summaryOf(played);
    expect(summary.reason).toBe('reached');
    const [reached, hops, back, rtt, pmtu, silent, sent, answered] = measuredBy(summary);
    expect([reached, hops, back, pmtu, silent]).toEqual([true, 3, 3, 1400, 1]);
    expect(rtt).toBeCloseTo(1, 3);
    expect([sent, answered]).toEqual([summary.sent, summary.answered]);
  });

  it('has words that are not measured where the target does not answer', () => {
    const played = trace(() => ({}), { failIf: QUESTIONS });
    expect(measuredBy(summaryOf(played))).toEqual([false, null, null, null, null, 5, 15, 0]);
  });

  it('ends when what is waited for holds', () => {
    const nodes = [
      { address: '10.0.0.1' },
      { address: '10.0.0.2', rttNs: 500 * MS },
      { address: TARGET, rttNs: SECOND / 2 },
    ];
    const played = trace(route(nodes), { until: 'answered >= 1' });
    expect(summaryOf(played)).toMatchObject({
      reason: 'condition',
      answered: 1,
      conditions: [{ role: 'until', holds: true }],
    });
    expect(played.endedNs).toBe(MS);
  });

  it('has reached what held once, also when the next answer comes with it and takes it back', () => {
    const played = trace(route(routers(4)), { until: 'answered == 2' });
    expect(summaryOf(played).conditions).toMatchObject([{ role: 'until', holds: true }]);
  });

  it('fails where what is waited for never comes', () => {
    const played = trace(route(routers(2)), { until: 'hops > 9' });
    const summary = summaryOf(played);
    expect(summary).toMatchObject({ reason: 'reached', conditions: [{ role: 'until', holds: false }] });
    expect(statusWith(summary.conditions, 0)).toBe(1);
  });

  it('ends at its deadline, and tells what it has', () => {
    const played = trace(route(routers(3, { silent: true })), { deadlineNs: 1.2 * SECOND });
    expect(played.endedNs).toBe(1.2 * SECOND);
    expect(summaryOf(played)).toMatchObject({ reason: 'deadline', elapsedNs: 1.2 * SECOND });
    expect(played.events.filter(({ type }) => type === 'summary')).toHaveLength(1);
  });

  it('judges also when it is interrupted, even before it began', () => {
    const interrupted = play(kind, () => ({}), {
      config: { ...CONFIG, limits: limits(TRACE_WORDS, { failIf: ['not reached', 'time > 1ms'] }) },
      interruptAtNs: 0,
    });
    const summary = summaryOf(interrupted);
    expect(summary).toMatchObject({ reason: 'interrupted', elapsedNs: 0 });
    expect(summary.conditions.map(({ holds }) => holds)).toEqual([true, false]);
  });
});

describe('rounds', () => {
  const HOSTS = ['a', 'b', 't'];
  const rounds = (
    network: Parameters<typeof playRounds>[0],
    asked: Asked,
    more: Parameters<typeof playRounds>[1] = {},
  ) => playRounds(network, { rounds: Number.POSITIVE_INFINITY, ...more, limits: limits(ROUNDS_WORDS, asked) });
  /** Answers from the target from round `from` on. */
  const booting = (from: number) => (probe: { hop: number; turn: number }) =>
    probe.turn < from && probe.hop >= 3 ? [] : along(HOSTS)(probe as never);

  it('wait for a target that comes up, so many times in a row', () => {
    const { summary } = rounds(booting(4), { until: 'received >= 3 in a row' });
    expect(summary).toMatchObject({
      reason: 'condition',
      rounds: 6,
      reached: true,
      statistics: { sent: 6, received: 3, lost: 3, undecided: 0, longestOutageNs: 3 * SECOND },
      conditions: [{ holds: true }],
    });
  });

  it('wait through refusals by a router and by our own kernel', () => {
    const unreachable = (probe: { hop: number; turn: number }) =>
      probe.turn < 3 && probe.hop >= 2 ? [{ source: 'a', says: 'unreachable' as const }] : along(HOSTS)(probe as never);
    expect(rounds(unreachable, { until: 'received >= 1' }).summary).toMatchObject({
      reason: 'condition',
      statistics: { received: 1 },
    });
    const ENETUNREACH = 101;
    const player = playRounds(
      along(HOSTS),
      { rounds: Number.POSITIVE_INFINITY, limits: limits(ROUNDS_WORDS, { until: 'received >= 2' }) },
      { refuse: (attempt) => (attempt < 25 ? { errno: ENETUNREACH } : null) },
    );
    expect(player.summary).toMatchObject({ reason: 'condition', statistics: { received: 2, lost: 2 } });
    expect(player.events.filter(({ type }) => type === 'send-error')).toHaveLength(2);
  });

  it('count a round as lost once none of its probes can be answered by the target', () => {
    const { summary } = rounds(booting(99), { until: 'lost >= 3 in a row' });
    expect(summary).toMatchObject({ reason: 'condition', reached: false, statistics: { received: 0, lost: 3 } });
    expect(summary.statistics.sent).toBeLessThanOrEqual(5);
  });

  it('count a late answer after all', () => {
    const late = along(HOSTS, ({ turn, hop }) => (turn === 1 && hop >= 3 ? { afterNs: 1.5 * SECOND } : {}));
    expect(rounds(late, {}, { rounds: 3 }).summary.statistics).toMatchObject({ sent: 3, received: 3, lost: 0 });
  });

  it('leave a round open whose answer may be to another one', () => {
    const vague = along(HOSTS, ({ hop }) => (hop >= 3 ? { quotes: 0, afterNs: 400 * MS } : {}));
    const { statistics } = rounds(vague, {}, { rounds: 4, intervalNs: 100 * MS }).summary;
    expect(statistics.sent).toBe(4);
    expect(statistics.lost).toBe(0);
    expect(statistics.received + statistics.undecided).toBe(4);
  });

  it('begin anew with the figures of the target at a reset', () => {
    const player = playRounds(
      booting(3),
      { rounds: 6, limits: limits(ROUNDS_WORDS, { failIf: ['received == 3', 'lost == 0', 'rounds == 3'] }) },
      { at: [[2.5 * SECOND, (each) => each.engine.reset(each.timeline.now)]] },
    );
    expect(player.summary.conditions.map(({ holds }) => holds)).toEqual([true, true, true]);
  });

  it('are told by their words', () => {
    const network = along(HOSTS, ({ hop, turn }) => ({ afterNs: hop * MS * (turn === 1 ? 2 : 1) }));
    const lossy = (probe: { hop: number; turn: number }) =>
      probe.hop === 1 && probe.turn === 2 ? [] : network(probe as never);
    const words = [
      'rounds > 0',
      'reached',
      'hops > 0',
      'worst.loss > 0',
      'worst.avg > 0ms',
      'worst.p95 > 0ms',
      'loss > 0',
    ];
    const { summary } = rounds(lossy, { failIf: words }, { rounds: 4 });
    const [round, reached, hops, loss, average, p95, targetLoss] = measuredBy(summary);
    expect([round, reached, hops, loss, targetLoss]).toEqual([4, true, 3, 0.25, 0]);
    expect(average).toBeCloseTo((6 + 3 + 3 + 3) / 4, 2);
    expect(p95).toBeCloseTo(6, 1);
  });

  it('have no worst hop while none answered', () => {
    const { summary } = rounds(() => [], { failIf: ['worst.loss > 0', 'worst.avg > 1ms', 'hops > 0'] }, { rounds: 1 });
    expect(measuredBy(summary)).toEqual([null, null, null]);
  });

  it('end at their deadline', () => {
    const player = rounds(along(HOSTS), { until: 'lost >= 1', deadlineNs: 2.5 * SECOND });
    expect(player.summary).toMatchObject({ reason: 'deadline', rounds: 3, conditions: [{ holds: false }] });
    expect(player.timeline.elapsedNs).toBe(2.5 * SECOND);
  });
});

describe('flows', () => {
  const flows = (network: FlowsNetwork, asked: Asked) =>
    new FlowsPlayer({ ...FLOWS_CONFIG, limits: limits(FLOWS_WORDS, asked) }, network).run();
  /** Two ways of unequal length. */
  const fork: FlowsNetwork = ({ flow, hop }) => {
    const way = flow % 2 === 0 ? ['a', 'b', 't'] : ['a', 'c', 'd', 't'];
    const source = way[Math.min(hop, way.length) - 1]!;
    return [{ source, says: source === 't' ? 'reached' : 'passed-by' }];
  };

  it('are told by their words', () => {
    const words = [
      'reached',
      'paths > 0',
      'flows > 0',
      'hops > 0',
      'pmtu > 0',
      'sent > 0',
      'answered > 0',
      'time > 0ms',
    ];
    const { summary } = flows(fork, { failIf: words });
    const [reached, paths, begun, hops, pmtu, sent, answered, time] = measuredBy(summary);
    expect([reached, paths, begun, hops, pmtu]).toEqual([true, 2, summary.flows.length, 4, 1500]);
    expect(sent).toBe(answered);
    expect(time).toBeGreaterThan(0);
  });

  it('end when what is waited for holds', () => {
    const player = flows(fork, { until: 'paths >= 2' });
    expect(player.summary).toMatchObject({ reason: 'condition', conditions: [{ holds: true }] });
    expect(player.summary.flows.some(({ end }) => end === 'unfinished')).toBe(true);
    expect(player.summary.flows.filter(({ end }) => end === 'reached').length).toBeGreaterThanOrEqual(2);
  });

  it('have words that are not measured where the target does not answer', () => {
    const { summary } = flows(() => [], { failIf: ['hops > 0', 'pmtu > 0', 'reached'] });
    expect(measuredBy(summary)).toEqual([null, null, false]);
  });

  it('end at their deadline', () => {
    const player = flows(() => [], { deadlineNs: 700 * MS });
    expect(player.summary.reason).toBe('deadline');
    expect(player.timeline.elapsedNs).toBe(700 * MS);
  });
});
