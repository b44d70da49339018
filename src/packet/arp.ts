/**
 * ARP (RFC 826) and, in the same layout, RARP (RFC 903): the packet behind the link header. Addresses are of any length;
 * where RFC 826's number for a kind of network or protocol fixes the length, another one is refused.
 */
import { concatBytes, requireUint8, requireUint16, viewOf } from './bytes.ts';
import { type Decoded, decoded, malformed, truncated } from './decoded.ts';

/** Hardware types (`ar$hrd`), the kernel's ARPHRD_ numbers. */
export const ARPHRD_ETHER = 1;
export const ARPHRD_AX25 = 3;
export const ARPHRD_IEEE802 = 6;
export const ARPHRD_NETROM = 0;
export const ARPHRD_FDDI = 774;

/** Protocol types (`ar$pro`): EtherTypes, and AX.25's own number for IP. */
export const ARP_PROTOCOL_IPV4 = 0x0800;
export const ARP_PROTOCOL_AX25_IPV4 = 0x00cc;

/** Operations (`ar$op`). */
export const ARPOP_REQUEST = 1;
export const ARPOP_REPLY = 2;
export const ARPOP_RREQUEST = 3;
export const ARPOP_RREPLY = 4;

export const ARP_HEADER_LENGTH = 8; // octets
const PROTOCOL_OFFSET = 2,
  HARDWARE_LENGTH_OFFSET = 4,
  PROTOCOL_LENGTH_OFFSET = 5,
  OPERATION_OFFSET = 6;

const HARDWARE_LENGTHS: ReadonlyMap<number, number> = new Map([
  [ARPHRD_ETHER, 6],
  [ARPHRD_IEEE802, 6],
]);
const PROTOCOL_LENGTHS: ReadonlyMap<number, number> = new Map([[ARP_PROTOCOL_IPV4, 4]]);

export interface ArpPacket {
  readonly hardwareType: number;
  readonly protocolType: number;
  readonly operation: number;
  readonly senderHardware: Uint8Array;
  readonly senderProtocol: Uint8Array;
  /** As long as the sender's. */
  readonly targetHardware: Uint8Array;
  /** As long as the sender's. */
  readonly targetProtocol: Uint8Array;
  /** What stands behind the addresses: padding to the shortest frame of the link, as a rule. */
  readonly trailer: Uint8Array;
}

/** Decodes one packet; addresses and trailer alias `bytes`. Fails when it is cut, or when a length contradicts its type. */
export function decodeArp(bytes: Uint8Array): Decoded<ArpPacket> {
  if (bytes.length < ARP_HEADER_LENGTH) return truncated(ARP_HEADER_LENGTH, bytes.length, 'ARP header');
  const view = viewOf(bytes);
  const hardwareType = view.getUint16(0);
  const protocolType = view.getUint16(PROTOCOL_OFFSET);
  const hardwareLength = view.getUint8(HARDWARE_LENGTH_OFFSET);
  const protocolLength = view.getUint8(PROTOCOL_LENGTH_OFFSET);
  const wrong = contradiction(hardwareType, hardwareLength, protocolType, protocolLength);
  if (wrong !== null) return malformed(wrong);
  const needed = ARP_HEADER_LENGTH + 2 * (hardwareLength + protocolLength);
  if (bytes.length < needed) return truncated(needed, bytes.length, 'ARP packet');
  const senderProtocol = ARP_HEADER_LENGTH + hardwareLength;
  const targetHardware = senderProtocol + protocolLength;
  const targetProtocol = targetHardware + hardwareLength;
  return decoded({
    hardwareType,
    protocolType,
    operation: view.getUint16(OPERATION_OFFSET),
    senderHardware: bytes.subarray(ARP_HEADER_LENGTH, senderProtocol),
    senderProtocol: bytes.subarray(senderProtocol, targetHardware),
    targetHardware: bytes.subarray(targetHardware, targetProtocol),
    targetProtocol: bytes.subarray(targetProtocol, needed),
    trailer: bytes.subarray(needed),
  });
}

/** What is wrong with these lengths for these types, null when nothing is. */
function contradiction(
  hardwareType: number,
  hardwareLength: number,
  protocolType: number,
  protocolLength: number,
): string | null {
  const hardware = HARDWARE_LENGTHS.get(hardwareType) ?? hardwareLength;
  if (hardware !== hardwareLength) return `hardware addresses of ${hardwareLength} octets where ${hardware} are right`;
  const protocol = PROTOCOL_LENGTHS.get(protocolType) ?? protocolLength;
  if (protocol !== protocolLength) return `protocol addresses of ${protocolLength} octets where ${protocol} are right`;
  return null;
}

/** Encodes one packet with its trailer. @throws RangeError when a field or a length does not fit. */
export function encodeArp(packet: ArpPacket): Uint8Array {
  const { senderHardware, senderProtocol, targetHardware, targetProtocol } = packet;
  if (senderHardware.length !== targetHardware.length) throw new RangeError('hardware addresses of different lengths');
  if (senderProtocol.length !== targetProtocol.length) throw new RangeError('protocol addresses of different lengths');
  const header = new Uint8Array(ARP_HEADER_LENGTH);
  const view = viewOf(header);
  view.setUint16(0, requireUint16('hardwareType', packet.hardwareType));
  view.setUint16(PROTOCOL_OFFSET, requireUint16('protocolType', packet.protocolType));
  view.setUint8(HARDWARE_LENGTH_OFFSET, requireUint8('hardware length', senderHardware.length));
  view.setUint8(PROTOCOL_LENGTH_OFFSET, requireUint8('protocol length', senderProtocol.length));
  view.setUint16(OPERATION_OFFSET, requireUint16('operation', packet.operation));
  const { hardwareType, protocolType } = packet;
  const wrong = contradiction(hardwareType, senderHardware.length, protocolType, senderProtocol.length);
  if (wrong !== null) throw new RangeError(wrong);
  return concatBytes(header, senderHardware, senderProtocol, targetHardware, targetProtocol, packet.trailer);
}
