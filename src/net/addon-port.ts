/** The full ICMP port: kernel stamps both ways, the error queue, batches. One socket, one target. */
import { IPV4_HEADER_LENGTH, IPV4_SOURCE_OFFSET, peekIpv4HeaderLength, peekIpv4TimeToLive } from '../packet/ipv4.ts';
import { AddonExchange } from './addon-exchange.ts';
import type { Clock } from './clock.ts';
import {
  IP_RECVERR,
  IP_RECVOPTS,
  IP_RECVTTL,
  IPV6_RECVERR,
  IPV6_RECVHOPLIMIT,
  MSG_CONFIRM,
  SO_SELECT_ERR_QUEUE,
  SO_TIMESTAMPING,
  SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from './constants.ts';
import { dropForeignReplies, type OpenedSocket } from './icmp-socket.ts';
import type { Interfaces } from './interfaces.ts';
import { MessageBatch, NAME_OCTETS, PRESENT, RECORD_WORDS, WORD } from './message-batch.ts';
import { type NativeAddon, WAIT_ERRORS } from './native.ts';
import type {
  IcmpPort,
  IncomingPacket,
  Mutable,
  PortAbilities,
  PortHandler,
  QueuedError,
  SocketType,
  TightPort,
} from './port.ts';
import { readErrorFacts, restartStamps, stampOf, transmitKeyOf } from './queued-errors.ts';
import { type Address, decodeSockaddr, encodeSockaddr, type Family, formatAddress } from './sockaddr.ts';
import { AddressCache, Ipv4SourceCache } from './source-cache.ts';
import { TransmitTokens } from './transmit-tokens.ts';

export interface AddonPortOptions {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly interfaces: Interfaces;
  readonly socket: OpenedSocket;
  readonly target: Address;
  /** Octets of the largest message to send or to receive whole. */
  readonly messageOctets: number;
  /** On a raw socket every program sees every echo reply: those with another identifier are dropped in the kernel. */
  readonly replies: { readonly type: number; readonly identifier: number } | null;
  /** IPv6 flow label (20 bits) that goes with every packet; 0 leaves it to the kernel. */
  readonly flowInfo: number;
  /** Interface that packets must leave by (IPV6_PKTINFO), 0 for the route's. */
  readonly interfaceIndex: number;
  readonly receiveStamps: boolean;
  readonly transmitStamps: boolean;
}

/** Room for what may precede a message: an IPv4 header with 40 octets of options. */
const HEADER_ROOM = 60;
/** A reply longer than its request is received this far, and a foreign packet too. */
const MINIMUM_ROOM = 1500;
const BATCH_MEMORY = 1 << 18;
const BATCH_MAXIMUM = 64;
const BATCH_MINIMUM = 4;
/** Of a packet quoted in an error nothing behind the first few octets is asked for. */
const ERROR_ROOM = 256;
const ERROR_BATCH = 64;
/** So many sends may await their transmit stamps at once. */
const TOKENS = 1 << 16;
/** So many batches are read in one drain before the event loop gets a turn. */
const DRAIN_ROUNDS = 16;

/** The error queue is looked at this often even when nothing speaks for it. */
const ERROR_QUEUE_ROUNDS = 64;

/** SO_TIMESTAMPING for the kernel's receive stamps. */
export const RECEIVE_STAMPS = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;

export class AddonPort implements IcmpPort {
  readonly family: Family;
  readonly socketType: SocketType;
  readonly abilities: PortAbilities;
  readonly outgoing: Uint8Array;

  readonly #options: AddonPortOptions;
  readonly #addon: NativeAddon;
  /** Received packets begin with their IPv4 header. */
  readonly #hasHeader: boolean;
  readonly #sending: MessageBatch;
  readonly #receiving: MessageBatch;
  readonly #errors: MessageBatch;
  readonly #packet: Mutable<IncomingPacket>;
  readonly #error: Mutable<QueuedError>;
  readonly #sources: AddressCache;
  readonly #headerSources = new Ipv4SourceCache();
  readonly #tokens = new TransmitTokens(TOKENS);
  #errorsExpected = true;
  #drainsSinceErrors = 0;
  #tight: AddonExchange | null = null;

  /** @throws SystemError when the kernel refuses an option that nothing works without. */
  constructor(options: AddonPortOptions) {
    const { addon, socket, messageOctets } = options;
    this.#options = options;
    this.#addon = addon;
    this.family = socket.family;
    this.socketType = socket.type;
    const room = Math.max(messageOctets + HEADER_ROOM, MINIMUM_ROOM);
    const capacity = Math.min(BATCH_MAXIMUM, Math.max(BATCH_MINIMUM, Math.floor(BATCH_MEMORY / room)));
    this.#sending = new MessageBatch(addon, 1, messageOctets);
    // A raw IPv4 socket hands over the IPv4 header, which has the source: the kernel is spared to tell it twice.
    this.#hasHeader = socket.family === 4 && socket.type === 'raw';
    this.#receiving = new MessageBatch(addon, capacity, room, this.#hasHeader);
    this.#errors = new MessageBatch(addon, ERROR_BATCH, ERROR_ROOM);
    this.#sources = new AddressCache((address) => formatAddress(address, options.interfaces.nameOf));
    this.outgoing = this.#sending.room(0);
    this.#packet = {
      octets: this.#receiving.octets,
      start: 0,
      end: 0,
      optionsStart: 0,
      optionsEnd: 0,
      source: '',
      hopLimit: -1,
      stampNs: Number.NaN,
    };
    this.#error = {
      errno: 0,
      origin: 'local',
      type: 0,
      code: 0,
      info: 0,
      offender: null,
      destination: null,
      octets: this.#errors.octets,
      start: 0,
      end: 0,
    };
    this.#address(this.#sending, 0);
    this.abilities = this.#configure();
  }

  /** Record `index` of `batch` goes to the target. */
  #address(batch: MessageBatch, index: number): void {
    const { target, flowInfo, interfaceIndex } = this.#options;
    batch.setName(index, encodeSockaddr(target, 0, flowInfo));
    if (interfaceIndex === 0 || this.family === 4) return;
    batch.setWord(index, WORD.PRESENT, PRESENT.PACKET_INFO);
    batch.setWord(index, WORD.INTERFACE, interfaceIndex);
  }

  #configure(): PortAbilities {
    const { socket, replies, receiveStamps, transmitStamps } = this.#options;
    const on = (level: number, name: number) => this.#addon.setsockopt(socket.handle, level, name, 1);
    if (this.family === 4) {
      on(SOL_IP, IP_RECVERR);
      if (socket.type === 'datagram') {
        on(SOL_IP, IP_RECVTTL);
        on(SOL_IP, IP_RECVOPTS);
      }
    } else {
      on(SOL_IPV6, IPV6_RECVERR);
      on(SOL_IPV6, IPV6_RECVHOPLIMIT);
    }
    if (replies !== null) dropForeignReplies(this.#addon, socket, replies.type, replies.identifier);
    on(SOL_SOCKET, SO_SELECT_ERR_QUEUE);
    this.#askForStamps();
    return { receiveStamps, transmitStamps, errorQueue: true };
  }

  #askForStamps(): void {
    const { addon, socket, clock, receiveStamps, transmitStamps } = this.#options;
    if (transmitStamps) {
      restartStamps(addon, socket.handle);
      this.#tokens.begin(clock.read());
    } else {
      addon.setsockopt(socket.handle, SOL_SOCKET, SO_TIMESTAMPING, receiveStamps ? RECEIVE_STAMPS : 0);
    }
  }

  send(octets: number, token: number, confirm: boolean): number {
    this.#sending.setWord(0, WORD.LENGTH, octets);
    const { handle } = this.#options.socket;
    const sent = this.#addon.send(handle, this.#sending.native, 0, 1, confirm ? MSG_CONFIRM : 0);
    const errno = sent === 1 ? 0 : -sent;
    this.#account(token, errno);
    return errno;
  }

  /** Sends go to `target` from now on. */
  aim(target: Address): void {
    this.#sending.setName(0, encodeSockaddr(target, 0, this.#options.flowInfo));
  }

  /** Made when it is first asked for: most runs never need it. */
  get tight(): TightPort {
    this.#tight ??= new AddonExchange({
      addon: this.#addon,
      handle: this.#options.socket.handle,
      clock: this.#options.clock,
      receiving: this.#receiving,
      transmitStamps: this.abilities.transmitStamps,
      address: (batch, index) => this.#address(batch, index),
      account: (token, errno) => this.#account(token, errno),
      readErrors: (handler) => {
        if (this.#shouldReadErrors()) this.#drainErrors(handler);
      },
      expectErrors: () => {
        this.#errorsExpected = true;
      },
      deliver: (index, handler) => this.#dispatchPacket(index, handler),
    });
    return this.#tight;
  }

  /** The send of `token` went out (0) or was refused. */
  #account(token: number, errno: number): void {
    const { transmitStamps } = this.abilities;
    if (errno === 0) {
      if (transmitStamps) this.#tokens.sent(token);
      return;
    }
    this.#errorsExpected = true;
    // Whether a refused send was counted depends on where in the kernel it was refused: begin a new count.
    if (transmitStamps) this.#askForStamps();
  }

  drain(handler: PortHandler): boolean {
    let any = false;
    for (let round = 0; round < DRAIN_ROUNDS; round++) {
      const packets = this.#receive();
      // All stamps first, however many batches they fill: a packet at hand may be the reply to the last of them.
      const errors = this.#shouldReadErrors() ? this.#drainErrors(handler) : 0;
      if (packets <= 0 && errors <= 0) break;
      any = true;
      // User space has them from this moment on, however long the handling of a batch takes.
      this.#options.clock.read();
      for (let index = 0; index < packets; index++) this.#dispatchPacket(index, handler);
      // A batch that was not filled has emptied its queue; what comes later wakes us anew.
      if (packets < this.#receiving.capacity) break;
    }
    return any;
  }

  /** Stamps come with every probe; without them the error queue is looked at only when there is a sign of something in it. */
  #shouldReadErrors(): boolean {
    this.#drainsSinceErrors++;
    return this.abilities.transmitStamps || this.#errorsExpected || this.#drainsSinceErrors >= ERROR_QUEUE_ROUNDS;
  }

  /** Empties the error queue (up to a limit) and answers how many entries it had. */
  #drainErrors(handler: PortHandler): number {
    let total = 0;
    this.#drainsSinceErrors = 0;
    for (let round = 0; round < DRAIN_ROUNDS; round++) {
      const count = this.#addon.receiveErrors(this.#options.socket.handle, this.#errors.native);
      this.#errorsExpected = count === ERROR_BATCH;
      if (count <= 0) break;
      total += count;
      this.#options.clock.read();
      for (let index = 0; index < count; index++) this.#dispatchStamp(index, handler);
      for (let index = 0; index < count; index++) this.#dispatchError(index, handler);
      if (count < ERROR_BATCH) break;
    }
    return total;
  }

  /** A pending socket error is answered once instead of packets; it stands in the error queue too, so ask again. */
  #receive(): number {
    const { handle } = this.#options.socket;
    const count = this.#addon.receive(handle, this.#receiving.native);
    if (count >= 0) return count;
    this.#errorsExpected = true;
    return this.#addon.receive(handle, this.#receiving.native);
  }

  #dispatchStamp(index: number, handler: PortHandler): void {
    const key = transmitKeyOf(this.#errors, index);
    if (key === null) return;
    const stampNs = stampOf(this.#errors, index, this.#options.clock);
    const token = this.#tokens.find(key, stampNs, this.#options.clock);
    if (token !== null) handler.transmitted(token, stampNs);
  }

  #dispatchPacket(index: number, handler: PortHandler): void {
    const batch = this.#receiving;
    const packet = this.#packet;
    const start = batch.dataOffset(index);
    const end = start + batch.word(index, WORD.LENGTH);
    packet.start = start;
    packet.end = end;
    packet.optionsStart = packet.optionsEnd = end;
    packet.hopLimit = batch.has(index, PRESENT.HOP_LIMIT) ? batch.word(index, WORD.HOP_LIMIT) : -1;
    packet.stampNs = stampOf(batch, index, this.#options.clock);
    if (this.#hasHeader) {
      const header = peekIpv4HeaderLength(packet.octets, start, end);
      packet.source = header === 0 ? '' : this.#headerSources.format(packet.octets, start + IPV4_SOURCE_OFFSET);
      // Without a whole IPv4 header there is no message: leave it empty, the engine says "too short".
      packet.start = header === 0 ? end : start + header;
      if (header !== 0) packet.hopLimit = peekIpv4TimeToLive(packet.octets, start);
      if (header > IPV4_HEADER_LENGTH) {
        packet.optionsStart = start + IPV4_HEADER_LENGTH;
        packet.optionsEnd = start + header;
      }
    } else {
      packet.source = this.#sources.format(batch, index, WORD.NAME) ?? '';
      if (batch.has(index, PRESENT.OPTIONS)) {
        const at = (index * RECORD_WORDS + WORD.OPTIONS) * Uint32Array.BYTES_PER_ELEMENT;
        packet.optionsStart = at;
        packet.optionsEnd = at + batch.word(index, WORD.OPTIONS_LENGTH);
      }
    }
    handler.packet(packet);
  }

  #dispatchError(index: number, handler: PortHandler): void {
    const batch = this.#errors;
    const error = this.#error;
    if (!readErrorFacts(error, batch, index)) return;
    error.offender =
      error.origin === 'local' || !batch.has(index, PRESENT.OFFENDER) ? null : this.#formatName(index, WORD.OFFENDER);
    error.destination = batch.word(index, WORD.NAME_LENGTH) === 0 ? null : this.#formatName(index, WORD.NAME);
    handler.queuedError(error);
  }

  #formatName(index: number, word: number): string | null {
    const address = decodeSockaddr(this.#errors.field(index, word, NAME_OCTETS));
    return address === null ? null : formatAddress(address, this.#options.interfaces.nameOf);
  }

  watch(callback: (() => void) | null): void {
    const woken = () => {
      this.#errorsExpected = true; // the event loop does not say what it was
      callback?.();
    };
    this.#addon.watch(this.#options.socket.handle, callback === null ? null : woken);
  }

  wait(timeoutNs: number): void {
    const what = this.#addon.wait(this.#options.socket.handle, timeoutNs);
    if (what > 0 && (what & WAIT_ERRORS) !== 0) this.#errorsExpected = true;
  }

  close(): void {
    this.#addon.close(this.#options.socket.handle);
  }
}
