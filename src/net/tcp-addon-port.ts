/** TcpPort on the addon: for each probe a socket that connects while the event loop goes on, watched until it is answered. */
import type { Clock, Instant } from './clock.ts';
import {
  AF_INET,
  AF_INET6,
  ECONNREFUSED,
  ECONNRESET,
  EINPROGRESS,
  IP_RECVERR,
  IPPROTO_TCP,
  IPV6_RECVERR,
  SO_ERROR,
  SO_LINGER,
  SOCK_STREAM,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  TCP_INFO,
  TCP_SYNCNT,
} from './constants.ts';
import { isSystemError } from './errors.ts';
import type { Interfaces } from './interfaces.ts';
import { LookRound } from './look-round.ts';
import { MessageBatch } from './message-batch.ts';
import type { NativeAddon, NativeHandle } from './native.ts';
import type { QueuedError } from './port.ts';
import {
  type Address,
  decodeSockaddr,
  encodeSockaddr,
  type Family,
  formatAddress,
  LITTLE_ENDIAN,
  sameAddress,
} from './sockaddr.ts';
import { readTcpInfo, TCP_INFO_OCTETS } from './tcp-info.ts';
import { LIFE_NS, type TcpPort, type TcpPortHandler, type TcpRoundTrip } from './tcp-port.ts';
import { UdpErrorRecords } from './udp-records.ts';

export interface TcpPortOptions {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly interfaces: Interfaces;
  readonly target: Address;
  readonly port: number;
  /** Our own address; absent for the one that the kernel chooses. */
  readonly source?: Address;
  /** Whether round trips are the kernel's where it has any; they are unless said. */
  readonly kernelTimes?: boolean;
  /** What else is to be set on each socket. @throws SystemError */
  readonly configure?: (handle: NativeHandle) => void;
}

/** struct linger: on, for no time at all. Closing then sends a reset. */
const RESET_ON_CLOSE = new Uint8Array(Int32Array.of(1, 0).buffer);
/** Of the quoted segment nothing is asked for: its ports are the socket's. */
const QUOTE_OCTETS = 64;
const QUEUE_BATCH = 4;
/** What user space saw may be less than what the kernel measured, by the clocks' own error. */
const CLOCK_ERROR_NS = 20_000;
const NS_PER_US = 1e3;

/** A host that answers within this time is waited for on the spot: the event loop would add more than that to what it takes. */
const NEAR_NS = 500_000;

interface Attempt {
  readonly token: number;
  readonly handle: NativeHandle;
  readonly startedNs: number;
  /** When its life is over. */
  readonly endsNs: number;
  /** When it was seen that the connect had come to an end, if right behind its start. */
  endedAt: Instant | null;
}

/** Opens the first socket, so that what is refused is known before anything is sent. @throws SystemError */
export function openTcpPort(options: TcpPortOptions): TcpPort {
  return new AddonTcpPort(options);
}

class AddonTcpPort implements TcpPort {
  readonly family: Family;
  readonly #options: TcpPortOptions;
  readonly #addon: NativeAddon;
  readonly #name: Uint8Array;
  readonly #queued: MessageBatch;
  readonly #records: UdpErrorRecords;
  readonly #info = new Uint8Array(TCP_INFO_OCTETS);
  readonly #number = new Uint8Array(Int32Array.BYTES_PER_ELEMENT);
  /** In the order of sending, so that the first is the first to be given up. */
  readonly #attempts = new Set<Attempt>();
  readonly #ready = new Set<Attempt>();
  readonly #round = new LookRound();
  /** Opened ahead, so that no time passes between the clock's reading and the connect. */
  #spare: NativeHandle | null;
  #callback: (() => void) | null = null;
  /** The latest answer came within NEAR_NS. Of the first nobody knows. */
  #isNear = true;

  constructor(options: TcpPortOptions) {
    const { addon, clock, interfaces, target, port } = options;
    this.#options = options;
    this.#addon = addon;
    this.family = target.family;
    this.#name = encodeSockaddr(target, port);
    this.#queued = new MessageBatch(addon, QUEUE_BATCH, QUOTE_OCTETS);
    this.#records = new UdpErrorRecords(this.#queued, clock, (address) => formatAddress(address, interfaces.nameOf));
    this.#spare = this.#open();
  }

  /** @throws SystemError */
  #open(): NativeHandle {
    const { source, configure } = this.#options;
    const addon = this.#addon;
    const handle = addon.open(this.family === 4 ? AF_INET : AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    try {
      addon.setsockopt(handle, SOL_SOCKET, SO_LINGER, RESET_ON_CLOSE);
      addon.setsockopt(handle, IPPROTO_TCP, TCP_SYNCNT, 1);
      if (this.family === 4) addon.setsockopt(handle, SOL_IP, IP_RECVERR, 1);
      else addon.setsockopt(handle, SOL_IPV6, IPV6_RECVERR, 1);
      configure?.(handle);
      if (source !== undefined) addon.bind(handle, encodeSockaddr(source));
      return handle;
    } catch (error) {
      addon.close(handle);
      throw error;
    }
  }

  get wakeAtNs(): number {
    const [first] = this.#attempts;
    return first === undefined ? Number.POSITIVE_INFINITY : first.endsNs;
  }

  send(token: number): number {
    return this.#start(token, null);
  }

  /** `endsNs`: when its life is over, unless it begins now. */
  #start(token: number, endsNs: number | null): number {
    const { clock } = this.#options;
    try {
      const handle = this.#spare ?? this.#open();
      this.#spare = null;
      const startedNs = clock.read().monoNs;
      const errno = -this.#addon.startConnect(handle, this.#name);
      if (errno !== 0 && errno !== EINPROGRESS) {
        this.#addon.close(handle);
        return errno;
      }
      const attempt: Attempt = { token, handle, startedNs, endsNs: endsNs ?? startedNs + LIFE_NS, endedAt: null };
      this.#attempts.add(attempt);
      if (this.#isNear) {
        this.#isNear = this.#addon.wait(handle, NEAR_NS) > 0;
        const { monoNs, wallNs } = clock.read();
        if (this.#isNear) attempt.endedAt = { monoNs, wallNs };
      }
      this.#await(attempt);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return -error.errno;
    }
    this.#spare = this.#tryOpen();
    return 0;
  }

  /** Null where no descriptor is to be had: the next send will say so, unless one is then. */
  #tryOpen(): NativeHandle | null {
    try {
      return this.#open();
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return null;
    }
  }

  #await(attempt: Attempt): void {
    this.#addon.watch(attempt.handle, () => {
      this.#ready.add(attempt);
      this.#callback?.();
    });
  }

  drain(handler: TcpPortHandler): boolean {
    const now = this.#options.clock.read();
    if (this.#round.isDue(now.monoNs, this.#attempts.size)) this.#lookAround();
    const ready = [...this.#ready];
    this.#ready.clear();
    for (const attempt of ready) this.#look(attempt, handler, now);
    for (const attempt of this.#attempts) {
      if (now.monoNs < attempt.endsNs) break;
      this.#look(attempt, handler, now);
      this.#drop(attempt);
    }
    return ready.length > 0;
  }

  #lookAround(): void {
    for (const attempt of this.#attempts) if (this.#addon.wait(attempt.handle, 0) > 0) this.#ready.add(attempt);
  }

  /** Tells what came of the attempt, if anything, and is done with it then. */
  #look(attempt: Attempt, handler: TcpPortHandler, now: Instant): void {
    if (!this.#attempts.has(attempt)) return;
    const { token, handle } = attempt;
    const info = this.#readInfo(handle);
    const errno = this.#readError(handle);
    const isPending = info?.isPending === true && errno === 0;
    const at = attempt.endedAt ?? now;
    // Whatever stands in the queue would wake us for ever.
    const error = isPending || errno !== 0 ? this.#readQueue(handle) : null;
    if (isPending && error === null) return this.#await(attempt);
    const user: TcpRoundTrip = { ns: at.monoNs - attempt.startedNs, clock: 'user' };
    if (user.ns < 2 * NEAR_NS) this.#isNear = true;
    if (info?.isRepeated === true) {
      // Whatever came may be about any of the SYNs.
    } else if (error !== null) {
      handler.queuedError(token, error, at);
    } else if (errno === 0 && this.#isOurselves(handle)) {
      this.#sendAgain(attempt, handler, at);
    } else if (errno === 0 || (info?.roundTripUs ?? 0) > 0) {
      handler.accepted(token, this.#kernelsOr(user, info?.roundTripUs ?? 0), at);
    } else if (errno === ECONNREFUSED || errno === ECONNRESET) {
      handler.refused(token, user, at);
    } else {
      handler.queuedError(token, localError(errno, this.#queued.octets), at);
    }
    this.#drop(attempt);
  }

  /**
   * Towards an address of our own the port that the kernel gives us may be the one that is asked for: then the socket connects with
   * itself (RFC 9293 section 3.5, simultaneous open), and nothing is known of the port.
   */
  #isOurselves(handle: NativeHandle): boolean {
    const { target, port } = this.#options;
    const own = decodeSockaddr(this.#addon.getsockname(handle));
    return own !== null && own.port === port && sameAddress(own, target);
  }

  /** From another port, within the probe's life. */
  #sendAgain({ token, endsNs }: Attempt, handler: TcpPortHandler, at: Instant): void {
    const errno = at.monoNs < endsNs ? this.#start(token, endsNs) : 0;
    if (errno !== 0) handler.queuedError(token, localError(errno, this.#queued.octets), at);
  }

  /** The kernel's measure, unless it has none, none is asked for, or it is longer than what user space saw around it. */
  #kernelsOr(user: TcpRoundTrip, roundTripUs: number): TcpRoundTrip {
    const ns = roundTripUs * NS_PER_US;
    const isCredible = ns > 0 && ns <= user.ns + CLOCK_ERROR_NS;
    return isCredible && this.#options.kernelTimes !== false ? { ns, clock: 'kernel' } : user;
  }

  #readInfo(handle: NativeHandle): ReturnType<typeof readTcpInfo> {
    const octets = this.#addon.getsockopt(handle, IPPROTO_TCP, TCP_INFO, this.#info);
    return readTcpInfo(this.#info.subarray(0, octets));
  }

  /** Reading SO_ERROR clears it. */
  #readError(handle: NativeHandle): number {
    this.#addon.getsockopt(handle, SOL_SOCKET, SO_ERROR, this.#number);
    return new DataView(this.#number.buffer).getInt32(0, LITTLE_ENDIAN);
  }

  /** The ICMP error that ended the attempt; null where none did. */
  #readQueue(handle: NativeHandle): QueuedError | null {
    const count = this.#addon.receiveErrors(handle, this.#queued.native);
    return count <= 0 ? null : this.#records.read(count - 1);
  }

  #drop(attempt: Attempt): void {
    this.#attempts.delete(attempt);
    this.#ready.delete(attempt);
    this.#addon.close(attempt.handle);
  }

  watch(callback: (() => void) | null): void {
    this.#callback = callback;
  }

  close(): void {
    for (const { handle } of this.#attempts) this.#addon.close(handle);
    this.#attempts.clear();
    if (this.#spare !== null) this.#addon.close(this.#spare);
    this.#spare = null;
  }
}

function localError(errno: number, octets: Uint8Array): QueuedError {
  const nothing = { type: 0, code: 0, info: 0, offender: null, destination: null, octets, start: 0, end: 0 };
  return { ...nothing, errno, origin: 'local' };
}
