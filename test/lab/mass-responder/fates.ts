/** What the mass responder makes of a target, by the last octet of its address modulo 16. */

export type Lie =
  /** A bit of the tag is another. */
  | 'wrong-tag'
  /** The index is another's, under the tag of this one. */
  | 'other-index'
  /** Another target's message, from this one's address. */
  | 'other-cookie'
  /** This target's message, from another address. */
  | 'other-address';

export interface Fate {
  /** How many true replies are sent. */
  readonly truths: number;
  readonly lies: readonly Lie[];
}

const HONEST: Fate = { truths: 1, lies: [] };

const FATES = new Map<number, Fate>([
  [3, { truths: 0, lies: ['wrong-tag', 'other-index', 'other-cookie', 'other-address'] }],
  [6, { truths: 0, lies: [] }],
  [7, { truths: 2, lies: [] }],
  [9, { truths: 1, lies: ['wrong-tag', 'other-index'] }],
  [11, { truths: 1, lies: ['other-address', 'other-cookie'] }],
]);

export function fateOf(lastOctet: number): Fate {
  return FATES.get(lastOctet % 16) ?? HONEST;
}
