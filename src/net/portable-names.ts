/**
 * Names by node's resolver, which is the system's: getaddrinfo(3) and getnameinfo(3) in node's thread pool. Two things are
 * missing: the canonical name, and a way out. A lookup that hangs keeps the process from exiting until the resolver gives up.
 */
import { lookup, lookupService } from 'node:dns';
import { networkInterfaces } from 'node:os';
import { parseIpv4, parseIpv6 } from '../packet/address.ts';
import { fromNodeError } from './portable-errors.ts';
import type { AskName, ResolvedName } from './resolver.ts';
import type { Address } from './sockaddr.ts';

/** getaddrinfo(3). Rejects with a SystemError whose text is gai_strerror's, as resolver.ts does. */
export function lookUpName(name: string): Promise<ResolvedName> {
  return new Promise((resolve, reject) => {
    // Node answers an empty name with nothing and a warning; a blank is no part of a name, and asks the resolver to say so.
    lookup(name === '' ? ' ' : name, { all: true, verbatim: true }, (error, found) => {
      if (error !== null) return reject(fromNodeError(error, error.syscall ?? 'getaddrinfo'));
      const addresses = found.map(({ address }) => toAddress(address)).filter((address) => address !== null);
      resolve({ canonicalName: null, addresses });
    });
  });
}

function toAddress(text: string): Address | null {
  const v4 = parseIpv4(text);
  if (v4 !== null) return { family: 4, octets: v4, scope: 0 };
  const v6 = parseIpv6(text);
  return v6 === null ? null : { family: 6, octets: v6, scope: 0 };
}

/** getnameinfo(3) with a name required. The port is none: only the name is looked at. */
export const askNodeForName: AskName = (address, answer) => {
  lookupService(address, 0, (error, name) => answer(error === null ? name : null));
};

/** An interface as node tells of it: only those that are up and have an address. */
export interface PortableInterface {
  readonly name: string;
  readonly addresses: readonly Address[];
}

/** By name, or by the index that a zone may give instead. `scope` of link-local addresses is that index. */
export function findInterface(nameOrIndex: string): PortableInterface | null {
  for (const [name, entries] of Object.entries(networkInterfaces())) {
    const addresses = (entries ?? []).flatMap(({ address, ...entry }) => {
      const parsed = toAddress(address);
      return parsed === null ? [] : [{ ...parsed, scope: entry.family === 'IPv6' ? entry.scopeid : 0 }];
    });
    if (name === nameOrIndex || addresses.some(({ scope }) => scope !== 0 && String(scope) === nameOrIndex)) {
      return { name, addresses };
    }
  }
  return null;
}
