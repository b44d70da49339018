/** Judges the values of a check file by its schema, and says what is wrong in words, at the place where it is. */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { nearestWord } from '../../measure/edit-distance.ts';
import { entryOf, type Located, type LocatedEntry, type LocatedScalar, plainValue } from './located.ts';
import { CheckFileError, type Mistake } from './mistake.ts';
import { CHECK_SCHEMA, KINDS, type Kind, nameOfCheckSchema } from './schema.ts';
import type { Span } from './source.ts';

/** Of `checks` only the form: each is judged by the schema of its own kind, so that nothing is said about the others. */
const FILE_SCHEMA = {
  ...CHECK_SCHEMA,
  $id: 'urn:sonde:check-file-frame',
  properties: {
    ...CHECK_SCHEMA.properties,
    checks: { ...CHECK_SCHEMA.properties.checks, additionalProperties: { type: 'object' } },
  },
};

let ajv: Ajv2020 | undefined;

/** @throws CheckFileError with all that is wrong, in the order of the file */
export function validateCheckFile(root: Located): void {
  ajv ??= new Ajv2020({
    allErrors: true,
    verbose: true,
    strictRequired: false,
    schemas: [FILE_SCHEMA, CHECK_SCHEMA],
    // That the schemas are schemas is a test's business, and one file is judged sooner by code that was not optimized: together
    // they would take half of the time that reading a file takes.
    validateSchema: false,
    code: { optimize: false },
  });
  const mistakes = [...judge(root, FILE_SCHEMA.$id, null), ...checksOf(root).flatMap(judgeCheck)];
  mistakes.sort((a, b) => a.span.start - b.span.start);
  // Two keywords that complain of one place say the same thing twice.
  const starts = new Set<number>();
  const distinct = mistakes.filter(({ span }) => !starts.has(span.start) && starts.add(span.start));
  if (distinct.length > 0) throw new CheckFileError(distinct);
}

/** By the schema of that name. */
function judge(located: Located, schema: string, kind: Kind | null): Mistake[] {
  const validate = ajv!.getSchema(schema)!;
  return validate(plainValue(located)) ? [] : validate.errors!.flatMap((error) => explain(located, error, kind));
}

/** A check must be of exactly one kind: the schema's `oneOf` would say so in a hundred lines. */
function judgeCheck({ keySpan, key, value: check }: LocatedEntry): Mistake[] {
  if (check.kind !== 'map') return [];
  const { source } = check;
  const kinds = kindsOf(check);
  const [kind, second] = kinds;
  if (second !== undefined) {
    const message = `'${key}' is of two kinds: ${kinds.join(' and ')}`;
    return [{ source, span: entryOf(check, second)!.keySpan, message, hint: 'make two checks of it' }];
  }
  if (kind !== undefined) return judge(check, `${CHECK_SCHEMA.$id}#/$defs/${nameOfCheckSchema(kind)}`, kind);
  const slip = [...check.entries.values()].find((entry) => nearestWord(entry.key, KINDS) !== null);
  const message = `'${key}' is of no kind: it needs one of ${KINDS.join(', ')}`;
  const hint = slip === undefined ? undefined : `did you mean '${nearestWord(slip.key, KINDS)}' by '${slip.key}'?`;
  return [{ source, span: slip?.keySpan ?? keySpan, message, hint }];
}

/** The kinds that a check names; one is right. */
export function kindsOf(check: Located): readonly Kind[] {
  return KINDS.filter((kind) => entryOf(check, kind) !== undefined);
}

function checksOf(root: Located) {
  const checks = entryOf(root, 'checks')?.value;
  return checks?.kind === 'map' ? [...checks.entries.values()] : [];
}

interface Target {
  readonly located: Located;
  readonly span: Span;
  /** The key under which it stands; empty at the top. */
  readonly name: string;
}

/** Follows a JSON Pointer (RFC 6901), through what is there. */
function follow(root: Located, pointer: string): Target {
  let target: Target = { located: root, span: root.span, name: '' };
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const { located } = target;
    if (located.kind === 'map') {
      const { value } = located.entries.get(key)!;
      target = { located: value, span: value.span, name: key };
    } else if (located.kind === 'list') {
      const item = located.items[Number(key)]!;
      target = { located: item, span: item.span, name: `${target.name}[${key}]` };
    }
  }
  return target;
}

function explain(root: Located, error: ErrorObject, kind: Kind | null): Mistake[] {
  const target = follow(root, error.instancePath);
  if (error.propertyName !== undefined) return [explainName(target.located, error, error.propertyName)];
  const wording = word(error, target, kind);
  return wording === null ? [] : [{ source: target.located.source, span: target.span, ...wording }];
}

/** Of `propertyNames`: the names of checks have a length. */
function explainName({ source, ...map }: Located, { keyword, schema }: ErrorObject, name: string): Mistake {
  const span = map.kind === 'map' ? map.entries.get(name)!.keySpan : map.span;
  const message = keyword === 'minLength' ? 'must not be empty' : `must not be longer than ${schema} characters`;
  return { source, span, message: `the name of a check ${message}` };
}

/** What to say instead of a pattern. */
const PATTERN_WORDS: readonly (readonly [definition: string, words: string])[] = [
  ['duration', 'a number with its unit (us, ms, s, m or h), as 500ms'],
  ['endpoint', 'host:port, an IPv6 address in brackets'],
  ['assert', 'a condition, or a list of them'],
  ['condition', 'a condition, or a list of them'],
  ['tags/items', 'a word without blanks and commas'],
];

function word(
  { keyword, params, schemaPath, schema, parentSchema }: ErrorObject,
  { located, name, span }: Target,
  kind: Kind | null,
): (Pick<Mistake, 'message' | 'hint'> & { readonly span?: Span }) | null {
  const what = name === '' ? 'the file' : `'${name}'`;
  const pattern = PATTERN_WORDS.find(([definition]) => schemaPath.includes(`/$defs/${definition}/`))?.[1];
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys((parentSchema as { readonly properties: object }).properties);
      const nearest = nearestWord(key, known);
      const owner = kind !== null ? `a ${kind} check` : name === '' ? 'a check file' : what;
      const hint = nearest === null ? `it takes ${known.join(', ')}` : `did you mean '${nearest}'?`;
      return { span: entryOf(located, key)?.keySpan ?? span, message: `${owner} has no '${key}'`, hint };
    }
    case 'required':
      // Which of `checks` and `include` is missing is said by `anyOf`.
      if (schemaPath.includes('/anyOf/')) return null;
      return { span: { start: span.start, end: span.start }, message: `${what} needs '${params['missingProperty']}'` };
    case 'anyOf':
      return name === '' ? { span: { start: span.start, end: span.start }, message: "the file needs 'checks'" } : null;
    case 'type':
    case 'oneOf':
      // A list of conditions is no condition: what is wrong within is said there.
      if (located.kind === 'list' && name === 'assert') return null;
      if (pattern !== undefined) return { message: `${what} must be ${pattern}` };
      return {
        message: `${what} must be ${TYPE_WORDS[String(params['type'])] ?? params['type']}`,
        hint: located.kind === 'scalar' && isQuotedNumber(located, params['type']) ? QUOTES_HINT : undefined,
      };
    case 'enum': {
      const allowed = (schema as readonly string[]).map(String);
      const nearest = located.kind === 'scalar' ? nearestWord(String(located.value), allowed) : null;
      const hint = nearest === null ? undefined : `did you mean '${nearest}'?`;
      return { message: `${what} must be one of ${allowed.join(', ')}`, hint };
    }
    case 'const':
      return { message: `${what} must be ${schema}`, hint: `this sonde reads ${name} ${schema} of check files` };
    case 'pattern':
      return { message: `${what} must be ${pattern ?? 'written otherwise'}` };
    case 'minimum':
    case 'maximum': {
      const { minimum, maximum } = parentSchema as { readonly minimum: number; readonly maximum: number };
      return { message: `${what} must be ${minimum} to ${maximum}` };
    }
    case 'minLength':
      return { message: `${what} must not be empty` };
    case 'maxLength':
      return { message: `${what} must not be longer than ${schema} characters` };
    case 'minItems':
    case 'minProperties':
      return { message: `${what} must not be empty` };
    case 'maxItems':
    case 'maxProperties':
      return { message: `${what} must not have more than ${schema} entries` };
    case 'propertyNames':
      return null;
    // Keywords come from ajv, not from a union of ours.
    default:
      return { message: `${what} does not fit the schema (${keyword})` };
  }
}

const QUOTES_HINT =
  'in quotes it is a text: write it without, and a variable in a line of its own, outside of { } and [ ]';

/** Where quotes are all that is wrong with a number, or may be: a variable stands in them. */
function isQuotedNumber({ value, isPlain, source, span }: LocatedScalar, wanted: unknown): boolean {
  if (wanted !== 'integer' || typeof value !== 'string' || isPlain) return false;
  return /^\d+$/.test(value) || source.text.slice(span.start, span.end).includes('${');
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  string: 'a text',
  array: 'a list',
  object: 'a map',
};
