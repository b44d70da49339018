/**
 * Whether events and options in a recording have the shape that renderers expect: docs/schema/recording.json, made from the types
 * of the events. The few keywords of JSON Schema that stand there are judged here, in a millisecond and with no more said than
 * what helps; test/record/shapes.test.ts holds the judgements against ajv's. Loaded by those who read recordings only.
 */
import recording from '../../docs/schema/recording.json' with { type: 'json' };

/** Keywords beside these would pass unseen: the test looks for them. */
interface Shape {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly not?: Readonly<Record<string, never>>;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Shape;
  readonly items?: Shape;
  readonly prefixItems?: readonly Shape[];
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** What is wrong with a value; null for nothing. */
export type Judge = (value: unknown) => string | null;

const SHAPES = recording.$defs as unknown as Readonly<Record<string, Shape>>;
const REFERENCE = '#/$defs/';

/** For the events or the options of a view; null for a view that there is not. */
export function judgeOf(view: string, part: 'event' | 'options'): Judge | null {
  const name = `${view}.${part}`;
  if (!Object.hasOwn(SHAPES, name)) return null;
  return (value) => findFlaw(SHAPES[name]!, value, '');
}

/** `at`: where the value is, as `.roundTrip.ns`. Answers the first flaw. */
function findFlaw(shape: Shape, value: unknown, at: string): string | null {
  const { $ref, anyOf, not, type, enum: values, pattern } = shape;
  if ($ref !== undefined) return findFlaw(SHAPES[$ref.slice(REFERENCE.length)]!, value, at);
  if (not !== undefined) return `${at} must be absent`;
  if (anyOf !== undefined) return findFlawOfKinds(anyOf, value, at);
  if (type !== undefined && ![type].flat().includes(typeOf(value)))
    return `${at} must be ${[type].flat().join(' or ')}`;
  if ('const' in shape && value !== shape.const) return `${at} must be ${JSON.stringify(shape.const)}`;
  if (values !== undefined && !values.includes(value)) return `${at} must be one of ${values.join(', ')}`;
  if (pattern !== undefined && !new RegExp(pattern).test(value as string)) return `${at} must match ${pattern}`;
  if (Array.isArray(value)) return findFlawInList(shape, value, at);
  return typeof value === 'object' && value !== null ? findFlawInObject(shape, value, at) : null;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Of several kinds the one whose `type` (or `kind`) the value has is what it was meant to be: its flaw is told. */
function findFlawOfKinds(kinds: readonly Shape[], value: unknown, at: string): string | null {
  const flaws = kinds.map((kind) => findFlaw(kind, value, at));
  if (flaws.includes(null)) return null;
  const meant = kinds.findIndex((kind) => isMeant(kind, value));
  if (meant !== -1) return flaws[meant]!;
  const types = [...new Set(kinds.flatMap(typesOf))];
  return types.includes(typeOf(value)) ? `${at} is of no kind that there is` : `${at} must be ${types.join(' or ')}`;
}

function typesOf({ $ref, type = [], anyOf = [] }: Shape): readonly string[] {
  if ($ref !== undefined) return typesOf(SHAPES[$ref.slice(REFERENCE.length)]!);
  return [...[type].flat(), ...anyOf.flatMap(typesOf)];
}

function isMeant(kind: Shape, value: unknown): boolean {
  if (kind.$ref !== undefined) return isMeant(SHAPES[kind.$ref.slice(REFERENCE.length)]!, value);
  if (kind.anyOf !== undefined) return kind.anyOf.some((each) => isMeant(each, value));
  if (typeof value !== 'object' || value === null) return false;
  return ['type', 'kind'].some((name) => {
    const mark = kind.properties?.[name];
    const own = (value as Readonly<Record<string, unknown>>)[name];
    return mark !== undefined && 'const' in mark && mark.const === own;
  });
}

function findFlawInList(shape: Shape, value: readonly unknown[], at: string): string | null {
  const { items, prefixItems = [], minItems = 0, maxItems = Number.POSITIVE_INFINITY } = shape;
  if (value.length < minItems || value.length > maxItems) return `${at} must have ${minItems} to ${maxItems} items`;
  for (const [index, each] of value.entries()) {
    const of = prefixItems[index] ?? items;
    const flaw = of === undefined ? null : findFlaw(of, each, `${at}[${index}]`);
    if (flaw !== null) return flaw;
  }
  return null;
}

function findFlawInObject(shape: Shape, value: object, at: string): string | null {
  const { required = [], properties = {}, additionalProperties = true } = shape;
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${at}.${missing} is missing`;
  for (const [name, member] of Object.entries(value)) {
    const of = Object.hasOwn(properties, name) ? properties[name]! : additionalProperties;
    if (of === false) return `${at}.${name} must be absent`;
    const flaw = of === true ? null : findFlaw(of, member, `${at}.${name}`);
    if (flaw !== null) return flaw;
  }
  return null;
}
