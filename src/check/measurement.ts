/** What a probe of any kind came back with, before it is judged. */
import type { Verdict } from '../conditions/evaluate.ts';
import type { Dimension } from '../conditions/vocabulary.ts';

/**
 * Who was met. `refuses`: the target itself, by a reset or an ICMP error, so it is there. `unreachable`: somebody else, who says
 * that it cannot be reached. `silent`: nobody. `nameless`: the name stands for nobody.
 */
export type Presence = 'answers' | 'refuses' | 'unreachable' | 'silent' | 'nameless';

/** A figure by the word that conditions have for it. */
export interface Fact {
  readonly word: string;
  readonly dimension: Dimension;
  /** In base units: a number, 0 to 1, ns, yes or no; null where not measured. */
  readonly value: number | boolean | null;
}

export interface Hop {
  readonly distance: number;
  /** Null for a hop that did not answer. */
  readonly address: string | null;
  readonly name: string | null;
  readonly roundTripMs: number | null;
  /** Path MTU as known from here on; null where it did not change. */
  readonly mtu: number | null;
}

export interface Measured {
  readonly outcome: 'measured';
  readonly presence: Presence;
  /** One for each condition of the check, in their order. */
  readonly verdicts: readonly Verdict[];
  readonly facts: readonly Fact[];
  /** In the order of sending; null for a lost probe. */
  readonly roundTripsMs: readonly (number | null)[];
  readonly hops: readonly Hop[];
  /** What was met instead of an answer, as `10.0.0.1: Destination Host Unreachable`; null where nothing was. */
  readonly remark: string | null;
  /** The address that was probed, where the target is a name. */
  readonly address: string | null;
  /** How, where there is a choice: `icmp`. */
  readonly method: string | null;
}

/** This machine did not let us measure: that says nothing about the target. */
export interface Unmeasurable {
  readonly outcome: 'unmeasurable';
  readonly reason: string;
  /** What would mend it. */
  readonly hint: string | null;
}

export type Measurement = Measured | Unmeasurable;
