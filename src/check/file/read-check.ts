/** One check of a file that fits the schema: defaults applied, durations and conditions read. */
import { parseCondition } from '../../conditions/condition.ts';
import type { Vocabulary } from '../../conditions/vocabulary.ts';
import type { Assertion, Check, Family, PingCheck } from '../check.ts';
import { entryOf, type Located, type LocatedEntry, type LocatedScalar } from './located.ts';
import { CheckFileError, type Mistake, refuse } from './mistake.ts';
import { EXPECTATIONS, type Expectation, type Kind, keysOf } from './schema.ts';
import type { Place } from './source.ts';
import { kindsOf } from './validate.ts';
import { spanWithin } from './variables.ts';

const STANDARD = {
  count: 5,
  /** One connection, one question to a neighbour more than one may answer. */
  tcpCount: 1,
  arpCount: 3,
  clockCount: 50,
  intervalMs: 200,
  timeoutMs: 2000,
  backoffMs: 1000,
  maxHops: 30,
} as const;

const HIGHEST_PORT = 65_535;
/** A day: what is longer is a slip, and setTimeout takes no more than 24 of them. */
const LONGEST_MS = 86_400_000;
const MS_PER_UNIT: Readonly<Record<string, number>> = { us: 1e-3, ms: 1, s: 1e3, m: 60e3, h: 3600e3 };

/** What the `defaults:` that hold for a check say, nearest file first. */
export type Defaults = readonly Located[];

/** @throws CheckFileError */
export function readCheck(
  entry: LocatedEntry,
  defaults: Defaults,
  vocabularies: Readonly<Record<Kind, Vocabulary>>,
): Check {
  const [kind] = kindsOf(entry.value) as [Kind];
  const reader = new CheckReader(kind, entry, defaults);
  return reader.read(vocabularies[kind]);
}

class CheckReader {
  readonly #kind: Kind;
  readonly #entry: LocatedEntry;
  readonly #defaults: Defaults;
  readonly #keys: readonly string[];

  constructor(kind: Kind, entry: LocatedEntry, defaults: Defaults) {
    this.#kind = kind;
    this.#entry = entry;
    this.#defaults = defaults;
    this.#keys = keysOf(kind);
  }

  read(vocabulary: Vocabulary): Check {
    const kind = this.#kind;
    const base = {
      name: this.#entry.key,
      target: this.#value(kind) as string,
      place: this.#place(),
      assertions: this.#assertions(vocabulary),
      expect: this.#expectation(),
      tags: this.#tags(),
      retries: this.#number('retries'),
      backoffMs: this.#duration('backoff') ?? STANDARD.backoffMs,
      deadlineMs: this.#duration('deadline'),
    };
    const family = this.#value('family') as Family | null;
    const device = this.#value('interface') as string | null;
    const intervalMs = this.#duration('interval') ?? STANDARD.intervalMs;
    const timeoutMs = this.#duration('timeout') ?? STANDARD.timeoutMs;
    const port = this.#number('port');
    switch (kind) {
      case 'ping': {
        const method = (this.#value('method') as PingCheck['method'] | null) ?? 'auto';
        const [size, ttl] = [this.#number('size'), this.#number('ttl')];
        const count = this.#number('count') ?? STANDARD.count;
        const [hasSize, hasPort] = [method !== 'tcp', method !== 'icmp'];
        if (!hasSize) this.#refuseOwn('size', 'a SYN has no payload: size is nothing for method tcp');
        if (!hasPort) this.#refuseOwn('port', 'port is nothing for method icmp');
        const applicable = { size: hasSize ? size : null, port: hasPort ? port : null };
        return { ...base, kind, count, intervalMs, timeoutMs, family, device, ttl, method, ...applicable };
      }
      case 'path':
        return { ...base, kind, family, maxHops: this.#number('max-hops') ?? STANDARD.maxHops, port };
      case 'clock':
        return { ...base, kind, count: this.#number('count') ?? STANDARD.clockCount };
      case 'routers':
        return { ...base, kind };
      case 'arp':
        return { ...base, kind, count: this.#number('count') ?? STANDARD.arpCount, intervalMs, device };
      case 'tcp': {
        const count = this.#number('count') ?? STANDARD.tcpCount;
        return { ...base, kind, ...this.#endpoint(base.target), count, intervalMs, timeoutMs, family };
      }
      case 'dns':
        return { ...base, kind, timeoutMs, family };
    }
  }

  #place(): Place {
    return this.#entry.value.source.placeOf(this.#entry.keySpan.start);
  }

  /** What the check says, or else the nearest default. */
  #found(key: string): Located | null {
    const own = entryOf(this.#entry.value, key)?.value;
    if (own !== undefined || !this.#keys.includes(key)) return own ?? null;
    for (const defaults of this.#defaults) {
      const value = entryOf(defaults, key)?.value;
      if (value !== undefined) return value;
    }
    return null;
  }

  #value(key: string): unknown {
    const found = this.#found(key);
    return found?.kind === 'scalar' ? found.value : null;
  }

  #number(key: string): number | null {
    return this.#value(key) as number | null;
  }

  #duration(key: string): number | null {
    const found = this.#found(key);
    if (found?.kind !== 'scalar') return null;
    const [, number, unit] = /^([0-9.]+)([a-z]+)$/.exec(String(found.value)) as unknown as [string, string, string];
    const ms = Number(number) * MS_PER_UNIT[unit]!;
    if (ms === 0 || ms > LONGEST_MS)
      refuse(found.source, found.span, `'${key}' must be more than 0s and no more than 24h`);
    return ms;
  }

  #tags(): readonly string[] {
    const found = this.#found('tags');
    return found?.kind === 'list' ? found.items.map((item) => String((item as LocatedScalar).value)) : [];
  }

  /** Without conditions somebody must be there; with them they say what must be. */
  #expectation(): Expectation | null {
    const said = this.#value('expect') as Expectation | null;
    if (said !== null) return said;
    return entryOf(this.#entry.value, 'assert') === undefined ? EXPECTATIONS[this.#kind][0] : null;
  }

  #assertions(vocabulary: Vocabulary): readonly Assertion[] {
    const located = entryOf(this.#entry.value, 'assert')?.value;
    if (located === undefined) return [];
    const scalars = (located.kind === 'list' ? located.items : [located]) as readonly LocatedScalar[];
    const mistakes: Mistake[] = [];
    const assertions: Assertion[] = [];
    for (const scalar of scalars) {
      const text = String(scalar.value);
      const parsed = parseCondition(text, vocabulary);
      if (parsed.ok) {
        assertions.push({ condition: parsed.condition, place: scalar.source.placeOf(scalar.span.start) });
      } else {
        const { message, hint, start, end } = parsed.mistake;
        const whole = spanWithin(scalar, text);
        // The place within the condition shows only where the file has it as it is read: no escapes, no variables.
        const isVerbatim = scalar.source.text.slice(whole.start, whole.end) === text;
        const span = isVerbatim ? { start: whole.start + start, end: whole.start + end } : scalar.span;
        mistakes.push({ source: scalar.source, span, message: `condition '${text}': ${message}`, hint });
      }
    }
    if (mistakes.length > 0) throw new CheckFileError(mistakes);
    return assertions;
  }

  /** A default that says nothing to this check is passed over. @throws CheckFileError where the check says it itself */
  #refuseOwn(key: string, message: string): void {
    const own = entryOf(this.#entry.value, key)?.value;
    if (own !== undefined) refuse(own.source, own.span, message);
  }

  #endpoint(target: string): { readonly host: string; readonly port: number } {
    const colon = target.lastIndexOf(':');
    const port = Number(target.slice(colon + 1));
    if (port < 1 || port > HIGHEST_PORT) {
      const { source, span } = entryOf(this.#entry.value, this.#kind)!.value;
      refuse(source, span, `the port must be 1 to ${HIGHEST_PORT}`);
    }
    return { host: target.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port };
  }
}
