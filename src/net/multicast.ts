/** IPv4 multicast groups on one interface of many: ip(7) IP_ADD_MEMBERSHIP. */
import { IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, SOL_IP } from './constants.ts';
import type { NativeAddon, NativeHandle } from './native.ts';
import { LITTLE_ENDIAN } from './sockaddr.ts';

const MREQN_OCTETS = 12;
const MREQN_INDEX_OFFSET = 8;

/** `struct ip_mreqn` with an interface given by its index. */
function encodeMreqn(group: Uint8Array, interfaceIndex: number): Uint8Array {
  const bytes = new Uint8Array(MREQN_OCTETS);
  bytes.set(group);
  new DataView(bytes.buffer).setInt32(MREQN_INDEX_OFFSET, interfaceIndex, LITTLE_ENDIAN);
  return bytes;
}

/** `group` is 4 octets. @throws SystemError (ENODEV, EADDRINUSE for the second time, ENOBUFS beyond igmp_max_memberships) */
export function joinGroup(addon: NativeAddon, socket: NativeHandle, group: Uint8Array, interfaceIndex: number): void {
  addon.setsockopt(socket, SOL_IP, IP_ADD_MEMBERSHIP, encodeMreqn(group, interfaceIndex));
}

/** @throws SystemError (EADDRNOTAVAIL, ENODEV where the interface is gone) */
export function leaveGroup(addon: NativeAddon, socket: NativeHandle, group: Uint8Array, interfaceIndex: number): void {
  addon.setsockopt(socket, SOL_IP, IP_DROP_MEMBERSHIP, encodeMreqn(group, interfaceIndex));
}
