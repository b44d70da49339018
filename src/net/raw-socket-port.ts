/**
 * The other ICMP port, on the npm package raw-socket: no kernel stamps, no error queue, no waiting in the kernel, and raw
 * sockets only. What the error queue would tell of the network is read from the ICMP errors that a raw socket sees anyway
 * (portable-icmp-error.ts), so whoever drains this port gets the same calls as from the addon's.
 *
 * The package's `send` queues, waits for the event loop to find the socket writable (which it does only while nothing is to
 * be read), and reports a refusal later. Under it lies `socket.wrap`, whose `send` is sendto(2) and throws at once; that
 * is what is used here, because a round trip should not begin with a turn of the event loop, and a refusal belongs to its probe.
 */
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { formatIpv6, parseIpv6 } from '../packet/address.ts';
import { ICMP_HEADER_LENGTH } from '../packet/icmp-constants.ts';
import { peekIcmpIdentifier, peekIcmpType } from '../packet/icmp-echo.ts';
import { IPV4_HEADER_LENGTH, peekIpv4HeaderLength, peekIpv4TimeToLive } from '../packet/ipv4.ts';
import type { Clock } from './clock.ts';
import { ICMP_FILTER, ICMPV6_FILTER, SOL_ICMPV6, SOL_RAW } from './constants.ts';
import { IcmpSocketRefused } from './icmp-socket.ts';
import type { IcmpPort, IncomingPacket, Mutable, PortHandler, QueuedError } from './port.ts';
import { errnoOf, portableError } from './portable-errors.ts';
import { readIcmpError } from './portable-icmp-error.ts';
import type { Family } from './sockaddr.ts';

/** What of the package is used. It says all failures by libc's words alone, as the message of an Error. */
export interface RawSocketModule {
  readonly AddressFamily: { readonly IPv4: number; readonly IPv6: number };
  readonly Protocol: { readonly ICMP: number; readonly ICMPv6: number };
  /** socket(2), non-blocking, watched from the start. @throws Error */
  createSocket(options: { addressFamily: number; protocol: number; bufferSize: number }): RawSocket;
}

export interface RawSocket {
  /** One datagram; the buffer is overwritten by the next one. For IPv4 it begins with the IP header. */
  on(event: 'message', listener: (buffer: Uint8Array, source: string) => void): unknown;
  /** Receiving failed. The error was left out in some versions. */
  on(event: 'error', listener: (error?: Error) => void): unknown;
  pauseRecv(): unknown;
  resumeRecv(): unknown;
  /** setsockopt(2). @throws Error */
  setOption(level: number, option: number, value: number): void;
  setOption(level: number, option: number, value: Uint8Array, octets: number): void;
  /** To be called once. Sending on a closed socket would open another one. */
  close(): unknown;
  readonly wrap: {
    /** sendto(2); an IPv6 address may have a zone by interface name. @throws Error */
    send(buffer: Uint8Array, offset: number, octets: number, address: string, sent: (octets: number) => void): void;
    /** recvfrom(2): calls back before it returns. @throws Error, also when nothing waits */
    recv(buffer: Uint8Array, received: (buffer: Uint8Array, octets: number, source: string) => void): void;
  };
}

/** Loads the package. @throws Error with one line on what is missing and what mends it */
export function loadRawSocket(load: (name: string) => unknown = loadPackage): RawSocketModule {
  try {
    return load('raw-socket') as RawSocketModule;
  } catch (error) {
    throw new Error(explainLoading(error as NodeJS.ErrnoException));
  }
}

/** From the bundle (dist/) and from the sources alike: wherever npm has put it for this package. */
function loadPackage(name: string): unknown {
  return createRequire(`${import.meta.dirname}/`)(name);
}

function explainLoading({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'MODULE_NOT_FOUND' && message.includes("'raw-socket'")) {
    return 'the npm package raw-socket is not installed: run `npm install raw-socket` (it needs make and a C++ compiler)';
  }
  if (code === 'MODULE_NOT_FOUND') {
    return (
      'the npm package raw-socket is not built: run `npm approve-scripts raw-socket` where npm has that command (12 on), ' +
      'then `npm rebuild raw-socket` (it needs make and a C++ compiler)'
    );
  }
  const why = message.replaceAll(/\s+/g, ' ').trim();
  return `the npm package raw-socket does not load: run \`npm rebuild raw-socket\` (${why})`;
}

/** Room for what may precede a message: an IPv4 header with 40 octets of options. */
const HEADER_ROOM = 60;
/** A reply longer than its request is received this far, and a foreign packet too. */
const MINIMUM_ROOM = 1500;

function roomFor(messageOctets: number): number {
  return Math.max(messageOctets + HEADER_ROOM, MINIMUM_ROOM);
}

/** A raw ICMP socket that nobody listens to yet. @throws IcmpSocketRefused */
export function openRawSocket(module: RawSocketModule, family: Family, messageOctets: number): RawSocket {
  try {
    const socket = module.createSocket({
      addressFamily: family === 4 ? module.AddressFamily.IPv4 : module.AddressFamily.IPv6,
      protocol: family === 4 ? module.Protocol.ICMP : module.Protocol.ICMPv6,
      bufferSize: roomFor(messageOctets),
    });
    socket.pauseRecv();
    return socket;
  } catch (error) {
    throw new IcmpSocketRefused(family, null, portableError(errnoOf((error as Error).message), 'socket'));
  }
}

/** setsockopt(2) with an int or with octets. @throws SystemError */
export function setRawOption(socket: RawSocket, level: number, name: number, value: number | Uint8Array): void {
  try {
    if (typeof value === 'number') socket.setOption(level, name, value);
    else socket.setOption(level, name, value, value.length);
  } catch (error) {
    throw portableError(errnoOf((error as Error).message), 'setsockopt');
  }
}

const ICMP6_TYPES = 256;

/** Lets only the given message types through: ICMP_FILTER of raw(7), ICMP6_FILTER of RFC 3542 section 3.2. Set bits block. */
export function passTypes(socket: RawSocket, family: Family, types: readonly number[]): void {
  const words = new Uint32Array(family === 4 ? 1 : ICMP6_TYPES / 32).fill(0xffff_ffff);
  for (const type of types) words[type >> 5]! &= ~(1 << (type & 31));
  const [level, name] = family === 4 ? [SOL_RAW, ICMP_FILTER] : [SOL_ICMPV6, ICMPV6_FILTER];
  setRawOption(socket, level, name, new Uint8Array(words.buffer));
}

export interface RawSocketPortOptions {
  readonly socket: RawSocket;
  readonly family: Family;
  readonly clock: Clock;
  /** Numeric, with `%zone` where it needs one. */
  readonly target: string;
  /** Octets of the largest message to send. */
  readonly messageOctets: number;
  /** A raw socket sees every echo reply of the machine: those with another identifier are dropped here. Null passes all. */
  readonly replies: { readonly type: number; readonly identifier: number } | null;
}

/** There is no descriptor any more, or none that would be ours. */
const EBADF = constants.errno.EBADF;

/** So many datagrams are read at most before the event loop gets a turn. */
const READ_ON_LIMIT = 256;

export class RawSocketPort implements IcmpPort {
  readonly family: Family;
  readonly socketType = 'raw';
  readonly abilities = { receiveStamps: false, transmitStamps: false, errorQueue: false };
  readonly tight = null;
  readonly outgoing: Uint8Array;

  readonly #options: RawSocketPortOptions;
  /** Of link-local addresses: raw-socket does not tell by which interface a packet came, and they come by the target's. */
  readonly #zone: string;
  readonly #incoming: Uint8Array;
  readonly #packet: Mutable<IncomingPacket>;
  #hasPacket = false;
  /** Errnos of receiving that failed, for the next drain. */
  #failures: number[] = [];
  #callback: (() => void) | null = null;
  #isClosed = false;
  /** Most packets come from where the last one came from. */
  #lastSource = { given: '', text: '' };

  constructor(options: RawSocketPortOptions) {
    this.#options = options;
    this.family = options.family;
    this.outgoing = Buffer.alloc(options.messageOctets);
    this.#incoming = Buffer.alloc(roomFor(options.messageOctets));
    this.#zone = /%.*$/.exec(options.target)?.[0] ?? '';
    this.#packet = {
      octets: this.outgoing,
      start: 0,
      end: 0,
      optionsStart: 0,
      optionsEnd: 0,
      source: '',
      hopLimit: -1,
      stampNs: Number.NaN,
    };
    options.socket.on('message', (buffer, source) => this.#receive(buffer, source));
    options.socket.on('error', (error) => this.#fail(error));
  }

  /** A socket closed under us (raw-socket does that after an `error` from libuv) refuses every send from then on. */
  send(octets: number): number {
    if (this.#isClosed) return EBADF;
    try {
      this.#options.socket.wrap.send(this.outgoing, 0, octets, this.#options.target, ignore);
      return 0;
    } catch (error) {
      if (error instanceof TypeError) throw error; // our own bad argument
      return errnoOf((error as Error).message);
    }
  }

  /**
   * raw-socket reads one datagram in each turn of the event loop. That would not do beside another program's flood, whose
   * replies we get too, so after a foreign one all that waits is read.
   */
  #receive(buffer: Uint8Array, source: string): void {
    let wasForeign = !this.#deliver(buffer, source);
    const take = (octets: Uint8Array, count: number, from: string) => {
      wasForeign = !this.#deliver(octets.subarray(0, count), from);
    };
    for (let count = 0; wasForeign && this.#callback !== null && count < READ_ON_LIMIT; count++) {
      try {
        this.#options.socket.wrap.recv(this.#incoming, take);
      } catch (error) {
        return this.#fail(error as Error);
      }
    }
  }

  /** Hands a datagram on while its octets last. Answers false for one that is not for us. */
  #deliver(octets: Uint8Array, source: string): boolean {
    const start = this.family === 4 ? peekIpv4HeaderLength(octets, 0, octets.length) : 0;
    if (this.#callback === null || this.#isForeign(octets, start)) return false;
    this.#options.clock.read();
    const packet = this.#packet;
    packet.octets = octets;
    packet.end = packet.optionsStart = packet.optionsEnd = octets.length;
    packet.source = this.#name(source);
    packet.start = start;
    if (this.family === 4) {
      // Without a whole IPv4 header there is no message: leave it empty, the engine says "too short".
      if (start === 0) packet.start = packet.end;
      packet.hopLimit = start === 0 ? -1 : peekIpv4TimeToLive(octets, 0);
      if (start > IPV4_HEADER_LENGTH) {
        packet.optionsStart = IPV4_HEADER_LENGTH;
        packet.optionsEnd = start;
      }
    }
    this.#hasPacket = true;
    this.#callback();
    this.#hasPacket = false;
    return true;
  }

  #isForeign(octets: Uint8Array, start: number): boolean {
    const { replies } = this.#options;
    if (replies === null || octets.length - start < ICMP_HEADER_LENGTH) return false;
    return peekIcmpType(octets, start) === replies.type && peekIcmpIdentifier(octets, start) !== replies.identifier;
  }

  /** As we write addresses, with the zone of link-local ones. */
  #name(source: string): string {
    if (this.family === 4) return source;
    if (source !== this.#lastSource.given) this.#lastSource = { given: source, text: this.#format6(source) };
    return this.#lastSource.text;
  }

  #format6(address: string): string {
    const octets = parseIpv6(address);
    if (octets === null) return address;
    const isLinkLocal = octets[0] === 0xfe && (octets[1]! & 0xc0) === 0x80;
    return `${formatIpv6(octets)}${isLinkLocal ? this.#zone : ''}`;
  }

  /** libuv's number (`-9`) or libc's words. A wake-up for nothing is no failure. */
  #fail(error: Error | undefined): void {
    const message = error?.message ?? '';
    const errno = /^-\d+$/.test(message) ? -Number(message) : message === '' ? EBADF : errnoOf(message);
    if (errno === constants.errno.EAGAIN || this.#isClosed) return;
    // After libuv's errors the package closes the socket by itself.
    this.#isClosed = !Number.isNaN(Number(message));
    this.#failures.push(errno);
    this.#callback?.();
  }

  drain(handler: PortHandler): boolean {
    const failures = this.#failures;
    this.#failures = [];
    for (const errno of failures) handler.queuedError(localError(errno));
    if (!this.#hasPacket) return failures.length > 0;
    this.#hasPacket = false;
    const { octets, start, end, source } = this.#packet;
    handler.packet(this.#packet);
    const error = readIcmpError(this.family, octets, start, end);
    if (error !== null) handler.queuedError(this.#queued(error, source));
    return true;
  }

  #queued(error: NonNullable<ReturnType<typeof readIcmpError>>, offender: string): QueuedError {
    return {
      errno: 0,
      origin: this.family === 4 ? 'icmp' : 'icmp6',
      type: error.type,
      code: error.code,
      info: error.info,
      offender,
      destination: this.family === 4 ? error.destination : this.#format6(error.destination),
      octets: error.message,
      start: 0,
      end: error.message.length,
    };
  }

  /** The event loop goes on for as long as somebody watches. */
  watch(callback: (() => void) | null): void {
    this.#callback = callback;
    if (this.#isClosed) return;
    if (callback === null) this.#options.socket.pauseRecv();
    else this.#options.socket.resumeRecv();
  }

  /** Returns at once: packets come by the event loop, which stands still while anybody waits (`tight`). */
  wait(): void {}

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.socket.close();
  }
}

function ignore(): void {}

/** Receiving failed: told like a failure of the kernel's own. */
function localError(errno: number): QueuedError {
  return {
    errno,
    origin: 'local',
    type: 0,
    code: 0,
    info: 0,
    offender: null,
    destination: null,
    octets: new Uint8Array(ICMP_HEADER_LENGTH),
    start: 0,
    end: 0,
  };
}
