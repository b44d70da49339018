/** Probes that are given up, what is collected of all, and runs that wait for a condition. Clocks are made up. */
import { describe, expect, it } from 'vitest';
import { parseCondition } from '../../src/conditions/condition.ts';
import type { RunConditions } from '../../src/conditions/judge.ts';
import { PING_WORDS } from '../../src/ping/vocabulary.ts';
import { answersAfter, EMSGSIZE, localErrorOf, MS, type Network, play, SECOND, silence } from './support.ts';

function condition(text: string) {
  const parsed = parseCondition(text, PING_WORDS);
  if (!parsed.ok) throw new Error(parsed.mistake.message);
  return parsed.condition;
}

const until = (text: string): RunConditions => ({ failIf: [], until: condition(text) });
const failIf = (...texts: string[]): RunConditions => ({ failIf: texts.map(condition), until: null });

/** Answers to some probes, by their number from 1. */
const answering =
  (isAnswered: (number: number) => boolean, afterNs = MS): Network =>
  (index) =>
    isAnswered(index + 1) ? [{ afterNs, reply: {} }] : [];

describe('a lost probe', () => {
  it('is told of when its time is over, in order, and at the end for those whose time was not', () => {
    const run = play(
      { count: 4, reportLost: true, lingerNs: 1.5 * SECOND },
      { network: answering((number) => number === 2) },
    );
    expect(run.story).toEqual(['reply 2', 'lost 1', 'lost 3', 'lost 4', 'end linger']);
    expect(run.events.find(({ type }) => type === 'lost')).toEqual({
      type: 'lost',
      wallNs: 250 * MS + 1.5 * SECOND,
      sequence: 1,
      roundTripNs: null,
    });
  });

  it('is not told of unless asked for', () => {
    expect(play({ count: 2 }, { network: silence }).story).toEqual(['end linger']);
  });

  it('is told of by its error where there was one', () => {
    const network: Network = (index) => (index === 0 ? [{ afterNs: MS, error: {} }] : []);
    const run = play({ count: 2, reportLost: true, collects: true, lingerNs: SECOND / 2 }, { network });
    expect(run.story).toEqual(['error 1', 'lost 2', 'end linger']);
    expect(run.summary.statistics).toMatchObject({ lost: 2, undecided: 0, lossRuns: { count: 1, longest: 2 } });
  });

  it('is told of by the refusal where our kernel refused it', () => {
    const run = play({ count: 1, reportLost: true }, { refuse: () => ({ errno: EMSGSIZE }) });
    expect(run.story).toEqual([`send error ${EMSGSIZE} 1`, 'end count']);
  });

  it('is told of at once where it was too long for our kernel, whose error names no probe', () => {
    const refuse = () => ({ errno: EMSGSIZE, queued: localErrorOf(EMSGSIZE, 1500) });
    const run = play({ count: 2, reportLost: true, collects: true, lingerNs: 10 * SECOND }, { refuse });
    const local = `local error ${EMSGSIZE}`;
    expect(run.story).toEqual([local, 'lost 1', local, 'lost 2', 'end count']);
    expect(run.summary.statistics).toMatchObject({ sent: 2, lost: 2, undecided: 0 });
  });

  it('may still be answered, and counts then', () => {
    const network: Network = (index) => [{ afterNs: index === 0 ? 1.2 * SECOND : MS, reply: {} }];
    const run = play({ count: 3, reportLost: true, lingerNs: SECOND / 2, collects: true }, { network });
    expect(run.story).toEqual(['lost 1', 'reply 2', 'reply 1', 'reply 3', 'end count']);
    expect(run.summary).toMatchObject({ received: 3, duplicates: 0 });
    expect(run.summary.statistics).toMatchObject({ sent: 3, received: 3, lost: 0, lossRatio: 0 });
  });

  it('is waited for in full where that is asked for, though others were answered at once', () => {
    const network: Network = (index) => [{ afterNs: index === 2 ? 1.2 * SECOND : MS, reply: {} }];
    const config = { count: 3, lingerNs: 2 * SECOND, intervalNs: 100 * MS };
    expect(play(config, { network }).story).toEqual(['reply 1', 'reply 2', 'end linger']);
    const run = play({ ...config, lingersInFull: true }, { network });
    expect(run.story).toEqual(['reply 1', 'reply 2', 'reply 3', 'end count']);
    const dead = { ...config, lingersInFull: true, reportLost: true };
    const { events } = play(dead, { network: answering((number) => number < 3) });
    expect(events.find(({ type }) => type === 'lost')).toMatchObject({ wallNs: 450 * MS + 2 * SECOND, sequence: 3 });
  });

  it('is told of once when its number is needed again, 65,535 probes later', () => {
    const run = play(
      { count: 66_000, intervalNs: 10 * MS, lingerNs: 3600 * SECOND, reportLost: true, collects: true },
      { network: answering((number) => number % 2 === 0) },
    );
    const lost = run.events.filter(({ type }) => type === 'lost');
    expect(lost).toHaveLength(33_000);
    expect(run.summary.statistics).toMatchObject({ sent: 66_000, received: 33_000, lost: 33_000, undecided: 0 });
  });

  it('is not given up where a reply is waited for for ever, until the run ends', () => {
    const run = play({ count: 2, lingerNs: 0, reportLost: true }, { network: silence, interruptAfterNs: 60 * SECOND });
    expect(run.story).toEqual(['lost 1', 'lost 2', 'end interrupted']);
  });
});

describe('what is collected', () => {
  it('is null unless asked for', () => {
    expect(play({ count: 1 }, { network: answersAfter(MS) }).summary.statistics).toBeNull();
  });

  it('counts probes beyond 16 bits, and duplicates not at all', () => {
    const network: Network = () => [
      { afterNs: MS, reply: {} },
      { afterNs: 2 * MS, reply: {} },
    ];
    const run = play({ count: 70_000, intervalNs: 10 * MS, collects: true, quiet: true }, { network });
    expect(run.summary.statistics).toMatchObject({ sent: 70_000, received: 70_000, lost: 0 });
    expect(run.summary.statistics?.roundTrip?.count).toBe(70_000);
    expect(run.summary.duplicates).toBeGreaterThan(0);
  });

  it('knows runs of losses and the longest outage', () => {
    const run = play(
      { count: 10, collects: true, lingerNs: SECOND / 2 },
      { network: answering((number) => ![3, 4, 5, 8].includes(number)) },
    );
    expect(run.summary.statistics).toMatchObject({
      lossRatio: 0.4,
      lossRuns: { count: 2, longest: 3, meanLength: 2 },
      longestOutageNs: 3 * SECOND,
    });
  });
});

describe('a run that waits for a condition', () => {
  it('ends when it holds, with status 0', () => {
    const run = play(
      { conditions: until('received >= 3 in a row') },
      { network: answering((number) => number > 4 && number !== 6) },
    );
    expect(run.story.at(-1)).toBe('end condition');
    expect(run.sends).toHaveLength(9);
    expect(run.status).toBe(0);
    expect(run.summary.conditions).toMatchObject([{ role: 'until', text: 'received >= 3 in a row', holds: true }]);
  });

  it('has come to its end though the next event takes it back, in the same batch', () => {
    const config = { count: 5, preload: 5, lingerNs: SECOND };
    const received = play({ ...config, conditions: until('received == 3') }, { network: answersAfter(MS) });
    expect(received.story.at(-1)).toBe('end condition');
    expect(received.status).toBe(0);
    const lost = play({ ...config, conditions: until('lost == 2') }, { network: silence });
    expect(lost.status).toBe(0);
    const network: Network = () => [{ afterNs: MS, error: {} }];
    expect(play({ ...config, conditions: until('errors == 1') }, { network }).status).toBe(0);
    const sent = play({ ...config, conditions: until('sent == 4') }, { network: silence });
    expect(sent.sends).toHaveLength(4);
  });

  it('outlives unreachable errors, with a deadline as well', () => {
    const network: Network = (index) => (index < 20 ? [{ afterNs: MS, error: {} }] : [{ afterNs: MS, reply: {} }]);
    const run = play({ conditions: until('received >= 2'), deadlineNs: 120 * SECOND }, { network });
    expect(run.story.at(-1)).toBe('end condition');
    expect(run.status).toBe(0);
  });

  it('fails at its deadline, whatever was received', () => {
    const run = play(
      { conditions: until('received >= 3 in a row'), deadlineNs: 10.5 * SECOND },
      { network: answering((number) => number % 3 !== 0) },
    );
    expect(run.story.at(-1)).toBe('end deadline');
    expect(run.status).toBe(1);
    expect(run.summary.conditions).toMatchObject([{ holds: false }]);
  });

  it('fails when -c or Ctrl-C ends it first', () => {
    const config = { conditions: until('lost >= 1') };
    const all = { network: answersAfter(MS) };
    expect(play({ ...config, count: 3 }, all).status).toBe(1);
    expect(play(config, { ...all, interruptAfterNs: 5 * SECOND }).status).toBe(1);
  });

  it('may wait for loss, and hears of it as soon as a probe is given up', () => {
    const run = play(
      { conditions: until('lost >= 2 in a row'), lingerNs: SECOND / 2 },
      { network: answering((number) => number < 5) },
    );
    expect(run.endedAtNs).toBe(5.5 * SECOND);
    expect(run.status).toBe(0);
  });
});

describe('--fail-if', () => {
  it('makes a failure of a run that was none', () => {
    const network = answering((number) => number !== 2);
    const run = play({ count: 4, lingerNs: SECOND, conditions: failIf('loss > 20%', 'p95 > 50ms') }, { network });
    expect(run.status).toBe(1);
    expect(run.summary.conditions).toMatchObject([
      { role: 'fail-if', text: 'loss > 20%', holds: true, terms: [{ measured: 0.25 }] },
      { role: 'fail-if', text: 'p95 > 50ms', holds: false },
    ]);
  });

  it('leaves a run alone where it does not hold', () => {
    expect(play({ count: 2, conditions: failIf('loss > 0') }, { network: answersAfter(MS) }).status).toBe(0);
  });

  it('knows the words of ping alone', () => {
    const network: Network = () => [
      { afterNs: MS, reply: {} },
      { afterNs: 2 * MS, reply: {} },
    ];
    const conditions = failIf('duplicates >= 1 and corrupted == 0 and errors == 0');
    expect(play({ count: 3, conditions }, { network }).status).toBe(1);
  });
});
