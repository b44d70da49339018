/** Tells that interfaces or their IPv4 addresses have changed: the notifications of rtnetlink(7). Needs no privilege. */
import { AF_NETLINK, NETLINK_ROUTE, RTMGRP_IPV4_IFADDR, RTMGRP_LINK, SOCK_RAW } from './constants.ts';
import { MessageBatch } from './message-batch.ts';
import type { NativeAddon, NativeHandle } from './native.ts';
import { LITTLE_ENDIAN } from './sockaddr.ts';

const SOCKADDR_NL_OCTETS = 12;
const GROUPS_OFFSET = 8;
/** What the notifications say is not read: whoever is told asks anew for all interfaces. */
const READ_OCTETS = 64;
const BATCH = 32;
const ROUNDS = 64;

export class LinkWatch {
  readonly #addon: NativeAddon;
  readonly #socket: NativeHandle;
  readonly #batch: MessageBatch;

  /** @throws SystemError */
  constructor(addon: NativeAddon) {
    this.#addon = addon;
    this.#socket = addon.open(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    this.#batch = new MessageBatch(addon, BATCH, READ_OCTETS);
    addon.bind(this.#socket, groupAddress(RTMGRP_LINK | RTMGRP_IPV4_IFADDR));
  }

  /** Calls back after a change, once for many that come together; null stops. */
  readonly watch = (callback: (() => void) | null): void => {
    const told = () => {
      // An overrun (ENOBUFS) tells of changes too.
      for (let round = 0; round < ROUNDS; round++) {
        if (this.#addon.receive(this.#socket, this.#batch.native) === 0) break;
      }
      callback?.();
    };
    this.#addon.watch(this.#socket, callback === null ? null : told);
  };

  close(): void {
    this.#addon.close(this.#socket);
  }
}

/** `struct sockaddr_nl` of a socket that hears these groups; the kernel gives the port. */
function groupAddress(groups: number): Uint8Array {
  const bytes = new Uint8Array(SOCKADDR_NL_OCTETS);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_NETLINK, LITTLE_ENDIAN);
  view.setUint32(GROUPS_OFFSET, groups, LITTLE_ENDIAN);
  return bytes;
}
