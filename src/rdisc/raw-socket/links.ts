/** The interfaces that take part, as node tells of them: those that are up, with their addresses, but no flags and no peers. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { IFF_BROADCAST, IFF_MULTICAST, IFF_POINTOPOINT } from '../../net/constants.ts';
import type { Link } from '../protocol.ts';

const SYSFS = '/sys/class/net';

export function readPortableLinks(): readonly Link[] {
  return Object.entries(networkInterfaces()).flatMap(([name, entries = []]) => {
    const own = entries.filter(({ family, internal }) => family === 'IPv4' && !internal);
    const index = readNumber(name, 'ifindex');
    const flags = readNumber(name, 'flags') ?? 0;
    const reachesOthers = (flags & (IFF_MULTICAST | IFF_BROADCAST | IFF_POINTOPOINT)) !== 0;
    if (own.length === 0 || index === null || !reachesOthers) return [];
    const addresses = own.map(({ address, netmask }) => ({ address, netmask, peer: null }));
    return [{ index, name, isMulticast: (flags & IFF_MULTICAST) !== 0, addresses }];
  });
}

/** A number that the kernel tells in sysfs(5), decimal or `0x…`; null where it does not: an alias, a file system not mounted. */
function readNumber(name: string, what: 'ifindex' | 'flags'): number | null {
  try {
    return Number(readFileSync(`${SYSFS}/${name}/${what}`, 'utf8'));
  } catch {
    return null;
  }
}
