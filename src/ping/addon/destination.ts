/** The destination operand: a literal, or a name and what the resolver says of it. */

import { SetupError } from '../../cli/errors.ts';
import { isSystemError, reasonOf } from '../../net/errors.ts';
import { resolveName } from '../../net/resolver.ts';
import type { Address } from '../../net/sockaddr.ts';
import { parseInetAton, parseIpv6 } from '../../packet/address.ts';
import { isWanted } from '../first-reachable.ts';
import type { SetupContext } from './context.ts';

export interface Destination {
  readonly host: string;
  readonly canonicalName: string;
  readonly addresses: readonly Address[];
  readonly isLiteral: boolean;
}

/** Looks the destination up. @throws SetupError when there is no such name, or no address of a family that is wanted */
export async function findDestination(
  context: Pick<SetupContext, 'addon' | 'options'> & { readonly isStillWanted?: () => boolean },
): Promise<Destination> {
  const { addon, options, isStillWanted } = context;
  const { destination } = options;
  const literal = parseLiteral(destination);
  if (literal !== null && isWanted(options, literal.family)) {
    return { host: destination, canonicalName: destination, addresses: [literal], isLiteral: true };
  }
  let resolved: Awaited<ReturnType<typeof resolveName>>;
  try {
    resolved = await resolveName(addon, destination, null, isStillWanted);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${destination}: ${reasonOf(error)}`, undefined, { cause: error });
  }
  const { addresses } = resolved;
  const first = addresses.findIndex(({ family }) => isWanted(options, family));
  if (first === -1) throw new SetupError(`${destination}: Address family for hostname not supported`);
  // The resolver names the first address it found, and only that.
  const canonicalName = resolved.canonicalName ?? '';
  const isNamed = first === 0 && addresses[0]!.family === 4 && canonicalName !== '';
  const host = isNamed ? canonicalName : destination;
  return { host, canonicalName, addresses, isLiteral: destination.includes(':') };
}

/** An address without a zone, which takes no resolver and no thread. */
function parseLiteral(text: string): Address | null {
  const v4 = parseInetAton(text);
  if (v4 !== null) return { family: 4, octets: v4, scope: 0 };
  const v6 = parseIpv6(text);
  return v6 === null ? null : { family: 6, octets: v6, scope: 0 };
}
