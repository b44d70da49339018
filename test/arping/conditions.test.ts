/** --stats, --fail-if and --until in a run of arping: what is counted, what ends it, and with which status. */
import { describe, expect, it } from 'vitest';
import { ArpingText } from '../../src/arping/text.ts';
import { ARPING_WORDS } from '../../src/arping/vocabulary.ts';
import { failIf, until } from '../conditions/given.ts';
import { answersAfter, MS, type Network, OTHER_HARDWARE, play, SECOND, silence } from './support.ts';

const ENETDOWN = 100;

const everyOther: Network = (index) => (index % 2 === 0 ? [{ afterNs: MS }] : []);
const twoAnswer: Network = () => [{ afterNs: MS }, { afterNs: 2 * MS, lies: { senderHardware: OTHER_HARDWARE } }];
/** Down for three probes, as a machine that boots. */
const boots: Network = (index) => (index < 3 ? [] : [{ afterNs: MS }]);

describe('statistics', () => {
  it('are over probes and their first answers, not over answers', () => {
    const { statistics, received } = play({ count: 3 }, { network: twoAnswer, stamps: 'none' }).summary;
    expect(received).toBe(6);
    expect(statistics).toMatchObject({ sent: 3, received: 3, lost: 0, lossRatio: 0 });
    expect(statistics.roundTrip).toMatchObject({ count: 3, minNs: MS, maxNs: MS });
  });

  it('count a probe as lost once its interval is over, also at the end of the run', () => {
    const { statistics } = play({ count: 5 }, { network: everyOther }).summary;
    expect(statistics).toMatchObject({ sent: 5, received: 3, lost: 2, undecided: 0 });
    expect(statistics.lossRuns).toMatchObject({ count: 2, longest: 1 });
    expect(statistics.longestOutageNs).toBe(SECOND);
    expect(play({ count: 2 }, { network: silence }).summary.statistics).toMatchObject({ lost: 2, roundTrip: null });
  });

  it('do not count as lost what the end of the run cut short', () => {
    const network: Network = (index) => (index < 2 ? [{ afterNs: MS }] : []);
    // The third probe leaves at the deadline itself.
    const { statistics, unanswered } = play({ deadlineNs: 2 * SECOND }, { network }).summary;
    expect(statistics).toMatchObject({ sent: 3, received: 2, lost: 0, undecided: 1, lossRatio: 0 });
    expect(unanswered).toBe(1);
    const interrupted = play({}, { network: silence, interruptAfterNs: 1500 * MS }).summary;
    expect(interrupted.statistics).toMatchObject({ sent: 2, lost: 1, undecided: 1 });
  });

  it('count as lost what had a second, or its interval', () => {
    const { statistics } = play({ deadlineNs: 7 * SECOND, intervalNs: 5 * SECOND }, { network: silence }).summary;
    expect(statistics).toMatchObject({ sent: 2, lost: 2, undecided: 0 });
    const alone = play({ intervalNs: 0, deadlineNs: 2 * SECOND }, { network: silence }).summary;
    expect(alone.statistics).toMatchObject({ sent: 1, lost: 1, undecided: 0 });
  });

  it('leave out a probe that the kernel refused', () => {
    const refused = play(
      { count: 3 },
      { network: answersAfter(MS), refuse: (attempt) => (attempt === 1 ? 105 : null) },
    );
    expect(refused.summary.statistics).toMatchObject({ sent: 2, received: 2, lost: 0 });
  });

  it('have nothing to say of announcements, which nobody answers', () => {
    expect(play({ count: 2, unsolicited: true }).summary.statistics).toMatchObject({
      sent: 2,
      undecided: 2,
      lossRatio: null,
    });
  });
});

describe('--fail-if', () => {
  it('fails a run that would have been well, and says by which term', () => {
    const conditions = failIf(ARPING_WORDS, 'loss > 10% or p95 > 1s');
    const player = play({ count: 5, conditions }, { network: everyOther });
    expect(player.status).toBe(1);
    expect(player.summary.conditions).toMatchObject([
      { role: 'fail-if', holds: true, terms: [{ text: 'loss > 10%', measured: 0.4, holds: true }] },
    ]);
  });

  it('leaves a run alone where it does not hold', () => {
    const conditions = failIf(ARPING_WORDS, 'loss > 50%', 'macs > 1', 'duplicate');
    expect(play({ count: 5, conditions }, { network: everyOther }).status).toBe(0);
  });

  it('does not mend a run without any answer', () => {
    expect(play({ count: 1, conditions: failIf(ARPING_WORDS, 'macs > 1') }, { network: silence }).status).toBe(1);
  });

  it.each(['macs >= 2', 'duplicate'])('knows by "%s" that several answer', (text) => {
    const conditions = failIf(ARPING_WORDS, text);
    expect(play({ count: 1, conditions }, { network: twoAnswer }).status).toBe(1);
  });

  it('leaves a status above 1 as it is: the error says more', () => {
    const player = play(
      { conditions: failIf(ARPING_WORDS, 'loss > 10%') },
      { network: silence, at: [[SECOND / 2, ({ engine, now }) => engine.receiveFailed(now, ENETDOWN)]] },
    );
    expect(player.status).toBe(2);
  });
});

describe('--until', () => {
  it('ends the run when it holds, with status 0', () => {
    const player = play({ conditions: until(ARPING_WORDS, 'received >= 3 in a row') }, { network: boots });
    expect(player.summary).toMatchObject({ reason: 'condition', sent: 6, received: 3 });
    expect(player.status).toBe(0);
    expect(player.summary.conditions).toMatchObject([{ role: 'until', holds: true }]);
  });

  it('has held though the next answer, of the same batch, takes it back', () => {
    const both: Network = () => [{ afterNs: MS }, { afterNs: MS, lies: { senderHardware: OTHER_HARDWARE } }];
    const player = play({ count: 1, conditions: until(ARPING_WORDS, 'macs == 1') }, { network: both });
    expect([player.summary.reason, player.summary.told.length, player.status]).toEqual(['condition', 2, 0]);
  });

  it('ends it by itself where something else was enough before', () => {
    const conditions = until(ARPING_WORDS, 'received >= 2');
    const player = play({ conditions, count: 2, deadlineNs: 60 * SECOND }, { network: twoAnswer });
    // -c 2 with -w are two answers: one probe. The condition is about two probes.
    expect([player.summary.reason, player.summary.sent, player.status]).toEqual(['replies', 1, 1]);
  });

  it('fails a run that ends without it', () => {
    const conditions = until(ARPING_WORDS, 'received >= 3 in a row');
    const player = play({ conditions, deadlineNs: 4500 * MS }, { network: everyOther });
    expect([player.summary.reason, player.status]).toEqual(['deadline', 1]);
    expect(player.summary.conditions).toMatchObject([{ role: 'until', holds: false }]);
    expect(play({ conditions, count: 2 }, { network: answersAfter(MS) }).status).toBe(1);
    expect(play({ conditions }, { network: silence, interruptAfterNs: 2500 * MS }).status).toBe(1);
  });

  it('outlives an interface that goes down and comes up again', () => {
    const refuse = (attempt: number) => (attempt === 1 || attempt === 2 ? ENETDOWN : null);
    const player = play(
      { conditions: until(ARPING_WORDS, 'received >= 1') },
      {
        network: (index) => (index === 0 ? [] : [{ afterNs: MS }]),
        refuse,
        at: [[SECOND / 2, ({ engine, now }) => engine.receiveFailed(now, ENETDOWN)]],
      },
    );
    expect(player.events.map(({ type }) => type)).toEqual([
      'receive-error',
      'unanswered',
      'send-error',
      'send-error',
      'reply',
      'summary',
    ]);
    expect([player.summary.reason, player.status]).toEqual(['condition', 0]);
  });

  it('may wait for time alone', () => {
    const player = play({ conditions: until(ARPING_WORDS, 'time >= 2s') }, { network: silence });
    expect([player.summary.reason, player.endedAtNs]).toEqual(['condition', 2 * SECOND]);
  });
});

describe('what is shown at the end', () => {
  const OPTIONS = {
    target: '10.77.1.254',
    source: '10.77.1.1',
    device: 'eth0',
    hardware: '02:77:01:00:00:01',
    isReverse: false,
    quiet: false,
    stats: true,
    epochSeconds: 0,
    strerror: (errno: number) => `error ${errno}`,
    vendorOf: () => null,
  };
  const { summary } = play(
    { count: 5, conditions: failIf(ARPING_WORDS, 'loss > 10%') },
    { network: everyOther, stamps: 'none' },
  );

  it('is the summary, what --stats asks for, and the condition that failed', () => {
    expect(new ArpingText(OPTIONS).render(summary)).toEqual([
      {
        stream: 'stdout',
        text: [
          'Sent 5 probes (1 broadcast(s))',
          'Received 3 response(s)',
          'rtt p50/p90/p95/p99            = 1.000/1.000/1.000/1.000 ms (to 0.4%)',
          'rtt stddev population/sample   = 0.000/0.000 ms',
          'jitter rfc3550/rfc3393-p95/mad = 0.000/-/- ms',
          'loss 2 of 5 (40%), 2 runs, longest 1, longest outage 1.0 s',
          '',
        ].join('\n'),
      },
      { stream: 'stderr', text: 'condition failed: loss > 10% (loss = 40 %)\n' },
    ]);
  });

  it('is what --stats asks for also when receiving failed', () => {
    const pieces = new ArpingText(OPTIONS).render({ ...summary, reason: 'error' });
    expect(pieces.map(({ text }) => text.split(' ')[0])).toEqual(['rtt', 'condition']);
    expect(new ArpingText({ ...OPTIONS, stats: false }).render({ ...summary, reason: 'error' })).toHaveLength(1);
  });

  it('is the condition alone with -q', () => {
    const pieces = new ArpingText({ ...OPTIONS, quiet: true }).render(summary);
    expect(pieces.map(({ stream }) => stream)).toEqual(['stderr']);
  });
});
