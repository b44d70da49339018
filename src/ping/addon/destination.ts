/** The destination operand: a literal, or a name and what the resolver says of it. */
import { isSystemError, reasonOf } from '../../net/errors.ts';
import { resolveName } from '../../net/resolver.ts';
import type { Address, Family } from '../../net/sockaddr.ts';
import { parseInetAton } from '../../packet/address.ts';
import { SetupError } from '../backend.ts';
import { usesIpOptions } from '../options.ts';
import type { SetupContext } from './context.ts';

export interface Destination {
  readonly host: string;
  readonly canonicalName: string;
  readonly addresses: readonly Address[];
  readonly isLiteral: boolean;
}

/** Looks the destination up and leaves out the families that are not asked for. */
export async function findDestination(context: SetupContext): Promise<Destination> {
  const { addon, options } = context;
  const { destination } = options;
  const v4 = parseInetAton(destination);
  if (v4 !== null && options.family !== 6) {
    const address: Address = { family: 4, octets: v4, scope: 0 };
    return { host: destination, canonicalName: destination, addresses: [address], isLiteral: true };
  }
  let resolved: Awaited<ReturnType<typeof resolveName>>;
  try {
    resolved = await resolveName(addon, destination, null);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${destination}: ${reasonOf(error)}`);
  }
  const wanted = usesIpOptions(options) ? 4 : options.family;
  const addresses = resolved.addresses.filter(({ family }) => wanted === null || wanted === family);
  if (addresses.length === 0) throw new SetupError(`${destination}: Address family for hostname not supported`);
  const canonicalName = resolved.canonicalName ?? '';
  const host = addresses[0]!.family === 4 && canonicalName !== '' ? canonicalName : destination;
  return { host, canonicalName, addresses, isLiteral: destination.includes(':') };
}

/** -v: which of the resolver's answers is tried. */
export function tellAddress(context: SetupContext, family: Family, canonicalName: string): void {
  if (!context.options.verbose) return;
  context.console.warn(`ai->ai_family: ${family === 4 ? 'AF_INET' : 'AF_INET6'}, ai->ai_canonname: '${canonicalName}'`);
}
