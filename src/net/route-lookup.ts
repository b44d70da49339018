/** By which interface the kernel would send to an address: RTM_GETROUTE of rtnetlink(7), as `ip route get` asks. */
import {
  decodeRouteMessage,
  encodeRouteMessage,
  findUint32Attribute,
  RTA_DST,
  RTA_OIF,
  RTM_GETROUTE,
  RTM_NEWROUTE,
} from '../packet/rtnetlink.ts';
import { AF_INET, AF_INET6 } from './constants.ts';
import type { NativeAddon } from './native.ts';
import { NetlinkSocket } from './netlink.ts';
import type { Address } from './sockaddr.ts';

const BITS_PER_OCTET = 8;

/** The index of the output interface, null where the route names none. @throws SystemError (ENETUNREACH: there is no route) */
export function findOutputInterface(addon: NativeAddon, target: Address): number | null {
  const payload = encodeRouteMessage({
    family: target.family === 4 ? AF_INET : AF_INET6,
    destinationLength: target.octets.length * BITS_PER_OCTET,
    sourceLength: 0,
    tos: 0,
    table: 0,
    protocol: 0,
    scope: 0,
    type: 0,
    flags: 0,
    attributes: [{ type: RTA_DST, value: target.octets }],
  });
  const socket = new NetlinkSocket(addon);
  try {
    const answer = socket.ask(RTM_GETROUTE, 0, payload).find(({ type }) => type === RTM_NEWROUTE);
    if (answer === undefined) return null;
    const route = decodeRouteMessage(answer.payload);
    return route.ok ? findUint32Attribute(route.value.attributes, RTA_OIF) : null;
  } finally {
    socket.close();
  }
}
