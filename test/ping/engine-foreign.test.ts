import { describe, expect, it } from 'vitest';
import type { QueuedError } from '../../src/net/port.ts';
import { PingEngine } from '../../src/ping/engine.ts';
import type { PingEvent } from '../../src/ping/events.ts';
import {
  CONFIG,
  CONFIG6,
  counts,
  EHOSTUNREACH,
  IDENTIFIER,
  icmp,
  MS,
  type Player,
  packetOf,
  play,
  queuedErrorOf,
  quote,
  ramp,
  randomSource,
  SECOND,
  silence,
  TARGET,
  TARGET6,
} from './support.ts';

/** Five probes in a silent network, and what `act` makes of them at 2.5 s, when three have been sent. */
function amongThree(act: (player: Player) => void, config = {}): Player {
  return play({ count: 5, ...config }, { network: silence, at: [[2500 * MS, act]] });
}

/** The same, for a packet. */
function packetAmongThree(message: Uint8Array, config = {}, facts = {}): Player {
  return amongThree((player) => player.deliver(packetOf(message, facts)), config);
}

function expectUntouched(run: Player): void {
  expect(run.story).toEqual(['end linger']);
  expect(counts(run)).toEqual([5, 0, 0, 0, 0]);
  expect(run.summary).toMatchObject({ rtt: null, pipe: 0 });
  expect(run.status).toBe(1);
}

it('a reply to one of the three counts, so that the tests below can fail', () => {
  expect(counts(packetAmongThree(icmp({ type: 0, sequence: 2 })))).toEqual([5, 1, 0, 0, 0]);
});

describe('a packet that is no reply to us', () => {
  it.each<[string, Uint8Array]>([
    ['a reply with another identifier', icmp({ type: 0, sequence: 2, identifier: IDENTIFIER ^ 1 })],
    ['a reply with our identifier in the wrong order', icmp({ type: 0, sequence: 2, identifier: 0x2c1b })],
    ['a reply to a probe that was not sent yet', icmp({ type: 0, sequence: 4 })],
    ['a reply to probe 0, which comes after 65535', icmp({ type: 0, sequence: 0 })],
    ['a reply to a probe far ahead', icmp({ type: 0, sequence: 65_535 })],
    ['a reply with code 1', icmp({ type: 0, code: 1, sequence: 2 })],
    ['our own request, as a raw socket on loopback sees it', icmp({ type: 8, sequence: 2 })],
    ['a time stamp reply', icmp({ type: 14, sequence: 2 })],
    ["IPv6's reply type", icmp({ type: 129, sequence: 2 })],
    ['a router advertisement', icmp({ type: 9, sequence: 2 })],
  ])('is neither counted nor told: %s', (_what, message) => {
    expectUntouched(packetAmongThree(message));
  });

  it.each<[string, Uint8Array]>([
    ['a reply with another identifier', icmp({ type: 129, sequence: 2, identifier: 7 })],
    ['a reply to a probe that was not sent yet', icmp({ type: 129, sequence: 4 })],
    ['a reply with code 1', icmp({ type: 129, code: 1, sequence: 2 })],
    ['our own request', icmp({ type: 128, sequence: 2 })],
    ["IPv4's reply type", icmp({ type: 0, sequence: 2 })],
    ['an error, which comes by the queue only', icmp({ type: 1, sequence: 2, data: icmp({ type: 128, sequence: 2 }) })],
  ])('over IPv6 neither: %s', (_what, message) => {
    const family6 = { family: 6, target: TARGET6 } as const;
    expectUntouched(packetAmongThree(message, family6, { source: TARGET6 }));
  });

  it('is told as a short packet below 8 octets, and not counted', () => {
    for (let length = 0; length < 8; length++) {
      const run = packetAmongThree(icmp({ type: 0, sequence: 2 }).subarray(0, length), {}, { source: '192.0.2.99' });
      expect(run.events[0]).toEqual({ type: 'short-packet', source: '192.0.2.99', octets: length });
      expect(run.story).toEqual([`short ${length}`, 'end linger']);
      expect(counts(run)).toEqual([5, 0, 0, 0, 0]);
    }
  });

  it('is told as nothing else below 8 octets, also when it begins as an error does', () => {
    for (const type of [3, 4, 5, 11, 12]) {
      const run = packetAmongThree(icmp({ type }).subarray(0, 7), { verbose: true });
      expect(run.story).toEqual(['short 7', 'end linger']);
    }
  });

  it('does not hide behind the octets that follow a short packet in the buffer', () => {
    const whole = packetOf(icmp({ type: 0, sequence: 2 }));
    const run = amongThree((player) => player.deliver({ ...whole, end: whole.start + 7 }));
    expect(counts(run)).toEqual([5, 0, 0, 0, 0]);
  });

  it('leaves a later reply to the same number alone', () => {
    const run = amongThree((player) => {
      player.deliver(packetOf(icmp({ type: 0, sequence: 2, identifier: 7 })));
      player.deliver(packetOf(icmp({ type: 0, sequence: 2, code: 3 })));
      player.deliver(packetOf(icmp({ type: 0, sequence: 2 })));
    });
    expect(run.story).toEqual(['reply 2', 'end linger']);
  });
});

/** The datagram as the fragment that begins `offset` times eight octets into it. */
function fragment(datagram: Uint8Array, offset: number): Uint8Array {
  const octets = datagram.slice();
  octets.set([offset >> 8, offset], 6);
  return octets;
}

describe('an ICMP error that a raw socket sees', () => {
  const ours = icmp({ type: 8, sequence: 2 });
  const errorWith = (type: number, quoted: Uint8Array, code = 1, word = 0) =>
    icmp({ type, code, identifier: word >>> 16, sequence: word & 0xffff, data: quoted });

  it.each([
    ['destination unreachable', 3],
    ['time exceeded', 11],
    ['parameter problem', 12],
  ])('about us is left to the error queue, which tells it better: %s', (_what, type) => {
    const run = packetAmongThree(errorWith(type, quote(TARGET, ours)), { verbose: true });
    expect(run.story).toEqual(['end linger']);
    expect(counts(run)).toEqual([5, 0, 0, 0, 0]);
  });

  it.each([
    ['source quench', 4, 0],
    ['redirect', 5, 0xc000_02fd],
  ])('and the queue never tells is told, but is no error: %s', (_what, type, word) => {
    const run = packetAmongThree(errorWith(type, quote(TARGET, ours), 1, word), {}, { source: '192.0.2.99' });
    expect(run.events[0]).toMatchObject({
      type: 'network-error',
      source: '192.0.2.99',
      sequence: 2,
      icmpType: type,
      icmpCode: 1,
      info: word,
      via: 'raw',
      badChecksum: false,
    });
    expect(run.story).toEqual(['error 2', 'end linger']);
    expect(counts(run)).toEqual([5, 0, 0, 0, 0]);
  });

  it('and redirects us leaves the probe under way: a flood does not take it for an answer', () => {
    // Seen with iputils: `ping -f -c3` to a host that is only redirected takes 20 ms and more.
    const redirect = () => [
      { afterNs: MS, reply: { message: errorWith(5, quote(TARGET, icmp({ type: 8, sequence: 1 }))) } },
    ];
    const run = play({ count: 3, intervalNs: 0 }, { network: (index) => (index === 0 ? redirect() : []) });
    expect(run.sends.map(({ atNs }) => atNs / MS)).toEqual([0, 10, 20]);
  });

  it('and the queue tells too answers its probe all the same: a flood goes on at once', () => {
    const unreachable = (sequence: number) => errorWith(3, quote(TARGET, icmp({ type: 8, sequence })));
    const run = play(
      { count: 3, intervalNs: 0 },
      { network: (_index, sequence) => [{ afterNs: MS, reply: { message: unreachable(sequence) } }] },
    );
    expect(run.sends.map(({ atNs }) => atNs / MS)).toEqual([0, 1, 2]);
    expect(run.story).toEqual(['end linger']);
  });

  it.each([
    ['the MTU of "frag needed"', 3, 4, 0xabcd_0578, 1400],
    ['nothing of another unreachable', 3, 1, 0xabcd_0578, 0],
    ['the pointer of a parameter problem', 12, 0, 0x9400_0000, 148],
    ['the gateway of a redirect', 5, 1, 0xc000_02fd, 0xc000_02fd],
    ['nothing of time exceeded', 11, 0, 0xabcd_0578, 0],
  ])('carries %s in its second word', (_what, type, code, word, info) => {
    const run = packetAmongThree(errorWith(type, quote('192.0.2.8', ours), code, word), { verbose: true });
    expect(run.events[0]).toMatchObject({ icmpType: type, icmpCode: code, info });
  });

  it('with a wrong checksum is told as such', () => {
    const message = errorWith(5, quote(TARGET, ours));
    message[2]! ^= 1;
    expect(packetAmongThree(message).events[0]).toMatchObject({ type: 'network-error', badChecksum: true });
  });

  it.each<[string, Uint8Array]>([
    ['a probe to another host', quote('192.0.2.8', ours)],
    ["another process's probe", quote(TARGET, icmp({ type: 8, sequence: 2, identifier: 7 }))],
    ['a probe that was never sent', quote(TARGET, icmp({ type: 8, sequence: 4 }))],
    ['a reply of ours', quote(TARGET, icmp({ type: 0, sequence: 2 }))],
    ['a UDP datagram', quote(TARGET, ours, 17)],
    ['a later fragment', fragment(quote(TARGET, ours), 1)],
    ['half an IP header', quote(TARGET, ours).subarray(0, 12)],
    ['four octets of ICMP', quote(TARGET, ours).subarray(0, 24)],
    ['64 octets of 0xff', new Uint8Array(64).fill(0xff)],
    ['nothing', new Uint8Array(0)],
  ])('and quotes %s is not about us: not told, not counted', (_what, quoted) => {
    for (const type of [3, 4, 5, 11, 12]) expectUntouched(packetAmongThree(errorWith(type, quoted)));
  });

  it('and is not about us is told without a number to root with -v, and to nobody else', () => {
    const message = errorWith(3, quote('192.0.2.8', ours));
    const run = packetAmongThree(message, { verbose: true });
    expect(run.events[0]).toMatchObject({
      type: 'network-error',
      sequence: null,
      icmpType: 3,
      icmpCode: 1,
      via: 'raw',
    });
    expect(counts(run)).toEqual([5, 0, 0, 0, 0]);
    expectUntouched(packetAmongThree(message, { verbose: true, privileged: false }));
    expectUntouched(packetAmongThree(message));
  });

  it('about us may quote IP options and no more than eight octets of the probe', () => {
    const short = quote(TARGET, ours.subarray(0, 8));
    const withOptions = new Uint8Array(28 + 4);
    withOptions.set(short.subarray(0, 20));
    withOptions.set([1, 1, 1, 0], 20);
    withOptions.set(short.subarray(20), 24);
    withOptions[0] = 0x46;
    withOptions[3] = withOptions.length;
    for (const quoted of [short, withOptions]) {
      expect(packetAmongThree(errorWith(5, quoted)).story).toEqual(['error 2', 'end linger']);
    }
  });

  it('keeps its quote after the port has reused the buffer', () => {
    const quoted = quote(TARGET, ours);
    const run = packetAmongThree(errorWith(5, quoted));
    expect(run.events[0]).toMatchObject({ quoted });
  });
});

describe('an entry of the error queue', () => {
  const ours = icmp({ type: 8, sequence: 2 });

  /** Whether it was taken for ours, and the run. */
  const queue = (error: QueuedError, config = {}): [boolean, Player] => {
    let taken = false;
    const run = amongThree(({ engine, now }) => {
      taken = engine.queuedError(error, now);
    }, config);
    return [taken, run];
  };

  it('about a probe of ours is, so that the tests below can fail', () => {
    const [taken, run] = queue(queuedErrorOf(ours));
    expect([taken, counts(run)]).toEqual([true, [5, 0, 0, 0, 1]]);
  });

  it.each<[string, QueuedError]>([
    ['about a probe to another host', queuedErrorOf(ours, { destination: '192.0.2.8' })],
    ["about another process's probe", queuedErrorOf(icmp({ type: 8, sequence: 2, identifier: 7 }))],
    ['about a probe that was not sent yet', queuedErrorOf(icmp({ type: 8, sequence: 4 }))],
    ['about a reply', queuedErrorOf(icmp({ type: 0, sequence: 2 }))],
    ['about an IPv6 request', queuedErrorOf(icmp({ type: 128, sequence: 2 }))],
    ...[0, 1, 4, 7].map((length): [string, QueuedError] => [
      `that quotes ${length} octets`,
      queuedErrorOf(ours.subarray(0, length)),
    ]),
    ['that quotes 64 octets of 0xff', queuedErrorOf(new Uint8Array(64).fill(0xff))],
  ])('%s is not ours', (_what, error) => {
    const [taken, run] = queue(error);
    expect(taken).toBe(false);
    expectUntouched(run);
  });

  it('may leave out where the probe was going', () => {
    expect(queue(queuedErrorOf(ours, { destination: null }))[0]).toBe(true);
  });

  it('may come without an offender', () => {
    const [taken, run] = queue(queuedErrorOf(ours, { offender: null }));
    expect(taken).toBe(true);
    expect(run.events[0]).toMatchObject({ type: 'network-error', source: '' });
  });

  it('is ours by its number alone on a datagram socket, whose identifier only the kernel knows', () => {
    const error = queuedErrorOf(icmp({ type: 8, sequence: 2, identifier: 0x7777 }));
    expect(queue(error, { identifier: null })[0]).toBe(true);
  });

  it('that comes once the count is reached is too late', () => {
    const run = play({ count: 1 }, { network: () => [{ afterNs: MS, reply: {} }] });
    expect(run.engine.queuedError(queuedErrorOf(icmp({ type: 8, sequence: 1 })), run.now)).toBe(false);
  });
});

/**
 * Random octets, biased towards what the engine takes apart: types that it knows, our identifier, numbers that were sent, a
 * quoted IPv4 header.
 */
function* nastyMessages(count: number, seed: number): Generator<Uint8Array> {
  const random = randomSource(seed);
  const types = [0, 3, 4, 5, 8, 11, 12, 128, 129, 255];
  for (let i = 0; i < count; i++) {
    const message = new Uint8Array(random() % (random() % 4 === 0 ? 120 : 48));
    for (let at = 0; at < message.length; at++) message[at] = random() >>> 13;
    const put = (at: number, ...octets: number[]) => {
      for (const [index, octet] of octets.entries()) if (at + index < message.length) message[at + index] = octet;
    };
    put(0, types[random() % types.length]!);
    if (random() % 4 !== 0) put(1, random() % 2 === 0 ? 0 : random() % 16);
    if (random() % 2 === 0) put(4, IDENTIFIER >> 8, IDENTIFIER & 0xff, 0, random() % 8);
    if (random() % 2 === 0) put(8, 0x40 | (4 + (random() % 8)), 0, 0, random() % 80);
    if (random() % 2 === 0) put(17, 1);
    if (random() % 4 === 0) put(24, 192, 0, 2, 7, 8, 0, 0, 0, IDENTIFIER >> 8, IDENTIFIER & 0xff, 0, random() % 8);
    yield message;
  }
}

describe('octets without sense', () => {
  const SENT = 5;
  const known = ['reply', 'network-error', 'short-packet', 'local-error'];

  /** An engine that has sent five probes and goes on waiting. */
  function waitingEngine(config: typeof CONFIG, events: PingEvent[]): PingEngine {
    const engine = new PingEngine({ ...config, verbose: true, preload: SENT }, (event) => events.push(event));
    const now = { monoNs: SECOND, wallNs: 0 };
    engine.start(now);
    for (let i = 0; i < SENT; i++) {
      engine.sending(now);
      engine.sent(now);
    }
    return engine;
  }

  it.each([
    ['IPv4', CONFIG],
    ['IPv6', CONFIG6],
    ['a datagram socket', { ...CONFIG, identifier: null }],
  ])(
    'never throw in 50,000 packets and 50,000 queued errors over %s, and never count for more than was sent',
    (_what, config) => {
      const events: PingEvent[] = [];
      const engine = waitingEngine(config, events);
      const random = randomSource(50_000);
      for (const message of nastyMessages(50_000, 0x0c7e7)) {
        const now = { monoNs: SECOND + random(), wallNs: random() - 2 ** 31 };
        const stampNs = [Number.NaN, -1e30, now.wallNs, Number.POSITIVE_INFINITY][random() % 4]!;
        engine.packet(packetOf(message, { source: config.target, stampNs }), now);
        const facts = { destination: config.target, type: message[0] ?? 0, code: message[1] ?? 0, errno: EHOSTUNREACH };
        engine.queuedError(queuedErrorOf(message, random() % 2 === 0 ? facts : { ...facts, destination: null }), now);
        if (random() % 64 === 0) engine.transmitted(random() % 65_536, stampNs);
      }
      engine.interrupt();
      for (const event of events) {
        if (!known.includes(event.type)) throw new Error(`unexpected event ${JSON.stringify(event)}`);
        if (event.type === 'reply' && !(event.roundTripNs >= 0 && event.sequence >= 1 && event.sequence <= SENT)) {
          throw new Error(`a reply that cannot be: ${JSON.stringify(event)}`);
        }
        if (event.type === 'network-error' && event.sequence !== null && event.sequence > SENT) {
          throw new Error(`an error about a probe that was not sent: ${JSON.stringify(event)}`);
        }
      }
      engine.finish({ monoNs: 0, wallNs: 0 });
      const summary = events.at(-1);
      if (summary?.type !== 'summary') throw new Error('no summary');
      expect(summary.transmitted).toBe(SENT);
      expect(summary.received).toBeLessThanOrEqual(SENT);
      const told = (type: string) => events.filter((event) => event.type === type).length;
      expect(told('reply')).toBe(summary.received + summary.duplicates + summary.corrupted);
      expect(Number.isSafeInteger(summary.rtt?.mdevUs ?? 0)).toBe(true);
      // The octets were not so senseless that nothing was reached.
      expect([told('reply') > 500, told('network-error') > 500, told('short-packet') > 500]).toEqual([
        true,
        true,
        true,
      ]);
    },
  );

  it('behind a sound error header are read at every length', () => {
    const random = randomSource(0x9a7);
    const events: PingEvent[] = [];
    const engine = waitingEngine(CONFIG, events);
    for (let length = 0; length <= 200; length++) {
      for (let round = 0; round < 20; round++) {
        const garbage = Uint8Array.from({ length }, () => random() >>> 11);
        if (round % 2 === 0 && length > 0) garbage[0] = 0x40 | (random() % 16);
        const message = icmp({ type: [3, 4, 5, 11, 12][round % 5]!, data: garbage });
        engine.packet(packetOf(message), { monoNs: 2 * SECOND, wallNs: SECOND });
      }
    }
    expect(events.every((event) => event.type === 'network-error' && event.sequence === null)).toBe(true);
    expect(events).toHaveLength(201 * 20);
  });

  it('of a reply cut at every length count as that reply, once', () => {
    const message = icmp({ type: 0, sequence: 2, data: ramp(56) });
    for (let length = 8; length <= message.length; length++) {
      const cut = message.slice(0, length);
      const run = packetAmongThree(cut, { verbose: true });
      // Cut octets change the checksum, but for the few lengths where they sum up to nothing.
      const [transmitted, received, duplicates, corrupted, errors] = counts(run);
      expect([transmitted, received! + corrupted!, duplicates, errors]).toEqual([5, 1, 0, 0]);
      expect(run.replies[0]).toMatchObject({ octets: length, truncated: length < 64 });
    }
  });
});
