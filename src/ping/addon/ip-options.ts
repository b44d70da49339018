/** IPv4 options of the probes: record route, time stamps, source routes. */

import { SetupError } from '../../cli/errors.ts';
import { isSystemError, reasonOf } from '../../net/errors.ts';
import type { NativeAddon } from '../../net/native.ts';
import { resolveName } from '../../net/resolver.ts';
import type { Address } from '../../net/sockaddr.ts';
import { formatIpv4, parseInetAton } from '../../packet/address.ts';
import { usesIpOptions } from '../options.ts';
import { ipOptionSetting } from '../session-rules.ts';
import type { SetupContext } from './context.ts';
import { apply } from './socket-options.ts';
import type { FamilySockets } from './sockets.ts';

/**
 * Sets the IPv4 options of -R, -T and hops. A source route takes a capability, so this comes before privileges are dropped,
 * and hops given by name are the one thing that is looked up before that. Answers the first hop of a source route.
 */
export async function useIpOptions(context: SetupContext, sockets: FamilySockets | undefined): Promise<Address | null> {
  const { addon, options } = context;
  const isRoute = options.ipTimestamp === null && options.hops.length > 0;
  // Without an IPv4 socket the target is IPv6, and -R and -T say nothing to it.
  if (!usesIpOptions(options) || sockets === undefined) return null;
  const hops: Address[] = [];
  for (const hop of options.hops) hops.push(await findHop(addon, hop));
  const setting = ipOptionSetting(
    options,
    hops.map(({ octets }) => formatIpv4(octets)),
  );
  apply(addon, sockets.icmp.handle, setting);
  return isRoute ? hops[0]! : null;
}

async function findHop(addon: NativeAddon, hop: string): Promise<Address> {
  const octets = parseInetAton(hop);
  if (octets !== null) return { family: 4, octets, scope: 0 };
  try {
    return (await resolveName(addon, hop, 4)).addresses[0]!;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${hop}: ${reasonOf(error)}`);
  }
}
