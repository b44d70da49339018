/** Which address and interface the kernel would use towards a target: asked with an unsent UDP socket, as ping(8) does. */
import { AF_INET, AF_INET6, SO_BROADCAST, SOCK_DGRAM, SOL_SOCKET } from './constants.ts';
import type { NativeAddon, NativeHandle } from './native.ts';
import { type Address, decodeSockaddr, encodeSockaddr, type Family } from './sockaddr.ts';

/** Any port does: nothing is sent. */
const PROBE_PORT = 1025;

/** Opened while privileges last, so that a mark or device can be set on it like on the socket it stands for. */
export function openProbeSocket(addon: NativeAddon, family: Family): NativeHandle {
  return addon.open(family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM, 0);
}

/** Connects the probe socket to `target` and answers its own end. @throws SystemError (connect: ENETUNREACH, EACCES for a broadcast). */
export function askSource(addon: NativeAddon, probe: NativeHandle, target: Address, bindTo: Address | null): Address {
  if (bindTo !== null) addon.bind(probe, encodeSockaddr(bindTo));
  addon.connect(probe, encodeSockaddr(target, PROBE_PORT));
  const source = decodeSockaddr(addon.getsockname(probe));
  if (source === null) throw new Error('getsockname answered an address of another family');
  return source;
}

/** After EACCES: the same question for a broadcast address, which needs SO_BROADCAST. */
export function allowBroadcast(addon: NativeAddon, socket: NativeHandle): void {
  addon.setsockopt(socket, SOL_SOCKET, SO_BROADCAST, 1);
}
