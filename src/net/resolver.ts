/** Names and addresses through the system's resolver, always off the probing path. */

import { parseIpv4, parseIpv6 } from '../packet/address.ts';
import { AF_INET, AF_INET6, AF_UNSPEC, AI_CANONIDN, AI_CANONNAME, AI_IDN, NI_IDN, NI_NAMEREQD } from './constants.ts';
import { isSystemError } from './errors.ts';
import type { Interfaces } from './interfaces.ts';
import type { NativeAddon } from './native.ts';
import { type Address, decodeSockaddr, encodeSockaddr, type Family } from './sockaddr.ts';

/** So long a line of output waits for the name of an address in it, counted from the first question for that address. */
const GRACE_MS = 250;
/** Each lookup under way has a thread, as long as the resolver takes, and anybody may send a packet with another address. */
const LOOKUPS_AT_ONCE = 64;
/** So many addresses are remembered; lines show others without a name. */
const REMEMBERED = 1 << 16;

export interface ResolvedName {
  /** The canonical name, or null where the resolver gave none. */
  readonly canonicalName: string | null;
  /** In the resolver's order, RFC 6724; never empty. */
  readonly addresses: readonly Address[];
}

/** Lookups of names under way in this thread, and those that wait for one of them to end. */
let resolving = 0;
const waitingToResolve: (() => void)[] = [];

/**
 * getaddrinfo(3) for `name`, LOOKUPS_AT_ONCE at a time. Rejects with a SystemError whose code is `EAI_…` and whose text is
 * gai_strerror's. A lookup that nobody wants any more by the time its turn comes is not begun, and rejects: a thousand runs that
 * were aborted while a resolver hangs must not hold up the next one, nor the end of the process.
 */
export async function resolveName(
  addon: NativeAddon,
  name: string,
  family: Family | null,
  isStillWanted: () => boolean = () => true,
): Promise<ResolvedName> {
  while (resolving >= LOOKUPS_AT_ONCE) {
    await new Promise<void>((resolve) => {
      waitingToResolve.push(resolve);
    });
  }
  resolving++;
  try {
    if (!isStillWanted()) throw new Error(`${name}: nobody wants to know any more`);
    return await askForAddresses(addon, name, family);
  } finally {
    resolving--;
    waitingToResolve.shift()?.();
  }
}

function askForAddresses(addon: NativeAddon, name: string, family: Family | null): Promise<ResolvedName> {
  const domain = family === null ? AF_UNSPEC : family === 4 ? AF_INET : AF_INET6;
  return new Promise((resolve, reject) => {
    addon.getaddrinfo(name, domain, AI_CANONNAME | AI_IDN | AI_CANONIDN, (error, info) => {
      if (error !== null || info === null) return reject(error);
      const addresses = info.addresses.map(decodeSockaddr).filter((address) => address !== null);
      resolve({ canonicalName: info.canonicalName, addresses });
    });
  });
}

/** Asks for the name of a numeric address, and answers once, later or at once: null for none. */
export type AskName = (address: string, answer: (name: string | null) => void) => void;

/** getnameinfo(3) with a name required, by the addon. */
export function nameInfoOf(addon: NativeAddon, interfaces: Interfaces): AskName {
  return (address, answer) => {
    const parsed = parseAddress(address, interfaces);
    if (parsed === null) return answer(null);
    try {
      addon.getnameinfo(encodeSockaddr(parsed), NI_NAMEREQD | NI_IDN, (_error, name) => answer(name));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      answer(null); // no thread is to be had
    }
  };
}

/** A numeric address with or without a zone; null for anything else. */
function parseAddress(address: string, interfaces: Interfaces): Address | null {
  const [text, zone] = address.split('%', 2) as [string, string?];
  const v4 = parseIpv4(text);
  if (v4 !== null) return { family: 4, octets: v4, scope: 0 };
  const octets = parseIpv6(text);
  if (octets === null) return null;
  return { family: 6, octets, scope: zone === undefined ? 0 : (interfaces.byName(zone)?.index ?? 0) };
}

/**
 * Names of addresses, looked up in the background and remembered. A caller that needs one for a line of output waits, but not
 * for long: a resolver that has not answered within GRACE_MS is not waited for again on behalf of that address. What floods us
 * with addresses gets no names for them: threads and memory have a limit.
 */
export class ReverseNames {
  readonly #askName: AskName;
  readonly #known = new Map<string, string | null>();
  readonly #lookups = new Map<string, Promise<void>>();
  #underWay = 0;

  constructor(askName: AskName) {
    this.#askName = askName;
  }

  /** The name of a numeric address; null for none, or as long as none is known. */
  readonly nameOf = (address: string): string | null => this.#known.get(address) ?? null;

  /** Whether a line with these addresses can be written now: each has a name, or none, or has had its time. */
  isReady(addresses: readonly string[]): boolean {
    return addresses.every((address) => this.#known.has(address)) || this.#known.size >= REMEMBERED;
  }

  /** Begins to look up what was not asked for yet. Resolves when all are known or given up. */
  async prepare(addresses: readonly string[]): Promise<void> {
    await Promise.all(addresses.map((address) => this.#lookUp(address)));
  }

  #lookUp(address: string): Promise<void> {
    const begun = this.#lookups.get(address);
    if (begun !== undefined) return begun;
    const lookup = this.#underWay < LOOKUPS_AT_ONCE ? this.#ask(address) : this.#goWithout(address);
    this.#lookups.set(address, lookup);
    return lookup;
  }

  #ask(address: string): Promise<void> {
    this.#underWay++;
    return new Promise((resolve) => {
      const settle = (name: string | null) => {
        this.#known.set(address, name);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(settle, GRACE_MS, null);
      this.#askName(address, (name) => {
        this.#underWay--;
        settle(name);
      });
    });
  }

  async #goWithout(address: string): Promise<void> {
    this.#known.set(address, null);
  }
}
