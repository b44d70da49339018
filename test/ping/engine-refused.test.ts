import { describe, expect, it } from 'vitest';
import {
  answersAfter,
  counts,
  EAGAIN,
  EHOSTUNREACH,
  EMSGSIZE,
  ENETUNREACH,
  ENOBUFS,
  ENOMEM,
  EPERM,
  IDENTIFIER,
  icmp,
  localErrorOf,
  MS,
  type Network,
  type Player,
  packetOf,
  play,
  queuedErrorOf,
  SECOND,
  sendTimesMs,
  silence,
} from './support.ts';

const attemptTimesMs = (player: Player) => player.attempts.map(({ atNs }) => atNs / MS);

/** Refuses the attempts with these numbers. */
const refuseAttempts =
  (errno: number, ...attempts: number[]) =>
  (attempt: number) =>
    attempts.includes(attempt) ? { errno } : null;

describe('a send that the kernel refuses for good', () => {
  it.each([
    ['EPERM', EPERM],
    ['ENETUNREACH', ENETUNREACH],
    ['EHOSTUNREACH', EHOSTUNREACH],
  ])('with %s is told, counts as sent and lost, and as no error', (_name, errno) => {
    const run = play({ count: 3, lingerNs: SECOND }, { network: silence, refuse: () => ({ errno }) });
    expect(run.story).toEqual([
      `send error ${errno} 1`,
      `send error ${errno} 2`,
      `send error ${errno} 3`,
      'end linger',
    ]);
    expect(counts(run)).toEqual([3, 0, 0, 0, 0]);
    expect(attemptTimesMs(run)).toEqual([0, 1000, 2000]);
    expect([run.endedAtNs, run.status]).toEqual([3 * SECOND, 1]);
  });

  it('carries time, errno and number', () => {
    const run = play({ count: 1 }, { refuse: () => ({ errno: EPERM }) });
    expect(run.events[0]).toEqual({ type: 'send-error', wallNs: 250 * MS, errno: EPERM, sequence: 1 });
  });

  it('does not end a run with a deadline', () => {
    const run = play({ deadlineNs: SECOND, intervalNs: 200 * MS }, { refuse: () => ({ errno: EPERM }) });
    expect([run.summary.reason, run.summary.transmitted]).toEqual(['deadline', 5]);
  });

  it('uses up its number: the next probe has the next one', () => {
    const run = play({ count: 3 }, { network: answersAfter(MS), refuse: refuseAttempts(EPERM, 1) });
    expect(run.story).toEqual(['reply 1', 'send error 1 2', 'reply 3', 'end linger']);
    expect(counts(run)).toEqual([3, 2, 0, 0, 0]);
  });
});

describe('EMSGSIZE', () => {
  it('is told and counts as sent and as an error', () => {
    const run = play({ count: 3 }, { refuse: () => ({ errno: EMSGSIZE }) });
    expect(run.story).toEqual(['send error 90 1', 'send error 90 2', 'send error 90 3', 'end count']);
    expect(counts(run)).toEqual([3, 0, 0, 0, 3]);
    expect([run.endedAtNs, run.status]).toEqual([2 * SECOND, 1]);
  });

  it('that the error queue explains is told once, as what the queue says', () => {
    const refuse = () => ({ errno: EMSGSIZE, queued: localErrorOf(EMSGSIZE, 1500) });
    const run = play({ count: 3, intervalNs: 200 * MS }, { refuse });
    expect(run.story).toEqual(['local error 90', 'local error 90', 'local error 90', 'end count']);
    expect(run.events[0]).toEqual({ type: 'local-error', wallNs: 250 * MS, errno: EMSGSIZE, mtu: 1500 });
    expect(counts(run)).toEqual([3, 0, 0, 0, 3]);
    expect(attemptTimesMs(run)).toEqual([0, 200, 400]);
  });

  it('is no error of a quiet run, which then waits for its replies', () => {
    const queued = localErrorOf(EMSGSIZE, 1500);
    for (const refuse of [() => ({ errno: EMSGSIZE }), () => ({ errno: EMSGSIZE, queued })]) {
      const run = play({ count: 3, quiet: true, intervalNs: 200 * MS, lingerNs: SECOND }, { refuse });
      expect(counts(run)).toEqual([3, 0, 0, 0, 0]);
      expect([run.summary.reason, run.status]).toEqual(['linger', 1]);
    }
  });

  it('ends a run with a deadline at once', () => {
    const run = play({ deadlineNs: 9 * SECOND }, { refuse: () => ({ errno: EMSGSIZE }) });
    expect([run.summary.reason, run.endedAtNs, run.status]).toEqual(['error', 0, 1]);
  });
});

describe('a refusal that a queued ICMP error explains', () => {
  const queued = queuedErrorOf(icmp({ type: 8, sequence: 1 }));

  it('is the echo of that error: the probe is tried again 10 ms later and not counted', () => {
    const run = play(
      { count: 3 },
      {
        network: (index) => (index === 0 ? [] : [{ afterNs: MS, reply: {} }]),
        refuse: (attempt) => (attempt === 1 ? { errno: EHOSTUNREACH, queued } : null),
      },
    );
    expect(run.story).toEqual(['error 1', 'reply 2', 'reply 3', 'end count']);
    expect(attemptTimesMs(run).slice(0, 3)).toEqual([0, 1000, 1010]);
    expect(run.attempts.map(({ sequence }) => sequence)).toEqual([1, 2, 2, 3]);
    expect(counts(run)).toEqual([3, 2, 0, 0, 1]);
  });

  it('is not explained by an error about somebody else', () => {
    const foreign = queuedErrorOf(icmp({ type: 8, sequence: 1, identifier: IDENTIFIER + 1 }));
    const run = play(
      { count: 2 },
      { network: silence, refuse: (attempt) => (attempt === 1 ? { errno: EHOSTUNREACH, queued: foreign } : null) },
    );
    expect(run.story).toEqual(['send error 113 2', 'end linger']);
  });
});

describe('EAGAIN', () => {
  it('tries the same probe again every 10 ms and tells nothing', () => {
    const run = play({ count: 3 }, { network: answersAfter(MS), refuse: refuseAttempts(EAGAIN, 1, 2, 3) });
    expect(run.story).toEqual(['reply 1', 'reply 2', 'reply 3', 'end count']);
    expect(attemptTimesMs(run).slice(0, 5)).toEqual([0, 1000, 1010, 1020, 1030]);
    expect(run.attempts.slice(0, 5).map(({ sequence }) => sequence)).toEqual([1, 2, 2, 2, 2]);
    expect(counts(run)).toEqual([3, 3, 0, 0, 0]);
  });

  it('costs no time and earns none: the probe behind it goes when it would have gone', () => {
    const run = play({ count: 4 }, { network: answersAfter(MS), refuse: refuseAttempts(EAGAIN, 1, 2, 3) });
    expect(sendTimesMs(run)).toEqual([0, 1030, 2000, 3000]);
    const short = play({ count: 6, intervalNs: 100 * MS }, { network: silence, refuse: refuseAttempts(EAGAIN, 1) });
    expect(sendTimesMs(short)).toEqual([0, 110, 200, 300, 400, 500]);
  });

  it('does not give up while it lasts', () => {
    const run = play({ count: 1 }, { refuse: () => ({ errno: EAGAIN }), interruptAfterNs: 60 * SECOND });
    expect([run.attempts.length, run.sends.length]).toEqual([6000, 0]);
    expect(counts(run)).toEqual([0, 0, 0, 0, 0]);
  });

  it('holds for the very first probe too', () => {
    const run = play({ count: 1 }, { network: answersAfter(MS), refuse: refuseAttempts(EAGAIN, 0) });
    expect(attemptTimesMs(run)).toEqual([0, 10]);
    expect(run.status).toBe(0);
  });
});

describe('no buffers', () => {
  it.each([
    ['ENOBUFS', ENOBUFS],
    ['ENOMEM', ENOMEM],
  ])('(%s) make the same probe wait half an interval before each new try', (_name, errno) => {
    const run = play(
      { count: 3, intervalNs: 400 * MS },
      { network: answersAfter(MS), refuse: refuseAttempts(errno, 1, 2) },
    );
    expect(run.story).toEqual(['reply 1', 'reply 2', 'reply 3', 'end count']);
    expect(attemptTimesMs(run).slice(0, 4)).toEqual([0, 400, 600, 800]);
    expect(run.attempts.slice(0, 4).map(({ sequence }) => sequence)).toEqual([1, 2, 2, 2]);
  });

  it.each([
    [0, 10],
    [2, 10],
    [20, 10],
    [100, 50],
    [999, 499.5],
    [1000, 500],
    [60_000, 500],
  ])('make a run with an interval of %d ms wait %d ms: at least 10, at most 500', (intervalMs, waitMs) => {
    const config = { count: 1, intervalNs: intervalMs * MS };
    const run = play(config, { network: answersAfter(MS), refuse: refuseAttempts(ENOBUFS, 0) });
    expect(attemptTimesMs(run)).toEqual([0, waitMs]);
  });

  it('for as long as one would wait for a reply count the probe as sent, and tell so', () => {
    const run = play({ count: 1, intervalNs: 200 * MS, lingerNs: SECOND }, { refuse: () => ({ errno: ENOBUFS }) });
    expect(run.story).toEqual(['send error 105 1', 'end linger']);
    // Tries at 0, 100, … 900 ms add up to ten waits of 100 ms, and with the tenth the probe is given up.
    expect(attemptTimesMs(run)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
    expect(counts(run)).toEqual([1, 0, 0, 0, 0]);
    expect(run.status).toBe(1);
  });

  it('are waited for without end where -W 0 waits for replies without end', () => {
    const config = { count: 1, intervalNs: 200 * MS, lingerNs: 0 };
    const run = play(config, { refuse: () => ({ errno: ENOBUFS }), interruptAfterNs: 60 * SECOND });
    expect([run.attempts.length, run.sends.length, run.story]).toEqual([600, 0, ['end interrupted']]);
  });

  it('begin their count anew once a send has gone out', () => {
    // Six refusals, one send, six refusals: neither six come to the ten that would be too many.
    const refuse = (attempt: number) => (attempt % 7 === 6 ? null : { errno: ENOBUFS });
    const run = play({ count: 3, intervalNs: 200 * MS, lingerNs: SECOND }, { network: answersAfter(MS), refuse });
    expect(run.story).toEqual(['reply 1', 'reply 2', 'reply 3', 'end count']);
  });

  it('forfeit what preload had saved up', () => {
    const run = play(
      { count: 4, preload: 4, intervalNs: 100 * MS },
      { network: silence, refuse: refuseAttempts(ENOBUFS, 2) },
    );
    const sent = sendTimesMs(run);
    expect(sent.slice(0, 2)).toEqual([0, 0]);
    expect(sent[3]! - sent[2]!).toBe(100);
  });

  it('are not made up for: no burst comes when there are some again', () => {
    // Refused from 100 ms to 600 ms. A burst of the 50 probes missed would fill the buffers anew.
    const run = play(
      { count: 40, intervalNs: 10 * MS, quiet: true },
      { network: silence, refuse: (attempt) => (attempt >= 10 && attempt < 60 ? { errno: ENOBUFS } : null) },
    );
    const sent = sendTimesMs(run);
    expect([sent[9], sent[10]]).toEqual([90, 600]);
    expect(sent.slice(11).map((at, index) => at - sent[index + 10]!)).toEqual(new Array<number>(29).fill(10));
  });

  it('slow an adaptive run down by up to 50 ms each time', () => {
    const network: Network = answersAfter(80 * MS);
    const plain = play({ count: 20, adaptive: true, quiet: true }, { network, stamps: 'none' });
    const slowed = play(
      { count: 20, adaptive: true, quiet: true },
      { network, stamps: 'none', refuse: refuseAttempts(ENOBUFS, 1, 2) },
    );
    const lastGap = (player: Player) => sendTimesMs(player).at(-1)! - sendTimesMs(player).at(-2)!;
    // Moving average 80 ms, of which 50 ms are added at each refusal.
    expect([lastGap(plain), lastGap(slowed)]).toEqual([80, 180]);
  });
});

describe('a probe that has not left yet', () => {
  it.each([
    ['no buffers', { errno: ENOBUFS }],
    ['no room in the socket', { errno: EAGAIN }],
    ['an error about another probe', { errno: EHOSTUNREACH, queued: queuedErrorOf(icmp({ type: 8, sequence: 1 })) }],
  ])('cannot be answered while it is to be tried again, for %s', (_name, refusal) => {
    const forged = packetOf(icmp({ type: 0, sequence: 2 }));
    const run = play(
      { count: 3, collects: true, lingerNs: SECOND },
      {
        network: (index) => (index === 0 ? [{ afterNs: MS, reply: {} }] : []),
        refuse: (attempt) => (attempt === 1 ? refusal : null),
        at: [[SECOND + 2 * MS, (player) => player.deliver(forged)]],
      },
    );
    expect(run.attempts.length).toBeGreaterThan(2);
    expect(run.replies.map(({ sequence }) => sequence)).toEqual([1]);
    expect(run.summary.received).toBe(1);
  });
});
