/** Which of a destination's addresses is pinged. The same for both backends; how a session is opened is theirs. */

import { SetupError } from '../cli/errors.ts';
import { isSystemError } from '../net/errors.ts';
import type { Address, Family } from '../net/sockaddr.ts';
import type { Session, SessionRequest } from './backend.ts';
import type { PingOptions } from './options.ts';

/** Hops are IPv4's; -4 and -6 ask for one family. */
export function isWanted(options: PingOptions, family: Family): boolean {
  const only = options.hops.length > 0 ? 4 : options.family;
  return only === null || only === family;
}

/** The sockets of each family, and why a family that was tried has none. */
export interface FamilySocketsOrNot<Sockets> {
  readonly opened: ReadonlyMap<Family, Sockets>;
  readonly refused: ReadonlyMap<Family, SetupError>;
}

const NO_ROUTE = ['EHOSTUNREACH', 'ENETUNREACH'];

/** Opens the first address that can be reached: "no route" moves on to the next one. @throws SetupError */
export async function openFirstReachable<Sockets>(
  { options, console }: SessionRequest,
  { addresses, canonicalName }: { readonly addresses: readonly Address[]; readonly canonicalName: string },
  { opened, refused }: FamilySocketsOrNot<Sockets>,
  open: (address: Address, sockets: Sockets) => Session | Promise<Session>,
): Promise<Session> {
  let failure: Error | null = null;
  for (const [index, address] of addresses.entries()) {
    if (options.verbose) {
      // The resolver names the first address it found, and only that.
      const name = index === 0 ? canonicalName : '';
      console.warn(`ai->ai_family: ${address.family === 4 ? 'AF_INET' : 'AF_INET6'}, ai->ai_canonname: '${name}'`);
    }
    if (!isWanted(options, address.family)) continue;
    const sockets = opened.get(address.family);
    if (sockets === undefined) {
      failure ??= refused.get(address.family) ?? null;
      continue;
    }
    try {
      return await open(address, sockets);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      failure = new SetupError(error.message, undefined, { cause: error });
      if (!NO_ROUTE.includes(error.code)) throw failure;
    }
  }
  throw failure ?? new SetupError(`${options.destination}: Address family for hostname not supported`);
}
