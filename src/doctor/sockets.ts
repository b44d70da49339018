/** Opens one socket of each kind, which is the only honest way to know whether it may be opened. */
import {
  AF_INET,
  AF_INET6,
  AF_PACKET,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
} from '../net/constants.ts';
import { isSystemError } from '../net/errors.ts';
import type { OpenedSocket } from '../net/icmp-socket.ts';
import type { NativeAddon, NativeHandle } from '../net/native.ts';
import type { SocketKind, SocketOutcome } from './facts.ts';

const ARGUMENTS: Readonly<Record<SocketKind, readonly [domain: number, type: number, protocol: number]>> = {
  'icmp4-datagram': [AF_INET, SOCK_DGRAM, IPPROTO_ICMP],
  'icmp4-raw': [AF_INET, SOCK_RAW, IPPROTO_ICMP],
  'icmp6-datagram': [AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6],
  'icmp6-raw': [AF_INET6, SOCK_RAW, IPPROTO_ICMPV6],
  packet: [AF_PACKET, SOCK_RAW, 0],
  udp4: [AF_INET, SOCK_DGRAM, IPPROTO_UDP],
  udp6: [AF_INET6, SOCK_DGRAM, IPPROTO_UDP],
  tcp4: [AF_INET, SOCK_STREAM, IPPROTO_TCP],
  tcp6: [AF_INET6, SOCK_STREAM, IPPROTO_TCP],
};

export interface TriedSockets {
  readonly outcomes: Readonly<Record<SocketKind, SocketOutcome>>;
  /** To probe loopback by, of each family the first that opened; the caller closes them. */
  readonly icmp: readonly OpenedSocket[];
}

export function trySockets(addon: NativeAddon): TriedSockets {
  const icmp: OpenedSocket[] = [];
  const attempt = (kind: SocketKind): SocketOutcome => {
    try {
      keepOrClose(addon, kind, addon.open(...ARGUMENTS[kind]), icmp);
      return 'open';
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return error.code;
    }
  };
  const kinds = Object.keys(ARGUMENTS) as SocketKind[];
  const outcomes = Object.fromEntries(kinds.map((kind) => [kind, attempt(kind)])) as Record<SocketKind, SocketOutcome>;
  return { outcomes, icmp };
}

function keepOrClose(addon: NativeAddon, kind: SocketKind, handle: NativeHandle, icmp: OpenedSocket[]): void {
  const family = kind.startsWith('icmp4') ? 4 : 6;
  if (!kind.startsWith('icmp') || icmp.some((each) => each.family === family)) return addon.close(handle);
  icmp.push({ family, type: kind.endsWith('raw') ? 'raw' : 'datagram', handle });
}
