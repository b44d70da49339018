import { describe, expect, it } from 'vitest';
import { answersAfter, counts, EMSGSIZE, MS, type Network, play, SECOND, sendTimesMs, silence, US } from './support.ts';

const errors: Network = () => [{ afterNs: MS, error: {} }];

describe('-c', () => {
  it('counts errors beside replies', () => {
    const mixed: Network = (index) => [{ afterNs: MS, ...(index % 2 === 0 ? { error: {} } : { reply: {} }) }];
    const run = play({ count: 4 }, { network: mixed });
    expect(run.story).toEqual(['error 1', 'reply 2', 'error 3', 'reply 4', 'end count']);
    expect(counts(run)).toEqual([4, 2, 0, 0, 2]);
    expect([run.endedAtNs, run.status]).toEqual([3 * SECOND + MS, 0]);
  });

  it('ends with status 1 when errors alone reached it', () => {
    const run = play({ count: 3 }, { network: errors });
    expect(counts(run)).toEqual([3, 0, 0, 0, 3]);
    expect(run.status).toBe(1);
  });

  it('sends no more than that many', () => {
    expect(play({ count: 2, intervalNs: 10 * MS }, { network: silence }).sends).toHaveLength(2);
  });

  it('ends with the reply that completes it, before the next probe is due', () => {
    const run = play({ count: 2, preload: 3 }, { network: answersAfter(MS) });
    expect(counts(run)).toEqual([2, 2, 0, 0, 0]);
  });
});

describe('the wait for the last replies', () => {
  it('is -W while nothing has come back', () => {
    expect(play({ count: 1, lingerNs: 500 * MS }, { network: silence }).endedAtNs).toBe(500 * MS);
    expect(play({ count: 1 }, { network: silence }).endedAtNs).toBe(10 * SECOND);
    expect(play({ count: 3, lingerNs: 300 * MS }, { network: silence }).endedAtNs).toBe(2 * SECOND + 300 * MS);
  });

  it('takes a reply that comes within it, and not one that comes after', () => {
    const config = { count: 1, lingerNs: 500 * MS };
    expect(play(config, { network: answersAfter(500 * MS - 1) }).status).toBe(0);
    expect(play(config, { network: answersAfter(500 * MS + 1) }).status).toBe(1);
  });

  it('is twice the longest round trip once something has come back', () => {
    const network: Network = (index) => (index === 0 ? [{ afterNs: 700 * MS + 5 * US, reply: {} }] : []);
    const run = play({ count: 3, intervalNs: 200 * MS }, { network });
    expect(run.endedAtNs).toBe(400 * MS + 1400 * MS);
    expect(run.status).toBe(0);
  });

  it('is the interval where that is longer', () => {
    const network: Network = (index) => (index === 0 ? [{ afterNs: MS, reply: {} }] : []);
    expect(play({ count: 2, intervalNs: 200 * MS }, { network }).endedAtNs).toBe(400 * MS);
    expect(play({ count: 2, intervalNs: 5 * SECOND }, { network }).endedAtNs).toBe(10 * SECOND);
  });

  it('is worked out anew when the first reply comes during it', () => {
    // iputils would go on for 10 s here: its timer is fixed when the last probe leaves.
    const network: Network = (index) => (index === 1 ? [{ afterNs: 50 * MS + 5 * US, reply: {} }] : []);
    const run = play({ count: 2, intervalNs: 200 * MS }, { network });
    expect(run.endedAtNs).toBe(400 * MS);
    expect(counts(run)).toEqual([2, 1, 0, 0, 0]);
  });

  it('lasts for ever with -W 0 and nothing ever heard', () => {
    expect(() => play({ count: 1, lingerNs: 0 }, { network: silence })).toThrow('waits for ever');
    expect(play({ count: 1, lingerNs: 0 }, { network: answersAfter(7200 * SECOND) }).story).toEqual([
      'reply 1',
      'end count',
    ]);
  });

  it('is not for ever with -W 0 once something was heard', () => {
    const network: Network = (index) => (index === 0 ? [{ afterNs: MS, reply: {} }] : []);
    expect(play({ count: 2, lingerNs: 0 }, { network }).endedAtNs).toBe(2 * SECOND);
  });

  it('counts from the last probe although wake-ups come late', () => {
    const run = play({ count: 2, lingerNs: SECOND }, { network: silence, lateNs: (wake) => (wake === 0 ? 3 * MS : 0) });
    expect(run.endedAtNs).toBe(2003 * MS);
  });
});

describe('-w alone', () => {
  it('ends the run at the deadline, between two probes', () => {
    const run = play({ deadlineNs: 3 * SECOND, intervalNs: 400 * MS }, { network: answersAfter(MS) });
    expect(run.summary.reason).toBe('deadline');
    expect([run.sends.length, run.endedAtNs, run.status]).toEqual([8, 3 * SECOND, 0]);
  });

  it('sends nothing at the deadline itself', () => {
    expect(sendTimesMs(play({ deadlineNs: SECOND, intervalNs: 200 * MS }, { network: silence }))).toEqual([
      0, 200, 400, 600, 800,
    ]);
  });

  it('ends with status 1 when nothing came back, 0 with any reply', () => {
    expect(play({ deadlineNs: SECOND }, { network: silence }).status).toBe(1);
    const once: Network = (index) => (index === 4 ? [{ afterNs: MS, reply: {} }] : []);
    expect(play({ deadlineNs: SECOND, intervalNs: 200 * MS }, { network: once }).status).toBe(0);
  });

  it('ends at the first ICMP error', () => {
    const run = play({ deadlineNs: 9 * SECOND }, { network: errors });
    expect(run.story).toEqual(['error 1', 'end error']);
    expect([run.endedAtNs, run.status]).toEqual([MS, 1]);
  });

  it('ends at the first error also after replies, with status 0', () => {
    const network: Network = (index) => [{ afterNs: MS, ...(index < 2 ? { reply: {} } : { error: {} }) }];
    const run = play({ deadlineNs: 9 * SECOND }, { network });
    expect(run.story).toEqual(['reply 1', 'reply 2', 'error 3', 'end error']);
    expect(run.status).toBe(0);
  });

  it('ends at the first local error', () => {
    const network: Network = () => [{ afterNs: 0, localError: { errno: EMSGSIZE, mtu: 1400 } }];
    expect(play({ deadlineNs: 9 * SECOND }, { network }).story).toEqual(['local error 90', 'end error']);
  });

  it('does not end at a corrupted reply', () => {
    const run = play(
      { deadlineNs: SECOND, intervalNs: 500 * MS },
      { network: (_index, sequence) => [{ afterNs: MS, reply: { message: corrupted(sequence) } }] },
    );
    expect(run.story).toEqual(['reply 1 bad', 'reply 2 bad', 'end deadline']);
  });
  const corrupted = (sequence: number) => Uint8Array.of(0, 0, 0x12, 0x34, 0x1b, 0x2c, 0, sequence);

  it('holds while a refused send waits to be tried again', () => {
    const run = play({ deadlineNs: SECOND, intervalNs: 300 * MS }, { refuse: () => ({ errno: 11 }) });
    expect([run.endedAtNs, run.sends.length, run.summary.transmitted]).toEqual([SECOND, 0, 0]);
  });
});

describe('-w with -c', () => {
  it('does not limit the sends to the count', () => {
    const run = play({ deadlineNs: SECOND, count: 1, intervalNs: 200 * MS }, { network: silence });
    expect(counts(run)).toEqual([5, 0, 0, 0, 0]);
    expect([run.summary.reason, run.status]).toEqual(['deadline', 1]);
  });

  it('ends as soon as so many replies have come', () => {
    const skipping: Network = (index) => (index % 2 === 1 ? [{ afterNs: MS, reply: {} }] : []);
    const run = play({ deadlineNs: 60 * SECOND, count: 3 }, { network: skipping });
    expect(counts(run)).toEqual([6, 3, 0, 0, 0]);
    expect([run.summary.reason, run.endedAtNs, run.status]).toEqual(['count', 5 * SECOND + MS, 0]);
  });

  it('has status 1 with fewer replies than asked for', () => {
    const run = play({ deadlineNs: SECOND, count: 5, intervalNs: 400 * MS }, { network: answersAfter(MS) });
    expect(counts(run)).toEqual([3, 3, 0, 0, 0]);
    expect(run.status).toBe(1);
  });

  it('ends at the first error, before the count', () => {
    const run = play({ deadlineNs: 3 * SECOND, count: 5, intervalNs: 500 * MS }, { network: errors });
    expect(run.story).toEqual(['error 1', 'end error']);
    expect(counts(run)).toEqual([1, 0, 0, 0, 1]);
    expect(run.status).toBe(1);
  });

  it('has status 1 when an error made up the count', () => {
    const run = play({ deadlineNs: 3 * SECOND, count: 1 }, { network: errors });
    expect(run.status).toBe(1);
  });
});
