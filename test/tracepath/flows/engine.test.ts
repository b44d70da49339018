/** Whole runs with made-up clocks: what is sent when, and which probe an answer is taken to be about. */
import { describe, expect, it } from 'vitest';
import type { FlowProbeEvent } from '../../../src/tracepath/flows/events.ts';
import { type Arrival, MS, SECOND } from '../probing/support.ts';
import { along, FIRST_PORT, type Network, type Player, play, type SentProbe } from './support.ts';

const ENOBUFS = 105;
const EMSGSIZE = 90;
const ENETUNREACH = 101;

function probes(player: Player): FlowProbeEvent[] {
  return player.events.filter((event) => event.type === 'probe');
}

/** Two branches after `a`, of one and of two routers. */
const diamond = (flow: number) => (flow % 2 === 0 ? ['a', 'b', 'd', 't'] : ['a', 'c', 'c2', 'd', 't']);

describe('flows', () => {
  it('are as many as the stopping rule asks for where there is one path', () => {
    const player = play(along(() => ['a', 'b', 't']));
    expect(player.summary).toMatchObject({ reason: 'settled', confidence: 0.95 });
    expect(player.summary.flows.map(({ sourcePort }) => sourcePort)).toEqual(
      [0, 1, 2, 3, 4, 5].map((flow) => FIRST_PORT + flow),
    );
    expect(player.way(5)).toEqual(['a', 'b', 't']);
    expect(player.hasReached).toBe(true);
    expect(player.paths).toEqual(['source > a', 'a > b', 'b > t']);
  });

  it('are more where paths part, and join again where they do, at whatever distance', () => {
    const player = play(along(diamond));
    expect(player.summary.flows).toHaveLength(12);
    expect(player.paths).toEqual(['source > a', 'a > b c', 'b > d', 'c > c2', 'c2 > d', 'd > t']);
    const node = (host: string) => player.summary.graph.nodes.find((each) => each.host === host)!;
    expect(node('d').hops).toEqual([3, 4]);
    expect(node('b').flows).toEqual([0, 2, 4, 6, 8, 10]);
    expect(node('a').choice).toEqual({ nextHops: 2, flows: 12, flowsNeeded: 11 });
    // Each of the branches needs its own six.
    expect(node('c').choice).toEqual({ nextHops: 1, flows: 6, flowsNeeded: 6 });
    expect(node('t')).toMatchObject({ choice: null, isTarget: true, hops: [4, 5] });
  });

  it('are no more than allowed, and the summary says where that was too few', () => {
    const player = play(along(diamond), { maximumFlows: 7 });
    expect(player.summary).toMatchObject({ reason: 'flow-limit', maximumFlows: 7 });
    expect(player.summary.flows).toHaveLength(7);
    const [unsettled] = player.summary.graph.nodes.filter(({ host }) => host === 'a');
    expect(unsettled!.choice).toEqual({ nextHops: 2, flows: 7, flowsNeeded: 11 });
  });

  it('are fewer with less confidence', () => {
    expect(
      play(
        along(() => ['t']),
        { confidence: 0.5 },
      ).summary.flows,
    ).toHaveLength(2);
    expect(
      play(
        along(() => ['t']),
        { confidence: 0.999 },
      ).summary.flows,
    ).toHaveLength(11);
  });

  it('go on without the sockets that are not to be had', () => {
    const player = play(
      along(() => ['a', 't']),
      {},
      { socketsEndAt: 3 },
    );
    expect(player.summary).toMatchObject({ reason: 'flow-limit', maximumFlows: 64 });
    expect(player.summary.flows).toHaveLength(3);
  });

  it('keep a distance in time at each hop, over all of them', () => {
    const player = play(along(() => ['a', 'b', 't']));
    for (const hop of [1, 2, 3]) {
      const times = player.sends.filter((probe) => probe.hop === hop).map(({ atNs }) => atNs);
      times.slice(1).forEach((atNs, index) => {
        expect(atNs - times[index]!).toBeGreaterThanOrEqual(10 * MS);
      });
    }
  });

  it('go slower where answers go missing that used to come', () => {
    // Six at once and then one a second, as Linux limits its routers' errors.
    let last = Number.NEGATIVE_INFINITY;
    let burst = 6;
    const limited: Network = (probe) => {
      const [arrival] = along(() => ['a', 't'])(probe);
      if (probe.hop > 1) return [arrival!];
      burst = Math.min(6, burst + Math.max(0, probe.atNs - last) / SECOND);
      last = probe.atNs;
      if (burst < 1) return [];
      burst -= 1;
      return [arrival!];
    };
    const player = play(limited, { confidence: 0.9999 });
    expect(player.summary.reason).toBe('settled');
    expect(player.summary.flows).toHaveLength(15);
    expect(player.summary.flows.every(({ hops }) => hops[0]!.sources[0] === 'a')).toBe(true);
  });

  it('end at an interrupt with what is known', () => {
    const player = play(
      along(
        () => ['a', 'b', 't'],
        () => ({ afterNs: 100 * MS }),
      ),
      {},
      { interruptAfterNs: 150 * MS },
    );
    expect(player.summary.reason).toBe('interrupted');
    expect(player.way(0)).toEqual(['a', '*', '*'].slice(0, player.way(0).length));
    expect(player.flow(0).end).toBe('unfinished');
    // What is under way is neither lost nor answered.
    expect(player.flow(0).hops.map(({ sent, received }) => [sent, received])).toEqual([
      [1, 1],
      [0, 0],
      ...(player.flow(0).hops.length > 2 ? [[0, 0]] : []),
    ]);
    expect(player.hasReached).toBe(false);
  });

  it('count packets that take several ways in one flow', () => {
    const byPacket: Network = (probe) => along(() => ['a', probe.turn % 2 === 0 ? 'b2' : 'b1', 't'])(probe);
    const player = play(byPacket, { probesPerHop: 3 });
    expect(player.flow(0).hops[1]).toMatchObject({ sources: ['b1', 'b2'], sent: 3, received: 3 });
  });
});

describe('a hop', () => {
  it('is asked three times before it counts as silent, and others do not wait for it', () => {
    const silent: Network = (probe) => (probe.hop === 2 ? [] : along(() => ['a', 'b', 'c', 't'])(probe));
    const player = play(silent, { maximumFlows: 1 });
    expect(player.way(0)).toEqual(['a', '*', 'c', 't']);
    expect(player.flow(0).hops[1]).toMatchObject({ sent: 3, received: 0, largestOctets: null });
    expect(player.paths).toEqual(['source > a', 'a > a *', 'a * > c', 'c > t']);
    const third = player.sends.find(({ hop }) => hop === 3)!;
    expect(third.atNs).toBeLessThan(100 * MS);
    const lost = probes(player).filter(({ source }) => source === null);
    expect(lost.map(({ attempt, roundTripNs, hopLimit }) => [attempt, roundTripNs, hopLimit])).toEqual([
      [1, null, null],
      [2, null, null],
      [3, null, null],
    ]);
  });

  it('is not lost for a late answer: it is told of again, as late', () => {
    const late: Network = (probe) =>
      along(
        () => ['a', 'b', 't'],
        ({ hop, turn }) => (hop === 2 ? { afterNs: turn === 1 ? 1500 * MS : 3600 * SECOND } : {}),
      )(probe);
    const player = play(late, { maximumFlows: 1 });
    expect(probes(player).filter(({ hop }) => hop === 2)).toMatchObject([
      { source: null, late: false },
      { source: 'b', late: true, attempt: 1, roundTripNs: 1500 * MS - 1000 },
      { source: null, late: false, attempt: 2 },
    ]);
    expect(player.flow(0).hops[1]).toMatchObject({ sent: 2, received: 1 });
  });

  it('beyond the end is forgotten, and the end is the nearest hop that the target answers', () => {
    const player = play(
      along(
        () => ['a', 'b', 't'],
        ({ hop }) => ({ afterNs: hop === 3 ? 90 * MS : 10 * MS }),
      ),
      { maximumFlows: 1 },
    );
    expect(player.way(0)).toEqual(['a', 'b', 't']);
    expect(player.sends.some(({ hop }) => hop > 3)).toBe(true);
  });

  it('that refuses ends the way', () => {
    const player = play(
      along(
        () => ['a', 'b'],
        ({ hop }) => (hop >= 2 ? { says: 'prohibited' } : {}),
      ),
      { maximumFlows: 1 },
    );
    expect(player.flow(0)).toMatchObject({ end: 'refused', hops: [{}, { mark: '!A' }] });
    const refused = player.events.find((event) => event.type === 'probe' && event.mark !== null);
    expect(refused).toMatchObject({ source: 'b', icmpType: 3, icmpCode: 10, errno: 13 });
    expect(player.hasReached).toBe(false);
  });

  it('that answers with a datagram is the target', () => {
    const player = play(
      along(
        () => ['a', 't'],
        ({ hop }) => (hop >= 2 ? { says: 'datagram' } : {}),
      ),
      { maximumFlows: 1 },
    );
    expect(player.flow(0).end).toBe('reached');
  });

  it('is not where a stranger sends datagrams from', () => {
    const stranger: Network = (probe) => [
      ...along(() => ['a', 'b', 't'])(probe),
      { source: 'x', says: 'datagram', quotes: 0, afterNs: 0 },
    ];
    expect(play(stranger, { maximumFlows: 1 }).way(0)).toEqual(['a', 'b', 't']);
  });

  it('is not asked for beyond twelve that are silent in a row, nor beyond the last one allowed', () => {
    const silent: Network = (probe) => (probe.hop > 2 ? [] : along(() => ['a', 'b', 'c'])(probe));
    expect(play(silent, { maximumFlows: 1 }).flow(0)).toMatchObject({ end: 'silent', hops: { length: 14 } });
    expect(play(silent, { maximumFlows: 1, maximumHops: 5 }).flow(0)).toMatchObject({ end: 'hop-limit' });
    expect(
      play(
        along(() => ['a', 'b', 'c', 't']),
        { maximumHops: 2 },
      ).flow(0),
    ).toMatchObject({ end: 'hop-limit' });
  });
});

describe('a router that quotes no tag', () => {
  const short = (source: (probe: SentProbe) => Partial<Arrival>) =>
    along(
      () => ['a', 'b', 'c', 't'],
      (probe) => ({ quotes: 0, ...source(probe) }),
    );

  it('is believed as long as there is one probe that it can be about', () => {
    const player = play(
      short(() => ({})),
      { maximumFlows: 1 },
    );
    expect(player.way(0)).toEqual(['a', 'b', 'c', 't']);
    expect(player.summary.ambiguousAnswers).toBe(0);
    // One probe at a time.
    expect(player.sends.map(({ hop }) => hop)).toEqual([1, 2, 3, 4]);
  });

  it('makes all flows go one probe at a time, those too that begin later', () => {
    const player = play(
      along(
        (flow) => (flow % 2 === 0 ? ['a', 'b', 't'] : ['a', 'c', 't']),
        () => ({ quotes: 4, afterNs: 5 * MS }),
      ),
    );
    for (const { flow } of player.summary.flows) {
      const times = player.sends.filter((probe) => probe.flow === flow).map(({ atNs }) => atNs);
      times.slice(1).forEach((atNs, index) => {
        expect(atNs - times[index]!).toBeGreaterThanOrEqual(5 * MS);
      });
    }
    expect(player.paths).toEqual(['source > a', 'a > b c', 'b > t', 'c > t']);
  });

  it('is asked again when its answer may be about several, once none of them can be answered any more', () => {
    // The first two quote the tag, so that several are under way when the third does not.
    const player = play(
      along(
        () => ['a', 'b', 'c', 'd', 't'],
        ({ hop }) => (hop > 2 ? { quotes: 0, afterNs: 20 * MS } : {}),
      ),
      { maximumFlows: 1 },
    );
    expect(player.way(0)).toEqual(['a', 'b', 'c', 'd', 't']);
    expect(player.summary.ambiguousAnswers).toBeGreaterThan(0);
    expect(player.flow(0).hops.map(({ sent, received }) => [sent, received])).toEqual(Array(5).fill([1, 1]));
    const thirds = player.sends.filter(({ hop }) => hop === 3);
    expect(thirds).toHaveLength(2);
    expect(thirds[1]!.atNs - thirds[0]!.atNs).toBeGreaterThanOrEqual(3 * SECOND);
  });

  it('does not pass for the silent one before it', () => {
    const player = play(
      along(
        () => ['a', 'b', 'c', 't'],
        ({ hop }) => (hop === 2 ? { afterNs: 3600 * SECOND } : { quotes: 0 }),
      ),
      { maximumFlows: 1 },
      { interruptAfterNs: 60 * SECOND },
    );
    expect(player.way(0)).toEqual(['a', '*', 'c', 't']);
    // The one that is lost is waited for, so that there is nothing to be confused with.
    expect(player.summary.ambiguousAnswers).toBe(0);
  });

  it('does not answer twice: a copy of its answer is nobody else’s', () => {
    const twice: Network = (probe) => {
      const [arrival] = short(() => ({ afterNs: 4 * MS }))(probe);
      return [arrival!, { ...arrival!, afterNs: 7 * MS }];
    };
    const player = play(twice, { maximumFlows: 1 });
    expect(player.way(0)).toEqual(['a', 'b', 'c', 't']);
  });

  it('cannot name a probe of another flow, or one that never was', () => {
    const player = play(
      along(
        () => ['a', 'b', 't'],
        ({ number, flow }) => (flow === 1 ? { quotesProbe: 0 } : { quotesProbe: flow === 2 ? 99_999 : number }),
      ),
    );
    for (const flow of [0, 1, 2]) expect(player.way(flow)).toEqual(['a', 'b', 't']);
    expect(player.flow(0).hops[0]).toMatchObject({ sent: 1, received: 1 });
  });

  it('cannot make a stranger’s octets or another run’s tag count', () => {
    const player = play(
      along(
        () => ['a', 't'],
        () => ({ quotes: 8 }),
      ),
      { run: 0x0bad_cafe, maximumFlows: 1 },
    );
    // The player tags with RUN, so to this engine every quote is a stranger's: it falls back to one at a time.
    expect(player.way(0)).toEqual(['a', 't']);
    expect(player.sends.map(({ hop }) => hop)).toEqual([1, 2]);
  });
});

describe('the size of packets', () => {
  const narrow: Network = (probe) => {
    if (probe.hop > 2 && probe.octets > 1400) return [{ source: 'b', says: { mtu: 1400 } }];
    return along(() => ['a', 'b', 'c', 'd', 't'])(probe);
  };

  it('shrinks to what a router says, and what it refused is sent again and not lost', () => {
    const player = play(narrow, { maximumFlows: 1 });
    expect(player.way(0)).toEqual(['a', 'b', 'c', 'd', 't']);
    expect(player.flow(0).mtuOctets).toBe(1400);
    expect(player.flow(0).hops.map(({ sent, received, largestOctets }) => [sent, received, largestOctets])).toEqual([
      [1, 1, 1500],
      [1, 1, 1500],
      [1, 1, 1400],
      [1, 1, 1400],
      [1, 1, 1400],
    ]);
    // Several probes were under way that were too big: it is said once.
    expect(player.events.filter(({ type }) => type === 'pmtu')).toMatchObject([
      { source: 'b', hop: 3, mtuOctets: 1400, flow: 0 },
    ]);
  });

  it.each([
    ['nothing', 0, 1492],
    ['what does not help', 1500, 1492],
    ['less than any link has', 20, 1492],
  ])('shrinks step by step where a router says %s', (_what, mtu, expected) => {
    const player = play(
      (probe) => (probe.octets > 1492 ? [{ source: 'a', says: { mtu } }] : along(() => ['a', 't'])(probe)),
      { maximumFlows: 1 },
    );
    expect(player.flow(0).mtuOctets).toBe(expected);
    expect(player.way(0)).toEqual(['a', 't']);
  });

  it('has an end even where a router refuses everything', () => {
    const player = play(() => [{ source: 'a', says: { mtu: 0 } }], { maximumFlows: 1 });
    expect(player.flow(0)).toMatchObject({ end: 'silent', mtuOctets: 68 });
  });

  it('is this machine’s link’s at first, for all flows', () => {
    const player = play(
      along(() => ['a', 't']),
      { packetOctets: 65_535 },
      {
        refuse: (_attempt, probe) => (probe.octets > 1500 ? { errno: EMSGSIZE, mtu: 1500 } : null),
      },
    );
    expect(player.summary.flows.map(({ mtuOctets }) => mtuOctets)).toEqual(Array(6).fill(1500));
    expect(
      player.events.filter(({ type }) => type === 'pmtu').every((event) => 'source' in event && event.source === null),
    ).toBe(true);
  });

  it('shrinks where the kernel refuses it and does not say why', () => {
    const player = play(
      along(() => ['t']),
      { packetOctets: 2000, maximumFlows: 1 },
      {
        refuse: (_attempt, probe) => (probe.octets > 1500 ? { errno: EMSGSIZE } : null),
      },
    );
    expect(player.flow(0).mtuOctets).toBe(1492);
  });

  it('falls where large packets vanish and a small one does not, three times', () => {
    const hole: Network = (probe) =>
      probe.hop > 2 && probe.octets > 1400 ? [] : along(() => ['a', 'b', 'c', 't'])(probe);
    const player = play(hole, { maximumFlows: 1 });
    expect(player.flow(0)).toMatchObject({ end: 'reached', blackHoleHop: 3, mtuOctets: 576 });
    expect(player.flow(0).hops[2]).toMatchObject({ sent: 4, received: 1, largestOctets: 576 });
  });

  it('is not doubted for mere loss', () => {
    const lossy: Network = (probe) => (probe.hop === 2 && probe.turn <= 2 ? [] : along(() => ['a', 'b', 't'])(probe));
    const player = play(lossy, { maximumFlows: 1 });
    expect(player.flow(0)).toMatchObject({ blackHoleHop: null, mtuOctets: 1500 });
    expect(player.flow(0).hops[1]).toMatchObject({ sent: 4, received: 2, largestOctets: 1500 });
  });

  it('shrinks also where it is not certain which probe was too big', () => {
    const player = play(
      (probe) =>
        probe.hop > 2 && probe.octets > 1400
          ? [{ source: 'b', says: { mtu: 1400 }, quotes: 0 }]
          : along(() => ['a', 'b', 'c', 'd', 't'])(probe),
      { maximumFlows: 1 },
    );
    expect(player.flow(0)).toMatchObject({ mtuOctets: 1400, end: 'reached' });
    expect(player.events.find(({ type }) => type === 'pmtu')).toMatchObject({ hop: null, mtuOctets: 1400 });
  });
});

describe('a kernel that refuses to send', () => {
  it('is asked again after a while for want of memory', () => {
    const player = play(
      along(() => ['a', 't']),
      { maximumFlows: 1 },
      {
        refuse: (attempt) => (attempt < 3 ? { errno: ENOBUFS } : null),
      },
    );
    expect(player.way(0)).toEqual(['a', 't']);
    expect(player.flow(0).hops[0]).toMatchObject({ sent: 1, received: 1 });
    expect(player.sends[0]!.atNs).toBe(30 * MS);
  });

  it('ends the flow for another reason, and the run when all flows have ended so', () => {
    const player = play(
      along(() => ['t']),
      { maximumFlows: 3 },
      { refuse: () => ({ errno: ENETUNREACH }) },
    );
    expect(player.summary).toMatchObject({ reason: 'send-failed', flows: [{ end: 'send-failed' }, {}, {}] });
    expect(player.events.filter(({ type }) => type === 'send-error')).toMatchObject([
      { flow: 0, hop: 1, errno: ENETUNREACH },
      { hop: 1, errno: ENETUNREACH },
      { hop: 1, errno: ENETUNREACH },
    ]);
  });

  it('may tell of a router’s “too big” in place of sending: the probe is sent again, no smaller', () => {
    const player = play(
      along(() => ['a', 't']),
      { maximumFlows: 1 },
      {
        refuse: (attempt) => (attempt % 2 === 0 ? { errno: EMSGSIZE } : null),
      },
    );
    expect(player.flow(0)).toMatchObject({ end: 'reached', mtuOctets: 1500 });
    expect(player.flow(0).hops.map(({ sent }) => sent)).toEqual([1, 1]);
  });

  it('may have an answer in its queue that ends the way before the refused probe', () => {
    const player = play(
      along(
        () => ['a', 't'],
        ({ hop }) => (hop === 2 ? { afterNs: 3600 * SECOND } : {}),
      ),
      { maximumFlows: 1 },
      {
        // The target's answer to the second hop is read while the third one's refusal is looked into.
        refuse: (_attempt, { hop }) => (hop === 3 ? { errno: ENOBUFS, answers: 1 } : null),
      },
    );
    expect(player.flow(0)).toMatchObject({ end: 'reached', hops: { length: 2 } });
  });

  it('keeps what was measured before', () => {
    const player = play(
      along(() => ['a', 'b', 't']),
      { maximumFlows: 1 },
      {
        refuse: (_attempt, { hop }) => (hop === 2 ? { errno: ENETUNREACH } : null),
      },
    );
    expect(player.way(0)).toContain('a');
    expect(player.flow(0).end).toBe('send-failed');
  });
});

describe('a round trip', () => {
  it('is by the kernel’s stamps, and by our clock where those cannot be true', () => {
    const player = play(
      along(
        () => ['a', 't'],
        ({ hop }) => ({ afterNs: 3 * MS, unstamped: hop === 2 }),
      ),
      { maximumFlows: 1 },
    );
    expect(probes(player)).toMatchObject([
      { roundTripNs: 3 * MS - 1000, transmitStamp: 'kernel', receiveStamp: 'kernel' },
      { roundTripNs: 3 * MS - 1000, transmitStamp: 'kernel', receiveStamp: 'user' },
    ]);
  });
});
