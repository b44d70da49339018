import { describe, expect, it } from 'vitest';
import {
  answersAfter,
  CONFIG,
  counts,
  EHOSTUNREACH,
  IDENTIFIER,
  icmp,
  MS,
  packetOf,
  play,
  ROUTER,
  ramp,
  SECOND,
  sendTimesMs,
  silence,
  TARGET,
  TARGET6,
  US,
} from './support.ts';

describe('a plain run', () => {
  const run = play({ count: 3 }, { network: answersAfter(309 * US) });

  it('sends one probe a second from the start on, numbered from 1, and ends with the last reply', () => {
    expect(run.story).toEqual(['reply 1', 'reply 2', 'reply 3', 'end count']);
    expect(run.sends.map(({ sequence, atNs }) => [sequence, atNs])).toEqual([
      [1, 0],
      [2, SECOND],
      [3, 2 * SECOND],
    ]);
    expect(run.endedAtNs).toBe(2 * SECOND + 309 * US);
    expect(run.status).toBe(0);
  });

  it('tells of each reply all there is to know', () => {
    expect(run.replies[0]).toEqual({
      type: 'reply',
      answer: 'echo-reply',
      wallNs: 250 * MS + 309 * US,
      octets: 64,
      source: TARGET,
      sequence: 1,
      identifier: null,
      hopLimit: 57,
      roundTripNs: 304 * US,
      transmitStamp: 'kernel',
      receiveStamp: 'kernel',
      duplicate: false,
      badChecksum: false,
      differentAddress: false,
      truncated: false,
      mismatch: null,
      message: null,
      ipOptions: null,
    });
  });

  it('sums up: time until the last probe, figures in microseconds', () => {
    expect(run.summary).toEqual({
      type: 'summary',
      reason: 'count',
      method: 'icmp',
      port: null,
      transmitted: 3,
      received: 3,
      duplicates: 0,
      corrupted: 0,
      errors: 0,
      elapsedNs: 2 * SECOND,
      rtt: { minUs: 304, avgUs: 304, maxUs: 304, mdevUs: 0, ewmaUs: 304 },
      statistics: null,
      conditions: [],
      pipe: 1,
    });
  });

  it('takes no time when it was one probe', () => {
    expect(play({ count: 1 }, { network: answersAfter(40 * MS) }).summary.elapsedNs).toBe(0);
  });

  it('goes the same way over IPv6', () => {
    const run6 = play({ family: 6, target: TARGET6, count: 2 }, { network: answersAfter(MS) });
    expect(run6.story).toEqual(['reply 1', 'reply 2', 'end count']);
    expect(run6.replies[0]).toMatchObject({ source: TARGET6, differentAddress: false });
  });

  it('goes the same way on a datagram socket, where the kernel picks the identifier', () => {
    const run = play({ identifier: null, shownIdentifier: null, count: 2 }, { network: answersAfter(MS) });
    expect(counts(run)).toEqual([2, 2, 0, 0, 0]);
  });

  it('cuts round trips to whole microseconds before it sums them up', () => {
    const run = play({ count: 1 }, { network: answersAfter(5 * US + 1999) });
    expect(run.replies[0]?.roundTripNs).toBe(1999);
    expect(run.summary.rtt?.avgUs).toBe(1);
  });

  it('may begin at the zero of both clocks', () => {
    const run = play({ count: 2 }, { network: answersAfter(MS), startMonoNs: 0, startWallNs: 0 });
    expect(counts(run)).toEqual([2, 2, 0, 0, 0]);
  });
});

describe('what a reply shows', () => {
  const withReply = (reply: Partial<Parameters<typeof packetOf>[1]> & { message?: Uint8Array }, config = {}) =>
    play({ count: 1, ...config }, { network: () => [{ afterNs: MS, reply }], interruptAfterNs: SECOND });

  it('is who it came from, also when that is not the target', () => {
    const other = withReply({ source: '192.0.2.99' });
    expect(other.replies[0]).toMatchObject({ source: '192.0.2.99', differentAddress: true });
    expect(counts(other)).toEqual([1, 1, 0, 0, 0]);
  });

  it('is no different address where many may answer', () => {
    expect(withReply({ source: '192.0.2.99' }, { manyMayAnswer: true }).replies[0]?.differentAddress).toBe(false);
  });

  it('is no hop limit where the socket told none', () => {
    expect(withReply({ hopLimit: -1 }).replies[0]?.hopLimit).toBeNull();
    expect(withReply({ hopLimit: 0 }).replies[0]?.hopLimit).toBe(0);
  });

  it('is the identifier where the run shows it', () => {
    expect(withReply({}, { shownIdentifier: IDENTIFIER }).replies[0]?.identifier).toBe(IDENTIFIER);
  });

  it('is a copy of its IP options', () => {
    const message = icmp({ type: 0, sequence: 1 });
    const { octets } = packetOf(message);
    octets.set([1, 1, 1, 0], 4);
    const run = withReply({ octets, optionsStart: 4, optionsEnd: 8 });
    expect(run.replies[0]?.ipOptions).toEqual(Uint8Array.of(1, 1, 1, 0));
  });

  it('is the whole message where the run keeps it, and else not', () => {
    const message = icmp({ type: 0, sequence: 1 });
    expect(withReply({ message: message.slice() }, { keepMessages: true }).replies[0]?.message).toEqual(message);
    expect(withReply({}, { keepMessages: false }).replies[0]?.message).toBeNull();
  });

  it('is that it came back short, and it counts all the same', () => {
    const run = withReply({ message: icmp({ type: 0, sequence: 1, data: ramp(22) }) });
    expect(run.replies[0]).toMatchObject({ octets: 30, truncated: true, mismatch: null });
    expect(counts(run)).toEqual([1, 1, 0, 0, 0]);
    expect(run.summary.rtt?.avgUs).toBe(995);
  });

  it('is no fault when more came back than was sent', () => {
    const run = withReply({ message: icmp({ type: 0, sequence: 1, data: ramp(88) }) });
    expect(run.replies[0]).toMatchObject({ octets: 96, truncated: false, mismatch: null });
  });

  it('is the first octet that differs behind the time stamp, and the payload as it came', () => {
    const data = ramp(56);
    data[20] = 0xeb;
    data[30] = 0;
    const run = withReply({ message: icmp({ type: 0, sequence: 1, data }) });
    expect(run.replies[0]?.mismatch).toEqual({ offset: 20, expected: 20, received: 0xeb, payload: data });
    expect(counts(run)).toEqual([1, 1, 0, 0, 0]);
  });

  it('is nothing of the time stamp, whatever the peer wrote there', () => {
    const data = ramp(56).fill(0xff, 0, 16);
    const run = withReply({ message: icmp({ type: 0, sequence: 1, data }) });
    expect(run.replies[0]).toMatchObject({ mismatch: null, roundTripNs: MS - 5 * US });
  });

  it('is a difference from the octet behind the time stamp to the very last', () => {
    for (const offset of [16, 55]) {
      const data = ramp(56);
      data[offset] = 0xff;
      const run = withReply({ message: icmp({ type: 0, sequence: 1, data }) });
      expect(run.replies[0]?.mismatch).toMatchObject({ offset, expected: offset, received: 0xff });
    }
  });

  it('has nothing to compare where no octet follows the stamp', () => {
    for (const size of [0, 8, 15, 16]) {
      const message = icmp({ type: 0, sequence: 1, data: new Uint8Array(size).fill(0x77) });
      expect(withReply({ message }, { payload: ramp(size) }).replies[0]?.mismatch).toBeNull();
    }
  });
});

describe('a lost probe', () => {
  it('leaves a gap and is waited for like the others', () => {
    const run = play(
      { count: 3 },
      { network: (_index, sequence) => (sequence === 2 ? [] : [{ afterNs: MS, reply: {} }]) },
    );
    expect(run.story).toEqual(['reply 1', 'reply 3', 'end linger']);
    expect(counts(run)).toEqual([3, 2, 0, 0, 0]);
    expect(run.status).toBe(0);
  });

  it('makes the exit status 1 when it was the only one', () => {
    const run = play({ count: 1 }, { network: silence });
    expect([run.story, run.status]).toEqual([['end linger'], 1]);
    expect(run.summary.rtt).toBeNull();
  });
});

describe('a duplicate', () => {
  it('is told and counted, but not as received, and its round trip counts', () => {
    const run = play(
      { count: 2 },
      {
        network: () => [
          { afterNs: 1005 * US, reply: {} },
          { afterNs: 3005 * US, reply: {} },
        ],
      },
    );
    expect(run.story).toEqual(['reply 1', 'reply 1 dup', 'reply 2', 'end count']);
    expect(counts(run)).toEqual([2, 2, 1, 0, 0]);
    expect(run.summary.rtt).toMatchObject({ minUs: 1000, avgUs: 1666, maxUs: 3000 });
  });

  it('does not bring the run to its count', () => {
    const run = play({ count: 2, deadlineNs: 9 * SECOND }, { network: (index) => (index === 0 ? THRICE : []) });
    expect(counts(run)).toEqual([9, 1, 2, 0, 0]);
    expect(run.status).toBe(1);
  });
  const THRICE = [MS, 2 * MS, 3 * MS].map((afterNs) => ({ afterNs, reply: {} }));

  it('that comes after the count is reached is too late to be told', () => {
    const run = play({ count: 1 }, { network: () => THRICE.map(({ reply }) => ({ afterNs: MS, reply })) });
    expect(run.story).toEqual(['reply 1', 'end count']);
    expect(counts(run)).toEqual([1, 1, 0, 0, 0]);
  });
});

describe('replies out of order', () => {
  const run = play(
    { count: 4, intervalNs: 10 * MS },
    { network: (index) => [{ afterNs: (index % 2 === 0 ? 15 : 2) * MS, reply: {} }] },
  );

  it('are told as they come, none as a duplicate', () => {
    expect(run.story).toEqual(['reply 2', 'reply 1', 'reply 4', 'reply 3', 'end count']);
    expect(counts(run)).toEqual([4, 4, 0, 0, 0]);
  });

  it('show how many probes were under way at once', () => {
    expect(run.summary.pipe).toBe(2);
  });
});

describe('a late reply', () => {
  it('comes after "no answer yet" and counts', () => {
    const run = play(
      { count: 3, reportUnanswered: true },
      { network: (index) => [{ afterNs: (index === 0 ? 1300 : 5) * MS, reply: {} }] },
    );
    expect(run.story).toEqual(['unanswered 1', 'reply 2', 'reply 1', 'reply 3', 'end count']);
    expect(counts(run)).toEqual([3, 3, 0, 0, 0]);
  });
});

describe('-O', () => {
  it('tells of every probe that is unanswered when the next one goes, with the time of that', () => {
    const run = play(
      { count: 4, reportUnanswered: true, intervalNs: 200 * MS },
      { network: (_index, sequence) => (sequence === 2 ? [{ afterNs: MS, reply: {} }] : []) },
    );
    expect(run.story).toEqual(['unanswered 1', 'reply 2', 'unanswered 3', 'end linger']);
    expect(run.events[0]).toEqual({ type: 'unanswered', wallNs: 450 * MS, sequence: 1 });
  });

  it('says nothing of probes that were answered, and nothing at all without -O', () => {
    expect(play({ count: 3, reportUnanswered: true }, { network: answersAfter(MS) }).story).not.toContain(
      'unanswered 1',
    );
    expect(play({ count: 3 }, { network: silence }).story).toEqual(['end linger']);
  });

  it('says so once although the next send has to be tried again', () => {
    const run = play(
      { count: 2, reportUnanswered: true },
      { network: silence, refuse: (attempt) => (attempt >= 1 && attempt <= 3 ? { errno: 11 } : null) },
    );
    expect(run.story).toEqual(['unanswered 1', 'end linger']);
  });
});

describe('pipe', () => {
  it('is 3 for three probes sent at once, and 2 where replies take 1.3 intervals', () => {
    expect(play({ count: 3, preload: 5, intervalNs: 200 * MS }, { network: answersAfter(MS) }).summary.pipe).toBe(3);
    expect(play({ count: 2 }, { network: answersAfter(1300 * MS) }).summary.pipe).toBe(2);
  });

  it('is 0 where nothing was answered', () => {
    expect(play({ count: 3, preload: 3 }, { network: silence }).summary.pipe).toBe(0);
  });

  it('also comes from ICMP errors over IPv4', () => {
    const errors = () => [{ afterNs: 350 * MS, error: {} }];
    expect(play({ count: 3, intervalNs: 200 * MS }, { network: errors }).summary.pipe).toBe(2);
  });
});

describe('a corrupted reply', () => {
  const message = icmp({ type: 0, sequence: 1 });
  message[20]! ^= 1;
  const run = play({ count: 1 }, { network: () => [{ afterNs: MS, reply: { message } }] });

  it('is told, counted apart, and is no reply', () => {
    expect(run.story).toEqual(['reply 1 bad', 'end linger']);
    expect(counts(run)).toEqual([1, 0, 0, 1, 0]);
    expect(run.summary).toMatchObject({ rtt: null, pipe: 0 });
    expect(run.status).toBe(1);
  });

  it('leaves room for a right one, which is no duplicate', () => {
    const network = () => [
      { afterNs: MS, reply: { message: message.slice() } },
      { afterNs: 2 * MS, reply: {} },
    ];
    const run = play({ count: 1 }, { network });
    expect(run.story).toEqual(['reply 1 bad', 'reply 1', 'end count']);
    expect(run.status).toBe(0);
  });

  it('is not looked for over IPv6, where the kernel has verified the checksum', () => {
    const wrong = icmp({ type: 129, sequence: 1 });
    wrong[2]! ^= 0xff;
    const run = play(
      { family: 6, target: TARGET6, count: 1 },
      { network: () => [{ afterNs: MS, reply: { message: wrong } }] },
    );
    expect(run.story).toEqual(['reply 1', 'end count']);
  });
});

describe('an ICMP error', () => {
  it('is told with who sent it and all its numbers', () => {
    const run = play({ count: 1 }, { network: () => [{ afterNs: MS, error: { type: 3, code: 4, info: 1400 } }] });
    expect(run.events[0]).toEqual({
      type: 'network-error',
      wallNs: 251 * MS,
      source: ROUTER,
      sequence: 1,
      family: 4,
      icmpType: 3,
      icmpCode: 4,
      info: 1400,
      via: 'queue',
      errno: 113,
      badChecksum: false,
      quoted: null,
    });
    expect(counts(run)).toEqual([1, 0, 0, 0, 1]);
    expect(run.status).toBe(1);
  });

  it('tells sequences above 255 in full', () => {
    const network = (index: number) => (index === 299 ? [{ afterNs: MS, error: {} }] : [{ afterNs: MS, reply: {} }]);
    const run = play({ count: 300, intervalNs: 10 * MS, quiet: true }, { network });
    expect(run.story).toEqual(['error 300', 'end count']);
  });

  it('counts although the run is quiet', () => {
    expect(counts(play({ count: 3, quiet: true }, { network: () => [{ afterNs: MS, error: {} }] }))).toEqual([
      3, 0, 0, 0, 3,
    ]);
  });

  it('and a reply to the same probe both count', () => {
    const network = () => [
      { afterNs: MS, error: {} },
      { afterNs: 50 * MS, reply: {} },
    ];
    const run = play({ count: 4, intervalNs: 200 * MS }, { network });
    expect(run.story).toEqual(['error 1', 'reply 1', 'error 2', 'reply 2', 'end count']);
    expect(counts(run)).toEqual([2, 2, 0, 0, 2]);
    expect(run.status).toBe(0);
  });

  it('leaves the probe unanswered for -O', () => {
    const run = play({ count: 2, reportUnanswered: true }, { network: () => [{ afterNs: MS, error: {} }] });
    expect(run.story).toEqual(['error 1', 'unanswered 1', 'error 2', 'end count']);
  });

  it('over IPv6 is told alike', () => {
    const error = { origin: 'icmp6', type: 1, code: 3, offender: '2001:db8::fe', errno: EHOSTUNREACH } as const;
    const run = play({ family: 6, target: TARGET6, count: 1 }, { network: () => [{ afterNs: MS, error }] });
    expect(run.events[0]).toMatchObject({ family: 6, icmpType: 1, icmpCode: 3, source: '2001:db8::fe', sequence: 1 });
    expect(counts(run)).toEqual([1, 0, 0, 0, 1]);
  });
});

describe('SIGINT', () => {
  const DAY = 86_400 * SECOND;

  it('between send and reply ends the run at once, with what there is', () => {
    const run = play({}, { network: answersAfter(300 * MS), interruptAfterNs: 100 * MS });
    expect(run.story).toEqual(['end interrupted']);
    expect(counts(run)).toEqual([1, 0, 0, 0, 0]);
    expect([run.endedAtNs, run.status]).toEqual([100 * MS, 1]);
  });

  it('after a reply makes the exit status 0', () => {
    const run = play({}, { network: answersAfter(MS), interruptAfterNs: 1500 * MS });
    expect(run.story).toEqual(['reply 1', 'reply 2', 'end interrupted']);
    expect(run.status).toBe(0);
  });

  it('ends also a run that waits for ever', () => {
    const run = play({ count: 1, lingerNs: 0 }, { network: silence, interruptAfterNs: DAY });
    expect([run.story, run.endedAtNs]).toEqual([['end interrupted'], DAY]);
  });

  it('before the first send leaves nothing to sum up', () => {
    const run = play({}, { at: [[0, ({ engine }) => engine.interrupt()]] });
    expect(counts(run)).toEqual([0, 0, 0, 0, 0]);
    expect([run.summary.elapsedNs, run.status]).toEqual([0, 1]);
  });

  it('leaves the reason alone once the run is over', () => {
    const run = play({ count: 1 }, { network: answersAfter(MS) });
    run.engine.interrupt();
    expect(run.engine.next(run.now)).toBe('done');
    expect(run.summary.reason).toBe('count');
  });
});

describe('SIGQUIT', () => {
  it('tells where things stand and changes nothing', () => {
    const status = play(
      { count: 2 },
      {
        network: answersAfter(105 * US),
        at: [
          [50 * US, ({ engine }) => engine.status()],
          [500 * MS, ({ engine }) => engine.status()],
        ],
      },
    );
    expect(status.story).toEqual(['status 0/1', 'reply 1', 'status 1/1', 'reply 2', 'end count']);
    expect(status.events[0]).toEqual({ type: 'status', transmitted: 1, received: 0, rtt: null });
    expect(status.events[2]).toEqual({
      type: 'status',
      transmitted: 1,
      received: 1,
      rtt: { minUs: 100, avgUs: 100, maxUs: 100, mdevUs: 0, ewmaUs: 100 },
    });
    expect(sendTimesMs(status)).toEqual([0, 1000]);
  });
});

describe('quiet runs', () => {
  it('tell of each reply to who follows every probe', () => {
    const run = play({ count: 5, quiet: true, intervalNs: 10 * MS, reportLost: true }, { network: answersAfter(MS) });
    expect(run.events.filter(({ type }) => type === 'reply')).toHaveLength(5);
  });

  it('tell no reply and count every one', () => {
    const run = play({ count: 5, quiet: true, intervalNs: 10 * MS }, { network: answersAfter(MS) });
    expect(run.story).toEqual(['end count']);
    expect(counts(run)).toEqual([5, 5, 0, 0, 0]);
  });
});

describe('the neighbour', () => {
  it('is confirmed by the first send after a reply, and by that one only', () => {
    const run = play({ count: 5 }, { network: (index) => (index === 1 ? [{ afterNs: MS, reply: {} }] : []) });
    expect(run.sends.map(({ confirm }) => confirm)).toEqual([false, false, true, false, false]);
  });

  it('is not confirmed by a corrupted reply', () => {
    const message = icmp({ type: 0, sequence: 1 });
    message[4 + 8]! ^= 1;
    const run = play({ count: 2 }, { network: () => [{ afterNs: MS, reply: { message: message.slice() } }] });
    expect(run.sends.map(({ confirm }) => confirm)).toEqual([false, false]);
  });
});

describe('told sends', () => {
  it('say how many probes are under way', () => {
    const run = play(
      { count: 3, emitSent: true, intervalNs: 10 * MS },
      { network: (index) => (index === 2 ? [{ afterNs: MS, reply: {} }] : []) },
    );
    const sent = run.events.flatMap((event) => (event.type === 'sent' ? [[event.sequence, event.inFlight]] : []));
    expect(sent).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it('are not told unless asked for', () => {
    expect(CONFIG.emitSent).toBe(false);
    expect(play({ count: 2 }, { network: silence }).story).toEqual(['end linger']);
  });
});
