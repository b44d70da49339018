/** UdpPort on the addon: one UDP socket towards one target, with error queue, kernel stamps both ways and batches. */
import type { Clock } from './clock.ts';
import {
  AF_INET,
  AF_INET6,
  EACCES,
  ECONNREFUSED,
  EHOSTUNREACH,
  ENETUNREACH,
  ENOPROTOOPT,
  EPROTO,
  IP_MTU_DISCOVER,
  IP_RECVERR,
  IP_RECVERR_RFC4884,
  IP_RECVTOS,
  IP_RECVTTL,
  IPPROTO_UDP,
  IPV6_MTU_DISCOVER,
  IPV6_RECVERR,
  IPV6_RECVERR_RFC4884,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVTCLASS,
  PMTUDISC_DO,
  PMTUDISC_PROBE,
  SO_ERROR,
  SO_RCVBUF,
  SO_SELECT_ERR_QUEUE,
  SOCK_DGRAM,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from './constants.ts';
import { isSystemError } from './errors.ts';
import type { Interfaces } from './interfaces.ts';
import { MessageBatch, PRESENT, WORD } from './message-batch.ts';
import type { NativeAddon, NativeHandle } from './native.ts';
import { restartStamps, stampOf, transmitKeyOf } from './queued-errors.ts';
import { type Address, decodeSockaddr, encodeSockaddr, type Family, formatAddress } from './sockaddr.ts';
import { TransmitTokens } from './transmit-tokens.ts';
import { QUOTE_ROOM_OCTETS, type UdpPort, type UdpPortHandler, type UdpProbe } from './udp-port.ts';
import { UdpErrorRecords, UdpReplyRecords } from './udp-records.ts';

export interface UdpPortOptions {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly interfaces: Interfaces;
  /** Where all probes go. A v4-mapped IPv6 address is sent to as the IPv4 address in it. */
  readonly target: Address;
  /** Octets of the largest payload that will be asked for; it may be more than a datagram can hold. */
  readonly largestPayloadOctets: number;
  /** Our own address and port; absent or 0 for those that the kernel chooses. */
  readonly source?: Address;
  readonly sourcePort?: number;
  /** So many probes are sent together at most, a power of two; 32 unless said. */
  readonly burst?: number;
  /** Whether the kernel's stamps are asked for; they are unless said. */
  readonly stamps?: boolean;
  /** What else is to be set on the socket, over what the port sets. @throws SystemError */
  readonly configure?: (handle: NativeHandle) => void;
}

/** Places for probes to be sent together, each with room for an ordinary MTU. Larger ones go out one by one. */
const BURST = 32;
const BATCH_ROOM_OCTETS = 2048;
/** Entries of the error queue to be read together, for each probe that is: its stamp and its answer. */
const QUEUED_PER_PROBE = 2;
const REPLY_BATCH = 4;
/** Of 32 together more than the ring of a path can have under way; a power of two. */
const STAMPS_PER_PROBE = 1 << 7;
/** Answers to probes of many hops may come at once: this many octets of them wait without loss. */
const RECEIVE_BUFFER = 1 << 20;
/** So many batches are read in one drain before the event loop gets a turn. */
const DRAIN_ROUNDS = 16;

/** What an ICMP error makes of the next send, though nothing is wrong with that: errno values of icmp_err_convert. */
const FROM_ICMP: readonly number[] = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EACCES, ENOPROTOOPT, EPROTO];

/** Opens a socket and binds it. @throws SystemError whose `syscall` names what was refused */
export function openUdpPort(options: UdpPortOptions): UdpPort {
  const { addon, target: given, source, sourcePort = 0 } = options;
  const target = unmapped(given);
  const handle = addon.open(target.family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
  try {
    const local = source === undefined ? anyAddress(target.family) : unmapped(source);
    addon.bind(handle, encodeSockaddr(local, sourcePort));
    return new AddonUdpPort({ ...options, target }, handle);
  } catch (error) {
    addon.close(handle);
    throw error;
  }
}

class AddonUdpPort implements UdpPort {
  readonly family: Family;
  readonly sourcePort: number;
  readonly pmtuMode: 'probe' | 'do';

  readonly #options: UdpPortOptions;
  readonly #addon: NativeAddon;
  readonly #handle: NativeHandle;
  readonly #batch: MessageBatch;
  readonly #single: MessageBatch;
  readonly #queued: MessageBatch;
  readonly #replies: MessageBatch;
  readonly #queuedRecords: UdpErrorRecords;
  readonly #replyRecords: UdpReplyRecords;
  readonly #tokens: TransmitTokens;
  readonly #pendingError = new Uint8Array(Int32Array.BYTES_PER_ELEMENT);

  /** @throws SystemError */
  constructor(options: UdpPortOptions, handle: NativeHandle) {
    const { addon, target, largestPayloadOctets, burst = BURST } = options;
    this.#options = options;
    this.#addon = addon;
    this.#handle = handle;
    this.family = target.family;
    this.#batch = new MessageBatch(addon, burst, Math.min(BATCH_ROOM_OCTETS, largestPayloadOctets));
    this.#single = new MessageBatch(addon, 1, largestPayloadOctets);
    this.#queued = new MessageBatch(addon, QUEUED_PER_PROBE * burst, QUOTE_ROOM_OCTETS);
    this.#replies = new MessageBatch(addon, REPLY_BATCH, QUOTE_ROOM_OCTETS);
    this.#tokens = new TransmitTokens(STAMPS_PER_PROBE * burst);
    const format = (address: Address) => formatAddress(address, options.interfaces.nameOf);
    this.#queuedRecords = new UdpErrorRecords(this.#queued, options.clock, format);
    this.#replyRecords = new UdpReplyRecords(this.#replies, options.clock, format);
    this.pmtuMode = this.#configure();
    this.sourcePort = decodeSockaddr(addon.getsockname(handle))?.port ?? 0;
  }

  #configure(): 'probe' | 'do' {
    const set = (level: number, name: number, value: number) =>
      this.#addon.setsockopt(this.#handle, level, name, value);
    const trySet = (level: number, name: number, value: number): boolean => {
      try {
        set(level, name, value);
        return true;
      } catch (error) {
        if (isSystemError(error)) return false;
        throw error;
      }
    };
    const isV4 = this.family === 4;
    const level = isV4 ? SOL_IP : SOL_IPV6;
    const discover = isV4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER;
    const probes = trySet(level, discover, PMTUDISC_PROBE);
    if (!probes) set(level, discover, PMTUDISC_DO);
    set(level, isV4 ? IP_RECVERR : IPV6_RECVERR, 1);
    set(level, isV4 ? IP_RECVTTL : IPV6_RECVHOPLIMIT, 1);
    set(level, isV4 ? IP_RECVTOS : IPV6_RECVTCLASS, 1);
    // Since Linux 5.9. Without it extensions are not told from the payload, and no more.
    trySet(level, isV4 ? IP_RECVERR_RFC4884 : IPV6_RECVERR_RFC4884, 1);
    trySet(SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
    set(SOL_SOCKET, SO_SELECT_ERR_QUEUE, 1);
    this.#options.configure?.(this.#handle);
    this.#restartStamps();
    return probes ? 'probe' : 'do';
  }

  #restartStamps(): void {
    if (this.#options.stamps === false) return;
    restartStamps(this.#addon, this.#handle);
    this.#tokens.begin(this.#options.clock.read());
  }

  send(probes: readonly UdpProbe[]): number {
    const isSingle = probes.some(({ payloadOctets }) => payloadOctets > this.#batch.dataOctets);
    const batch = isSingle ? this.#single : this.#batch;
    const count = Math.min(probes.length, batch.capacity);
    for (let index = 0; index < count; index++) this.#stage(batch, index, probes[index]!);
    this.#forgetPendingError();
    const sent = this.#sendStaged(batch, probes, count);
    // An ICMP error that came in between is answered once in place of sending.
    return FROM_ICMP.includes(-sent) ? this.#sendStaged(batch, probes, count) : sent;
  }

  #sendStaged(batch: MessageBatch, probes: readonly UdpProbe[], count: number): number {
    const sent = this.#addon.send(this.#handle, batch.native, 0, count, 0);
    for (let index = 0; index < sent; index++) this.#tokens.sent(probes[index]!.token);
    // Whether a refused send was counted depends on where in the kernel it was refused.
    if (sent < count) this.#restartStamps();
    return sent;
  }

  /** Reading SO_ERROR clears it. What it tells stands in the error queue too. */
  #forgetPendingError(): void {
    this.#addon.getsockopt(this.#handle, SOL_SOCKET, SO_ERROR, this.#pendingError);
  }

  #stage(batch: MessageBatch, index: number, probe: UdpProbe): void {
    const { destinationPort, hopLimit, payload, payloadOctets, trafficClass } = probe;
    if (payloadOctets > this.#options.largestPayloadOctets || payload.length > payloadOctets) {
      throw new RangeError(`no room for ${payload.length} of ${payloadOctets} octets`);
    }
    batch.setName(index, encodeSockaddr(this.#options.target, destinationPort));
    const room = batch.room(index);
    room.set(payload);
    room.fill(0, payload.length, payloadOctets);
    batch.setWord(index, WORD.LENGTH, payloadOctets);
    const present = (hopLimit === 0 ? 0 : PRESENT.HOP_LIMIT) | (trafficClass === undefined ? 0 : PRESENT.TRAFFIC_CLASS);
    batch.setWord(index, WORD.PRESENT, present);
    batch.setWord(index, WORD.HOP_LIMIT, hopLimit);
    batch.setWord(index, WORD.TRAFFIC_CLASS, trafficClass ?? 0);
  }

  drain(handler: UdpPortHandler): boolean {
    let any = false;
    for (let round = 0; round < DRAIN_ROUNDS; round++) {
      const replies = this.#receive();
      // All stamps first: a reply at hand may be the one to the last of them.
      const errors = this.#drainQueue(handler);
      if (replies <= 0 && errors === 0) break;
      any = true;
      this.#options.clock.read();
      for (let index = 0; index < replies; index++) handler.reply(this.#replyRecords.read(index));
      if (replies < REPLY_BATCH) break;
    }
    return any;
  }

  /** A pending socket error is answered once instead of packets; it stands in the error queue too, so ask again. */
  #receive(): number {
    const count = this.#addon.receive(this.#handle, this.#replies.native);
    return count >= 0 ? count : this.#addon.receive(this.#handle, this.#replies.native);
  }

  #drainQueue(handler: UdpPortHandler): number {
    let total = 0;
    for (let round = 0; round < DRAIN_ROUNDS; round++) {
      const count = this.#addon.receiveErrors(this.#handle, this.#queued.native);
      if (count <= 0) break;
      total += count;
      this.#options.clock.read();
      for (let index = 0; index < count; index++) this.#dispatchStamp(index, handler);
      for (let index = 0; index < count; index++) this.#dispatchError(index, handler);
      if (count < this.#queued.capacity) break;
    }
    return total;
  }

  #dispatchStamp(index: number, handler: UdpPortHandler): void {
    const key = transmitKeyOf(this.#queued, index);
    if (key === null) return;
    const stampNs = stampOf(this.#queued, index, this.#options.clock);
    const token = this.#tokens.find(key, stampNs, this.#options.clock);
    if (token !== null) handler.transmitted(token, stampNs);
  }

  #dispatchError(index: number, handler: UdpPortHandler): void {
    const error = this.#queuedRecords.read(index);
    if (error !== null) handler.queuedError(error);
  }

  watch(callback: (() => void) | null): void {
    this.#addon.watch(this.#handle, callback);
  }

  close(): void {
    this.#addon.close(this.#handle);
  }
}

function anyAddress(family: Family): Address {
  return { family, octets: new Uint8Array(family === 4 ? 4 : 16), scope: 0 };
}

const MAPPED_PREFIX_OCTETS = 12;

/** ::ffff:0:0/96, RFC 4291 section 2.5.5.2. */
export function isV4Mapped(address: Address): boolean {
  const { family, octets } = address;
  return (
    family === 6 && octets.subarray(0, 10).every((octet) => octet === 0) && octets[10] === 0xff && octets[11] === 0xff
  );
}

/** The IPv4 address in a v4-mapped one; any other as it is. */
export function unmapped(address: Address): Address {
  if (!isV4Mapped(address)) return address;
  return { family: 4, octets: address.octets.slice(MAPPED_PREFIX_OCTETS), scope: 0 };
}
