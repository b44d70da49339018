/**
 * What every decoder answers. Octets from the network never throw: a decoder returns the value, or says what is wrong
 * with them in words a person can read on the terminal.
 */
export type Decoded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: DecodeError };

/** Why octets are not what they should be; `reason` reads as the end of a sentence, e.g. "8 octets needed, 3 there". */
export type DecodeError =
  | { readonly kind: 'truncated'; readonly neededOctets: number; readonly haveOctets: number; readonly reason: string }
  | { readonly kind: 'malformed'; readonly reason: string };

/** A success. */
export function decoded<T>(value: T): Decoded<T> {
  return { ok: true, value };
}

/** A failure for want of octets; `what` names the part that is cut, e.g. "IPv4 options". */
export function truncated(neededOctets: number, haveOctets: number, what = 'message'): Decoded<never> {
  const reason = `${what} is cut: ${neededOctets} octets needed, ${haveOctets} there`;
  return { ok: false, error: { kind: 'truncated', neededOctets, haveOctets, reason } };
}

/** A failure because octets contradict their format. */
export function malformed(reason: string): Decoded<never> {
  return { ok: false, error: { kind: 'malformed', reason } };
}
