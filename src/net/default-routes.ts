/** IPv4 default routes of the main table, made and removed over rtnetlink(7). Needs CAP_NET_ADMIN, when opened and when used. */
import {
  encodeRouteMessage,
  NLM_F_ACK,
  NLM_F_CREATE,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
  RTA_GATEWAY,
  RTA_OIF,
  RTM_DELROUTE,
  RTM_NEWROUTE,
  RTN_UNICAST,
  RTPROT_RA,
  uint32Attribute,
} from '../packet/rtnetlink.ts';
import { AF_INET, EEXIST, ESRCH } from './constants.ts';
import { isSystemError } from './errors.ts';
import type { NativeAddon } from './native.ts';
import { NetlinkSocket } from './netlink.ts';

interface Route {
  readonly gateway: Uint8Array;
  readonly interfaceIndex: number;
}

export class DefaultRouteTable {
  readonly #socket: NetlinkSocket;
  /** Those that `add` made and nobody has removed since, as far as we know. */
  readonly #made = new Map<string, Route>();

  /** @throws SystemError when there is no such socket to be had */
  constructor(addon: NativeAddon) {
    this.#socket = new NetlinkSocket(addon);
  }

  /**
   * Puts a route ahead of those that are there. Answers `exists` where this very one is there already, or the errno of a
   * refusal (EPERM, ENETUNREACH for a gateway off the link, ENETDOWN).
   */
  add(gateway: Uint8Array, interfaceIndex: number): 'done' | 'exists' | number {
    // Without NLM_F_APPEND the newest comes first, as it did with SIOCADDRT.
    const errno = this.#ask(RTM_NEWROUTE, NLM_F_CREATE, gateway, interfaceIndex);
    if (errno !== 0) return errno === EEXIST ? 'exists' : errno;
    this.#made.set(keyOf(gateway, interfaceIndex), { gateway, interfaceIndex });
    return 'done';
  }

  /** Removes a route that `add` made, and no other: `RTPROT_RA` marks ours. One that is gone already is no failure. */
  remove(gateway: Uint8Array, interfaceIndex: number): 'done' | number {
    const errno = this.#ask(RTM_DELROUTE, 0, gateway, interfaceIndex);
    this.#made.delete(keyOf(gateway, interfaceIndex));
    return errno === 0 || errno === ESRCH ? 'done' : errno;
  }

  #ask(type: number, flags: number, gateway: Uint8Array, interfaceIndex: number): number {
    const route = {
      family: AF_INET,
      destinationLength: 0,
      sourceLength: 0,
      tos: 0,
      table: RT_TABLE_MAIN,
      protocol: RTPROT_RA,
      scope: RT_SCOPE_UNIVERSE,
      type: RTN_UNICAST,
      flags: 0,
      attributes: [{ type: RTA_GATEWAY, value: gateway }, uint32Attribute(RTA_OIF, interfaceIndex)],
    };
    try {
      this.#socket.ask(type, flags | NLM_F_ACK, encodeRouteMessage(route));
      return 0;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return -error.errno;
    }
  }

  /** Takes back whatever of ours is left: a process may end in the middle of its work. */
  close(): void {
    for (const { gateway, interfaceIndex } of this.#made.values()) this.remove(gateway, interfaceIndex);
    this.#socket.close();
  }
}

function keyOf(gateway: Uint8Array, interfaceIndex: number): string {
  return `${interfaceIndex} ${gateway.join('.')}`;
}
