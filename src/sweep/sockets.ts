/** The sockets of a sweep: one for each family, opened and configured while privileges last. */
import { SetupError } from '../cli/errors.ts';
import {
  IP_TOS,
  IP_TTL,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  SO_BINDTODEVICE,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from '../net/constants.ts';
import { isSystemError } from '../net/errors.ts';
import { IcmpSocketRefused, type OpenedSocket, openIcmpSocket } from '../net/icmp-socket.ts';
import type { NativeAddon } from '../net/native.ts';
import { explainRefusal } from '../net/privileges.ts';
import { encodeSockaddr, type Family } from '../net/sockaddr.ts';
import { enlargeReceiveBuffer, enlargeSendBuffer } from '../net/socket-buffers.ts';
import { EXIT } from './exit-status.ts';
import type { SweepOptions } from './options.ts';

/**
 * Opens the families of `needed`, and of `wanted` those that can be had. @throws SetupError naming what was refused and what
 * would mend it, when a needed one, or every wanted one, is not to be had
 */
export function openSockets(
  addon: NativeAddon,
  needed: readonly Family[],
  wanted: readonly Family[],
  options: SweepOptions,
): OpenedSocket[] {
  const opened: OpenedSocket[] = [];
  let refused: SetupError | null = null;
  for (const family of [4, 6] as const) {
    const isNeeded = needed.includes(family);
    if (!isNeeded && !wanted.includes(family)) continue;
    try {
      opened.push(openFamily(addon, family, options));
    } catch (error) {
      refused = refusal(error);
      if (isNeeded) throw refused;
    }
  }
  if (opened.length === 0 && refused !== null) throw refused;
  return opened;
}

function refusal(error: unknown): SetupError {
  if (error instanceof SetupError) return error;
  if (error instanceof IcmpSocketRefused) return new SetupError(explainRefusal(error), EXIT.SYSTEM, { cause: error });
  if (!isSystemError(error)) throw error;
  return new SetupError(error.message, EXIT.SYSTEM, { cause: error });
}

function openFamily(addon: NativeAddon, family: Family, options: SweepOptions): OpenedSocket {
  const socket = openIcmpSocket(addon, family, false);
  const { handle } = socket;
  const { device, source, ttl, tos } = options;
  try {
    enlargeReceiveBuffer(addon, socket);
    enlargeSendBuffer(addon, socket);
    if (device !== null) {
      named(`-I ${device}`, () =>
        addon.setsockopt(handle, SOL_SOCKET, SO_BINDTODEVICE, new TextEncoder().encode(`${device}\0`)),
      );
    }
    if (source !== null && source.family === family) {
      named('-S', () => addon.bind(handle, encodeSockaddr({ family, octets: source.octets, scope: 0 })));
    }
    const level = family === 4 ? SOL_IP : SOL_IPV6;
    if (ttl !== null) addon.setsockopt(handle, level, family === 4 ? IP_TTL : IPV6_UNICAST_HOPS, ttl);
    if (tos !== null) addon.setsockopt(handle, level, family === 4 ? IP_TOS : IPV6_TCLASS, tos);
    return socket;
  } catch (error) {
    addon.close(handle);
    throw error;
  }
}

/** @throws SetupError that begins with the option which led to it */
function named(option: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${option}: ${error.message}`, EXIT.SYSTEM, { cause: error });
  }
}
