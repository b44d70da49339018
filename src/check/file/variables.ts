/**
 * `${NAME}` and `${NAME:-default}` in the values of a check file. They are put in after YAML has been read, so no value of a
 * variable can add a key or a check; `$${` stands for `${`.
 */
import { type Located, type LocatedScalar, mapScalars } from './located.ts';
import { refuse } from './mistake.ts';
import type { Span } from './source.ts';

/** The value of a variable; undefined where there is none. */
export type LookUp = (name: string) => string | undefined;

const REFERENCE = /\$\$\{|\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?<fallback>:-(?<value>[^}]*))?\}|\$\{/g;
const LONGEST_VALUE = 10_000;

/** @throws CheckFileError for a variable that is nowhere set and has no default, and for half a reference */
export function substitute(located: Located, lookUp: LookUp): Located {
  return mapScalars(located, (scalar) => {
    const { value, isPlain } = scalar;
    if (typeof value !== 'string' || !value.includes('${')) return scalar;
    const text = replaceReferences(scalar, value, lookUp);
    return { ...scalar, value: isPlain ? resolvePlain(text) : text };
  });
}

function replaceReferences(scalar: LocatedScalar, value: string, lookUp: LookUp): string {
  let length = 0;
  return value.replace(REFERENCE, (reference, ...rest) => {
    if (reference === '$${') return '${';
    const groups = rest.at(-1) as { readonly name?: string; readonly fallback?: string; readonly value?: string };
    const span = spanWithin(scalar, reference);
    if (groups.name === undefined)
      refuse(scalar.source, span, 'half a variable', `write \${NAME}, or $\${ for the characters \${`);
    const found = lookUp(groups.name);
    // As in a shell, `:-` also stands in for an empty value.
    const text = groups.fallback !== undefined && (found === undefined || found === '') ? (groups.value ?? '') : found;
    if (text === undefined) {
      const hint = `give it with --vars ${groups.name}=VALUE or in the environment, or write \${${groups.name}:-default}`;
      refuse(scalar.source, span, `the variable ${groups.name} is not set`, hint);
    }
    length += text.length;
    if (length > LONGEST_VALUE) refuse(scalar.source, span, `the value of ${groups.name} is too long`);
    return text;
  });
}

/** Where `part` stands in the scalar as it is written; the whole scalar where escapes hide it. */
export function spanWithin({ source, span }: LocatedScalar, part: string, offset = 0): Span {
  const at = source.text.slice(span.start, span.end).indexOf(part);
  if (at < 0) return span;
  const start = span.start + at + offset;
  return { start, end: offset === 0 ? start + part.length : start };
}

/** `count: ${COUNT}` is a number where the value looks like one, as YAML has it for a scalar without quotes. */
function resolvePlain(text: string): string | number | boolean {
  if (/^[-+]?(\d+(\.\d*)?|\.\d+)$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}
