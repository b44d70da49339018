/** A socket in the test's hand under a SharedSocket, and pings that write down what they hear. */
import type { IncomingPacket, PortHandler, QueuedError } from '../../src/net/port.ts';
import { type SharedCore, type SharedPort, SharedSocket } from '../../src/net/shared-socket.ts';
import type { Address } from '../../src/net/sockaddr.ts';
import { peekIcmpSequence, writeIcmpEcho } from '../../src/packet/icmp-echo.ts';

export const EHOSTUNREACH = 113;
export const HEADER = 8;
export const OCTETS = 16;
export const ROOM = 1500;

export const eventLoopTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Sent {
  readonly to: number;
  readonly token: number;
  readonly message: string;
  readonly confirm: boolean;
}

/** A socket in the test's hand: what waits in it is a list of calls to its reader. */
export class FakeCore implements SharedCore {
  readonly family = 4;
  readonly socketType = 'raw';
  readonly abilities = { receiveStamps: true, transmitStamps: true, errorQueue: true };
  readonly outgoing = new Uint8Array(ROOM);
  readonly waiting: ((handler: PortHandler) => void)[] = [];
  readonly sent: Sent[] = [];
  /** What the next sends are refused with, one after the other. */
  readonly refusals: number[] = [];
  onSend: (sent: Sent) => void = () => {};
  /** So much is read at once. */
  drainLimit = Number.POSITIVE_INFINITY;
  drains = 0;
  callback: (() => void) | null = null;
  readonly watched: boolean[] = [];
  isClosed = false;
  #target = Number.NaN;

  aim({ octets }: Address): void {
    this.#target = octets[3]!;
  }

  send(octets: number, token: number, confirm: boolean): number {
    const errno = this.refusals.shift() ?? 0;
    if (errno !== 0) return errno;
    const message = Buffer.from(this.outgoing.subarray(0, octets)).toString('hex');
    const sent = { to: this.#target, token, message, confirm };
    this.sent.push(sent);
    this.onSend(sent);
    return 0;
  }

  drain(handler: PortHandler): boolean {
    if (this.isClosed) throw new Error('read after closing');
    this.drains++;
    const calls = this.waiting.splice(0, this.drainLimit);
    for (const call of calls) call(handler);
    return calls.length > 0;
  }

  watch(callback: (() => void) | null): void {
    this.callback = callback;
    this.watched.push(callback !== null);
  }

  close(): void {
    this.isClosed = true;
  }

  /** The socket became readable: the event loop calls. */
  wake(): void {
    this.callback?.();
  }

  reply(wireSequence: number): void {
    this.waiting.push((handler) => handler.packet(packetOf(message(wireSequence))));
  }

  stamp(wireSequence: number): void {
    this.waiting.push((handler) => handler.transmitted(wireSequence, 5));
  }

  error(wireSequence: number): void {
    this.waiting.push((handler) => handler.queuedError(errorOf(message(wireSequence))));
  }
}

export function message(sequence: number, octets = OCTETS): Uint8Array {
  const bytes = new Uint8Array(octets);
  writeIcmpEcho(bytes, 0, 8, 0x1234, sequence, octets - HEADER);
  return bytes;
}

/** At an offset, and with foreign octets around. */
function placed(message: Uint8Array) {
  const octets = new Uint8Array(message.length + 11).fill(0xa5);
  octets.set(message, 7);
  return { octets, start: 7, end: 7 + message.length };
}

export function packetOf(message: Uint8Array): IncomingPacket {
  return { ...placed(message), optionsStart: 0, optionsEnd: 0, source: '10.0.0.1', hopLimit: 64, stampNs: 9 };
}

export function errorOf(message: Uint8Array): QueuedError {
  const facts = { errno: EHOSTUNREACH, origin: 'icmp', type: 3, code: 1, info: 0 } as const;
  return { ...facts, offender: '10.0.0.9', destination: '10.0.0.1', ...placed(message) };
}

export function address(last: number): Address {
  return { family: 4, octets: Uint8Array.of(10, 0, 0, last), scope: 0 };
}

/** A ping, as far as a port can tell: sends, writes down what it hears, counts how often it is called. */
export class Pinger implements PortHandler {
  readonly port: SharedPort;
  readonly heard: string[] = [];
  calls = 0;
  onHeard: () => void = () => {};
  onCall: () => void = () => {};

  constructor(socket: SharedSocket, last = 1) {
    this.port = socket.open(address(last), OCTETS);
    this.port.watch(() => {
      this.calls++;
      this.onCall();
    });
    this.port.drain(this);
  }

  /** Sends probe `sequence`; answers its number on the wire and the errno. */
  send(sequence: number, confirm = false): { readonly wire: number; readonly errno: number } {
    const { wireSequence } = this.port.enter(sequence);
    this.port.outgoing.set(message(wireSequence));
    return { wire: wireSequence, errno: this.port.send(OCTETS, sequence, confirm) };
  }

  transmitted(token: number, stampNs: number): void {
    this.#hear(`stamp ${token} ${stampNs}`);
  }
  packet({ octets, start, end }: IncomingPacket): void {
    this.#hear(`packet ${peekIcmpSequence(octets, start)} of ${end - start}`);
  }
  queuedError({ octets, start }: QueuedError): void {
    this.#hear(`error ${peekIcmpSequence(octets, start)}`);
  }
  #hear(what: string): void {
    this.heard.push(what);
    this.onHeard();
  }
}

export function open() {
  const core = new FakeCore();
  const socket = new SharedSocket(core, (words) => globalThis.crypto.getRandomValues(words));
  return { core, socket };
}
