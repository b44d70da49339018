/** Whole runs, hop by hop, against paths made of data: lines, ports, sizes and times. */
import { describe, expect, it } from 'vitest';
import {
  answersOf,
  BASE_PORT,
  CONFIG,
  CONFIG6,
  ERRNO,
  errorAbout,
  MS,
  type Network,
  play,
  route,
  routers,
  SECOND,
  summaryOf,
  TARGET,
  TARGET6,
  textOf,
} from './support.ts';

const ANSWERS_NOTHING: Network = () => ({});

/** `%-52s` behind the hop, and 1 ms. */
function line(hop: number, address: string, rest = ''): string {
  return `${hop.toString().padStart(2)}:  ${address.padEnd(52)}  1.000ms ${rest}\n`;
}

const LOCALHOST = ' 1?: [LOCALHOST]                      pmtu 1500\n';

describe('a run hop by hop', () => {
  it('prints the lines of iputils: our own MTU, each router, narrower links, the target', () => {
    const nodes = routers(2);
    const played = play('serial', route([nodes[0]!, { ...nodes[1]!, mtu: 1400 }, { ...nodes[2]!, mtu: 1300 }]));
    expect(textOf(played.events)).toBe(
      LOCALHOST +
        line(1, '10.0.0.1') +
        line(1, '10.0.0.1') +
        line(2, '10.0.0.1', 'pmtu 1400') +
        line(2, '10.0.0.2') +
        line(3, '10.0.0.2', 'pmtu 1300') +
        line(3, TARGET, 'reached') +
        '     Resume: pmtu 1300 hops 3 back 3 \n',
    );
    expect(summaryOf(played)).toMatchObject({ reason: 'reached', mtu: 1300, hops: 3, back: 3, sent: 6, answered: 6 });
  });

  it('tells the time of an IPv6 refusal of our own, because it names the port', () => {
    const nodes = [{ address: 'fe80::1' }, { address: TARGET6 }];
    const played = play('serial', route(nodes, CONFIG6), { config: CONFIG6 });
    expect(textOf(played.events)).toBe(
      ' 1?: [LOCALHOST]                        0.000ms pmtu 1500\n' +
        line(1, 'fe80::1') +
        line(1, 'fe80::1') +
        line(2, TARGET6, 'reached') +
        '     Resume: pmtu 1500 hops 2 back 2 \n',
    );
  });

  it('names the hop before a narrow link with the MTU on either side', () => {
    const nodes = routers(2);
    const { events } = play('serial', route([nodes[0]!, nodes[1]!, { ...nodes[2]!, mtu: 1300 }]));
    expect(events.filter(({ type }) => type === 'mtu')).toEqual([
      { type: 'mtu', behindHop: 0, address: null, before: 65_535, after: 1500 },
      { type: 'mtu', behindHop: 2, address: '10.0.0.2', before: 1500, after: 1300 },
    ]);
  });

  it('counts ports up with each attempt, and sends the size and TTL it should', () => {
    const { sent } = play('serial', route(routers(2)), { config: { ...CONFIG, length: 1000 } });
    expect(
      sent.map(({ destinationPort, hopLimit, payloadOctets }) => [destinationPort, hopLimit, payloadOctets]),
    ).toEqual([
      [BASE_PORT, 1, 972],
      [BASE_PORT + 1, 2, 972],
      [BASE_PORT + 2, 3, 972],
    ]);
  });

  it('uses 64 ports over and over, all below 65536', () => {
    const { sent } = play('serial', ANSWERS_NOTHING, { config: { ...CONFIG, length: 1000, basePort: 65_530 } });
    const ports = sent.map(({ destinationPort }) => destinationPort);
    expect(ports).toHaveLength(90);
    expect(new Set(ports).size).toBe(64);
    expect(Math.max(...ports)).toBe(65_535);
    expect(Math.min(...ports)).toBe(65_530 - 58);
    expect(ports[64]).toBe(65_530);
  });

  it('gives each hop three attempts of one second', () => {
    const played = play('serial', ANSWERS_NOTHING, { config: { ...CONFIG, length: 1000, maxHops: 2 } });
    expect(textOf(played.events)).toBe(
      ' 1:  no reply\n 2:  no reply\n     Too many hops: pmtu 1000\n     Resume: pmtu 1000 \n',
    );
    expect(played.sent.map(({ atNs, hopLimit }) => [atNs / SECOND, hopLimit])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 2],
      [5, 2],
    ]);
    expect(played.endedNs).toBe(6 * SECOND);
    expect(played.events.filter((event) => event.type === 'lost').map((event) => event.attempt)).toEqual([
      1, 2, 3, 1, 2, 3,
    ]);
  });

  it('does not count the attempt that changed the MTU', () => {
    const silent = route([{ address: '10.0.0.1', silent: true }, { address: TARGET }]);
    const { sent } = play('serial', silent, { config: { ...CONFIG, maxHops: 1 } });
    expect(sent).toHaveLength(4);
  });

  it('takes a copy of a router’s “too big” for no answer to the smaller packet', () => {
    const nodes = [{ address: '10.0.0.1' }, { address: '10.0.0.2', mtu: 1400 }, { address: TARGET, mtu: 1400 }];
    const straight = route(nodes);
    const network: Network = (probe, nowNs) => {
      const fate = straight(probe, nowNs);
      const [answer] = fate.answers ?? [];
      if (answer?.error?.errno !== ERRNO.EMSGSIZE) return fate;
      // The copy comes when the smaller packet is under way.
      return { answers: [answer, { ...answer, afterNs: 1.5 * MS }] };
    };
    const played = play('serial', network, { config: { ...CONFIG, length: 1500 } });
    expect(answersOf(played).map(({ hop, outcome }) => `${hop} ${outcome}`)).toEqual([
      '1 hop',
      '2 mtu',
      '2 mtu',
      '2 hop',
      '3 reached',
    ]);
    expect(played.events.filter(({ type }) => type === 'hop')).toMatchObject([
      { hop: 1, addresses: ['10.0.0.1'] },
      { hop: 2, addresses: ['10.0.0.2'] },
      { hop: 3, addresses: [TARGET] },
    ]);
  });

  it('has nothing to do with no hop at all', () => {
    const played = play('serial', ANSWERS_NOTHING, { config: { ...CONFIG, maxHops: 0 } });
    expect(textOf(played.events)).toBe('     Too many hops: pmtu 65535\n     Resume: pmtu 65535 \n');
    expect(played.sent).toEqual([]);
  });

  it.each([
    ['!H', [ERRNO.EHOSTUNREACH, 3, 1], 'unreachable'],
    ['!N', [ERRNO.ENETUNREACH, 3, 0], 'unreachable'],
    ['!A', [ERRNO.EACCES, 3, 13], 'unreachable'],
    ['!P', [ERRNO.EPROTO, 12, 0], 'error'],
  ] as const)('ends with %s', (mark, refuses, reason) => {
    const nodes = routers(2);
    const played = play('serial', route([{ ...nodes[0]!, refuses }, nodes[1]!, nodes[2]!]), {
      config: { ...CONFIG, length: 1500 },
    });
    expect(textOf(played.events)).toBe(`${line(1, '10.0.0.1')}${line(2, '10.0.0.1', mark)}     Resume: pmtu 1500 \n`);
    expect(summaryOf(played).reason).toBe(reason);
  });

  it('says what it has no letter for on stderr, and ends', () => {
    const nodes = routers(2);
    const refuses = [ERRNO.ENOPROTOOPT, 3, 2] as const;
    const network = route([{ ...nodes[0]!, refuses }, nodes[1]!, nodes[2]!]);
    const played = play('serial', network, { config: { ...CONFIG, length: 1500 } });
    expect(textOf(played.events)).toBe(
      `${line(1, '10.0.0.1')}${line(2, '10.0.0.1')}stderr: NET ERROR: error 92\n     Resume: pmtu 1500 \n`,
    );
    expect(summaryOf(played).reason).toBe('error');
  });

  it('goes on behind an answer that only says that somebody lives', () => {
    const network: Network = (probe) => ({
      answers: [{ afterNs: MS, error: errorAbout(probe, { errno: ERRNO.ETIMEDOUT }) }],
    });
    const { events } = play('serial', network, { config: { ...CONFIG, length: 1500, maxHops: 1 } });
    expect(textOf(events)).toBe(`${line(1, '10.0.0.1')}     Too many hops: pmtu 1500\n     Resume: pmtu 1500 \n`);
  });

  it('takes time exceeded in reassembly for an unreachable host, as iputils does', () => {
    const network: Network = (probe) => ({ answers: [{ afterNs: MS, error: errorAbout(probe, { code: 1 }) }] });
    const { events } = play('serial', network, { config: { ...CONFIG, length: 1500 } });
    expect(textOf(events)).toBe(`${line(1, '10.0.0.1', '!H')}     Resume: pmtu 1500 \n`);
  });
});

describe('the way back', () => {
  it.each([
    [64, ''],
    [63, 'asymm  2 '],
    [60, 'asymm  5 '],
    [1, 'asymm 64 '],
    [128, ''],
    [120, 'asymm  9 '],
    [255, ''],
    [200, 'asymm 56 '],
    [129, 'asymm 127 '],
  ])('is estimated from a TTL of %i', (hopLimit, rest) => {
    const nodes = routers(1);
    const network = route([{ ...nodes[0]!, hopLimit }, nodes[1]!]);
    const { events } = play('serial', network, { config: { ...CONFIG, length: 1500, maxHops: 1 } });
    expect(textOf(events)).toContain(line(1, '10.0.0.1', rest));
  });

  it('is not told where the kernel told no TTL', () => {
    const nodes = routers(0);
    const played = play('serial', route([{ ...nodes[0]!, hopLimit: -1 }]), { config: { ...CONFIG, length: 1500 } });
    expect(textOf(played.events)).toBe(`${line(1, TARGET, 'reached')}     Resume: pmtu 1500 hops 1 \n`);
  });
});

describe('sending', () => {
  it('gives up after ten refusals that nothing explains', () => {
    let tries = 0;
    const played = play('serial', () => {
      tries++;
      return { refused: ERRNO.EPERM };
    });
    expect(tries).toBe(10);
    expect(textOf(played.events)).toBe(' 1:  send failed\n     Resume: pmtu 65535 \n');
    expect(summaryOf(played).reason).toBe('send-failed');
    expect(textOf(played.events, { verbose: true })).toContain('      error 1\n');
  });

  it('goes on when the kernel takes the probe in the end', () => {
    let tries = 0;
    const taken = route(routers(0));
    const network: Network = (probe, nowNs) => (++tries < 10 ? { refused: ERRNO.EPERM } : taken(probe, nowNs));
    expect(summaryOf(play('serial', network, { config: { ...CONFIG, length: 1500 } })).reason).toBe('reached');
  });

  it('gives up where the kernel tells the same MTU again and again', () => {
    const local = {
      errno: ERRNO.EMSGSIZE,
      origin: 'local',
      offender: null,
      info: 1500,
      hopLimit: -1,
      destinationPort: 0,
    } as const;
    const played = play('serial', (probe) => ({ refused: ERRNO.EMSGSIZE, queued: errorAbout(probe, local) }));
    expect(summaryOf(played)).toMatchObject({ reason: 'send-failed', mtu: 1500 });
  });
});

describe('an MTU from a router', () => {
  const reporting = (info: number, config = CONFIG): Network => {
    const isV4 = config.family === 4;
    return (probe) => ({
      answers: [
        {
          afterNs: MS,
          error: errorAbout(probe, {
            errno: ERRNO.EMSGSIZE,
            origin: isV4 ? 'icmp' : 'icmp6',
            type: isV4 ? 3 : 2,
            code: isV4 ? 4 : 0,
            info,
          }),
        },
      ],
    });
  };

  it.each([
    [9000, 1500],
    [1500, 1500],
    [2 ** 32 - 1, 1500],
  ])('of %i octets does not make packets larger, nor the run endless', (info, mtu) => {
    const played = play('serial', reporting(info), { config: { ...CONFIG, length: 1500, maxHops: 3 } });
    expect(summaryOf(played)).toMatchObject({ reason: 'too-many-hops', mtu });
    expect(played.sent).toHaveLength(3);
  });

  it.each([0, 1, 67])('of %i octets means the next plateau of RFC 1191', (info) => {
    const { events } = play('serial', reporting(info), { config: { ...CONFIG, length: 1500, maxHops: 1 } });
    const steps = events.filter((event) => event.type === 'mtu').map(({ after }) => after);
    expect(steps).toEqual([1492, 1006, 508, 296, 68]);
  });

  it('below 1280 octets is 1280 in IPv6', () => {
    const config = { ...CONFIG6, length: 1500, maxHops: 1 };
    const { events } = play('serial', reporting(600, config), { config });
    expect(events.filter((event) => event.type === 'mtu').map(({ after }) => after)).toEqual([1280]);
  });

  it('that shrinks octet by octet ends at the least there can be', () => {
    const network: Network = (probe, nowNs) => reporting(probe.payloadOctets + 27)(probe, nowNs);
    const played = play('serial', network, { config: { ...CONFIG, length: 100, maxHops: 1 } });
    expect(summaryOf(played).mtu).toBe(68);
  });
});

describe('an answer', () => {
  const config = { ...CONFIG, length: 1500, maxHops: 2 };

  it('to an earlier hop, late, gets its line and does not stand for the present hop', () => {
    const network: Network = (probe) => ({
      answers: [
        {
          afterNs: probe.hopLimit === 1 ? 1200 * MS : MS,
          error: errorAbout(probe, { offender: `10.0.0.${probe.hopLimit}` }),
        },
      ],
    });
    const played = play('serial', network, { config });
    expect(answersOf(played).map(({ hop, address, roundTripNs }) => [hop, address, roundTripNs! / MS])).toEqual([
      [1, '10.0.0.1', 1200],
      [2, '10.0.0.2', 1],
    ]);
    const slower: Network = (probe, nowNs) => {
      const fate = network(probe, nowNs);
      return probe.hopLimit === 2 ? { answers: [{ ...fate.answers![0]!, afterNs: 1300 * MS }] } : fate;
    };
    // The second attempt at hop 1 is answered while hop 2 is waited for.
    expect(answersOf(play('serial', slower, { config })).map(({ hop }) => hop)).toEqual([1, 1, 2]);
  });

  it('about a port that we never sent to is taken for one about the present hop, and says so', () => {
    const network: Network = (probe) => ({
      answers: [{ afterNs: MS, error: errorAbout(probe, { destinationPort: 9 }) }],
    });
    const { events } = play('serial', network, { config });
    expect(textOf(events)).toBe(
      ` 1?: ${'10.0.0.1'.padEnd(52)}\n 2?: ${'10.0.0.1'.padEnd(52)}asymm  1 \n     Too many hops: pmtu 1500\n     Resume: pmtu 1500 \n`,
    );
  });

  it('that quotes a payload which we never sent is told to be corrupted', () => {
    const network: Network = (probe) => {
      const error = errorAbout(probe, {});
      error.octets[error.start] = 99;
      return { answers: [{ afterNs: MS, error }] };
    };
    const { events } = play('serial', network, { config: { ...config, maxHops: 1 } });
    expect(textOf(events)).toContain(
      ` 1:  ${'10.0.0.1'.padEnd(52)}  1.000ms (This broken router returned corrupted payload) \n`,
    );
  });

  it('that quotes eight octets or none is not', () => {
    for (const octets of [0, 8, 23]) {
      const network: Network = (probe) => {
        const error = errorAbout(probe, {});
        return { answers: [{ afterNs: MS, error: { ...error, end: error.start + octets } }] };
      };
      expect(answersOf(play('serial', network, { config }))[0]).toMatchObject({
        corrupted: false,
        quotedOctets: octets,
      });
    }
  });

  it('finds its probe by the payload when the port has been used again', () => {
    const held: Parameters<Network>[0][] = [];
    const network: Network = (probe) => {
      held.push(probe);
      // The 65th probe has the first one's port; the answer to that one comes now.
      return held.length === 65 ? { answers: [{ afterNs: MS, error: errorAbout(held[0]!, {}) }] } : {};
    };
    const played = play('serial', network, { config: { ...config, maxHops: 22 } });
    expect(answersOf(played)).toMatchObject([
      { hop: 1, isHopKnown: true, corrupted: false, roundTripNs: 64 * SECOND + MS },
    ]);
  });

  it('tells where the quoted packet was going, if not to the target', () => {
    const network: Network = (probe) => ({
      answers: [{ afterNs: MS, error: errorAbout(probe, { destination: '192.0.2.99' }) }],
    });
    const [answer] = answersOf(play('serial', network, { config }));
    expect(answer).toMatchObject({ quotedDestination: '192.0.2.99', quotedPort: BASE_PORT });
  });

  it('is shown in the notation of a v4-mapped target', () => {
    const { events } = play('serial', route(routers(1)), { config: { ...config, isMapped: true } });
    expect(textOf(events)).toContain(`2:  ${`::ffff:${TARGET}`.padEnd(52)}  1.000ms reached\n`);
  });

  it('of the plain kind, from whoever listens there, ends the run', () => {
    const reply = {
      source: TARGET,
      sourcePort: BASE_PORT,
      hopLimit: 60,
      stampNs: Number.NaN,
      octets: new Uint8Array(9),
      start: 0,
      end: 9,
    };
    const played = play('serial', () => ({ answers: [{ afterNs: MS, reply }] }), { config });
    expect(textOf(played.events)).toBe(' 1?: reply received 8)\n     Resume: pmtu 1500 \n');
    expect(summaryOf(played).reason).toBe('reply');
    expect(textOf(played.events, { verbose: true })).toContain(`      9 octets from ${TARGET} port ${BASE_PORT}\n`);
  });
});

describe('times', () => {
  const config = { ...CONFIG, length: 1500, maxHops: 1 };

  it('are the difference of the kernel stamps where both are there', () => {
    const [answer] = answersOf(play('serial', route(routers(1)), { config, stamps: true }));
    expect(answer).toMatchObject({ roundTripNs: MS, transmitStamp: 'kernel', receiveStamp: 'kernel' });
  });

  it('are user space without stamps', () => {
    const [answer] = answersOf(play('serial', route(routers(1)), { config }));
    expect(answer).toMatchObject({ roundTripNs: MS, transmitStamp: 'user', receiveStamp: 'user' });
  });

  it('are user space where the stamp cannot be true', () => {
    const network: Network = (probe) => ({
      answers: [{ afterNs: MS, error: errorAbout(probe, { stampNs: -SECOND }) }],
    });
    const [answer] = answersOf(play('serial', network, { config }));
    expect(answer).toMatchObject({ roundTripNs: MS, transmitStamp: 'user', receiveStamp: 'user' });
  });
});

describe('an interruption', () => {
  it.each(['serial', 'parallel'] as const)('ends a %s run with what is known', (kind) => {
    const nodes = routers(3);
    const network = route([nodes[0]!, { ...nodes[1]!, silent: true }, nodes[2]!, nodes[3]!]);
    const config = { ...CONFIG, length: 1500 };
    const played = play(kind, network, { config, interruptAtNs: 500 * MS });
    expect(summaryOf(played)).toMatchObject({ reason: 'interrupted', mtu: 1500 });
    expect(textOf(played.events)).toContain(line(1, '10.0.0.1'));
    // What came of the hops behind the silent one is told too.
    if (kind === 'parallel') expect(textOf(played.events)).toContain(line(4, TARGET, 'reached'));
  });

  it.each(['serial', 'parallel'] as const)('before the first probe of a %s run ends it too', (kind) => {
    expect(summaryOf(play(kind, ANSWERS_NOTHING, { interruptAtNs: 0 }))).toMatchObject({
      sent: 0,
      reason: 'interrupted',
    });
  });
});
