/** `struct sockaddr_ll` and back: packet(7). Native-endian but for the EtherType. */
import { AF_PACKET } from './constants.ts';
import { LITTLE_ENDIAN } from './sockaddr.ts';

const PROTOCOL_OFFSET = 2;
const INDEX_OFFSET = 4;
const HARDWARE_TYPE_OFFSET = 8;
const PACKET_TYPE_OFFSET = 10;
const LENGTH_OFFSET = 11;
const ADDRESS_OFFSET = 12;
/** The kernel reads no shorter one; a longer address makes it longer. */
const SMALLEST_OCTETS = 20;
/** A message record has room for no longer name, so InfiniBand's 20 octets are out. */
export const LONGEST_LINK_ADDRESS = 16;

/** To whom a frame was sent, as the kernel sorts it when it arrives. */
export type PacketType = 'host' | 'broadcast' | 'multicast' | 'other-host' | 'outgoing' | 'unknown';
const PACKET_TYPES: readonly PacketType[] = ['host', 'broadcast', 'multicast', 'other-host', 'outgoing'];

export interface LinkAddress {
  /** EtherType. */
  readonly protocol: number;
  /** Of the interface. */
  readonly index: number;
  /** ARPHRD_ETHER and so on; the kernel fills it in. */
  readonly hardwareType: number;
  /** Meaningful on what was received. */
  readonly packetType: PacketType;
  readonly address: Uint8Array;
}

/** Octets to bind to, or to send to. @throws RangeError for an address of more than 16 octets */
export function encodeSockaddrLl(protocol: number, index: number, address: Uint8Array = new Uint8Array(0)): Uint8Array {
  if (address.length > LONGEST_LINK_ADDRESS) throw new RangeError(`a link address of ${address.length} octets`);
  const bytes = new Uint8Array(Math.max(SMALLEST_OCTETS, ADDRESS_OFFSET + address.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_PACKET, LITTLE_ENDIAN);
  view.setUint16(PROTOCOL_OFFSET, protocol);
  view.setInt32(INDEX_OFFSET, index, LITTLE_ENDIAN);
  view.setUint8(LENGTH_OFFSET, address.length);
  bytes.set(address, ADDRESS_OFFSET);
  return bytes;
}

/** Null for another family or for octets cut short. The address is a copy, cut where the octets end. */
export function decodeSockaddrLl(bytes: Uint8Array): LinkAddress | null {
  if (bytes.length < ADDRESS_OFFSET) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0, LITTLE_ENDIAN) !== AF_PACKET) return null;
  return {
    protocol: view.getUint16(PROTOCOL_OFFSET),
    index: view.getInt32(INDEX_OFFSET, LITTLE_ENDIAN),
    hardwareType: view.getUint16(HARDWARE_TYPE_OFFSET, LITTLE_ENDIAN),
    packetType: PACKET_TYPES[view.getUint8(PACKET_TYPE_OFFSET)] ?? 'unknown',
    address: bytes.slice(ADDRESS_OFFSET, ADDRESS_OFFSET + view.getUint8(LENGTH_OFFSET)),
  };
}
