/** Sending and receiving in batches, and the control messages that travel with a message: ip(7), ipv6(7), socket(7). */
import { describe, expect, it } from 'vitest';
import {
  AF_INET,
  IP_OPTIONS,
  IP_RECVOPTS,
  IP_RECVTTL,
  IP_RETOPTS,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  MSG_TRUNC,
  SO_RXQ_OVFL,
  SO_TIMESTAMPING,
  SOCK_DGRAM,
  SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from '../../src/net/constants.ts';
import { MessageBatch, NAME_OCTETS, PRESENT, WORD } from '../../src/net/message-batch.ts';
import { decodeSockaddr } from '../../src/net/sockaddr.ts';
import { addressOctets } from '../lab/addresses.ts';
import { addon, fill, LOOPBACK, message, OPTION, open, openUdp, receive, sendTo, sockaddr } from './support.ts';

const BATCH = 64;
const FAMILIES = [4, 6] as const;

function loopbackIndex(): number {
  return addon.interfaces().find(({ name }) => name === 'lo')!.index;
}

describe.each(FAMILIES)('over IPv%d', (family) => {
  it('moves 64 messages with one call each way, in order and unchanged', () => {
    const [near, far] = [openUdp(family), openUdp(family)];
    const sending = new MessageBatch(addon, BATCH, 300);
    const receiving = new MessageBatch(addon, BATCH, 300);
    for (let index = 0; index < BATCH; index++) {
      // Each has a length and octets of its own.
      fill(sending, index, new Uint8Array(index * 4).fill(index ^ 0x5a), far.name);
    }
    const checkAll = (first: number, count: number) => {
      for (let index = 0; index < count; index++) {
        const data = receiving.data(index);
        expect(data).toHaveLength((first + index) * 4);
        expect(data.every((octet) => octet === ((first + index) ^ 0x5a))).toBe(true);
        expect(decodeSockaddr(receiving.field(index, WORD.NAME, NAME_OCTETS))).toMatchObject({
          family,
          port: near.port,
          octets: new Uint8Array(addressOctets(LOOPBACK[family])),
        });
        expect(receiving.word(index, WORD.NAME_LENGTH)).toBe(family === 4 ? 16 : 28);
        expect(receiving.word(index, WORD.PRESENT)).toBe(0);
        expect(receiving.word(index, WORD.FLAGS)).toBe(0);
      }
    };
    // Loopback delivers before sendmmsg returns as a rule, but not always: then the first call answers a part.
    const exchange = (): number => {
      expect(addon.send(near.handle, sending.native, 0, BATCH, 0)).toBe(BATCH);
      let calls = 0;
      for (let count = 0; count < BATCH; calls++) {
        const more = receive(far.handle, receiving);
        checkAll(count, more);
        count += more;
      }
      return calls;
    };
    let attempts = 1;
    while (exchange() > 1) expect(attempts++).toBeLessThan(100);
    expect(addon.receive(far.handle, receiving.native)).toBe(0);
  });

  it('sends from the middle of a batch', () => {
    const { handle, name } = openUdp(family);
    const batch = new MessageBatch(addon, 4, 4);
    for (let index = 0; index < 4; index++) fill(batch, index, Uint8Array.of(index), name);
    expect(addon.send(handle, batch.native, 1, 2, 0)).toBe(2);
    const received: number[] = [];
    const receiving = new MessageBatch(addon, 1, 4);
    while (received.length < 2) {
      expect(receive(handle, receiving)).toBe(1); // as many as the batch holds
      received.push(receiving.data(0)[0]!);
    }
    expect(received).toEqual([1, 2]);
    expect(addon.receive(handle, receiving.native)).toBe(0);
  });

  it('stops at the first refused message and answers how many went', () => {
    const { handle, name } = openUdp(family);
    const batch = new MessageBatch(addon, 3, 4);
    for (let index = 0; index < 3; index++) fill(batch, index, Uint8Array.of(index), name);
    batch.setName(1, sockaddr(LOOPBACK[family], 0)); // nobody sends to port 0
    const EINVAL = 22;
    expect(addon.send(handle, batch.native, 0, 3, 0)).toBe(1);
    expect(addon.send(handle, batch.native, 1, 2, 0)).toBe(-EINVAL);
  });

  it('lays a batch out anew for each use: sending, receiving part of it, all of it, none', () => {
    const { handle, name } = openUdp(family);
    const batch = new MessageBatch(addon, 4, 8);
    const round = (count: number) => {
      // The same batch for both: sending shortens its vectors and names, which receiving needs whole.
      for (let index = 0; index < count; index++) fill(batch, index, Uint8Array.of(index + 1), name);
      expect(addon.send(handle, batch.native, 0, count, 0)).toBe(count);
      for (let index = 0; index < count; index++) sendTo(handle, name, new Uint8Array(8).fill(0x77));
      const seen: number[][] = [];
      while (seen.length < 2 * count) {
        const got = receive(handle, batch);
        for (let index = 0; index < got; index++) {
          expect(batch.word(index, WORD.NAME_LENGTH)).toBe(name.length);
          seen.push([...batch.data(index)]);
        }
      }
      expect(addon.receive(handle, batch.native)).toBe(0);
      expect(addon.receiveErrors(handle, batch.native)).toBe(0);
      return seen;
    };
    for (const count of [1, 4, 2, 3, 1, 4]) {
      const short = Array.from({ length: count }, (_, index) => [index + 1]);
      const long = Array.from({ length: count }, () => Array(8).fill(0x77));
      expect(round(count)).toEqual([...short, ...long]);
    }
  });

  it('cuts what is longer than its room, and says so', () => {
    const { handle, name } = openUdp(family);
    sendTo(handle, name, new Uint8Array(100).fill(3));
    const receiving = new MessageBatch(addon, 2, 16);
    receiving.room(1).fill(0xa5);
    expect(receive(handle, receiving)).toBe(1);
    expect(receiving.word(0, WORD.LENGTH)).toBe(16);
    expect(receiving.word(0, WORD.FLAGS) & MSG_TRUNC).toBe(MSG_TRUNC);
    expect(receiving.room(1).every((octet) => octet === 0xa5)).toBe(true);
  });

  it('stamps the receiving of each message, between the sending and the reading of it', () => {
    const { handle, name } = openUdp(family);
    addon.setsockopt(handle, SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE);
    const batch = new MessageBatch(addon, 1, 4);
    // Stamps come on for the whole machine when the first socket asks, by a work queue, so a moment later.
    do {
      sendTo(handle, name);
      expect(receive(handle, batch)).toBe(1);
    } while (!batch.has(0, PRESENT.STAMP));
    const wallNs = () => {
      const out = new Float64Array(3);
      addon.readClocks(out);
      return BigInt(out[1]!) * 1_000_000_000n + BigInt(out[2]!);
    };
    for (let i = 0; i < 10; i++) {
      const before = wallNs();
      sendTo(handle, name);
      expect(receive(handle, batch)).toBe(1);
      const after = wallNs();
      expect(batch.has(0, PRESENT.STAMP)).toBe(true);
      const stamp =
        BigInt(batch.word(0, WORD.STAMP_SECONDS)) * 1_000_000_000n + BigInt(batch.word(0, WORD.STAMP_NANOSECONDS));
      expect(stamp).toBeGreaterThanOrEqual(before);
      expect(stamp).toBeLessThanOrEqual(after);
    }
  });

  it('counts what the socket had no room for', () => {
    const { handle, name } = openUdp(family);
    addon.setsockopt(handle, SOL_SOCKET, OPTION.SO_RCVBUF, 1); // the kernel's minimum
    addon.setsockopt(handle, SOL_SOCKET, SO_RXQ_OVFL, 1);
    const sent = 50;
    for (let i = 0; i < sent; i++) expect(sendTo(handle, name, new Uint8Array(600))).toBe(1);
    const batch = new MessageBatch(addon, BATCH, 600);
    let received = 0;
    for (let count = receive(handle, batch); count > 0; count = addon.receive(handle, batch.native)) received += count;
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(sent);
    sendTo(handle, name);
    expect(receive(handle, batch)).toBe(1);
    expect(batch.has(0, PRESENT.DROPS)).toBe(true);
    expect(batch.word(0, WORD.DROPS)).toBe(sent - received);
  });
});

describe('IPv4 control messages', () => {
  function receiver() {
    const far = openUdp();
    for (const option of [IP_RECVTTL, OPTION.IP_RECVTOS, OPTION.IP_PKTINFO])
      addon.setsockopt(far.handle, SOL_IP, option, 1);
    return far;
  }

  it('come with TTL, TOS, interface and destination', () => {
    const far = receiver();
    const near = openUdp();
    addon.setsockopt(near.handle, SOL_IP, 2, 33);
    addon.setsockopt(near.handle, SOL_IP, 1, 0x28);
    sendTo(near.handle, far.name);
    const batch = new MessageBatch(addon, 1, 4);
    expect(receive(far.handle, batch)).toBe(1);
    expect(batch.word(0, WORD.PRESENT)).toBe(PRESENT.HOP_LIMIT | PRESENT.TRAFFIC_CLASS | PRESENT.PACKET_INFO);
    expect(batch.word(0, WORD.HOP_LIMIT)).toBe(33);
    expect(batch.word(0, WORD.TRAFFIC_CLASS)).toBe(0x28);
    expect(batch.word(0, WORD.INTERFACE)).toBe(loopbackIndex());
    expect([...batch.field(0, WORD.LOCAL, 16)]).toEqual([127, 0, 0, 1, ...Array(12).fill(0)]);
  });

  it('go with each message: TTL, TOS, source', () => {
    const far = receiver();
    const near = open(AF_INET, SOCK_DGRAM);
    const sending = new MessageBatch(addon, 3, 4);
    [
      [11, 0x04, '127.0.0.2'],
      [255, 0xfc, '127.0.0.3'],
      [1, 0, '127.0.0.4'],
    ].forEach(([hops, tos, source], index) => {
      fill(sending, index, Uint8Array.of(index), far.name);
      sending.setWord(index, WORD.PRESENT, PRESENT.HOP_LIMIT | PRESENT.TRAFFIC_CLASS | PRESENT.PACKET_INFO);
      sending.setWord(index, WORD.HOP_LIMIT, hops as number);
      sending.setWord(index, WORD.TRAFFIC_CLASS, tos as number);
      sending.setWord(index, WORD.INTERFACE, loopbackIndex());
      sending.field(index, WORD.LOCAL, 16).set(addressOctets(source as string));
    });
    expect(addon.send(near, sending.native, 0, 3, 0)).toBe(3);
    const seen: unknown[] = [];
    const batch = new MessageBatch(addon, 1, 4);
    while (seen.length < 3) {
      receive(far.handle, batch);
      const from = decodeSockaddr(batch.field(0, WORD.NAME, NAME_OCTETS))!.octets.join('.');
      seen.push([batch.word(0, WORD.HOP_LIMIT), batch.word(0, WORD.TRAFFIC_CLASS), from]);
    }
    expect(seen).toEqual([
      [11, 0x04, '127.0.0.2'],
      [255, 0xfc, '127.0.0.3'],
      [1, 0, '127.0.0.4'],
    ]);
  });

  it('are judged by the kernel', () => {
    const { handle, name } = openUdp();
    const EINVAL = 22;
    const ENODEV = 19;
    for (const [bit, word, value, answer] of [
      [PRESENT.HOP_LIMIT, WORD.HOP_LIMIT, 0, -EINVAL],
      [PRESENT.HOP_LIMIT, WORD.HOP_LIMIT, 256, -EINVAL],
      [PRESENT.TRAFFIC_CLASS, WORD.TRAFFIC_CLASS, 256, -EINVAL],
      [PRESENT.PACKET_INFO, WORD.INTERFACE, 2 ** 31 - 1, -ENODEV],
    ] as const) {
      const batch = message(Uint8Array.of(1), name);
      batch.setWord(0, WORD.PRESENT, bit);
      batch.setWord(0, word, value);
      expect(addon.send(handle, batch.native, 0, 1, 0), `${word} ${value}`).toBe(answer);
    }
  });

  it('leave out the fields of a received message that are no control messages to send', () => {
    const { handle, name } = openUdp();
    const batch = message(Uint8Array.of(1), name);
    batch.words.fill(0xffff_ffff, WORD.STAMP_SECONDS, 48);
    batch.setWord(
      0,
      WORD.PRESENT,
      PRESENT.STAMP | PRESENT.DROPS | PRESENT.OPTIONS | PRESENT.ERROR | PRESENT.OFFENDER | PRESENT.AUXILIARY,
    );
    expect(addon.send(handle, batch.native, 0, 1, 0)).toBe(1);
  });

  it('bring IP options: record route, as it was filled in on the way', () => {
    const near = openUdp();
    // RFC 791: type 7, length 11, pointer 4, two slots; then a no-operation to a multiple of four.
    addon.setsockopt(near.handle, SOL_IP, IP_OPTIONS, Uint8Array.of(7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1));
    const batch = new MessageBatch(addon, 1, 4);
    for (const option of [IP_RECVOPTS, IP_RETOPTS]) {
      const far = openUdp();
      addon.setsockopt(far.handle, SOL_IP, option, 1);
      sendTo(near.handle, far.name);
      expect(receive(far.handle, batch)).toBe(1);
      expect(batch.has(0, PRESENT.OPTIONS)).toBe(true);
      const options = batch.field(0, WORD.OPTIONS, batch.word(0, WORD.OPTIONS_LENGTH));
      // Sender and receiver have each filled one slot; the pointer is past both.
      // IP_RETOPTS is what an answer should carry, which the kernel pads anew.
      expect([...options]).toEqual([7, 11, 12, 127, 0, 0, 1, 127, 0, 0, 1, option === IP_RECVOPTS ? 1 : 0]);
    }
  });
});

describe('IPv6 control messages', () => {
  it('come with hop limit, traffic class, interface and destination, and go with each message', () => {
    const [near, far] = [openUdp(6), openUdp(6)];
    for (const option of [IPV6_RECVHOPLIMIT, OPTION.IPV6_RECVTCLASS, IPV6_RECVPKTINFO]) {
      addon.setsockopt(far.handle, SOL_IPV6, option, 1);
    }
    const sending = new MessageBatch(addon, 2, 4);
    for (const [index, hops, trafficClass] of [
      [0, 0, 0xb8],
      [1, 200, 0],
    ] as const) {
      fill(sending, index, Uint8Array.of(index), far.name);
      sending.setWord(index, WORD.PRESENT, PRESENT.HOP_LIMIT | PRESENT.TRAFFIC_CLASS | PRESENT.PACKET_INFO);
      sending.setWord(index, WORD.HOP_LIMIT, hops);
      sending.setWord(index, WORD.TRAFFIC_CLASS, trafficClass);
      sending.setWord(index, WORD.INTERFACE, loopbackIndex());
      sending.field(index, WORD.LOCAL, 16).set(addressOctets('::1'));
    }
    expect(addon.send(near.handle, sending.native, 0, 2, 0)).toBe(2);
    const batch = new MessageBatch(addon, 1, 4);
    const seen: unknown[] = [];
    while (seen.length < 2) {
      receive(far.handle, batch);
      expect(batch.word(0, WORD.PRESENT)).toBe(PRESENT.HOP_LIMIT | PRESENT.TRAFFIC_CLASS | PRESENT.PACKET_INFO);
      expect(batch.word(0, WORD.INTERFACE)).toBe(loopbackIndex());
      expect([...batch.field(0, WORD.LOCAL, 16)]).toEqual([...addressOctets('::1')]);
      seen.push([batch.word(0, WORD.HOP_LIMIT), batch.word(0, WORD.TRAFFIC_CLASS)]);
    }
    expect(seen).toEqual([
      [0, 0xb8],
      [200, 0],
    ]);
  });

  it('are judged by the kernel', () => {
    const { handle, name } = openUdp(6);
    const EINVAL = 22;
    const ENODEV = 19;
    for (const [bit, word, value, answer] of [
      [PRESENT.HOP_LIMIT, WORD.HOP_LIMIT, 256, -EINVAL],
      [PRESENT.TRAFFIC_CLASS, WORD.TRAFFIC_CLASS, 256, -EINVAL],
      [PRESENT.PACKET_INFO, WORD.INTERFACE, 2 ** 31 - 1, -ENODEV],
    ] as const) {
      const batch = message(Uint8Array.of(1), name);
      batch.setWord(0, WORD.PRESENT, bit);
      batch.setWord(0, word, value);
      expect(addon.send(handle, batch.native, 0, 1, 0), `${word} ${value}`).toBe(answer);
    }
  });
});
