/** Larger socket buffers for those who talk to many targets at once, socket(7). */
import { SO_RCVBUF, SO_RCVBUFFORCE, SO_SNDBUF, SO_SNDBUFFORCE, SOL_SOCKET } from './constants.ts';
import { isSystemError } from './errors.ts';
import type { OpenedSocket } from './icmp-socket.ts';
import type { NativeAddon, NativeHandle } from './native.ts';

/** What a burst of replies may take up while we are not running; beyond net.core.rmem_max only with CAP_NET_ADMIN. */
const RECEIVE_BUFFER = 32 << 20;
/** Probes to neighbours that do not answer wait in the kernel for 3 s and count here: as many as it asks for at once (1024). */
const SEND_BUFFER = 1 << 20;

/** As large a receive buffer as we may have. To be called while privileges last. */
export function enlargeReceiveBuffer(addon: NativeAddon, { handle }: OpenedSocket): void {
  enlarge(addon, handle, [SO_RCVBUFFORCE, SO_RCVBUF], RECEIVE_BUFFER);
}

/** The same for sending, to many neighbours at once. */
export function enlargeSendBuffer(addon: NativeAddon, { handle }: OpenedSocket): void {
  enlarge(addon, handle, [SO_SNDBUFFORCE, SO_SNDBUF], SEND_BUFFER);
}

function enlarge(addon: NativeAddon, handle: NativeHandle, [forced, asked]: [number, number], octets: number): void {
  try {
    addon.setsockopt(handle, SOL_SOCKET, forced, octets);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    addon.setsockopt(handle, SOL_SOCKET, asked, octets); // the kernel cuts it to what is allowed
  }
}
