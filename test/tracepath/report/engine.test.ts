/** Rounds with made-up clocks: what is sent when, what is counted, and which round an answer is taken to be of. */
import { describe, expect, it } from 'vitest';
import { MS, SECOND } from '../probing/support.ts';
import { along, type Network, play } from './support.ts';

const EMSGSIZE = 90;
const ENOBUFS = 105;
const HOSTS = ['a', 'b', 't'];

describe('rounds', () => {
  it('ask every hop once, as many times as told, in their interval', () => {
    const player = play(along(HOSTS));
    expect(player.summary).toMatchObject({ reason: 'complete', rounds: 3, reached: true });
    expect(player.way).toEqual(HOSTS);
    for (const hop of [1, 2, 3]) {
      const times = player.sends.filter((probe) => probe.hop === hop).map(({ atNs }) => atNs);
      expect(times).toEqual([0, 1, 2].map((round) => round * SECOND + (hop - 1) * 10 * MS));
    }
    expect(player.hop(2)).toMatchObject({ sent: 3, received: 3, lost: 0, untimed: 0, bestNs: MS - 1000 });
  });

  it('give each hop a port of its own, which it keeps', () => {
    const ports = play(along(HOSTS)).sends.map(({ hop, port }) => port - hop);
    expect(new Set(ports)).toEqual(new Set([44_443]));
  });

  it('go on below the first port where there is none above', () => {
    const player = play(along(['a', 'b', 'c', 't']), { basePort: 65_534, rounds: 1 });
    expect(player.sends.slice(0, 4).map(({ port }) => port)).toEqual([65_534, 65_535, 65_533, 65_532]);
  });

  it('do not wait for answers: a round lasts no longer for slow routers', () => {
    const player = play(
      along(HOSTS, () => ({ afterNs: 900 * MS })),
      { rounds: 2 },
    );
    expect(player.sends.filter(({ hop }) => hop === 1).map(({ atNs }) => atNs)).toEqual([0, SECOND]);
    expect(player.hop(3)).toMatchObject({ sent: 2, received: 2 });
  });

  it('fit into a short interval', () => {
    const player = play(along(Array.from({ length: 40 }, (_, index) => `h${index}`)), {
      maximumHops: 60,
      intervalNs: 64 * MS,
      rounds: 5,
    });
    expect(player.hop(40)).toMatchObject({ sent: 5, received: 5 });
  });

  it('ask no more than twelve hops beyond the last one that answered', () => {
    const player = play((probe) => (probe.hop > 2 ? [] : along(['a', 'b', 'c'])(probe)), { rounds: 1 });
    expect(Math.max(...player.sends.map(({ hop }) => hop))).toBe(14);
    expect(player.summary).toMatchObject({ reached: false, hops: { length: 2 } });
    expect(play(() => [], { rounds: 1 }).summary.hops).toHaveLength(12);
  });

  it('ask no hop beyond the last one allowed', () => {
    expect(play(along(['a', 'b', 'c', 'd']), { maximumHops: 2 }).way).toEqual(['a', 'b']);
  });

  it('follow a way that grows longer, and one that grows shorter', () => {
    const longer = play((probe) => along(probe.turn > 1 ? ['a', 'b', 'c', 't'] : ['a', 't'])(probe), { rounds: 4 });
    expect(longer.way).toEqual(['a', expect.anything(), 'c', 't']);
    expect(longer.hop(2).addresses).toEqual([
      { address: 'b', answers: 3 },
      { address: 't', answers: 1 },
    ]);
    expect(longer.summary.reached).toBe(true);
    const shorter = play((probe) => along(probe.turn > 1 ? ['a', 't'] : ['a', 'b', 'c', 't'])(probe), { rounds: 4 });
    expect(shorter.summary.hops).toHaveLength(2);
  });

  it('end at a refusal, which is not the target', () => {
    const player = play(along(['a', 'b'], ({ hop }) => (hop >= 2 ? { says: 'unreachable' } : {})));
    expect(player.summary).toMatchObject({ reached: false, hops: [{ mark: null }, { mark: '!H' }] });
    expect(player.probes(2)[0]).toMatchObject({ source: 'b', icmpType: 3, icmpCode: 1, errno: 113 });
  });

  it('know a target that answers with a datagram', () => {
    const player = play(along(['a', 't'], ({ hop }) => (hop >= 2 ? { says: 'datagram' } : {})));
    expect(player.summary).toMatchObject({ reached: true, hops: { length: 2 } });
  });

  it('do not listen to a stranger’s datagrams', () => {
    const player = play((probe) => [...along(HOSTS)(probe), { source: 'x', says: 'datagram', afterNs: 0 }]);
    expect(player.way).toEqual(HOSTS);
  });

  it('end at an interrupt with what is known', () => {
    const player = play(
      along(HOSTS),
      { rounds: Number.POSITIVE_INFINITY },
      {
        at: [[1500 * MS, ({ engine, timeline }) => engine.interrupt(timeline.now)]],
      },
    );
    expect(player.summary).toMatchObject({ reason: 'interrupted', rounds: 2, elapsedNs: 1500 * MS });
    expect(player.hop(3)).toMatchObject({ sent: 2, received: 2 });
    player.engine.interrupt(player.timeline.now);
    expect(player.events.filter(({ type }) => type === 'summary')).toHaveLength(1);
  });

  it('make up for none that a standstill swallowed', () => {
    const player = play(
      along(HOSTS),
      { rounds: 3, intervalNs: 100 * MS },
      {
        at: [[50 * MS, ({ timeline }) => timeline.after(0, () => timeline.skip(2 * SECOND))]],
      },
    );
    const times = player.sends.filter(({ hop }) => hop === 1).map(({ atNs }) => atNs);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(2 * SECOND);
    expect(times[2]! - times[1]!).toBe(100 * MS);
  });
});

describe('a round', () => {
  it('is finished before the next one begins, however late that gets', () => {
    const player = play(
      along(['a', 'b', 'c', 'd', 't']),
      { rounds: 3, intervalNs: 100 * MS },
      {
        at: [[102 * MS, ({ timeline }) => timeline.skip(150 * MS)]],
      },
    );
    expect(player.summary.hops.map(({ sent }) => sent)).toEqual([3, 3, 3, 3, 3]);
  });
});

describe('a pause', () => {
  it('sends nothing, and takes what still comes', () => {
    const player = play(
      along(HOSTS, () => ({ afterNs: 20 * MS })),
      { rounds: 3 },
      {
        at: [
          [1015 * MS, ({ engine }) => engine.pause()],
          [9000 * MS, ({ engine }) => engine.resume()],
        ],
      },
    );
    const times = player.sends.map(({ atNs }) => atNs);
    expect(times.filter((atNs) => atNs > 1015 * MS && atNs < 9000 * MS)).toEqual([]);
    expect(player.summary).toMatchObject({ reason: 'complete', rounds: 3 });
    expect(player.hop(1)).toMatchObject({ sent: 3, received: 3 });
  });
});

describe('a reset', () => {
  it('forgets what was measured and begins with a new round at once', () => {
    const player = play(
      along(HOSTS),
      { rounds: 4 },
      {
        at: [[1500 * MS, ({ engine, timeline }) => engine.reset(timeline.now)]],
      },
    );
    expect(player.summary).toMatchObject({ rounds: 2, hops: [{ sent: 2, received: 2 }, {}, {}] });
    expect(player.sends.filter(({ hop }) => hop === 1).map(({ atNs }) => atNs)).toEqual([
      0,
      SECOND,
      1500 * MS,
      2500 * MS,
    ]);
    expect(player.summary.elapsedNs).toBeLessThan(2 * SECOND);
  });

  it('does not take answers without a tag to what was sent before it for others', () => {
    const player = play(
      along(HOSTS, ({ turn }) => ({ quotes: 0, afterNs: turn === 2 ? 800 * MS : 400 * MS })),
      { rounds: 4 },
      {
        at: [[1500 * MS, ({ engine, timeline }) => engine.reset(timeline.now)]],
      },
    );
    // The second round's answers come at 1800 ms, the third round's probes are sent at 1500 ms.
    expect(player.hop(1)).toMatchObject({ sent: 2, received: 2, untimed: 0, bestNs: 400 * MS - 1000 });
  });

  it('knows nothing of answers to what was sent before it', () => {
    const player = play(
      along(HOSTS, () => ({ afterNs: 700 * MS })),
      { rounds: 2 },
      {
        at: [[500 * MS, ({ engine, timeline }) => engine.reset(timeline.now)]],
      },
    );
    expect(player.hop(1)).toMatchObject({ sent: 1, received: 1, lost: 0 });
  });
});

describe('a hop', () => {
  it('loses what is not answered in time', () => {
    const player = play((probe) => (probe.hop === 2 && probe.turn === 2 ? [] : along(HOSTS)(probe)));
    expect(player.hop(2)).toMatchObject({ sent: 3, received: 2, lost: 1 });
    expect(player.probes(2).filter(({ source }) => source === null)).toMatchObject([
      { round: 2, roundTripNs: null, hopLimit: null, reached: false },
    ]);
  });

  it('has not lost what is answered late', () => {
    const player = play(along(HOSTS, ({ hop, turn }) => (hop === 2 && turn === 1 ? { afterNs: 1700 * MS } : {})));
    expect(player.hop(2)).toMatchObject({ sent: 3, received: 3, lost: 0, worstNs: 1700 * MS - 1000 });
    expect(player.probes(2).map(({ round, source, late }) => [round, source, late])).toEqual([
      [1, null, false],
      [2, 'b', false],
      [1, 'b', true],
      [3, 'b', false],
    ]);
  });

  it('counts a copy of an answer once', () => {
    const twice: Network = (probe) => [...along(HOSTS)(probe), ...along(HOSTS, () => ({ afterNs: 2 * MS }))(probe)];
    expect(play(twice).hop(1)).toMatchObject({ sent: 3, received: 3 });
  });

  it('takes a copy that comes when the next probe is under way for what it is', () => {
    const copied: Network = (probe) => [
      ...along(HOSTS)(probe),
      ...along(HOSTS, () => ({ afterNs: SECOND + 500_000 }))(probe),
    ];
    const player = play(copied);
    expect(player.hop(1)).toMatchObject({ sent: 3, received: 3, untimed: 0, bestNs: MS - 1000, worstNs: MS - 1000 });
    expect(new Set(player.sends.map(({ hop, port }) => port - hop)).size).toBe(1);
  });

  it('has several addresses, the one that answers most first', () => {
    const player = play((probe) => along(['a', probe.turn === 1 ? 'b' : 'c', 't'])(probe));
    expect(player.hop(2).addresses).toEqual([
      { address: 'c', answers: 2 },
      { address: 'b', answers: 1 },
    ]);
  });
});

describe('an answer without a tag', () => {
  it('counts with its time where one probe alone can be meant', () => {
    const player = play(along(HOSTS, () => ({ quotes: 0 })));
    expect(player.hop(2)).toMatchObject({ received: 3, untimed: 0, bestNs: MS - 1000 });
  });

  /** The second probe of hop 2 is never answered, and no answer has a tag. */
  const lossy = along(HOSTS, ({ hop, turn }) => (hop === 2 && turn === 2 ? { afterNs: 3600 * SECOND } : { quotes: 0 }));

  it('comes to another port while a lost probe may be answered at the first, and so has its time', () => {
    const player = play(lossy, { rounds: 8 });
    expect(player.hop(2)).toMatchObject({ sent: 8, received: 7, lost: 1, untimed: 0 });
    const ports = player.sends.filter(({ hop }) => hop === 2).map(({ port }) => port - 44_445);
    expect(ports).toEqual([0, 0, 30, 30, 0, 0, 0, 0]);
  });

  it('that is late is known for what it is', () => {
    const late = along(HOSTS, ({ hop, turn }) =>
      hop === 2 && turn === 2 ? { quotes: 0, afterNs: 1300 * MS } : { quotes: 0 },
    );
    const player = play(late, { rounds: 4 });
    expect(player.hop(2)).toMatchObject({ sent: 4, received: 4, lost: 0, untimed: 0, worstNs: 1300 * MS - 1000 });
    expect(player.probes(2).find((event) => event.late)).toMatchObject({ round: 2, source: 'b' });
  });

  it('counts without a time where it may be to several probes all the same', () => {
    const slow = along(HOSTS, () => ({ quotes: 0, afterNs: 600 * MS }));
    const player = play(slow, { intervalNs: 100 * MS, rounds: 10 });
    const { sent, received, lost, untimed } = player.hop(2);
    expect({ sent, received, lost }).toEqual({ sent: 10, received: 10, lost: 0 });
    expect(untimed).toBeGreaterThan(0);
    expect(player.probes(2).filter(({ roundTripNs }) => roundTripNs === null)).toHaveLength(untimed);
  });

  it('has no time after an answer that may have been its own, to whichever probe that was', () => {
    // The sixth probe goes to the second one's port, all four being taken, and is answered before that.
    const delays = [0, 1, 900, 450, 450, 450, 100];
    const crossed = along(HOSTS, ({ hop, turn }) => (hop === 2 ? { quotes: 0, afterNs: delays[turn]! * MS } : {}));
    const player = play(crossed, { intervalNs: 100 * MS, rounds: 6 });
    expect(player.hop(2)).toMatchObject({ sent: 6, received: 6, lost: 0, untimed: 2, worstNs: 450 * MS - 1000 });
  });

  it('that quotes another run’s tag or a tag of nothing counts as one without or not at all', () => {
    expect(play(along(HOSTS), { run: 77 }).hop(1)).toMatchObject({ received: 3, untimed: 0 });
  });
});

describe('the size of packets', () => {
  it('shrinks to what a router says, and what was refused counts for nothing', () => {
    const player = play(
      (probe) => (probe.hop > 1 && probe.octets > 1400 ? [{ source: 'a', says: { mtu: 1400 } }] : along(HOSTS)(probe)),
      {
        packetOctets: 1500,
      },
    );
    expect(player.events.filter(({ type }) => type === 'pmtu')).toMatchObject([{ source: 'a', mtuOctets: 1400 }]);
    expect(player.hop(2)).toMatchObject({ lost: 0 });
    expect(player.sends.at(-1)!.octets).toBe(1400);
  });

  it('shrinks to what our own kernel says, or a step where it does not', () => {
    const refuse =
      (mtu?: number) =>
      (_attempt: number, { payloadOctets }: { payloadOctets: number }) =>
        payloadOctets > 1472 ? { errno: EMSGSIZE, ...(mtu === undefined ? {} : { mtu }) } : null;
    const told = play(along(HOSTS), { packetOctets: 9000 }, { refuse: refuse(1500) });
    expect(told.sends[0]!.octets).toBe(1500);
    const untold = play(along(HOSTS), { packetOctets: 1501 }, { refuse: refuse() });
    expect(untold.sends[0]!.octets).toBe(1492);
    expect(untold.hop(1)).toMatchObject({ sent: 3, received: 3 });
  });
});

describe('a kernel that refuses to send', () => {
  it('is asked again', () => {
    const player = play(along(HOSTS), {}, { refuse: (attempt) => (attempt % 3 === 1 ? { errno: ENOBUFS } : null) });
    expect(player.summary).toMatchObject({ reason: 'complete', hops: [{ sent: 3 }, { sent: 3 }, { sent: 3 }] });
  });

  it('may tell of a router’s “too big” in place of sending: the probe is sent again, no smaller', () => {
    const player = play(along(HOSTS), {}, { refuse: (attempt) => (attempt % 2 === 0 ? { errno: EMSGSIZE } : null) });
    expect(player.summary.hops.map(({ sent, received }) => [sent, received])).toEqual(Array(3).fill([3, 3]));
    expect(player.sends.at(-1)!.octets).toBe(64);
  });

  it('ends the run when it keeps to it, with what is known', () => {
    const player = play(along(HOSTS), {}, { refuse: (attempt) => (attempt > 3 ? { errno: 101 } : null) });
    expect(player.summary.reason).toBe('send-failed');
    expect(player.events.find(({ type }) => type === 'send-error')).toMatchObject({ errno: 101 });
    expect(player.summary.hops.length).toBeGreaterThan(0);
  });
});
