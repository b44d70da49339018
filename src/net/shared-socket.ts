/**
 * One ICMP socket under many pings. With a socket each, every reply of a machine's pings is offered to all of them, and a
 * thousand pings are a thousand descriptors and watchers; here a reply is looked up once, by its number on the wire, which the
 * ledger has given out (sequence-ledger.ts), and its owner is told.
 *
 * A `SharedPort` looks to its ping like a port of its own, but for two things: the numbers on the wire are the ledger's, so its
 * protocol must translate them (`lease`), and its packets come when the socket is read, whoever had it read.
 */
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { peekIcmpSequence } from '../packet/icmp-echo.ts';
import type { AddonPort } from './addon-port.ts';
import type { IcmpPort, IncomingPacket, PortAbilities, PortHandler, QueuedError, SocketType } from './port.ts';
import { type Entry, type FillRandom, SequenceLedger } from './sequence-ledger.ts';
import type { Address, Family } from './sockaddr.ts';

/** After so many sends the socket is read, or a burst's replies would overrun its buffer. */
const SENDS_PER_DRAIN = 16;
/** So often at most is it read before anything is declared lost: more than its buffer holds. */
const DRAINS_TO_CATCH_UP = 1024;

/** What a ping's protocol needs of the ledger. */
export interface SequenceLease {
  /** The number on the wire, and the cookie, for a probe that is about to be written. */
  enter(sequence: number): { readonly wireSequence: number; readonly entry: Entry<unknown> };
  /** Whose number that is now; null where it is not this port's. */
  find(wireSequence: number): Entry<unknown> | null;
}

/** The socket underneath: an AddonPort without a target of its own. */
export type SharedCore = Pick<
  AddonPort,
  'family' | 'socketType' | 'abilities' | 'outgoing' | 'aim' | 'send' | 'drain' | 'watch' | 'close'
>;

export class SharedSocket implements PortHandler {
  readonly #core: SharedCore;
  readonly #ledger: SequenceLedger<Listener>;
  /** Those that something has come for since they were last called. */
  readonly #touched = new Set<Listener>();
  #ports = 0;
  #sendsSinceDrain = 0;
  #isReading = false;
  #isClosed = false;
  #willWake = false;
  /** While it catches up: until when, on the wall clock, and whether a packet of a later moment was read. */
  #catchUpToNs = Number.POSITIVE_INFINITY;
  #hasCaughtUp = false;

  constructor(core: SharedCore, fillRandom: FillRandom) {
    this.#core = core;
    this.#ledger = new SequenceLedger(fillRandom);
  }

  /**
   * A port towards `target` for messages of at most `messageOctets`. The socket is watched, and keeps the process alive, while
   * there is one. @throws RangeError for messages that are larger than the socket's
   */
  open(target: Address, messageOctets: number): SharedPort {
    const { family, socketType, abilities, outgoing } = this.#core;
    if (messageOctets > outgoing.length) {
      throw new RangeError(`messages of ${messageOctets} octets on a socket for ${outgoing.length}`);
    }
    const listener = new Listener();
    const host: PortHost = {
      listener,
      ledger: this.#ledger,
      send: (message, confirm) => this.#send(message, target, confirm),
      close: () => {
        this.#touched.delete(listener);
        if (--this.#ports === 0 && !this.#isClosed) this.#core.watch(null);
      },
    };
    if (this.#ports++ === 0) this.#core.watch(() => this.#wake());
    return new SharedPort({ family, socketType, abilities, messageOctets }, host);
  }

  /** To be called once all ports are closed, and not while the socket is read. */
  close(): void {
    this.#isClosed = true;
    this.#core.close();
  }

  #wake(): void {
    this.#willWake = false;
    if (this.#isClosed) return;
    this.#read();
    this.#callTouched();
  }

  /**
   * Reads all that had come by `nowWallNs`, and calls those it is for: when a deadline has passed, so that nothing is held for
   * lost that waits here. A wake-up reads a part of it, and alarms may be next. Whoever sends faster than we read does not
   * hold us.
   */
  catchUp(nowWallNs: number): void {
    if (this.#isClosed || this.#ports === 0) return;
    this.#catchUpToNs = nowWallNs;
    this.#hasCaughtUp = false;
    for (let drains = 0; drains < DRAINS_TO_CATCH_UP && !this.#hasCaughtUp && this.#read(); ) drains++;
    this.#catchUpToNs = Number.POSITIVE_INFINITY;
    this.#callTouched();
  }

  #callTouched(): void {
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const listener of touched) listener.callback?.();
  }

  /** Reads what waits, for whomever. Answers whether anything came. A handler that has it read again is told of nothing. */
  #read(): boolean {
    if (this.#isReading) return false;
    this.#isReading = true;
    this.#sendsSinceDrain = 0;
    try {
      return this.#core.drain(this);
    } finally {
      this.#isReading = false;
    }
  }

  /**
   * The kernel answers a send with whatever ICMP error has come for any probe of the socket; that error stands in the error
   * queue too, and is another ping's as a rule. So a refusal counts only when it comes twice.
   */
  #send(message: Uint8Array, target: Address, confirm: boolean): number {
    // Before, and not after: a reply from our own kernel would be told before its sender knows that the probe has left.
    if (this.#sendsSinceDrain >= SENDS_PER_DRAIN) this.#read();
    const token = peekIcmpSequence(message, 0);
    const once = () => {
      this.#core.aim(target);
      this.#core.outgoing.set(message);
      return this.#core.send(message.length, token, confirm);
    };
    let errno = once();
    if (errno !== 0) {
      this.#read();
      errno = once();
    }
    this.#sendsSinceDrain++;
    this.#callLater();
    return errno;
  }

  /** Whoever was told of something in the middle of another's send gets its turn soon. */
  #callLater(): void {
    if (this.#touched.size === 0 || this.#willWake) return;
    this.#willWake = true;
    setImmediate(() => this.#wake());
  }

  #tell(wireSequence: number, tell: (handler: PortHandler, entry: Entry<Listener>) => void): void {
    const entry = this.#ledger.find(wireSequence);
    const handler = entry?.owner.handler ?? null;
    if (entry === null || handler === null) return;
    this.#touched.add(entry.owner);
    try {
      tell(handler, entry);
    } catch (error) {
      entry.owner.fail(error);
    }
  }

  transmitted(token: number, stampNs: number): void {
    this.#tell(token, (handler, { sequence }) => handler.transmitted(sequence, stampNs));
  }

  packet(packet: IncomingPacket): void {
    if (packet.stampNs > this.#catchUpToNs) this.#hasCaughtUp = true;
    if (packet.end - packet.start < ICMP_HEADER_LENGTH) return;
    this.#tell(peekIcmpSequence(packet.octets, packet.start), (handler) => handler.packet(packet));
  }

  queuedError(error: QueuedError): void {
    if (error.end - error.start < ICMP_HEADER_LENGTH) return;
    this.#tell(peekIcmpSequence(error.octets, error.start), (handler) => handler.queuedError(error));
  }
}

interface PortFacts {
  readonly family: Family;
  readonly socketType: SocketType;
  readonly abilities: PortAbilities;
  readonly messageOctets: number;
}

/** Who hears what comes for a port. The ledger holds it long after the port is closed, so it is all that it holds. */
class Listener {
  /** Null before the first drain, and once closed. */
  handler: PortHandler | null = null;
  callback: (() => void) | null = null;
  failure: { readonly error: unknown } | null = null;

  /** Its handler threw, in the turn of whoever had the socket read: its own next turn throws that, and nobody else's. */
  fail(error: unknown): void {
    this.failure ??= { error };
    this.handler = null;
  }
}

interface PortHost {
  readonly listener: Listener;
  readonly ledger: SequenceLedger<Listener>;
  readonly send: (message: Uint8Array, confirm: boolean) => number;
  readonly close: () => void;
}

export class SharedPort implements IcmpPort, SequenceLease {
  readonly family: Family;
  readonly socketType: SocketType;
  readonly abilities: PortAbilities;
  readonly tight = null;
  readonly outgoing: Uint8Array;
  readonly #host: PortHost;
  #isOpen = true;

  constructor({ family, socketType, abilities, messageOctets }: PortFacts, host: PortHost) {
    this.family = family;
    this.socketType = socketType;
    this.abilities = abilities;
    this.outgoing = new Uint8Array(messageOctets);
    this.#host = host;
  }

  enter(sequence: number): { readonly wireSequence: number; readonly entry: Entry<unknown> } {
    const { ledger, listener } = this.#host;
    const wireSequence = ledger.enter(listener, sequence);
    return { wireSequence, entry: ledger.find(wireSequence)! };
  }

  find(wireSequence: number): Entry<unknown> | null {
    const entry = this.#host.ledger.find(wireSequence);
    return entry?.owner === this.#host.listener ? entry : null;
  }

  /** The message carries the number that `enter` gave; its transmit stamp comes back under the port's own. */
  send(octets: number, _token: number, confirm: boolean): number {
    return this.#host.send(this.outgoing.subarray(0, octets), confirm);
  }

  /** What has come is handed over when the socket is read, and the socket says itself when that is: here nothing is left. */
  drain(handler: PortHandler): boolean {
    const { listener } = this.#host;
    if (listener.failure !== null) throw listener.failure.error;
    listener.handler = handler;
    return false;
  }

  watch(callback: (() => void) | null): void {
    this.#host.listener.callback = callback;
  }

  /** Nobody may block a thread that many share. */
  wait(): void {}

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#host.listener.handler = null;
    this.#host.listener.callback = null;
    this.#host.close();
  }
}
