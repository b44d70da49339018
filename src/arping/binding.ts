/**
 * Who answers for an address, followed from probe to probe: the heart of --watch. A hardware address counts as long as it
 * answers one of the last few probes; several that answer the same probe are a duplicate, one in place of another is a move.
 */
import type { BindingChange } from './events.ts';

/** A host that misses so many probes in a row is gone. */
export const MISSED_PROBES = 3;
/** Nobody has more true owners than that; more of them are a peer that makes them up. */
const MOST_OWNERS = 32;

export interface Change {
  readonly change: BindingChange;
  readonly now: readonly string[];
  readonly before: readonly string[];
}

export class Binding {
  /** Hardware address -> number of the last probe that it answered. */
  #owners = new Map<string, number>();

  /** `hardware` has answered while probe `probe` was the last one sent. */
  heard(hardware: string, probe: number): Change | null {
    const before = [...this.#owners.keys()];
    if (this.#owners.has(hardware)) {
      this.#owners.set(hardware, probe);
      return null;
    }
    if (before.length >= MOST_OWNERS) return null;
    const isContested = [...this.#owners.values()].includes(probe);
    if (!isContested) this.#owners = new Map();
    this.#owners.set(hardware, probe);
    const change = before.length === 0 ? 'found' : isContested ? 'duplicate' : 'moved';
    return { change, now: [...this.#owners.keys()], before };
  }

  /** Probe `probe` has had its time: drops who has not answered for too long. */
  settled(probe: number): Change | null {
    const before = [...this.#owners.keys()];
    this.#owners = new Map([...this.#owners].filter(([, answered]) => probe - answered < MISSED_PROBES));
    const now = [...this.#owners.keys()];
    if (now.length === before.length) return null;
    return { change: now.length === 0 ? 'gone' : now.length === 1 ? 'alone' : 'duplicate', now, before };
  }
}
