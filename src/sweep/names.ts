/** Addresses of names, so many at once, each lookup on a thread of its own. */
import type { SetupRules } from '../cli/setup-rules.ts';
import { isSystemError, reasonOf } from '../net/errors.ts';
import type { NativeAddon } from '../net/native.ts';
import { resolveName } from '../net/resolver.ts';
import type { Address, Family } from '../net/sockaddr.ts';
import type { UnresolvedEvent } from './events.ts';

const LOOKUPS_AT_ONCE = 64;

/** The addresses of a name to be probed, or why there are none. */
export type Lookup = (name: string) => Promise<readonly Address[] | string>;

export interface LookupOptions {
  readonly family: Family | null;
  readonly allAddresses: boolean;
  /** Families that there is a socket for. */
  readonly families: readonly Family[];
  readonly wait: SetupRules['wait'];
}

export function lookUpWith(addon: NativeAddon, { family, allAddresses, families, wait }: LookupOptions): Lookup {
  return async (name) => {
    try {
      const { addresses } = await wait(resolveName(addon, name, family));
      const usable = addresses.filter((address) => families.includes(address.family));
      if (usable.length === 0) return 'no socket for the family of its addresses';
      return allAddresses ? usable : usable.slice(0, 1);
    } catch (error) {
      if (!isSystemError(error)) throw error; // nobody wants to know any more
      return reasonOf(error);
    }
  };
}

/** Answers in the order of `names`; tells of each that has no address at once. */
export async function resolveNames(
  names: readonly string[],
  lookUp: Lookup,
  onUnresolved: (event: UnresolvedEvent) => void,
): Promise<(readonly Address[])[]> {
  const results = new Array<readonly Address[]>(names.length).fill([]);
  let next = 0;
  const work = async () => {
    while (next < names.length) {
      const rank = next++;
      const target = names[rank]!;
      const found = await lookUp(target);
      if (typeof found === 'string') onUnresolved({ type: 'unresolved', target, reason: found });
      else results[rank] = found;
    }
  };
  await Promise.all(Array.from({ length: Math.min(LOOKUPS_AT_ONCE, names.length) }, work));
  return results;
}
