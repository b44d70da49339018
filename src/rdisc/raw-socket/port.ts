/**
 * The port on the npm package raw-socket. Without control messages the interface of a message that leaves is set on the socket
 * before each, and that of one that came is not known.
 */
import {
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  IP_MULTICAST_IF,
  IP_MULTICAST_TTL,
  IP_UNICAST_IF,
  SO_BROADCAST,
  SOL_IP,
  SOL_SOCKET,
} from '../../net/constants.ts';
import { isSystemError } from '../../net/errors.ts';
import { errnoOf } from '../../net/portable-errors.ts';
import { passTypes, type RawSocket, setRawOption } from '../../net/raw-socket-port.ts';
import { requireIpv4 } from '../../packet/address.ts';
import { concatBytes } from '../../packet/bytes.ts';
import { decodeIpv4 } from '../../packet/ipv4.ts';
import type { DiscoveryPort } from '../backend.ts';
import { type Incoming, isMulticastAddress, type Link } from '../protocol.ts';

/** 255 entries: nothing that is valid is cut. The IP header has room of its own. */
export const DATA_OCTETS = 2400;
const INDEX_OCTETS = 4;
/** RFC 1256 section 3: no router passes these on. */
const MULTICAST_TTL = 1;
/** Messages that wait for a drain; a flood beyond is lost, as it would be in the kernel. */
const QUEUE = 256;

export class RawSocketDiscoveryPort implements DiscoveryPort {
  readonly #socket: RawSocket;
  readonly #queue: Incoming[] = [];
  #callback: (() => void) | null = null;
  #isClosed = false;

  /** Takes an open raw socket over. @throws SystemError */
  constructor(socket: RawSocket, receives: number) {
    this.#socket = socket;
    passTypes(socket, 4, [receives]);
    setRawOption(socket, SOL_IP, IP_MULTICAST_TTL, MULTICAST_TTL);
    setRawOption(socket, SOL_SOCKET, SO_BROADCAST, 1);
    socket.on('message', (buffer) => this.#receive(buffer));
    // A failure to receive tells of nothing that was sent; the next message wakes us again.
    socket.on('error', () => this.#callback?.());
  }

  send(message: Uint8Array, to: string, link: Link | null): number {
    try {
      this.#chooseInterface(to, link);
      this.#socket.wrap.send(Buffer.from(message), 0, message.length, to, () => {});
      return 0;
    } catch (error) {
      if (error instanceof TypeError) throw error; // our own bad argument
      return isSystemError(error) ? -error.errno : errnoOf((error as Error).message);
    }
  }

  /** ip(7): the one option is for groups, the other, whose index is in network order, for all else. */
  #chooseInterface(to: string, link: Link | null): void {
    if (link !== null && isMulticastAddress(to)) {
      setRawOption(this.#socket, SOL_IP, IP_MULTICAST_IF, requireIpv4('address', link.addresses[0]!.address));
      return;
    }
    const index = new Uint8Array(INDEX_OCTETS);
    new DataView(index.buffer).setUint32(0, link?.index ?? 0);
    setRawOption(this.#socket, SOL_IP, IP_UNICAST_IF, index);
  }

  join(group: string, link: Link): number {
    return this.#setMembership(IP_ADD_MEMBERSHIP, group, link);
  }

  leave(group: string, link: Link): void {
    this.#setMembership(IP_DROP_MEMBERSHIP, group, link);
  }

  /** `struct ip_mreq`, which names the interface by its address. */
  #setMembership(option: number, group: string, { addresses }: Link): number {
    const request = concatBytes(requireIpv4('group', group), requireIpv4('address', addresses[0]!.address));
    try {
      setRawOption(this.#socket, SOL_IP, option, request);
      return 0;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return -error.errno;
    }
  }

  #receive(buffer: Uint8Array): void {
    const datagram = decodeIpv4(buffer);
    if (this.#callback === null || !datagram.ok || this.#queue.length >= QUEUE) return;
    const { header, payload } = datagram.value;
    const { sourceAddress: source, destinationAddress: destination } = header;
    this.#queue.push({ source, destination, interfaceIndex: null, octets: payload.slice() });
    this.#callback();
  }

  drain(take: (message: Incoming) => void): boolean {
    for (const message of this.#queue.splice(0)) take(message);
    return false;
  }

  readonly watch = (callback: (() => void) | null): void => {
    this.#callback = callback;
    if (this.#isClosed) return;
    if (callback === null) this.#socket.pauseRecv();
    else this.#socket.resumeRecv();
  };

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }
}
