/** Which answer belongs to which UDP probe: by the tag where it comes back, else by the port that the probe left from. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../../../src/net/clock.ts';
import type { QueuedUdpError, UdpPort, UdpPortHandler, UdpProbe, UdpReply } from '../../../src/net/udp-port.ts';
import { readTag, type Secret, TAG_OCTETS, writeTag } from '../../../src/ping/method/probe-tag.ts';
import { UdpProber } from '../../../src/ping/method/udp-prober.ts';
import type { ProbeHandler } from '../../../src/ping/prober.ts';
import type { Answer } from '../../../src/ping/reply.ts';
import { ROUTER, ramp, TARGET } from '../support.ts';

const SECRET: Secret = [0xdead_beef, 0x0123_4567];
const PORT = 33_434;
const EMFILE = 24;
const ECONNREFUSED = 111;
let nowNs = 0;
const clock = new Clock((out) => out.set([nowNs, 0, 0]));

/** A socket that keeps what is sent and hands over what it is told to. */
class FakePort implements UdpPort {
  readonly family = 4;
  readonly pmtuMode = 'probe';
  readonly sent: UdpProbe[] = [];
  readonly waiting: ((handler: UdpPortHandler) => void)[] = [];
  readonly sourcePort: number;
  refuses = 0;
  isOpen = true;
  callback: (() => void) | null = null;

  constructor(sourcePort: number) {
    this.sourcePort = sourcePort;
  }

  send([probe]: readonly UdpProbe[]): number {
    if (this.refuses !== 0) return -this.refuses;
    this.sent.push({ ...probe!, payload: probe!.payload.slice() });
    return 1;
  }

  drain(handler: UdpPortHandler): boolean {
    const waiting = this.waiting.splice(0);
    for (const tell of waiting) tell(handler);
    return waiting.length > 0;
  }

  watch(callback: (() => void) | null): void {
    this.callback = callback;
  }

  close(): void {
    this.isOpen = false;
  }

  /** An ICMP error about a datagram of which `quoted` octets come back; "port unreachable" of the target unless said. */
  quote(quoted: Uint8Array, facts: Partial<QueuedUdpError> = {}): void {
    const error: QueuedUdpError = {
      errno: ECONNREFUSED,
      origin: 'icmp',
      type: 3,
      code: 3,
      info: 0,
      offender: TARGET,
      destination: TARGET,
      destinationPort: PORT,
      hopLimit: 61,
      trafficClass: 0,
      stampNs: 5000,
      truncated: false,
      ...placed(quoted),
      extensionStart: 0,
      extensionEnd: 0,
      extensionFlawed: false,
      ...facts,
    };
    this.waiting.push((handler) => handler.queuedError(error));
    this.callback?.();
  }

  reply(octets: Uint8Array, facts: Partial<UdpReply> = {}): void {
    const reply: UdpReply = {
      source: TARGET,
      sourcePort: PORT,
      hopLimit: -1,
      stampNs: 7000,
      ...placed(octets),
      ...facts,
    };
    this.waiting.push((handler) => handler.reply(reply));
    this.callback?.();
  }
}

/** Not at the start of their buffer, as a port hands them over. */
function placed(octets: Uint8Array): { octets: Uint8Array; start: number; end: number } {
  const buffer = new Uint8Array(octets.length + 20).fill(0xa5);
  buffer.set(octets, 7);
  return { octets: buffer, start: 7, end: 7 + octets.length };
}

const NOTHING = new Uint8Array(0);

class Listener implements ProbeHandler {
  readonly answers: Answer[] = [];
  readonly errors: number[] = [];
  readonly locals: number[] = [];
  readonly stamps: number[] = [];
  transmitted(token: number): void {
    this.stamps.push(token);
  }
  packet(): void {
    throw new Error('no ICMP message comes here');
  }
  queuedError({ errno }: QueuedUdpError): void {
    this.locals.push(errno);
  }
  answer(answer: Answer): void {
    this.answers.push(answer);
  }
  probeError(sequence: number): void {
    this.errors.push(sequence);
  }
  get answered(): number[] {
    return this.answers.map(({ sequence }) => sequence);
  }
}

describe('UdpProber', () => {
  let ports: FakePort[];
  let heard: Listener;
  let sequence: number;
  let refusesToOpen: boolean;
  /** Most sockets at once. */
  let limit: number;

  beforeEach(() => {
    ports = [];
    heard = new Listener();
    sequence = 0;
    refusesToOpen = false;
    limit = Number.POSITIVE_INFINITY;
    nowNs = 0;
    clock.read();
  });

  function open(): FakePort {
    if (refusesToOpen || ports.filter(({ isOpen }) => isOpen).length >= limit)
      throw Object.assign(new Error('socket'), { code: 'EMFILE', errno: -EMFILE, syscall: 'socket' });
    const port = new FakePort(40_000 + ports.length);
    ports.push(port);
    return port;
  }

  function prober(size = 56): UdpProber {
    const first = open();
    return new UdpProber({
      clock,
      open,
      first,
      target: TARGET,
      destinationPort: PORT,
      payload: ramp(size),
      secret: SECRET,
    });
  }

  function send(udp: UdpProber): void {
    sequence = (sequence + 1) & 0xffff;
    expect(udp.send(sequence, clock)).toBe(0);
  }

  /** The payload of the `index`-th probe on a port. */
  const payloadOf = (port: FakePort, index = 0) => port.sent[index]!.payload;

  it('sends the payload with a tag in front, and to the port that was asked for', () => {
    const udp = prober();
    send(udp);
    const [probe] = ports[0]!.sent;
    expect(probe).toMatchObject({ destinationPort: PORT, payloadOctets: 56, hopLimit: 0 });
    expect(readTag(probe!.payload, 0, 56, SECRET)).toBe(1);
    expect([...probe!.payload.subarray(TAG_OCTETS)]).toEqual([...ramp(56).subarray(TAG_OCTETS)]);
  });

  it('gives each probe a port of its own until the target has quoted a tag, and then all of them one', () => {
    const udp = prober();
    for (let probe = 0; probe < 3; probe++) send(udp);
    expect(ports.map(({ sent }) => sent.length)).toEqual([1, 1, 1]);
    udp.watch(() => {});
    ports[1]!.quote(payloadOf(ports[1]!));
    udp.drain(heard);
    for (let probe = 0; probe < 3; probe++) send(udp);
    expect(ports.map(({ sent }) => sent.length)).toEqual([1, 4, 1]);
  });

  it('tells answers that quote tags apart on one port, in whatever order they come', () => {
    const udp = prober();
    udp.watch(() => {});
    send(udp);
    ports[0]!.quote(payloadOf(ports[0]!));
    udp.drain(heard);
    for (let probe = 0; probe < 3; probe++) send(udp);
    for (const index of [3, 1, 2, 1]) ports[0]!.quote(payloadOf(ports[0]!, index).subarray(0, TAG_OCTETS));
    udp.drain(heard);
    expect(heard.answered).toEqual([1, 4, 2, 3, 2]);
    expect(heard.answers[0]).toMatchObject({
      kind: 'port-unreachable',
      source: TARGET,
      octets: 56,
      hopLimit: 61,
      time: { stampNs: 5000 },
    });
  });

  it('tells answers without a tag apart by the port, also late ones and ones sent twice', () => {
    const udp = prober();
    udp.watch(() => {});
    for (let probe = 0; probe < 3; probe++) send(udp);
    for (const index of [2, 0, 0, 1]) ports[index]!.quote(NOTHING);
    while (udp.drain(heard));
    expect([...heard.answered].sort()).toEqual([1, 1, 2, 3]);
    send(udp);
    expect(ports).toHaveLength(4);
  });

  it('takes no answer without a tag on a port that several probes have left from, and leaves that port', () => {
    const udp = prober();
    udp.watch(() => {});
    send(udp);
    ports[0]!.quote(payloadOf(ports[0]!));
    udp.drain(heard);
    send(udp);
    ports[0]!.quote(NOTHING);
    udp.drain(heard);
    expect(heard.answered).toEqual([1]);
    send(udp);
    expect(ports.map(({ sent }) => sent.length)).toEqual([2, 1]);
    ports[1]!.quote(NOTHING);
    udp.drain(heard);
    expect(heard.answered).toEqual([1, 3]);
  });

  it.each([
    [
      'with a tag that is not ours',
      (port: FakePort) => port.quote(Uint8Array.from(payloadOf(port), (octet) => octet ^ 1)),
    ],
    ['about another address', (port: FakePort) => port.quote(payloadOf(port), { destination: ROUTER })],
    ['about another port', (port: FakePort) => port.quote(payloadOf(port), { destinationPort: PORT + 1 })],
    ['of a stranger', (port: FakePort) => port.reply(ramp(4), { source: ROUTER })],
    ['of another port', (port: FakePort) => port.reply(ramp(4), { sourcePort: PORT + 1 })],
    [
      'about a probe that is still to come',
      (port: FakePort) => {
        const octets = new Uint8Array(TAG_OCTETS);
        writeTag(octets, SECRET, 2);
        port.quote(octets);
      },
    ],
  ])('drops what is %s', (_, forge) => {
    const udp = prober();
    udp.watch(() => {});
    send(udp);
    forge(ports[0]!);
    udp.drain(heard);
    expect([heard.answers, heard.errors]).toEqual([[], []]);
  });

  it.each([
    ['a router', { offender: ROUTER }],
    ['the target, of another kind', { code: 2 }],
  ])('tells an ICMP error of %s as one', (_, facts) => {
    const udp = prober();
    udp.watch(() => {});
    send(udp);
    ports[0]!.quote(payloadOf(ports[0]!), facts);
    udp.drain(heard);
    expect([heard.answered, heard.errors]).toEqual([[], [1]]);
  });

  it('does not share a port because of what a router quotes', () => {
    const udp = prober();
    udp.watch(() => {});
    send(udp);
    ports[0]!.quote(payloadOf(ports[0]!), { offender: ROUTER });
    udp.drain(heard);
    send(udp);
    expect(ports).toHaveLength(2);
  });

  it('takes a datagram for an answer, whatever it says', () => {
    const udp = prober();
    udp.watch(() => {});
    send(udp);
    ports[0]!.reply(Uint8Array.of(1, 2, 3));
    udp.drain(heard);
    expect(heard.answers).toMatchObject([{ kind: 'datagram', sequence: 1, octets: 3, hopLimit: null }]);
    send(udp);
    expect(ports).toHaveLength(2);
  });

  it('takes our tag for an answer also from another address of the host', () => {
    const udp = prober();
    udp.watch(() => {});
    send(udp);
    ports[0]!.reply(payloadOf(ports[0]!), { source: ROUTER });
    udp.drain(heard);
    expect(heard.answers).toMatchObject([{ kind: 'datagram', sequence: 1, source: ROUTER }]);
  });

  it('writes no tag into a payload without room for one, and asks for none', () => {
    const udp = prober(TAG_OCTETS - 1);
    udp.watch(() => {});
    send(udp);
    expect([...payloadOf(ports[0]!)]).toEqual([...ramp(TAG_OCTETS - 1)]);
    // Zeros may follow a short quote: RFC 4884 section 5.
    ports[0]!.quote(new Uint8Array(128));
    udp.drain(heard);
    expect(heard.answered).toEqual([1]);
  });

  it('tells what our own kernel refuses, and stamps under their sequence', () => {
    const udp = prober();
    udp.watch(() => {});
    send(udp);
    ports[0]!.quote(NOTHING, { origin: 'local', errno: 90, offender: null });
    ports[0]!.waiting.push((handler) => handler.transmitted(0x1_0001, 1));
    udp.drain(heard);
    expect([heard.locals, heard.stamps]).toEqual([[90], [1]]);
  });

  it('answers a refused send with its errno, and sends the probe by the same port the next time', () => {
    const udp = prober();
    ports[0]!.refuses = 1;
    expect(udp.send(1, clock)).toBe(1);
    ports[0]!.refuses = 0;
    expect(udp.send(1, clock)).toBe(0);
    expect(readTag(payloadOf(ports[0]!), 0, 56, SECRET)).toBe(1);
    refusesToOpen = true;
    expect(udp.send(2, clock)).toBe(EMFILE);
  });

  it('hears what waits at a socket that the event loop has not spoken of', () => {
    const udp = prober();
    for (let probe = 0; probe < 3; probe++) send(udp);
    ports[0]!.quote(NOTHING);
    udp.drain(heard);
    expect(heard.answered).toEqual([1]);
  });

  it('gives up the socket of its oldest probe where no more are to be had, and goes on', () => {
    const udp = prober();
    udp.watch(() => {});
    for (let probe = 0; probe < 3; probe++) send(udp);
    limit = 3;
    for (let probe = 0; probe < 2; probe++) send(udp);
    expect(ports.map(({ isOpen }) => isOpen)).toEqual([false, false, true, true, true]);
    ports[4]!.quote(NOTHING);
    udp.drain(heard);
    expect(heard.answered).toEqual([5]);
  });

  it('keeps no socket for an answer that is a minute late', () => {
    const udp = prober();
    udp.watch(() => {});
    send(udp);
    nowNs = 59e9;
    clock.read();
    send(udp);
    expect(ports.map(({ isOpen }) => isOpen)).toEqual([true, true]);
    nowNs = 61e9;
    clock.read();
    send(udp);
    expect(ports.map(({ isOpen }) => isOpen)).toEqual([false, true, true]);
  });

  it('goes on beyond 65,535 probes and takes no answer for the one that has its sequence now', () => {
    const udp = prober();
    udp.watch(() => {});
    send(udp);
    const first = payloadOf(ports[0]!);
    ports[0]!.quote(first);
    udp.drain(heard);
    while (ports[0]!.sent.length <= 0x1_0000) send(udp);
    expect(readTag(payloadOf(ports[0]!, 0x1_0000), 0, 56, SECRET)).toBe(0x1_0001);
    ports[0]!.quote(first);
    ports[0]!.quote(payloadOf(ports[0]!, 0x1_0000));
    udp.drain(heard);
    expect(heard.answered).toEqual([1, 1]);
  });

  it('keeps no more sockets than it needs to hear late answers, and closes them all', () => {
    const udp = prober();
    for (let probe = 0; probe < 300; probe++) send(udp);
    expect(ports.filter(({ isOpen }) => isOpen)).toHaveLength(256);
    udp.close();
    expect(ports.filter(({ isOpen }) => isOpen)).toHaveLength(0);
  });
});
