/**
 * Events of the engines as a program gets them: the same objects, with every time in milliseconds. Engines count in
 * nanoseconds (`…Ns`, and `…Us` where iputils counts in microseconds) on a clock of the run's own; outside, `roundTripNs` is
 * `roundTripMs`, and `wallNs` is `timestampMs`: Unix time, as `Date.now()` has it. In the package's declarations the members
 * have these names already, with their comments (scripts/published-names.mjs).
 */

/** `T` with its times in milliseconds. Octets, functions and what has no times stay as they are. */
export type Published<T> = T extends Uint8Array
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Published<Item>[]
    : T extends object
      ? { readonly [Key in keyof T as PublishedKey<Key>]: Published<T[Key]> }
      : T;

type PublishedKey<Key> = Key extends 'wallNs'
  ? 'timestampMs'
  : Key extends `${infer Name}Ns` | `${infer Name}Us`
    ? `${Name}Ms`
    : Key;

const NS_PER_MS = 1e6;
const US_PER_MS = 1e3;
const MS_PER_SECOND = 1e3;

/** Makes a publisher for a run whose clock's `wallNs` is zero at `epochSeconds`. */
export function publisher(epochSeconds: number): <T>(value: T) => Published<T> {
  const epochMs = epochSeconds * MS_PER_SECOND;
  const publish = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
    if (Array.isArray(value)) return value.map(publish);
    const published: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(value)) {
      if (key === 'wallNs') published['timestampMs'] = epochMs + member / NS_PER_MS;
      else if (key.endsWith('Ns')) published[`${key.slice(0, -2)}Ms`] = scale(member, NS_PER_MS, publish);
      else if (key.endsWith('Us')) published[`${key.slice(0, -2)}Ms`] = scale(member, US_PER_MS, publish);
      else published[key] = publish(member);
    }
    return published;
  };
  return publish as <T>(value: T) => Published<T>;
}

/** Null for what was not measured; a list of times item by item. */
function scale(value: unknown, unitsPerMs: number, publish: (value: unknown) => unknown): unknown {
  if (typeof value === 'number') return value / unitsPerMs;
  if (Array.isArray(value)) return value.map((item) => scale(item, unitsPerMs, publish));
  return publish(value);
}
