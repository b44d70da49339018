/** Whole Ethernet frames in and out of one device, whose kernel has no address there: packet(7). */
import { MessageBatch, WORD } from '../../../src/net/message-batch.ts';
import type { NativeAddon, NativeHandle } from '../../../src/net/native.ts';

const AF_PACKET = 17;
const SOCK_RAW = 3;
const ETH_P_ALL = 0x0003;
const SOL_PACKET = 263;
const PACKET_IGNORE_OUTGOING = 23;
/** socket(7); the "force" one may exceed net.core.rmem_max. */
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const RECEIVE_BUFFER_OCTETS = 8 << 20;

const HARDWARE_ADDRESS_OCTETS = 6;
const ETHERNET_HEADER_OCTETS = 14;
const FRAME_OCTETS = ETHERNET_HEADER_OCTETS + 1500;
const BATCH = 64;

export interface Frame {
  readonly header: Buffer;
  readonly payload: Buffer;
}

export class FrameSocket {
  readonly #addon: NativeAddon;
  readonly #socket: NativeHandle;
  readonly #incoming: MessageBatch;
  readonly #outgoing: MessageBatch;

  /** Hands over each frame that comes in; it is a copy. @throws SystemError */
  constructor(addon: NativeAddon, device: string, onFrame: (frame: Frame) => void) {
    this.#addon = addon;
    this.#socket = addon.open(AF_PACKET, SOCK_RAW, 0);
    this.#incoming = new MessageBatch(addon, BATCH, FRAME_OCTETS);
    this.#outgoing = new MessageBatch(addon, 1, FRAME_OCTETS);
    addon.setsockopt(this.#socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
    addon.setsockopt(this.#socket, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_OCTETS);
    addon.bind(this.#socket, sockaddrLl(addon.interfaces().find(({ name }) => name === device)!.index));
    addon.watch(this.#socket, () => this.#drain(onFrame));
  }

  #drain(onFrame: (frame: Frame) => void): void {
    const batch = this.#incoming;
    for (;;) {
      const count = this.#addon.receive(this.#socket, batch.native);
      if (count <= 0) return;
      for (let index = 0; index < count; index++) {
        const octets = Buffer.from(batch.data(index));
        onFrame({
          header: octets.subarray(0, ETHERNET_HEADER_OCTETS),
          payload: octets.subarray(ETHERNET_HEADER_OCTETS),
        });
      }
    }
  }

  /** The link has no ARP, so the sender used its own hardware address for both ends; the answer may do the same. */
  answer({ header }: Frame, payload: Buffer): void {
    const room = this.#outgoing.room(0);
    const sender = header.subarray(HARDWARE_ADDRESS_OCTETS, 2 * HARDWARE_ADDRESS_OCTETS);
    room.set(Buffer.concat([sender, sender, header.subarray(2 * HARDWARE_ADDRESS_OCTETS), payload]));
    this.#outgoing.setWord(0, WORD.LENGTH, ETHERNET_HEADER_OCTETS + payload.length);
    const sent = this.#addon.send(this.#socket, this.#outgoing.native, 0, 1, 0);
    if (sent < 0) throw new Error(`send: ${this.#addon.errnoName(-sent)}`);
  }
}

/** `struct sockaddr_ll` for all protocols on one interface: packet(7). */
function sockaddrLl(interfaceIndex: number): Uint8Array {
  const octets = Buffer.alloc(20);
  octets.set(new Uint8Array(Uint16Array.of(AF_PACKET).buffer), 0);
  octets.writeUInt16BE(ETH_P_ALL, 2);
  octets.set(new Uint8Array(Int32Array.of(interfaceIndex).buffer), 4);
  return octets;
}
