/**
 * One ICMP socket towards many targets: probes leave in batches, each with an address of its own; replies and errors come back
 * in batches with their addresses. What the payload holds is for the caller.
 *
 * All times are on the monotonic clock. Kernel stamps are wall-clock times; they are brought over by the difference of the two
 * clocks when they are read, so that a step of the wall clock touches only what is in the socket at that moment.
 */

import { ICMP_ECHOREPLY } from '../packet/icmp-constants.ts';
import { ICMPV6_ECHO_REPLY } from '../packet/icmp6-constants.ts';
import { IPV4_HEADER_LENGTH, peekIpv4HeaderLength } from '../packet/ipv4.ts';
import type { Clock } from './clock.ts';
import {
  AF_INET,
  AF_INET6,
  IP_RECVERR,
  IPV6_RECVERR,
  SO_RXQ_OVFL,
  SO_SELECT_ERR_QUEUE,
  SO_TIMESTAMPING,
  SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from './constants.ts';
import { dropForeignReplies, type OpenedSocket, passTypes } from './icmp-socket.ts';
import { MessageBatch, NAME_OCTETS, PRESENT, RECORD_WORDS, WORD } from './message-batch.ts';
import type { NativeAddon } from './native.ts';
import type { Mutable, QueuedError } from './port.ts';
import { readErrorFacts, restartStamps, stampOf, transmitKeyOf } from './queued-errors.ts';
import { type Address, decodeSockaddr, type Family, LITTLE_ENDIAN } from './sockaddr.ts';
import { TransmitTokens } from './transmit-tokens.ts';

export interface EchoSocketOptions {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly socket: OpenedSocket;
  /** Octets of each probe. */
  readonly messageOctets: number;
  /** What replies must carry on a raw socket; a datagram socket has its own. */
  readonly identifier: number;
  /** Whether the kernel is asked when each probe left. It is one more message to read for each. */
  readonly transmitStamps: boolean;
}

/** One received packet. The object and its octets are overwritten by the next one: read them before returning. */
export interface EchoPacket {
  readonly octets: Uint8Array;
  /** The ICMP message stands in octets [start, end). */
  readonly start: number;
  readonly end: number;
  /** Where it came from: 4 or 16 octets in network order from here on in `octets`. */
  readonly sourceOffset: number;
  /** Interface of a link-local source, else 0. */
  readonly sourceScope: number;
  /** Kernel receive stamp, NaN without one. */
  readonly receivedNs: number;
}

/** One ICMP error about a probe. Overwritten by the next one, like its octets. */
export interface EchoError {
  readonly origin: QueuedError['origin'];
  readonly errno: number;
  readonly type: number;
  readonly code: number;
  readonly info: number;
  readonly offender: Address | null;
  /** Where the probe was going; null where the kernel does not say. */
  readonly destination: Address | null;
  /** The quoted message stands in octets [start, end). */
  readonly octets: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export interface EchoSocketHandler {
  packet(packet: EchoPacket, socket: EchoSocket): void;
  queuedError(error: EchoError, socket: EchoSocket): void;
}

/** More only makes the first of a batch wait for the last one; fewer cost system calls. */
export const SEND_BATCH = 16;
const RECEIVE_BATCH = 64;
const ERROR_BATCH = 64;
/** Room for what stands before a message: an IPv4 header with 40 octets of options. */
const HEADER_ROOM = 60;
const ERROR_ROOM = 256;
/** So many batches are read in one drain before the caller sends on. */
const DRAIN_ROUNDS = 64;
/** Sequence numbers of ICMP: so many probes are told apart by theirs. */
const SEQUENCES = 1 << 16;
const OCTETS_PER_WORD = 4;
const SOCKADDR_IN_OCTETS = 16;
const SOCKADDR_IN6_OCTETS = 28;
/** Where sockaddr_in and sockaddr_in6 have their address and scope. */
const IN_ADDRESS_OFFSET = 4;
const IN6_ADDRESS_OFFSET = 8;
const IN6_SCOPE_WORD = 6;

export class EchoSocket {
  readonly family: Family;
  /** Identifier in our probes as far as we know it: null on a datagram socket. */
  readonly identifier: number | null;
  /** Room for SEND_BATCH probes: see `offsetOf`. */
  readonly outgoing: Uint8Array;
  /** Packets that found no room in the receive buffer, as far as later ones have told. */
  drops = 0;

  readonly #options: EchoSocketOptions;
  readonly #addon: NativeAddon;
  readonly #sending: MessageBatch;
  readonly #receiving: MessageBatch;
  readonly #errors: MessageBatch;
  readonly #packet: Mutable<EchoPacket>;
  readonly #error: Mutable<EchoError>;
  #sequence = 0;
  readonly #tokens: TransmitTokens | null;
  /** Transmit stamps by sequence; NaN where there is none yet. */
  readonly #transmittedNs: Float64Array | null;

  /** @throws SystemError when the kernel refuses an option that nothing works without. */
  constructor(options: EchoSocketOptions) {
    const { addon, socket, messageOctets, transmitStamps } = options;
    this.#options = options;
    this.#addon = addon;
    this.family = socket.family;
    this.identifier = socket.type === 'raw' ? options.identifier : null;
    this.#sending = new MessageBatch(addon, SEND_BATCH, messageOctets);
    this.#receiving = new MessageBatch(addon, RECEIVE_BATCH, messageOctets + HEADER_ROOM);
    this.#errors = new MessageBatch(addon, ERROR_BATCH, ERROR_ROOM);
    this.#tokens = transmitStamps ? new TransmitTokens(SEQUENCES) : null;
    this.#transmittedNs = transmitStamps ? new Float64Array(SEQUENCES).fill(Number.NaN) : null;
    this.outgoing = this.#sending.octets;
    const { octets } = this.#receiving;
    this.#packet = { octets, start: 0, end: 0, sourceOffset: 0, sourceScope: 0, receivedNs: Number.NaN };
    this.#error = {
      origin: 'local',
      errno: 0,
      type: 0,
      code: 0,
      info: 0,
      offender: null,
      destination: null,
      octets: this.#errors.octets,
      start: 0,
      end: 0,
    };
    this.#addressProbes(messageOctets);
    this.#configure();
  }

  /** What is the same in the records of all probes. */
  #addressProbes(messageOctets: number): void {
    const domain = Uint16Array.of(this.family === 4 ? AF_INET : AF_INET6);
    for (let slot = 0; slot < SEND_BATCH; slot++) {
      this.#sending.setName(slot, new Uint8Array(this.family === 4 ? SOCKADDR_IN_OCTETS : SOCKADDR_IN6_OCTETS));
      this.#sending.field(slot, WORD.NAME, NAME_OCTETS).set(new Uint8Array(domain.buffer));
      this.#sending.setWord(slot, WORD.LENGTH, messageOctets);
    }
  }

  #configure(): void {
    const { socket, identifier } = this.#options;
    const { handle } = socket;
    const isIpv4 = this.family === 4;
    this.#addon.setsockopt(handle, isIpv4 ? SOL_IP : SOL_IPV6, isIpv4 ? IP_RECVERR : IPV6_RECVERR, 1);
    this.#addon.setsockopt(handle, SOL_SOCKET, SO_SELECT_ERR_QUEUE, 1);
    this.#addon.setsockopt(handle, SOL_SOCKET, SO_RXQ_OVFL, 1);
    if (socket.type === 'raw') {
      const replyType = isIpv4 ? ICMP_ECHOREPLY : ICMPV6_ECHO_REPLY;
      passTypes(this.#addon, socket, [replyType]);
      dropForeignReplies(this.#addon, socket, replyType, identifier);
    }
    if (this.#tokens === null) {
      const receiveOnly = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
      this.#addon.setsockopt(handle, SOL_SOCKET, SO_TIMESTAMPING, receiveOnly);
    } else {
      this.#restartStamps();
    }
  }

  #restartStamps(): void {
    restartStamps(this.#addon, this.#options.socket.handle);
    this.#tokens?.begin(this.#options.clock.read());
  }

  /** Where in `outgoing` the probe of a slot (0 to SEND_BATCH - 1) stands. */
  offsetOf(slot: number): number {
    return this.#sending.dataOffset(slot);
  }

  /** The sequence number of the next probe: each is to have its own. */
  nextSequence(): number {
    this.#sequence = (this.#sequence + 1) & (SEQUENCES - 1);
    if (this.#transmittedNs !== null) this.#transmittedNs[this.#sequence] = Number.NaN;
    return this.#sequence;
  }

  /** Addresses a slot by the four words of an address in host order (v4-mapped for IPv4), from `at` on. */
  address(slot: number, words: Uint32Array, at: number, scope: number): void {
    const first = slot * RECORD_WORDS + WORD.NAME;
    const { words: record } = this.#sending;
    if (this.family === 4) {
      record[first + IN_ADDRESS_OFFSET / OCTETS_PER_WORD] = toNetwork(words[at + 3]!);
      return;
    }
    for (let word = 0; word < 4; word++) {
      record[first + IN6_ADDRESS_OFFSET / OCTETS_PER_WORD + word] = toNetwork(words[at + word]!);
    }
    record[first + IN6_SCOPE_WORD] = scope;
  }

  /**
   * Sends the probes in slots [first, first + count). Answers how many left, or the -errno with which the first was refused;
   * `firstSequence` is that of the first, and the others' follow it.
   */
  send(first: number, count: number, firstSequence: number): number {
    const sent = this.#addon.send(this.#options.socket.handle, this.#sending.native, first, count, 0);
    if (this.#tokens !== null) {
      for (let probe = 0; probe < sent; probe++) this.#tokens.sent((firstSequence + probe) & (SEQUENCES - 1));
      // Whether a refused send was counted depends on where in the kernel it was refused: begin a new count.
      if (sent < count) this.#restartStamps();
    }
    return sent;
  }

  /** The kernel's transmit stamp of the probe with this sequence number; NaN where there is none. */
  transmittedNs(sequence: number): number {
    return this.#transmittedNs === null ? Number.NaN : this.#transmittedNs[sequence]!;
  }

  /** Reads what waits, stamps first, up to a limit. Answers whether more may wait. The clock is read after each batch. */
  drain(handler: EchoSocketHandler): boolean {
    for (let round = 0; round < DRAIN_ROUNDS; round++) {
      let packets = this.#addon.receive(this.#options.socket.handle, this.#receiving.native);
      // A pending socket error is answered once instead of packets; it stands in the error queue too, so ask again.
      const hasError = packets < 0;
      if (hasError) packets = this.#addon.receive(this.#options.socket.handle, this.#receiving.native);
      const isLast = packets < RECEIVE_BATCH;
      const errors = hasError || isLast || this.#tokens !== null ? this.#drainErrors(handler) : 0;
      if (packets > 0 || errors > 0) this.#options.clock.read();
      for (let index = 0; index < packets; index++) this.#dispatchPacket(index, handler);
      if (isLast) return false;
    }
    return true;
  }

  #drainErrors(handler: EchoSocketHandler): number {
    let total = 0;
    for (let round = 0; round < DRAIN_ROUNDS; round++) {
      const count = this.#addon.receiveErrors(this.#options.socket.handle, this.#errors.native);
      if (count <= 0) break;
      total += count;
      this.#options.clock.read();
      for (let index = 0; index < count; index++) this.#dispatchStamp(index);
      for (let index = 0; index < count; index++) this.#dispatchError(index, handler);
      if (count < ERROR_BATCH) break;
    }
    return total;
  }

  #dispatchStamp(index: number): void {
    if (this.#tokens === null || this.#transmittedNs === null) return;
    const key = transmitKeyOf(this.#errors, index);
    if (key === null) return;
    const stampNs = stampOf(this.#errors, index, this.#options.clock);
    const sequence = this.#tokens.find(key, stampNs, this.#options.clock);
    if (sequence !== null) this.#transmittedNs[sequence] = this.#toMonotonic(stampNs);
  }

  #toMonotonic(wallNs: number): number {
    const { clock } = this.#options;
    return wallNs - clock.wallNs + clock.monoNs;
  }

  #dispatchPacket(index: number, handler: EchoSocketHandler): void {
    const batch = this.#receiving;
    const packet = this.#packet;
    const first = index * RECORD_WORDS;
    const present = batch.words[first + WORD.PRESENT]!;
    packet.start = batch.dataOffset(index);
    packet.end = packet.start + batch.words[first + WORD.LENGTH]!;
    packet.receivedNs = (present & PRESENT.STAMP) === 0 ? Number.NaN : this.#toMonotonic(this.#stampNs(first));
    if ((present & PRESENT.DROPS) !== 0) this.drops = batch.words[first + WORD.DROPS]!;
    const nameOffset = (first + WORD.NAME) * OCTETS_PER_WORD;
    if (this.family === 4) {
      packet.sourceOffset = nameOffset + IN_ADDRESS_OFFSET;
      if (this.identifier !== null) {
        const header = peekIpv4HeaderLength(packet.octets, packet.start, packet.end);
        packet.start += header < IPV4_HEADER_LENGTH ? packet.end - packet.start : header;
      }
    } else {
      packet.sourceOffset = nameOffset + IN6_ADDRESS_OFFSET;
      packet.sourceScope = batch.words[first + WORD.NAME + IN6_SCOPE_WORD]!;
    }
    handler.packet(packet, this);
  }

  #stampNs(first: number): number {
    const { words } = this.#receiving;
    return this.#options.clock.fromUnix(words[first + WORD.STAMP_SECONDS]!, words[first + WORD.STAMP_NANOSECONDS]!);
  }

  #dispatchError(index: number, handler: EchoSocketHandler): void {
    const batch = this.#errors;
    const error = this.#error;
    if (!readErrorFacts(error, batch, index)) return;
    error.offender = batch.has(index, PRESENT.OFFENDER) ? this.#address(index, WORD.OFFENDER) : null;
    error.destination = batch.word(index, WORD.NAME_LENGTH) === 0 ? null : this.#address(index, WORD.NAME);
    handler.queuedError(error, this);
  }

  #address(index: number, word: number): Address | null {
    return decodeSockaddr(this.#errors.field(index, word, NAME_OCTETS));
  }

  /** Calls back from the event loop whenever there may be something to drain; null stops. */
  watch(callback: (() => void) | null): void {
    this.#addon.watch(this.#options.socket.handle, callback);
  }

  close(): void {
    this.#addon.close(this.#options.socket.handle);
  }
}

/** A word in host order as it stands in memory in network order. */
function toNetwork(word: number): number {
  if (!LITTLE_ENDIAN) return word;
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}
