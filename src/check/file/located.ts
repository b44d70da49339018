/** A value out of a check file with the place of each of its parts. */
import type { Source, Span } from './source.ts';

interface LocatedBase {
  readonly source: Source;
  readonly span: Span;
}

export interface LocatedScalar extends LocatedBase {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** Written without quotes: what a variable puts in may then be a number. */
  readonly isPlain: boolean;
}

export interface LocatedList extends LocatedBase {
  readonly kind: 'list';
  readonly items: readonly Located[];
}

export interface LocatedEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Located;
}

export interface LocatedMap extends LocatedBase {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, LocatedEntry>;
}

export type Located = LocatedScalar | LocatedList | LocatedMap;

/** What a schema judges: the values alone. Objects have no prototype, so that `__proto__` is a key as any other. */
export function plainValue(located: Located): unknown {
  switch (located.kind) {
    case 'scalar':
      return located.value;
    case 'list':
      return located.items.map(plainValue);
    case 'map': {
      const object: Record<string, unknown> = Object.create(null);
      for (const [key, { value }] of located.entries) object[key] = plainValue(value);
      return object;
    }
  }
}

/** Every scalar replaced by what `change` makes of it. */
export function mapScalars(located: Located, change: (scalar: LocatedScalar) => LocatedScalar): Located {
  switch (located.kind) {
    case 'scalar':
      return change(located);
    case 'list':
      return { ...located, items: located.items.map((item) => mapScalars(item, change)) };
    case 'map': {
      const entries = [...located.entries].map(
        ([key, entry]) => [key, { ...entry, value: mapScalars(entry.value, change) }] as const,
      );
      return { ...located, entries: new Map(entries) };
    }
  }
}

export function entryOf(located: Located, key: string): LocatedEntry | undefined {
  return located.kind === 'map' ? located.entries.get(key) : undefined;
}
