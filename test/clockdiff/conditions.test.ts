/** --stats, --fail-if, --until and --deadline in a run of clockdiff: what is counted, what ends it, and with which status. */
import { describe, expect, it } from 'vitest';
import { ClockdiffText } from '../../src/clockdiff/text.ts';
import { CLOCKDIFF_WORDS } from '../../src/clockdiff/vocabulary.ts';
import { failIf, until } from '../conditions/given.ts';
import {
  ECONNREFUSED,
  EHOSTUNREACH,
  honestPeer,
  kindsOf,
  MS,
  type Peer,
  play,
  queuedErrorOf,
  reply,
  SECOND,
  US,
} from './support.ts';

const silence: Peer = () => [];
/** Says nothing for so many requests, and then what its clock shows. */
const boots =
  (requests: number, before: Peer = silence): Peer =>
  (probe) =>
    probe.sequence > requests ? honestPeer()(probe) : before(probe);

describe('statistics', () => {
  it('are over requests and their round trips', () => {
    const { statistics } = play({ samples: 20 }, honestPeer(250, 100 * US, 300 * US)).summary;
    expect(statistics).toMatchObject({ sent: 20, received: 20, lost: 0, undecided: 0, lossRatio: 0 });
    expect(statistics.roundTrip).toMatchObject({ count: 20, minNs: 400 * US, maxNs: 400 * US });
  });

  it('count a request that was given up as lost until its reply comes after all', () => {
    const late: Peer = (probe) => honestPeer(0, probe.sequence === 3 ? SECOND : 100 * US)(probe);
    const { summary, samples } = play({ samples: 300, intervalNs: 10 * MS }, late);
    expect(samples.some((sample) => sample.late)).toBe(true);
    expect(summary.statistics).toMatchObject({ received: 300, lost: 0 });
    expect(summary.statistics.roundTrip).toMatchObject({ maxNs: SECOND + 100 * US });
    const lossy: Peer = (probe) => (probe.sequence % 4 === 0 ? [] : honestPeer()(probe));
    expect(play({ samples: 30 }, lossy).summary.statistics).toMatchObject({
      received: 30,
      lost: 9,
      lossRuns: { longest: 1 },
    });
  });

  it('leave out a request that our kernel refused, and count one that it had no room for as lost', () => {
    const because = queuedErrorOf(1);
    const refused = play({ samples: 5 }, honestPeer(), { refusals: [{ errno: EHOSTUNREACH, because }] });
    expect(refused.summary.statistics).toMatchObject({ sent: 5, received: 5, lost: 0 });
    const noRoom = play({ samples: 5 }, honestPeer(), { refusals: [105] });
    expect(noRoom.summary.statistics).toMatchObject({ sent: 6, received: 5, lost: 1 });
  });

  it('are kept when our own clock is set, which round trips do not depend on', () => {
    const step = { atNs: 150 * US, byNs: 50 * MS };
    const { summary } = play({ samples: 10 }, honestPeer(), { clockStep: step });
    expect(summary.accepted).toBe(10);
    expect(summary.statistics).toMatchObject({ sent: 11, received: 11, undecided: 0 });
    expect(summary.statistics.roundTrip).toMatchObject({ maxNs: 200 * US });
  });

  it('leave the request open that was under way when the run was interrupted', () => {
    const { summary } = play({}, silence, { interruptAtNs: 1.5 * SECOND });
    expect(summary.statistics).toMatchObject({ sent: 2, lost: 1, undecided: 1 });
  });
});

describe('--fail-if', () => {
  it('fails for a clock that is off, ahead or behind', () => {
    const conditions = failIf(CLOCKDIFF_WORDS, 'abs(offset) > 100ms');
    for (const aheadMs of [250, -250]) {
      const { status, summary } = play({ samples: 10, conditions }, honestPeer(aheadMs));
      expect(status).toBe(1);
      const [verdict] = summary.conditions;
      expect(verdict).toMatchObject({ holds: true, terms: [{ subject: 'abs(offset)' }] });
    }
    expect(play({ samples: 10, conditions }, honestPeer(50)).status).toBe(0);
  });

  it('cannot be decided where nothing was measured, and does not mend the status', () => {
    const { status, summary } = play({ conditions: failIf(CLOCKDIFF_WORDS, 'offset > 1ms') }, silence);
    expect([status, summary.conditions[0]?.holds]).toEqual([1, null]);
  });

  it.each([
    ['samples < 10', 1],
    ['samples < 5', 0],
    ['not reached', 0],
    ['reached and received >= 5 in a row', 1],
    ['bound > 1us', 1],
    ['p50 > 1ms or loss > 0%', 0],
  ])('knows "%s": status %d', (text, status) => {
    expect(play({ samples: 5, conditions: failIf(CLOCKDIFF_WORDS, text) }, honestPeer()).status).toBe(status);
  });
});

describe('--until', () => {
  it('waits for a host for longer than one that is down is waited for', () => {
    const conditions = until(CLOCKDIFF_WORDS, 'samples >= 3');
    const { summary, status, events, endedAtNs } = play({ conditions, samples: 50 }, boots(30));
    expect([summary.reason, summary.accepted, status]).toEqual([{ kind: 'condition' }, 3, 0]);
    expect(kindsOf(events).slice(0, 30)).toEqual(Array(30).fill('unanswered'));
    expect(endedAtNs).toBeGreaterThan(30 * SECOND);
  });

  it('outlives errors that end a run otherwise', () => {
    const conditions = until(CLOCKDIFF_WORDS, 'reached');
    const refuses: Peer = ({ sequence }) => [
      { afterNs: MS, error: queuedErrorOf(sequence, { code: 3, errno: ECONNREFUSED }) },
    ];
    const useless: Peer = ({ sequence }) => [{ afterNs: MS, message: reply({ sequence, badChecksum: true }) }];
    for (const before of [refuses, useless]) {
      const { summary, status } = play({ conditions }, boots(20, before));
      expect([summary.reason, status]).toEqual([{ kind: 'condition' }, 0]);
    }
  });

  it('tries again a second after our kernel refused to send', () => {
    const conditions = until(CLOCKDIFF_WORDS, 'reached');
    const refusals = [EHOSTUNREACH, EHOSTUNREACH, EHOSTUNREACH];
    const { summary, status, sentAtNs } = play({ conditions }, honestPeer(), { refusals });
    expect([summary.reason, status]).toEqual([{ kind: 'condition' }, 0]);
    expect(sentAtNs).toEqual([3 * SECOND]);
    expect(summary.statistics).toMatchObject({ sent: 1, received: 1 });
  });

  it('goes on taking samples until the bound is as narrow as wanted', () => {
    const conditions = until(CLOCKDIFF_WORDS, 'bound < 200us');
    const { summary, status } = play(
      { conditions, samples: Number.POSITIVE_INFINITY, intervalNs: 5 * MS },
      honestPeer(),
    );
    expect(summary.reason).toEqual({ kind: 'condition' });
    expect(summary.offset!.boundNs).toBeLessThan(200 * US);
    expect(status).toBe(0);
  });

  it('fails a run that ends without it', () => {
    const conditions = until(CLOCKDIFF_WORDS, 'samples >= 100');
    expect(play({ conditions, samples: 5 }, honestPeer())).toMatchObject({ status: 1 });
    expect(play({ conditions, deadlineNs: 20 * SECOND }, silence)).toMatchObject({ status: 1, endedAtNs: 20 * SECOND });
    const zeros: Peer = ({ sequence }) => [
      { afterNs: MS, message: reply({ sequence, stamps: [0xffffffff, 0xffffffff] }) },
    ];
    expect(play({ conditions }, zeros)).toMatchObject({ status: 1, summary: { reason: { kind: 'non-standard' } } });
  });
});

describe('--deadline', () => {
  it('ends a run with what was measured, or without', () => {
    const slow = { intervalNs: 100 * MS, deadlineNs: SECOND };
    const measured = play(slow, honestPeer(250));
    expect(measured).toMatchObject({ status: 0, endedAtNs: SECOND });
    expect(measured.summary).toMatchObject({ reason: { kind: 'deadline' }, figures: { deltaMs: 250 } });
    const nothing = play({ deadlineNs: 2500 * MS }, silence);
    expect(nothing).toMatchObject({ status: 1, endedAtNs: 2500 * MS, summary: { reason: { kind: 'deadline' } } });
  });
});

describe('what is shown at the end', () => {
  const OPTIONS = {
    host: 'hostb',
    interactive: false,
    dateFormat: 'iso',
    uncertainty: false,
    stats: true,
    epochSeconds: 0,
    localTime: () => {
      throw new Error('no date here');
    },
    strerror: (errno: number) => `error ${errno}`,
  } as const;

  it('is the result, what --stats asks for, and the condition that failed', () => {
    const conditions = failIf(CLOCKDIFF_WORDS, 'samples < 10');
    const { summary } = play({ samples: 5, conditions }, honestPeer(250));
    const [result, statistics, complaint] = new ClockdiffText(OPTIONS).render(summary);
    expect(result).toMatchObject({ to: 'stdout', text: expect.stringMatching(/^\d+ 250 250\n$/) });
    expect(statistics!.text).toContain('\nloss 0 of 5 (0%)\n');
    expect(complaint).toEqual({ to: 'complaint', text: 'condition failed: samples < 10 (samples = 5)' });
  });

  it('says that nothing came until the deadline, and what was lost', () => {
    const { summary } = play({ deadlineNs: 3500 * MS }, silence);
    expect(new ClockdiffText(OPTIONS).render(summary)).toEqual([
      { to: 'complaint', text: 'no usable reply from hostb until the deadline' },
      { to: 'stdout', text: 'loss 3 of 3 (100%), 1 undecided, 1 run, longest 3, longest outage 3.5 s\n' },
    ]);
  });
});
