import { describe, expect, it } from 'vitest';
import { type Entry, SequenceLedger } from '../../src/net/sequence-ledger.ts';
import type { SequenceLease } from '../../src/net/shared-socket.ts';
import { makePayload, ProbeWriter } from '../../src/ping/message.ts';
import { echoProtocol, NOT_OURS, type ProbeProtocol } from '../../src/ping/protocol.ts';
import { sharedEchoProtocol } from '../../src/ping/shared-protocol.ts';
import { IDENTIFIER, icmp, packetOf } from './support.ts';

const TIME = { wallNs: 1_234_567_890, epochSeconds: 1_700_000_000 };
const COOKIE = { from: 16, to: 24 };
const NUMBERS = 65_536;

/** One ledger under many pings, as SharedSocket has it; the words of cookies are 0x01010101, 0x02020202 and so on. */
class Leases {
  #words = 0;
  readonly #ledger = new SequenceLedger<object>((words) => {
    words.forEach((_, index) => {
      words[index] = Math.imul(++this.#words, 0x0101_0101);
    });
  });

  of(owner: object): SequenceLease {
    return {
      enter: (sequence) => {
        const wireSequence = this.#ledger.enter(owner, sequence);
        return { wireSequence, entry: this.#ledger.find(wireSequence)! };
      },
      find: (wireSequence): Entry<unknown> | null => {
        const entry = this.#ledger.find(wireSequence);
        return entry?.owner === owner ? entry : null;
      },
    };
  }
}

interface Ping {
  readonly protocol: ProbeProtocol;
  /** The request of probe `sequence` as it leaves. */
  write(sequence: number): Uint8Array;
}

function ping(leases: Leases, family: 4 | 6 = 4, size = 56, identifier: number | null = IDENTIFIER): Ping {
  const protocol = sharedEchoProtocol(family, identifier, leases.of({}));
  const target = new Uint8Array(8 + size);
  const writer = new ProbeWriter(protocol, target, makePayload(size, null));
  return {
    protocol,
    write: (sequence) => {
      writer.write(sequence, TIME);
      return target.slice();
    },
  };
}

/** The reply that an honest host makes of a request. */
function replyTo(request: Uint8Array, family: 4 | 6 = 4): Uint8Array {
  const view = new DataView(request.buffer);
  const facts = { identifier: view.getUint16(4), sequence: view.getUint16(6), data: request.subarray(8) };
  return icmp({ type: family === 4 ? 0 : 129, ...facts });
}

/** What the protocol makes of a message that stands somewhere in a larger buffer. */
function sequenceOf({ protocol }: Ping, message: Uint8Array): number {
  const { octets, start, end } = packetOf(message);
  return protocol.sequenceOf(octets, start, end);
}

/** `octets` with those in [from, to) inverted, one at a time. */
function* eachInverted(octets: Uint8Array, from: number, to: number): Generator<Uint8Array> {
  for (let at = from; at < to; at++) {
    const copy = octets.slice();
    copy[at]! ^= 0xff;
    yield copy;
  }
}

describe('a probe on a shared socket', () => {
  it('carries the number of the ledger, and behind the seconds of its time stamp a cookie of its own', () => {
    const leases = new Leases();
    const [ada, bob] = [ping(leases), ping(leases)];
    const view = (request: Uint8Array) => ({
      number: new DataView(request.buffer).getUint16(6),
      cookie: Buffer.from(request.subarray(COOKIE.from, COOKIE.to)).toString('hex'),
    });
    expect([ada.write(1), bob.write(1), ada.write(2)].map(view)).toEqual([
      { number: 1, cookie: '0101010102020202' },
      { number: 2, cookie: '0303030304040404' },
      { number: 3, cookie: '0505050506060606' },
    ]);
  });

  it('is else what a ping with a socket to itself sends: identifier, seconds and payload', () => {
    const shared = ping(new Leases()).write(1);
    const target = new Uint8Array(64);
    new ProbeWriter(echoProtocol(4, IDENTIFIER), target, makePayload(56, null)).write(1, TIME);
    const known = (octets: Uint8Array) => [octets.subarray(0, 2), octets.subarray(4, 16), octets.subarray(24)];
    expect(known(shared)).toEqual(known(target));
  });

  it.each([0, 1, 8, 15, 16, 17, 56, 57, 1000])('has a right checksum with %d octets of payload', (size) => {
    const shared = ping(new Leases(), 4, size);
    for (let sequence = 1; sequence < 20; sequence++) {
      const request = shared.write(sequence);
      expect(shared.protocol.isChecksumOk(request, 0, request.length)).toBe(true);
    }
  });

  it('leaves the checksum of IPv6 to the kernel', () => {
    const request = ping(new Leases(), 6).write(1);
    expect([request[0], request[2], request[3], request[7]]).toEqual([128, 0, 0, 1]);
  });
});

describe.each([
  [4, IDENTIFIER],
  [4, null],
  [6, IDENTIFIER],
  [6, null],
] as const)('a reply on a shared socket, IPv%d, identifier %s', (family, identifier) => {
  it('is told under the number that its ping gave the probe', () => {
    const leases = new Leases();
    const [ada, bob] = [ping(leases, family, 56, identifier), ping(leases, family, 56, identifier)];
    const requests = [ada.write(41), bob.write(41), ada.write(42)];
    const told = (who: Ping) => requests.map((request) => sequenceOf(who, replyTo(request, family)));
    expect(told(ada)).toEqual([41, NOT_OURS, 42]);
    expect(told(bob)).toEqual([NOT_OURS, 41, NOT_OURS]);
  });

  it('is nobody’s when one octet of the cookie is another', () => {
    const shared = ping(new Leases(), family, 56, identifier);
    const reply = replyTo(shared.write(1), family);
    for (const forged of eachInverted(reply, COOKIE.from, COOKIE.to)) {
      expect(sequenceOf(shared, forged)).toBe(NOT_OURS);
    }
  });

  it('is ours whatever else in its payload is another: what differs there is for the user to see', () => {
    const shared = ping(new Leases(), family, 56, identifier);
    const reply = replyTo(shared.write(1), family);
    const elsewhere = [...eachInverted(reply, 8, COOKIE.from), ...eachInverted(reply, COOKIE.to, 64)];
    expect(new Set(elsewhere.map((changed) => sequenceOf(shared, changed)))).toEqual(new Set([1]));
  });

  it('is nobody’s when it comes after its number was given to another ping, or to another probe of its own', () => {
    const leases = new Leases();
    const [ada, bob] = [ping(leases, family, 56, identifier), ping(leases, family, 56, identifier)];
    const [late, late2] = [replyTo(ada.write(1), family), replyTo(ada.write(2), family)];
    for (let probe = 2; probe < NUMBERS; probe++) ada.write(3);
    const [bobs, adas] = [bob.write(9), ada.write(10)];
    expect([late, late2].map((reply) => [sequenceOf(ada, reply), sequenceOf(bob, reply)])).toEqual([
      [NOT_OURS, NOT_OURS],
      [NOT_OURS, NOT_OURS],
    ]);
    expect([sequenceOf(bob, replyTo(bobs, family)), sequenceOf(ada, replyTo(adas, family))]).toEqual([9, 10]);
  });

  it.each([0, 8, 15])('goes by its number alone where %d octets of payload have no room for a cookie', (size) => {
    const leases = new Leases();
    const [ada, bob] = [ping(leases, family, size, identifier), ping(leases, family, size, identifier)];
    const reply = replyTo(ada.write(5), family);
    expect([sequenceOf(ada, reply), sequenceOf(bob, reply)]).toEqual([5, NOT_OURS]);
  });

  it('is nobody’s when its header is not whole, its code not 0, or its number never given out', () => {
    const shared = ping(new Leases(), family, 56, identifier);
    const reply = replyTo(shared.write(1), family);
    const withCode = reply.slice();
    withCode[1] = 1;
    const withNumber = reply.slice();
    withNumber[7] = 77;
    for (const message of [reply.subarray(0, 7), reply.subarray(0, 0), withCode, withNumber]) {
      expect(sequenceOf(shared, message)).toBe(NOT_OURS);
    }
  });

  it('needs the identifier where the kernel does not see to it', () => {
    const shared = ping(new Leases(), family, 56, identifier);
    const reply = replyTo(shared.write(1), family);
    reply[5]! ^= 1;
    expect(sequenceOf(shared, reply)).toBe(identifier === null ? 1 : NOT_OURS);
  });
});

describe('a request that an ICMP error quotes', () => {
  it.each([8, 12, 16, 20, 23])('is known by its number where the quote ends after %d octets', (octets) => {
    const leases = new Leases();
    const [ada, bob] = [ping(leases), ping(leases)];
    ada.write(1);
    const quoted = bob.write(7).subarray(0, octets);
    expect([sequenceOf(ada, quoted), sequenceOf(bob, quoted)]).toEqual([NOT_OURS, 7]);
  });

  it('must carry the cookie where the quote is long enough', () => {
    const shared = ping(new Leases());
    const quoted = shared.write(7).subarray(0, COOKIE.to);
    expect(sequenceOf(shared, quoted)).toBe(7);
    for (const forged of eachInverted(quoted, COOKIE.from, COOKIE.to)) {
      expect(sequenceOf(shared, forged)).toBe(NOT_OURS);
    }
  });
});
