/** Ethernet II frames: what stands before an ARP packet on the wire, and in captures. Layout: RFC 894, IEEE 802.3. */
import { requireLength, requireUint16, viewOf } from './bytes.ts';
import { type Decoded, decoded, truncated } from './decoded.ts';

export const ETH_P_IP = 0x0800;
export const ETH_P_ARP = 0x0806;
export const ETH_P_RARP = 0x8035;
export const ETH_P_8021Q = 0x8100;
export const ETHERNET_ADDRESS_LENGTH = 6; // octets
export const ETHERNET_HEADER_LENGTH = 14; // octets
const SOURCE_OFFSET = 6,
  TYPE_OFFSET = 12;

export interface EthernetFrame {
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  /** EtherType; up to 1500 it is a length (IEEE 802.3). A VLAN tag is left in the payload. */
  readonly type: number;
  /** All that follows, padding included: the frame itself does not tell them apart. */
  readonly payload: Uint8Array;
}

/** Decodes a frame without its checksum; the parts alias `bytes`. Fails below 14 octets. */
export function decodeEthernet(bytes: Uint8Array): Decoded<EthernetFrame> {
  if (bytes.length < ETHERNET_HEADER_LENGTH) return truncated(ETHERNET_HEADER_LENGTH, bytes.length, 'Ethernet header');
  return decoded({
    destination: bytes.subarray(0, SOURCE_OFFSET),
    source: bytes.subarray(SOURCE_OFFSET, TYPE_OFFSET),
    type: viewOf(bytes).getUint16(TYPE_OFFSET),
    payload: bytes.subarray(ETHERNET_HEADER_LENGTH),
  });
}

/** Encodes a frame in 14 + payload octets, without padding. @throws RangeError when a field does not fit. */
export function encodeEthernet(frame: EthernetFrame): Uint8Array {
  const bytes = new Uint8Array(ETHERNET_HEADER_LENGTH + frame.payload.length);
  bytes.set(requireLength('destination', frame.destination, ETHERNET_ADDRESS_LENGTH));
  bytes.set(requireLength('source', frame.source, ETHERNET_ADDRESS_LENGTH), SOURCE_OFFSET);
  viewOf(bytes).setUint16(TYPE_OFFSET, requireUint16('type', frame.type));
  bytes.set(frame.payload, ETHERNET_HEADER_LENGTH);
  return bytes;
}
