/** The routers that a host knows, with their ages: RFC 1256 section 5.3. One owner changes it, and tells of each change. */
import { INELIGIBLE_PREFERENCE } from '../../packet/irdp.ts';
import type { GoneEvent, RecordedEvent, RouterFacts } from '../events.ts';
import { type Link, toNumber } from '../protocol.ts';

/** Routers that leave so soon are not worth a route: iputils' threshold. */
const LIFETIME_MINIMUM_SECONDS = 4;
/** Anybody on the link may advertise as many addresses as its prefix has; a host may forget, but not the best (section 5.3). */
const CAPACITY = 256;
const NS_PER_SECOND = 1e9;

export interface RouterRecord {
  readonly address: string;
  readonly link: Link;
  readonly preference: number;
  readonly lifetimeSeconds: number;
  readonly expiresAtNs: number;
}

export type Recorded = Pick<RecordedEvent, 'change'> & { readonly record: RouterRecord };
export type Gone = Pick<GoneEvent, 'reason'> & { readonly record: RouterRecord };

/** Identifies a router: the same address may be used on two links. */
export function keyOf({ address, link }: Pick<RouterRecord, 'address' | 'link'>): string {
  return `${link.index} ${address}`;
}

export function factsOf(record: RouterRecord): RouterFacts {
  const { address, link, preference, lifetimeSeconds } = record;
  return { address, interface: link.name, preference, lifetimeSeconds, isEligible: isEligible(record) };
}

export function isEligible({ preference, lifetimeSeconds }: RouterRecord): boolean {
  return preference !== INELIGIBLE_PREFERENCE && lifetimeSeconds >= LIFETIME_MINIMUM_SECONDS;
}

/** Better ones first; among equals the lower address, so that the order does not depend on who spoke first. */
function compare(one: RouterRecord, other: RouterRecord): number {
  return (
    Number(isEligible(other)) - Number(isEligible(one)) ||
    other.preference - one.preference ||
    toNumber(one.address) - toNumber(other.address) ||
    one.link.index - other.link.index
  );
}

export class RouterTable {
  readonly #records = new Map<string, RouterRecord>();

  /** Best first. */
  get all(): readonly RouterRecord[] {
    return [...this.#records.values()].sort(compare);
  }

  /** When the next one expires, monotonic ns. */
  get nextExpiryNs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { expiresAtNs } of this.#records.values()) next = Math.min(next, expiresAtNs);
    return next;
  }

  /** Enters what an advertisement says of one address. A lifetime of 0 takes it out: section 3, "no longer to be used". */
  record(
    nowNs: number,
    link: Link,
    address: string,
    preference: number,
    lifetimeSeconds: number,
  ): Recorded | Gone | null {
    const expiresAtNs = nowNs + lifetimeSeconds * NS_PER_SECOND;
    const record = { address, link, preference, lifetimeSeconds, expiresAtNs };
    const known = this.#records.get(keyOf(record));
    if (lifetimeSeconds === 0) {
      if (known === undefined) return null;
      this.#records.delete(keyOf(record));
      return { reason: 'withdrawn', record: { ...known, lifetimeSeconds } };
    }
    this.#records.set(keyOf(record), record);
    if (known === undefined) return { change: 'new', record };
    const isSame = known.preference === preference && isEligible(known) === isEligible(record);
    return { change: isSame ? 'renewed' : 'preference', record };
  }

  /** Takes out those whose time is over. */
  expire(nowNs: number): readonly Gone[] {
    return this.#remove('expired', ({ expiresAtNs }) => expiresAtNs <= nowNs);
  }

  /** Takes out those of links that are not among `links` any more, and those that are no neighbours there. */
  keepLinks(isNeighbour: (record: RouterRecord) => boolean): readonly Gone[] {
    return this.#remove('interface', (record) => !isNeighbour(record));
  }

  /** Takes out the last ones of a table that is too full. */
  trim(): readonly Gone[] {
    if (this.#records.size <= CAPACITY) return [];
    const surplus = new Set(this.all.slice(CAPACITY));
    return this.#remove('table-full', (record) => surplus.has(record));
  }

  #remove(reason: GoneEvent['reason'], isGone: (record: RouterRecord) => boolean): readonly Gone[] {
    const gone = [...this.#records.values()].filter(isGone);
    for (const record of gone) this.#records.delete(keyOf(record));
    return gone.map((record) => ({ reason, record }));
  }

  /** Those to be default routers: all that may be, or those of the highest preference among them (section 5.3). Best first. */
  chooseDefaults(acceptAll: boolean): readonly RouterRecord[] {
    const eligible = this.all.filter(isEligible);
    return acceptAll ? eligible : eligible.filter(({ preference }) => preference === eligible[0]?.preference);
  }
}
