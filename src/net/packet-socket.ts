/**
 * A packet socket (packet(7), SOCK_DGRAM): one EtherType on one interface, the link header made and read by the kernel, with
 * kernel stamps of receiving and of sending. It is opened without an EtherType, so that it hears nothing until it is bound:
 * only the opening needs CAP_NET_RAW.
 */
import type { Clock } from './clock.ts';
import { AF_PACKET, SO_SELECT_ERR_QUEUE, SOCK_DGRAM, SOL_SOCKET } from './constants.ts';
import { MessageBatch, WORD } from './message-batch.ts';
import type { NativeAddon, NativeHandle } from './native.ts';
import { restartStamps, stampOf, transmitKeyOf } from './queued-errors.ts';
import { decodeSockaddrLl, encodeSockaddrLl, type LinkAddress, type PacketType } from './sockaddr-ll.ts';
import { TransmitTokens } from './transmit-tokens.ts';

/** ARP with the longest addresses takes 8 + 2 * (32 + 4) octets, and frames are padded to 46; what is longer is cut. */
const ROOM_OCTETS = 128;
const BATCH = 16;
/** Of a stamp nothing but its control messages is wanted. */
const STAMP_ROOM = 16;
/** So many batches are read in one drain before the event loop gets a turn. */
const DRAIN_ROUNDS = 16;
/** Sends whose stamp may still be awaited; a power of two. */
const STAMPS_AWAITED = 64;

/** One received frame. */
export interface IncomingFrame {
  /** What stands behind the link header, padding included; cut at 128 octets. Overwritten by the next drain. */
  readonly octets: Uint8Array;
  readonly packetType: PacketType;
  /** The sender's address in the link header. */
  readonly linkSource: Uint8Array;
  /** Kernel receive stamp on the clock's `wallNs` scale, NaN without one. */
  readonly stampNs: number;
}

/** Receives what a drain finds: all transmit stamps first, so that an answer always meets the stamp of its question. */
export interface FrameHandler {
  transmitted(token: number, stampNs: number): void;
  frame(frame: IncomingFrame): void;
  /** Receiving failed: ENETDOWN when the interface went down. */
  receiveFailed(errno: number): void;
}

/** What a command needs of a packet socket that is bound. */
export interface FramePort {
  /** Sends one packet to a link address. `token` comes back with the transmit stamp. Answers 0 or an errno. */
  send(packet: Uint8Array, destination: Uint8Array, token: number): number;
  /** Reads what waits, up to a limit, and the clock after each batch. Answers whether anything came. */
  drain(handler: FrameHandler): boolean;
  /** Calls back from the event loop whenever there may be something to drain; null stops. */
  watch(callback: (() => void) | null): void;
  close(): void;
}

/** Opens the socket, deaf until it is bound, and asks for stamps. @throws SystemError (EPERM without CAP_NET_RAW) */
export function openPacketSocket(addon: NativeAddon): NativeHandle {
  const handle = addon.open(AF_PACKET, SOCK_DGRAM, 0);
  addon.setsockopt(handle, SOL_SOCKET, SO_SELECT_ERR_QUEUE, 1);
  // The first socket of a machine to ask switches the stamps on, a moment later: ask long before the first answer.
  restartStamps(addon, handle);
  return handle;
}

/** From here on frames of that EtherType are queued. Answers the interface's own address. @throws SystemError */
export function bindPacketSocket(
  addon: NativeAddon,
  handle: NativeHandle,
  etherType: number,
  index: number,
): LinkAddress {
  addon.bind(handle, encodeSockaddrLl(etherType, index));
  const own = decodeSockaddrLl(addon.getsockname(handle));
  if (own === null) throw new Error('getsockname answered an address of another family');
  return own;
}

export interface PacketPortOptions {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  /** Bound; the port closes it. */
  readonly handle: NativeHandle;
  readonly etherType: number;
  readonly interfaceIndex: number;
}

export class PacketPort implements FramePort {
  readonly #options: PacketPortOptions;
  readonly #addon: NativeAddon;
  readonly #sending: MessageBatch;
  readonly #receiving: MessageBatch;
  readonly #stamps: MessageBatch;
  readonly #tokens = new TransmitTokens(STAMPS_AWAITED);

  constructor(options: PacketPortOptions) {
    const { addon } = options;
    this.#options = options;
    this.#addon = addon;
    this.#sending = new MessageBatch(addon, 1, ROOM_OCTETS);
    this.#receiving = new MessageBatch(addon, BATCH, ROOM_OCTETS);
    this.#stamps = new MessageBatch(addon, BATCH, STAMP_ROOM);
  }

  send(packet: Uint8Array, destination: Uint8Array, token: number): number {
    const { handle, etherType, interfaceIndex, clock } = this.#options;
    this.#sending.room(0).set(packet);
    this.#sending.setWord(0, WORD.LENGTH, packet.length);
    this.#sending.setName(0, encodeSockaddrLl(etherType, interfaceIndex, destination));
    const sent = this.#addon.send(handle, this.#sending.native, 0, 1, 0);
    if (sent === 1) {
      this.#tokens.sent(token);
      return 0;
    }
    // Whether a refused send was counted depends on where in the kernel it was refused: begin a new count.
    restartStamps(this.#addon, handle);
    this.#tokens.begin(clock.read());
    return -sent;
  }

  drain(handler: FrameHandler): boolean {
    const { handle, clock } = this.#options;
    let any = false;
    for (let round = 0; round < DRAIN_ROUNDS; round++) {
      const frames = this.#addon.receive(handle, this.#receiving.native);
      const stamps = this.#drainStamps(handler);
      if (frames === 0 && !stamps) break;
      any = true;
      clock.read();
      if (frames < 0) handler.receiveFailed(-frames);
      for (let index = 0; index < frames; index++) handler.frame(this.#frameAt(index));
      if (frames >= 0 && frames < BATCH) break;
    }
    return any;
  }

  /** Answers whether there was any. */
  #drainStamps(handler: FrameHandler): boolean {
    const { handle, clock } = this.#options;
    const count = this.#addon.receiveErrors(handle, this.#stamps.native);
    for (let index = 0; index < count; index++) {
      const key = transmitKeyOf(this.#stamps, index);
      if (key === null) continue;
      const stampNs = stampOf(this.#stamps, index, clock);
      const token = this.#tokens.find(key, stampNs, clock);
      if (token !== null) handler.transmitted(token, stampNs);
    }
    return count > 0;
  }

  #frameAt(index: number): IncomingFrame {
    const batch = this.#receiving;
    const sender = decodeSockaddrLl(batch.field(index, WORD.NAME, batch.word(index, WORD.NAME_LENGTH)));
    return {
      octets: batch.data(index),
      packetType: sender?.packetType ?? 'unknown',
      linkSource: sender?.address ?? new Uint8Array(0),
      stampNs: stampOf(batch, index, this.#options.clock),
    };
  }

  watch(callback: (() => void) | null): void {
    this.#addon.watch(this.#options.handle, callback);
  }

  close(): void {
    this.#addon.close(this.#options.handle);
  }
}
