/** EchoSocket over an addon that the test plays: what goes into records, and what is made of what comes back. */
import { describe, expect, it } from 'vitest';
import { Clock } from '../../src/net/clock.ts';
import {
  IP_RECVERR,
  SO_EE_ORIGIN_ICMP,
  SO_EE_ORIGIN_TIMESTAMPING,
  SO_RXQ_OVFL,
  SO_SELECT_ERR_QUEUE,
  SO_TIMESTAMPING,
  SOF_TIMESTAMPING_OPT_ID,
  SOL_IP,
  SOL_SOCKET,
} from '../../src/net/constants.ts';
import { type EchoPacket, EchoSocket, SEND_BATCH } from '../../src/net/echo-socket.ts';
import type { OpenedSocket } from '../../src/net/icmp-socket.ts';
import { PRESENT, RECORD_WORDS, WORD } from '../../src/net/message-batch.ts';
import type { NativeAddon, NativeBatch } from '../../src/net/native.ts';
import { encodeSockaddr } from '../../src/net/sockaddr.ts';

const OCTETS = 64;
const SECOND = 1_700_000_000;

interface FakeBatch {
  readonly words: Uint32Array;
  readonly octets: Uint8Array;
  readonly capacity: number;
  readonly dataOctets: number;
}

/** One received record. */
interface Incoming {
  readonly name: Uint8Array;
  readonly data: Uint8Array;
  readonly words?: readonly (readonly [word: number, value: number])[];
}

class FakeAddon {
  readonly options: [level: number, name: number, value: unknown][] = [];
  readonly batches: FakeBatch[] = [];
  packets: (Incoming[] | number)[] = [];
  errors: Incoming[][] = [];
  sends: number[] = [];
  /** What both clocks say: ns of the monotonic one, s and ns of the wall's. */
  now: [number, number, number] = [5e9, SECOND, 0];

  createBatch(buffer: ArrayBuffer, capacity: number, dataOctets: number): NativeBatch {
    const batch = { words: new Uint32Array(buffer), octets: new Uint8Array(buffer), capacity, dataOctets };
    this.batches.push(batch);
    return batch as unknown as NativeBatch;
  }

  setsockopt(_handle: unknown, level: number, name: number, value: unknown): void {
    this.options.push([level, name, value]);
  }

  attachFilter(): void {}

  send(_handle: unknown, _batch: NativeBatch, _first: number, count: number): number {
    return this.sends.shift() ?? count;
  }

  receive(_handle: unknown, batch: NativeBatch): number {
    const next = this.packets.shift() ?? [];
    return typeof next === 'number' ? next : fill(batch as unknown as FakeBatch, next);
  }

  receiveErrors(_handle: unknown, batch: NativeBatch): number {
    return fill(batch as unknown as FakeBatch, this.errors.shift() ?? []);
  }

  readonly readClocks = (out: Float64Array): void => out.set(this.now);
}

function fill(batch: FakeBatch, records: readonly Incoming[]): number {
  for (const [index, { name, data, words }] of records.entries()) {
    const at = index * RECORD_WORDS;
    batch.words.fill(0, at, at + RECORD_WORDS);
    batch.words[at + WORD.LENGTH] = data.length;
    batch.words[at + WORD.NAME_LENGTH] = name.length;
    batch.octets.set(name, (at + WORD.NAME) * 4);
    batch.octets.set(data, batch.capacity * RECORD_WORDS * 4 + index * batch.dataOctets);
    for (const [word, value] of words ?? []) batch.words[at + word] = value;
  }
  return records.length;
}

function open(
  addon: FakeAddon,
  changes: { family?: 4 | 6; type?: OpenedSocket['type']; transmitStamps?: boolean } = {},
) {
  const { family = 4, type = 'datagram', transmitStamps = false } = changes;
  return new EchoSocket({
    addon: addon as unknown as NativeAddon,
    clock: new Clock(addon.readClocks),
    socket: { family, type, handle: {} as OpenedSocket['handle'] },
    messageOctets: OCTETS,
    identifier: 7,
    transmitStamps,
  });
}

const FROM = encodeSockaddr({ family: 4, octets: Uint8Array.of(10, 0, 0, 9), scope: 0 });
const FROM6 = encodeSockaddr({
  family: 6,
  octets: Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9),
  scope: 3,
});
const STAMPED = (ns: number) =>
  [
    [WORD.PRESENT, PRESENT.STAMP],
    [WORD.STAMP_SECONDS, SECOND],
    [WORD.STAMP_NANOSECONDS, ns],
  ] as const;

/** What a drain hands over, copied. */
function drainPackets(socket: EchoSocket): (Omit<EchoPacket, 'octets'> & { source: number[]; message: number[] })[] {
  const packets: ReturnType<typeof drainPackets> = [];
  socket.drain({
    packet: ({ octets, ...rest }) => {
      const source = [...octets.subarray(rest.sourceOffset, rest.sourceOffset + (socket.family === 4 ? 4 : 16))];
      packets.push({ ...rest, source, message: [...octets.subarray(rest.start, rest.end)] });
    },
    queuedError: () => {},
  });
  return packets;
}

describe('sending', () => {
  it('addresses each slot, IPv4 as sockaddr_in', () => {
    const addon = new FakeAddon();
    const socket = open(addon);
    socket.address(SEND_BATCH - 1, Uint32Array.of(0, 0, 0xffff, 0x0a000009), 0, 0);
    const at = (SEND_BATCH - 1) * RECORD_WORDS;
    const { words, octets } = addon.batches[0]!;
    expect([words[at + WORD.NAME_LENGTH], words[at + WORD.LENGTH]]).toEqual([16, OCTETS]);
    expect(octets.slice((at + WORD.NAME) * 4, (at + WORD.NAME) * 4 + 16)).toEqual(FROM);
  });

  it('addresses IPv6 as sockaddr_in6, with its scope', () => {
    const addon = new FakeAddon();
    const socket = open(addon, { family: 6 });
    socket.address(2, Uint32Array.of(1, 0xfe800000, 0, 0, 9), 1, 3);
    const at = 2 * RECORD_WORDS;
    const { words, octets } = addon.batches[0]!;
    expect(words[at + WORD.NAME_LENGTH]).toBe(28);
    expect(octets.slice((at + WORD.NAME) * 4, (at + WORD.NAME) * 4 + 28)).toEqual(FROM6);
  });

  it('asks the kernel for errors, receive stamps and a count of drops', () => {
    const addon = new FakeAddon();
    open(addon);
    const names = addon.options.map(([level, name]) => `${level} ${name}`);
    for (const wanted of [
      `${SOL_IP} ${IP_RECVERR}`,
      `${SOL_SOCKET} ${SO_SELECT_ERR_QUEUE}`,
      `${SOL_SOCKET} ${SO_RXQ_OVFL}`,
      `${SOL_SOCKET} ${SO_TIMESTAMPING}`,
    ]) {
      expect(names).toContain(wanted);
    }
    const stamps = addon.options.filter(([, name]) => name === SO_TIMESTAMPING).map(([, , value]) => value as number);
    expect(stamps.some((flags) => (flags & SOF_TIMESTAMPING_OPT_ID) !== 0)).toBe(false);
  });

  it('has no sequence number twice in a row of 65,536', () => {
    const socket = open(new FakeAddon());
    const seen = new Set(Array.from({ length: 65_536 }, () => socket.nextSequence()));
    expect([seen.size, Math.max(...[...seen].slice(0, 65_535))]).toEqual([65_536, 65_535]);
  });
});

describe('receiving', () => {
  it('hands over message, source and stamp, brought to the monotonic clock', () => {
    const addon = new FakeAddon();
    const socket = open(addon);
    addon.packets = [[{ name: FROM, data: Uint8Array.of(0, 0, 1, 2), words: STAMPED(250) }]];
    addon.now = [7e9, SECOND, 1000];
    const [packet] = drainPackets(socket);
    expect(packet).toMatchObject({ source: [10, 0, 0, 9], message: [0, 0, 1, 2], receivedNs: 7e9 - 750 });
  });

  it('keeps stamps right when the wall clock was stepped in the middle of a run', () => {
    const addon = new FakeAddon();
    const socket = open(addon);
    addon.packets = [[{ name: FROM, data: Uint8Array.of(0), words: STAMPED(0) }]];
    addon.now = [8e9, SECOND, 5000];
    expect(drainPackets(socket)[0]?.receivedNs).toBe(8e9 - 5000);
    addon.now = [9e9, SECOND + 3600, 5000];
    const words = STAMPED(0).map(
      ([word, value]) => [word, word === WORD.STAMP_SECONDS ? SECOND + 3600 : value] as const,
    );
    addon.packets = [[{ name: FROM, data: Uint8Array.of(0), words }]];
    expect(drainPackets(socket)[0]?.receivedNs).toBe(9e9 - 5000);
  });

  it('takes the IPv4 header off on a raw socket; what has no whole one is empty', () => {
    const addon = new FakeAddon();
    const socket = open(addon, { type: 'raw' });
    const header = new Uint8Array(24);
    header[0] = 0x46;
    addon.packets = [
      [
        { name: FROM, data: Uint8Array.of(...header, 0, 0, 9) },
        { name: FROM, data: Uint8Array.of(0x46, 0, 0) },
      ],
    ];
    expect(drainPackets(socket).map(({ message, receivedNs }) => [message, receivedNs])).toEqual([
      [[0, 0, 9], Number.NaN],
      [[], Number.NaN],
    ]);
  });

  it('tells the interface of a link-local source', () => {
    const addon = new FakeAddon();
    const socket = open(addon, { family: 6 });
    addon.packets = [[{ name: FROM6, data: Uint8Array.of(129) }]];
    expect(drainPackets(socket)[0]).toMatchObject({ sourceScope: 3, source: [...FROM6.subarray(8, 24)] });
  });

  it('remembers how many packets the receive buffer had no room for', () => {
    const addon = new FakeAddon();
    const socket = open(addon);
    const words = [
      [WORD.PRESENT, PRESENT.DROPS],
      [WORD.DROPS, 12],
    ] as const;
    addon.packets = [
      [
        { name: FROM, data: Uint8Array.of(0), words },
        { name: FROM, data: Uint8Array.of(0) },
      ],
    ];
    drainPackets(socket);
    expect(socket.drops).toBe(12);
  });

  it('asks again when a pending error is answered in place of packets, and reads the error', () => {
    const addon = new FakeAddon();
    const socket = open(addon);
    addon.packets = [-113, [{ name: FROM, data: Uint8Array.of(5) }]];
    const words = [
      [WORD.PRESENT, PRESENT.ERROR | PRESENT.OFFENDER],
      [WORD.ERROR_ERRNO, 113],
      [WORD.ERROR_ORIGIN, SO_EE_ORIGIN_ICMP],
      [WORD.ERROR_TYPE, 3],
      [WORD.ERROR_CODE, 1],
    ] as const;
    addon.errors = [[{ name: FROM, data: Uint8Array.of(8, 0), words }]];
    const seen: string[] = [];
    const more = socket.drain({
      packet: ({ octets, start }) => seen.push(`packet ${octets[start]}`),
      queuedError: ({ type, code, destination, start, end }) =>
        seen.push(`error ${type}/${code} about ${destination?.octets.join('.')}, ${end - start} octets`),
    });
    expect(seen).toEqual(['error 3/1 about 10.0.0.9, 2 octets', 'packet 5']);
    expect(more).toBe(false);
  });

  it('says that more may wait when it stops at its limit', () => {
    const addon = new FakeAddon();
    const socket = open(addon);
    const batch = Array.from({ length: 64 }, () => ({ name: FROM, data: Uint8Array.of(0) }));
    addon.packets = Array.from({ length: 100 }, () => batch);
    expect(socket.drain({ packet: () => {}, queuedError: () => {} })).toBe(true);
    expect(addon.packets.length).toBeGreaterThan(0);
  });
});

describe('transmit stamps', () => {
  const stamp = (key: number, ns: number): Incoming => ({
    name: new Uint8Array(0),
    data: new Uint8Array(0),
    words: [
      [WORD.PRESENT, PRESENT.ERROR | PRESENT.STAMP],
      [WORD.ERROR_ORIGIN, SO_EE_ORIGIN_TIMESTAMPING],
      [WORD.ERROR_DATA, key],
      [WORD.STAMP_SECONDS, SECOND],
      [WORD.STAMP_NANOSECONDS, ns],
    ],
  });
  const nothing = { packet: () => {}, queuedError: () => {} };

  it('come back under the count of sends, and are known by the sequence number', () => {
    const addon = new FakeAddon();
    const socket = open(addon, { transmitStamps: true });
    addon.now = [6e9, SECOND, 1000];
    const first = socket.nextSequence();
    const second = socket.nextSequence();
    socket.send(0, 2, first);
    addon.errors = [[stamp(1, 900), stamp(0, 700)]];
    socket.drain(nothing);
    expect([socket.transmittedNs(first), socket.transmittedNs(second)]).toEqual([6e9 - 300, 6e9 - 100]);
  });

  it('are forgotten when their sequence number is used again', () => {
    const addon = new FakeAddon();
    const socket = open(addon, { transmitStamps: true });
    const sequence = socket.nextSequence();
    socket.send(0, 1, sequence);
    addon.errors = [[stamp(0, 700)]];
    socket.drain(nothing);
    for (let probe = 0; probe < 65_536; probe++) socket.nextSequence();
    expect(socket.transmittedNs(sequence)).toBeNaN();
  });

  it('are counted anew after a refused send', () => {
    const addon = new FakeAddon();
    const socket = open(addon, { transmitStamps: true });
    const sequences = [socket.nextSequence(), socket.nextSequence(), socket.nextSequence()];
    addon.sends = [1, -101];
    addon.now = [6e9, SECOND, 1000];
    socket.send(0, 3, sequences[0]!);
    socket.send(1, 2, sequences[1]!);
    addon.now = [6e9 + 1000, SECOND, 2000];
    socket.send(2, 1, sequences[2]!);
    addon.errors = [[stamp(0, 1900)]];
    socket.drain(nothing);
    expect(socket.transmittedNs(sequences[2]!)).toBe(6e9 + 900);
    expect(socket.transmittedNs(sequences[1]!)).toBeNaN();
  });
});
