/** One raw ICMP socket for all interfaces, on the addon: IP_PKTINFO tells by which one a message came, and sends by one. */
import { IP_MULTICAST_TTL, IP_PKTINFO, SO_BROADCAST, SOL_IP, SOL_SOCKET } from '../../net/constants.ts';
import { isSystemError } from '../../net/errors.ts';
import { passIcmpTypes } from '../../net/icmp-socket.ts';
import { MessageBatch, NAME_OCTETS, PRESENT, WORD } from '../../net/message-batch.ts';
import { joinGroup, leaveGroup } from '../../net/multicast.ts';
import type { NativeAddon, NativeHandle } from '../../net/native.ts';
import { decodeSockaddr, encodeSockaddr } from '../../net/sockaddr.ts';
import { formatIpv4, requireIpv4 } from '../../packet/address.ts';
import { peekIpv4HeaderLength } from '../../packet/ipv4.ts';
import type { DiscoveryPort } from '../backend.ts';
import type { Incoming, Link } from '../protocol.ts';

/** 255 entries and an IP header with options: nothing that is valid is cut. */
const DATA_OCTETS = 2400;
const BATCH = 16;
const ROUNDS = 4;
/** A receive buffer of the default size holds less. */
const EARLIER_ROUNDS = 32;
const IPV4_OCTETS = 4;
/** RFC 1256 section 3: no router passes these on. */
const MULTICAST_TTL = 1;

export class AddonDiscoveryPort implements DiscoveryPort {
  readonly #addon: NativeAddon;
  readonly #socket: NativeHandle;
  readonly #sending: MessageBatch;
  readonly #receiving: MessageBatch;

  /** Takes an open raw ICMP socket over. @throws SystemError */
  constructor(addon: NativeAddon, socket: NativeHandle, receives: number) {
    this.#addon = addon;
    this.#socket = socket;
    this.#sending = new MessageBatch(addon, 1, DATA_OCTETS);
    this.#receiving = new MessageBatch(addon, BATCH, DATA_OCTETS);
    passIcmpTypes(addon, socket, [receives]);
    addon.setsockopt(socket, SOL_IP, IP_PKTINFO, 1);
    addon.setsockopt(socket, SOL_IP, IP_MULTICAST_TTL, MULTICAST_TTL);
    addon.setsockopt(socket, SOL_SOCKET, SO_BROADCAST, 1);
    this.#discardEarlier();
  }

  /** What came before the options stood is of any type and names no interface, and is no answer: nothing was asked yet. */
  #discardEarlier(): void {
    for (let round = 0; round < EARLIER_ROUNDS; round++) {
      if (this.#addon.receive(this.#socket, this.#receiving.native) < BATCH) return;
    }
  }

  send(message: Uint8Array, to: string, link: Link | null): number {
    const batch = this.#sending;
    batch.room(0).set(message);
    batch.setWord(0, WORD.LENGTH, message.length);
    batch.setName(0, encodeSockaddr({ family: 4, octets: requireIpv4('to', to), scope: 0 }));
    batch.setWord(0, WORD.PRESENT, link === null ? 0 : PRESENT.PACKET_INFO);
    if (link !== null) {
      batch.setWord(0, WORD.INTERFACE, link.index);
      batch.field(0, WORD.LOCAL, IPV4_OCTETS).set(requireIpv4('address', link.addresses[0]!.address));
    }
    const sent = this.#addon.send(this.#socket, batch.native, 0, 1, 0);
    return sent === 1 ? 0 : -sent;
  }

  join(group: string, link: Link): number {
    try {
      joinGroup(this.#addon, this.#socket, requireIpv4('group', group), link.index);
      return 0;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return -error.errno;
    }
  }

  leave(group: string, link: Link): void {
    try {
      leaveGroup(this.#addon, this.#socket, requireIpv4('group', group), link.index);
    } catch (error) {
      if (!isSystemError(error)) throw error; // The interface has gone and taken the membership with it.
    }
  }

  drain(take: (message: Incoming) => void): boolean {
    for (let round = 0; round < ROUNDS; round++) {
      const count = this.#addon.receive(this.#socket, this.#receiving.native);
      // A pending socket error stands in the place of messages once; the next round finds them.
      for (let index = 0; index < count; index++) this.#hand(index, take);
      if (count >= 0 && count < BATCH) return false;
    }
    return true;
  }

  #hand(index: number, take: (message: Incoming) => void): void {
    const batch = this.#receiving;
    const datagram = batch.data(index);
    const from = decodeSockaddr(batch.field(index, WORD.NAME, NAME_OCTETS));
    const header = peekIpv4HeaderLength(datagram, 0, datagram.length);
    // The kernel hands no datagram over without a whole header and a sender.
    if (from === null || header === 0 || !batch.has(index, PRESENT.PACKET_INFO)) return;
    take({
      source: formatIpv4(from.octets),
      destination: formatIpv4(batch.field(index, WORD.LOCAL, IPV4_OCTETS)),
      interfaceIndex: batch.word(index, WORD.INTERFACE),
      octets: datagram.subarray(header),
    });
  }

  readonly watch = (callback: (() => void) | null): void => this.#addon.watch(this.#socket, callback);

  close(): void {
    this.#addon.close(this.#socket);
  }
}
