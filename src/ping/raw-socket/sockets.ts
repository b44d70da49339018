/** Opens one raw socket for each family that may be needed. */

import { SetupError } from '../../cli/errors.ts';
import { SO_BINDTODEVICE, SO_DEBUG, SO_MARK, SOL_SOCKET } from '../../net/constants.ts';
import { isSystemError, reasonOf } from '../../net/errors.ts';
import { IcmpSocketRefused } from '../../net/icmp-socket.ts';
import type { SystemError } from '../../net/native.ts';
import { explainRefusal } from '../../net/privileges.ts';
import { openRawSocket, type RawSocket, setRawOption } from '../../net/raw-socket-port.ts';
import type { Family } from '../../net/sockaddr.ts';
import { ICMP_HEADER_LENGTH } from '../../packet/icmp-constants.ts';
import type { PingOptions } from '../options.ts';
import type { SetupContext } from './context.ts';

export interface FamilySocket {
  readonly raw: RawSocket;
  /** Why -I's device could not be bound; told when this family is the one that is used. */
  readonly deviceError: SystemError | null;
}

export interface OpenSockets {
  readonly opened: ReadonlyMap<Family, FamilySocket>;
  /** Why a family that was tried is missing. */
  readonly refused: ReadonlyMap<Family, SetupError>;
}

/** Closes everything but the socket of the family in use; null closes that too. */
export function closeSockets({ opened }: OpenSockets, used: Family | null): void {
  for (const [family, { raw }] of opened) if (family !== used) raw.close();
}

/** Both families unless -4 or -6: a family that can't be opened matters only if the target turns out to need it. */
export function openSockets(context: SetupContext): OpenSockets {
  const { options, console, whyNotAddon } = context;
  // It measures in milliseconds what the addon measures in microseconds: a user must know.
  if (whyNotAddon !== null && !options.quiet) console.warn(`backend: raw-socket; ${whyNotAddon}`);
  if (options.identifier === 0 && options.verbose) console.warn('WARNING: ident 0 => forcing raw socket');
  const opened = new Map<Family, FamilySocket>();
  const refused = new Map<Family, SetupError>();
  for (const family of [4, 6] as const) {
    if (options.family !== null && options.family !== family) continue;
    try {
      opened.set(family, openFamily(context, family));
    } catch (error) {
      if (!(error instanceof IcmpSocketRefused)) throw error;
      refused.set(family, new SetupError(explainRefusal(error)));
    }
  }
  if (options.mark !== null) mark(context, [...opened.values()], options.mark);
  if (options.verbose) tellSockets(context, opened);
  if (opened.size === 0) throw refused.get(4) ?? refused.get(6)!;
  return { opened, refused };
}

/** -v, as far as it is known: raw-socket keeps its descriptors to itself. */
function tellSockets({ options, console }: SetupContext, opened: OpenSockets['opened']): void {
  const show = (family: Family) =>
    opened.has(family) ? `sock${family}.fd: ? (socktype: SOCK_RAW)` : `sock${family}.fd: -1 (socktype: 0)`;
  const hint = options.family === null ? 'AF_UNSPEC' : options.family === 4 ? 'AF_INET' : 'AF_INET6';
  console.warn(`${show(4)}, ${show(6)}, hints.ai_family: ${hint}`);
}

function openFamily({ module, options }: SetupContext, family: Family): FamilySocket {
  const raw = openRawSocket(module, family, roomForMessage(options));
  // -d without the privilege for it changes nothing, and ping(8) says nothing.
  if (options.debug) attempt(() => setRawOption(raw, SOL_SOCKET, SO_DEBUG, 1));
  if (options.device === null) return { raw, deviceError: null };
  const name = new TextEncoder().encode(`${options.device}\0`);
  return { raw, deviceError: attempt(() => setRawOption(raw, SOL_SOCKET, SO_BINDTODEVICE, name)) };
}

/** The error with which the kernel refused something; null when it went well. */
export function attempt(act: () => void): SystemError | null {
  try {
    act();
    return null;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error;
  }
}

/** A node information query with a name as its subject, and an answer with many addresses. */
const NODE_INFORMATION_OCTETS = 1500;

function roomForMessage(options: PingOptions): number {
  return options.nodeQuery === null ? ICMP_HEADER_LENGTH + options.size : NODE_INFORMATION_OCTETS + options.size;
}

/** -m is a wish: where it may not be, ping goes on without. */
function mark({ console }: SetupContext, sockets: readonly FamilySocket[], value: number): void {
  const errors = sockets.map(({ raw }) => attempt(() => setRawOption(raw, SOL_SOCKET, SO_MARK, value)));
  const error = errors.find((each) => each !== null);
  if (error === undefined) return;
  console.warn(`WARNING: failed to set mark: ${value}: ${reasonOf(error)}`);
  if (error.code === 'EPERM') {
    console.warn('=> missing cap_net_admin+p or cap_net_raw+p (since Linux 5.17) capability?');
  }
}
