/** Opens what a run may need while privileges last: for each family a socket to ping with and one to ask for routes with. */

import { SetupError } from '../../cli/errors.ts';
import { RECEIVE_STAMPS } from '../../net/addon-port.ts';
import { EPERM, SO_BINDTODEVICE, SO_DEBUG, SO_MARK, SO_TIMESTAMPING, SOL_SOCKET } from '../../net/constants.ts';
import { isSystemError, reasonOf } from '../../net/errors.ts';
import { IcmpSocketRefused, type OpenedSocket, openIcmpSocket } from '../../net/icmp-socket.ts';
import type { NativeAddon, NativeHandle, SystemError } from '../../net/native.ts';
import { explainRefusal } from '../../net/privileges.ts';
import type { Family } from '../../net/sockaddr.ts';
import { openProbeSocket } from '../../net/source-address.ts';
import type { SetupContext } from './context.ts';

/** One family's sockets: the one to ping with, and the one to ask for routes with. */
export interface FamilySockets {
  readonly icmp: OpenedSocket;
  readonly probe: NativeHandle;
  /** Why -I's device could not be bound; told when this family is the one that is used. */
  readonly deviceError: SystemError | null;
}

export interface OpenSockets {
  readonly opened: ReadonlyMap<Family, FamilySockets>;
  /** Why a family that was tried is missing. */
  readonly refused: ReadonlyMap<Family, SetupError>;
}

/** Closes everything but the socket to ping with of the family in use; null closes that too. */
export function closeSockets(addon: NativeAddon, { opened }: OpenSockets, used: Family | null): void {
  for (const [family, { icmp, probe }] of opened) {
    addon.close(probe);
    if (family !== used) addon.close(icmp.handle);
  }
}

/** Both families unless -4 or -6: a family that can't be opened matters only if the target turns out to need it. */
export function openSockets(context: SetupContext): OpenSockets {
  const { addon, options } = context;
  if (options.identifier === 0 && options.verbose) context.console.warn('WARNING: ident 0 => forcing raw socket');
  const opened = new Map<Family, FamilySockets>();
  const refused = new Map<Family, SetupError>();
  for (const family of [4, 6] as const) {
    if (options.family !== null && options.family !== family) continue;
    try {
      opened.set(family, openFamily(context, family));
    } catch (error) {
      if (!(error instanceof IcmpSocketRefused) && !isSystemError(error)) throw error;
      refused.set(family, refusal(error));
    }
  }
  if (options.mark !== null) mark(context, [...opened.values()], options.mark);
  if (options.verbose) {
    const show = (family: Family) => {
      const each = opened.get(family)?.icmp;
      const fd = each === undefined ? -1 : addon.fd(each.handle);
      const type = each === undefined ? '0' : each.type === 'raw' ? 'SOCK_RAW' : 'SOCK_DGRAM';
      return `sock${family}.fd: ${fd} (socktype: ${type})`;
    };
    const hint = options.family === null ? 'AF_UNSPEC' : options.family === 4 ? 'AF_INET' : 'AF_INET6';
    context.console.warn(`${show(4)}, ${show(6)}, hints.ai_family: ${hint}`);
  }
  if (opened.size === 0) throw refused.get(4) ?? refused.get(6)!;
  return { opened, refused };
}

function refusal(error: IcmpSocketRefused | SystemError): SetupError {
  const message = error instanceof IcmpSocketRefused ? explainRefusal(error) : error.message;
  return new SetupError(message, undefined, { cause: error });
}

/** Everything that may need a capability happens here. */
function openFamily(context: SetupContext, family: Family): FamilySockets {
  const { addon, options } = context;
  const icmp = openIcmpSocket(addon, family, options.identifier === 0 || options.nodeQuery !== null);
  const probe = openProbeSocket(addon, family);
  if (options.debug) tryDebug(addon, icmp.handle);
  // The first socket of a machine to ask switches the stamps on, a moment later: ask long before the first reply.
  if (!options.userLatency) addon.setsockopt(icmp.handle, SOL_SOCKET, SO_TIMESTAMPING, RECEIVE_STAMPS);
  let deviceError: SystemError | null = null;
  if (options.device !== null) {
    try {
      const name = new TextEncoder().encode(`${options.device}\0`);
      addon.setsockopt(probe, SOL_SOCKET, SO_BINDTODEVICE, name);
      addon.setsockopt(icmp.handle, SOL_SOCKET, SO_BINDTODEVICE, name);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      deviceError = error;
    }
  }
  return { icmp, probe, deviceError };
}

/** -d without the privilege for it changes nothing, and ping(8) says nothing. */
function tryDebug(addon: NativeAddon, handle: NativeHandle): void {
  try {
    addon.setsockopt(handle, SOL_SOCKET, SO_DEBUG, 1);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** -m is a wish: where it may not be, ping goes on without. */
function mark(context: SetupContext, sockets: readonly FamilySockets[], value: number): void {
  try {
    for (const { icmp, probe } of sockets) {
      context.addon.setsockopt(icmp.handle, SOL_SOCKET, SO_MARK, value);
      context.addon.setsockopt(probe, SOL_SOCKET, SO_MARK, value);
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    context.console.warn(`WARNING: failed to set mark: ${value}: ${reasonOf(error)}`);
    if (-error.errno === EPERM) {
      context.console.warn('=> missing cap_net_admin+p or cap_net_raw+p (since Linux 5.17) capability?');
    }
  }
}
