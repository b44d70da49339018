/** The destination operand: a literal, or a name and what node's resolver says of it. */

import { SetupError } from '../../cli/errors.ts';
import { isSystemError, reasonOf } from '../../net/errors.ts';
import { findInterface, lookUpName } from '../../net/portable-names.ts';
import { type Address, formatAddress } from '../../net/sockaddr.ts';
import { parseInetAton, parseIpv6 } from '../../packet/address.ts';
import { isWanted } from '../first-reachable.ts';
import type { SetupContext } from './context.ts';

export interface Destination {
  readonly addresses: readonly Address[];
  /** The interface name of the zone that the user gave. */
  readonly zone: string | null;
  readonly isLiteral: boolean;
}

/** Looks the destination up. @throws SetupError when there is no such name, or no address of a family that is wanted */
export async function findDestination({ options }: SetupContext): Promise<Destination> {
  const { destination } = options;
  const v4 = parseInetAton(destination);
  if (v4 !== null && options.family !== 6) {
    return { addresses: [{ family: 4, octets: v4, scope: 0 }], zone: null, isLiteral: true };
  }
  const found = readLiteral6(destination) ?? (await lookUp(destination));
  if (found.addresses.some(({ family }) => isWanted(options, family))) return found;
  throw new SetupError(`${destination}: Address family for hostname not supported`);
}

/** An IPv6 address with or without a zone; null for anything else. @throws SetupError for a zone that there is not */
function readLiteral6(text: string): Destination | null {
  const [address, given] = text.split('%', 2) as [string, string?];
  const octets = parseIpv6(address);
  if (octets === null) return null;
  const zone = given === undefined ? null : findInterface(given)?.name;
  if (zone === undefined) throw new SetupError(`${text}: Name or service not known`);
  return { addresses: [{ family: 6, octets, scope: 0 }], zone, isLiteral: true };
}

async function lookUp(name: string): Promise<Destination> {
  try {
    return { addresses: (await lookUpName(name)).addresses, zone: null, isLiteral: false };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${name}: ${reasonOf(error)}`);
  }
}

/** Zones are names here: node and raw-socket take them with the address, and neither tells an interface's index. */
export function withZone(address: Address, zone: string | null): string {
  const text = formatAddress({ ...address, scope: 0 }, () => null);
  return zone === null ? text : `${text}%${zone}`;
}
