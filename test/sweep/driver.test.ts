/** The driver between an engine and a socket that the test plays. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../../src/net/clock.ts';
import type { EchoPacket, EchoSocket, EchoSocketHandler } from '../../src/net/echo-socket.ts';
import { SEND_BATCH } from '../../src/net/echo-socket.ts';
import { Interfaces } from '../../src/net/interfaces.ts';
import type { NativeAddon } from '../../src/net/native.ts';
import { SignalInbox } from '../../src/net/signals.ts';
import { parseIpv4 } from '../../src/packet/address.ts';
import { AddressSet, RangeList } from '../../src/sweep/address-set.ts';
import { addressOf, formatWords } from '../../src/sweep/address-words.ts';
import { SweepDriver } from '../../src/sweep/driver.ts';
import { SweepEngine } from '../../src/sweep/engine.ts';
import { ProbeCodec } from '../../src/sweep/probe.ts';
import { NamedTargets, Targets, WHOLE } from '../../src/sweep/targets.ts';

const ENOBUFS = 105;
const EHOSTUNREACH = 113;
const ENETUNREACH = 101;
const OCTETS = 64;
const MS = 1e6;

let nowNs = 0;
beforeEach(() => {
  nowNs = 1e15;
});

/** What happens to the probes of one call of `send`: so many are taken, or they are refused. */
type Outcome = number | 'all';

/** Answers each probe that it takes when it is drained the next time; sends as `outcomes` say, then everything. */
class FakeSocket {
  readonly family = 4;
  readonly identifier = 7;
  drops = 0;
  readonly outgoing = new Uint8Array(SEND_BATCH * OCTETS);
  readonly sent: string[] = [];
  outcomes: Outcome[] = [];
  /** Called with each reply before it is handed over. */
  change: (reply: { octets: Uint8Array; source: Uint8Array; receivedNs: number; transmittedNs: number }) => void =
    () => {};
  /** An error to be handed over at the next drain. */
  queuedErrno = 0;
  onDrain: () => void = () => {};
  /** To be read behind each batch, as the real one does. */
  clock: Clock | null = null;
  #addresses = Array.from({ length: SEND_BATCH }, () => new Uint8Array(4));
  #pending: { octets: Uint8Array; source: Uint8Array; atNs: number }[] = [];
  #sequence = 0;
  #transmittedNs = Number.NaN;

  offsetOf(slot: number): number {
    return slot * OCTETS;
  }

  nextSequence(): number {
    return ++this.#sequence;
  }

  address(slot: number, words: Uint32Array): void {
    const word = words[3]!;
    this.#addresses[slot] = Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word);
  }

  send(first: number, count: number): number {
    const outcome = this.outcomes.shift() ?? 'all';
    const taken = outcome === 'all' ? count : Math.min(count, outcome);
    for (let slot = first; slot < first + taken; slot++) {
      const source = this.#addresses[slot]!.slice();
      this.sent.push(source.join('.'));
      this.#pending.push({ octets: this.outgoing.slice(slot * OCTETS, (slot + 1) * OCTETS), source, atNs: nowNs });
    }
    return taken;
  }

  transmittedNs(): number {
    return this.#transmittedNs;
  }

  drain(handler: EchoSocketHandler): boolean {
    this.onDrain();
    if (this.queuedErrno !== 0) {
      const errno = this.queuedErrno;
      this.queuedErrno = 0;
      const none = { origin: 'icmp', type: 3, code: 1, info: 0, offender: null, destination: null } as const;
      const octets = new Uint8Array(0);
      handler.queuedError({ ...none, errno, octets, start: 0, end: 0 }, this as unknown as EchoSocket);
    }
    const replies = this.#pending.splice(0);
    if (replies.length > 0) nowNs += 5 * MS;
    this.clock?.read();
    for (const { octets, source, atNs } of replies) {
      const reply = { octets, source, receivedNs: atNs + 2 * MS, transmittedNs: atNs + 0.5 * MS };
      octets[0] = 0;
      // Type 8 became 0: the checksum grows by as much.
      new DataView(octets.buffer).setUint16(2, (octets[2]! << 8) + octets[3]! + 0x0800);
      this.change(reply);
      this.#transmittedNs = reply.transmittedNs;
      const both = Uint8Array.of(...reply.octets, ...reply.source);
      const packet: EchoPacket = {
        octets: both,
        start: 0,
        end: OCTETS,
        sourceOffset: OCTETS,
        sourceScope: 0,
        receivedNs: reply.receivedNs,
      };
      handler.packet(packet, this as unknown as EchoSocket);
    }
    return replies.length > 0;
  }

  watch(): void {}
}

interface Outcomes {
  readonly engine: SweepEngine;
  readonly driver: SweepDriver;
  readonly foreign: string[];
}

/** Probes 10.0.0.1 and so on to the end. */
async function run(socket: FakeSocket, targets: number): Promise<Outcomes> {
  const ranges = new RangeList();
  ranges.add(addressOf(parseIpv4('10.0.0.1')!), addressOf(Uint8Array.of(10, 0, 0, targets)));
  const engine = new SweepEngine(
    {
      targets,
      order: (position) => position,
      mode: 'reach',
      attempts: 1,
      timeoutNs: 100 * MS,
      backoff: 1,
      periodNs: 0,
      rate: 0,
      keepTrying: false,
    },
    () => {},
  );
  const foreign: string[] = [];
  const signals = new SignalInbox();
  const clock = new Clock((out) => {
    out[0] = nowNs;
    out[1] = 1_700_000_000;
  });
  socket.clock = clock;
  const driver = new SweepDriver({
    engine,
    sockets: [socket as unknown as EchoSocket],
    targets: new Targets(new AddressSet(ranges, new RangeList()), new NamedTargets(), WHOLE),
    codec: new ProbeCodec({ key0: 1, key1: 2, identifier: 7 }, OCTETS - 8),
    clock,
    interfaces: new Interfaces({ interfaces: () => [] } as unknown as NativeAddon),
    createAlarm: (onExpiry) => ({
      arm: (deadlineNs) => {
        if (deadlineNs === Number.POSITIVE_INFINITY) return;
        setImmediate(() => {
          nowNs = Math.max(nowNs, deadlineNs);
          onExpiry();
        });
      },
      close: () => {},
    }),
    signals,
    onSignal: () => {},
    onForeignReply: (index, from) => foreign.push(`${index} ${formatWords(from, () => null)}`),
    onTurn: () => {},
    turnAtNs: () => Number.POSITIVE_INFINITY,
  });
  await driver.run();
  signals.close();
  return { engine, driver, foreign };
}

describe('the driver', () => {
  it('probes each target once, in batches, and measures by kernel stamps', async () => {
    const socket = new FakeSocket();
    const { engine, driver } = await run(socket, 40);
    expect(new Set(socket.sent).size).toBe(40);
    expect(socket.sent).toHaveLength(40);
    expect(engine.figures(0)).toMatchObject({ alive: 40, sent: 40 });
    expect(engine.describe(0).roundTrip?.minNs).toBe(1.5 * MS);
    expect(driver.stamps).toEqual({ transmit: 'kernel', receive: 'kernel' });
  });

  it('measures by its own clock where stamps cannot be true', async () => {
    const cases: [change: FakeSocket['change'], ns: number, stamps: string][] = [
      [(reply) => Object.assign(reply, { transmittedNs: Number.NaN }), 2 * MS, 'user kernel'],
      [(reply) => Object.assign(reply, { receivedNs: Number.NaN, transmittedNs: Number.NaN }), 5 * MS, 'user user'],
      [(reply) => Object.assign(reply, { receivedNs: reply.receivedNs + 1e9 }), 4.5 * MS, 'kernel user'],
      [(reply) => Object.assign(reply, { receivedNs: reply.receivedNs - 1e9 }), 4.5 * MS, 'kernel user'],
      // Stamps of another probe with the same sequence number.
      [(reply) => Object.assign(reply, { transmittedNs: reply.transmittedNs - 1e9 }), 2 * MS, 'user kernel'],
      [(reply) => Object.assign(reply, { transmittedNs: reply.transmittedNs + 3e9 }), 2 * MS, 'user kernel'],
    ];
    for (const [change, ns, stamps] of cases) {
      const socket = new FakeSocket();
      socket.change = change;
      const { engine, driver } = await run(socket, 1);
      expect([engine.describe(0).roundTrip?.minNs, Object.values(driver.stamps!).join(' ')]).toEqual([ns, stamps]);
    }
  });

  it('waits when the kernel has no buffers, longer each time, and sends what is left then', async () => {
    const socket = new FakeSocket();
    socket.outcomes = [10, -ENOBUFS, -ENOBUFS, -ENOBUFS];
    const { engine } = await run(socket, 20);
    expect(new Set(socket.sent).size).toBe(20);
    expect(socket.sent).toHaveLength(20);
    expect(engine.figures(0)).toMatchObject({ alive: 20, errors: 0, sent: 20 });
  });

  it('tells of a target that the kernel refuses, and goes on with the next', async () => {
    const socket = new FakeSocket();
    socket.outcomes = [3, -ENETUNREACH];
    const { engine } = await run(socket, 20);
    expect(engine.figures(0)).toMatchObject({ alive: 19, refused: 1 });
    expect(engine.describe(3)).toMatchObject({ verdict: 'refused', error: { kind: 'local', errno: ENETUNREACH } });
  });

  it('does not take the echo of an ICMP error about somebody else for a refusal', async () => {
    const socket = new FakeSocket();
    socket.outcomes = [3, -EHOSTUNREACH];
    let drains = 0;
    socket.onDrain = () => {
      // The error is in the queue when the refusal is looked into: the second drain.
      if (++drains === 2) socket.queuedErrno = EHOSTUNREACH;
    };
    const { engine } = await run(socket, 20);
    expect(engine.figures(0)).toMatchObject({ alive: 20, refused: 0 });
  });

  it('counts a reply from another address for nobody', async () => {
    const socket = new FakeSocket();
    socket.change = ({ source }) => {
      if (source[3] === 2) source[3] = 1;
    };
    const { engine, foreign } = await run(socket, 3);
    expect(foreign).toEqual(['1 10.0.0.1']);
    expect(engine.figures(0)).toMatchObject({ alive: 2, silent: 1, foreign: 1 });
  });

  it('believes no reply with a wrong checksum on a raw socket', async () => {
    const socket = new FakeSocket();
    socket.change = ({ octets }) => {
      octets[63]! ^= 1;
    };
    const { engine } = await run(socket, 2);
    expect(engine.figures(0)).toMatchObject({ silent: 2, received: 0 });
  });
});
