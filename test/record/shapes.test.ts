/** Our judge of shapes beside ajv, which knows all of JSON Schema. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeValue } from '../../src/cli/recording.ts';
import { judgeOf } from '../../src/cli/recording-shapes.ts';
import { OPTIONS, REPLY, recordRun, SUMMARY, UNREACHABLE } from './support.ts';

const SCHEMA = JSON.parse(readFileSync(new URL('../../docs/schema/recording.json', import.meta.url), 'utf8'));
const validators = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, strictTuples: false });
validators.addSchema(SCHEMA);
const VIEWS = ['ping', 'trace', 'rounds', 'flows', 'arping', 'clockdiff', 'rdisc', 'sweep'];

/** What our judge looks at; a keyword that it does not know would pass unseen. */
const KNOWN = [
  'description',
  '$ref',
  'type',
  'const',
  'enum',
  'anyOf',
  'not',
  'pattern',
  'properties',
  'required',
].concat(['additionalProperties', 'items', 'prefixItems', 'minItems', 'maxItems']);

function keywordsIn(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(keywordsIn);
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key === 'const' || key === 'enum' || key === 'required') return [key];
    return [key, ...(key === 'properties' ? Object.values(value).flatMap(keywordsIn) : keywordsIn(value))];
  });
}

describe('docs/schema/recording.json', () => {
  it('has no keyword that our judge would not see', () => {
    const used = new Set(Object.values(SCHEMA.$defs).flatMap(keywordsIn));
    expect([...used].filter((keyword) => !KNOWN.includes(keyword))).toEqual([]);
  });

  it('fits every line of a recording', () => {
    const fits = validators.getSchema(SCHEMA.$id)!;
    for (const line of recordRun([REPLY, UNREACHABLE, SUMMARY]).file.toString().trimEnd().split('\n')) {
      expect(fits(JSON.parse(line)), `${line}\n${JSON.stringify(fits.errors)}`).toBe(true);
    }
  });

  it('has every view', () => {
    for (const view of VIEWS) {
      expect(judgeOf(view, 'event'), view).not.toBeNull();
      expect(judgeOf(view, 'options'), view).not.toBeNull();
    }
    expect(judgeOf('constructor', 'event')).toBeNull();
  });
});

/** Whatever stands at a random place of a value becomes something else, or goes. */
function damage(value: unknown, steps: readonly number[], other: unknown): unknown {
  if (typeof value !== 'object' || value === null || steps.length === 0) return other;
  const keys = Object.keys(value);
  if (keys.length === 0) return other;
  const key = keys[steps[0]! % keys.length]!;
  const copy = structuredClone(value) as Record<string, unknown>;
  const changed = damage((value as Record<string, unknown>)[key], steps.slice(1), other);
  if (changed === undefined) delete copy[key];
  else copy[key] = changed;
  return copy;
}

describe('our judge', () => {
  const values = [
    ['event', REPLY],
    ['event', UNREACHABLE],
    ['event', SUMMARY],
    ['event', { type: 'status', transmitted: 1, received: 1, rtt: null }],
    ['options', { ...OPTIONS, strerror: undefined, nameOf: undefined }],
  ] as const;

  it('agrees with ajv on values of the right shape, and on those that are not', () => {
    const other = fc.oneof(
      fc.constant(undefined),
      fc.constantFrom(
        null,
        0,
        1,
        4,
        '',
        'kernel',
        'reply',
        true,
        [],
        {},
        { $number: 'NaN' },
        { $number: 'x' },
        { $octets: '0a' },
        { $octets: 'a' },
      ),
      fc.jsonValue({ maxDepth: 2 }),
    );
    let fitted = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...values),
        fc.array(fc.nat(30), { minLength: 1, maxLength: 3 }),
        other,
        ([part, value], steps, by) => {
          const encoded = JSON.parse(encodeValue(value)) as unknown;
          const damaged = JSON.parse(JSON.stringify(damage(encoded, steps, by) ?? null)) as unknown;
          const flaw = judgeOf('ping', part)!(damaged);
          const fits = validators.getSchema(`${SCHEMA.$id}#/$defs/ping.${part}`)!(damaged);
          expect(flaw === null, `${flaw} ${JSON.stringify(damaged)}`).toBe(fits);
          if (fits === true) fitted++;
        },
      ),
      { numRuns: 1000 },
    );
    expect(fitted).toBeGreaterThan(0);
  });

  it.each([
    ['a text for a number', { ...REPLY, roundTripNs: '1' }, '.roundTripNs must be number or object'],
    ['nothing', { ...REPLY, source: undefined }, '.source is missing'],
    ['another word', { ...REPLY, transmitStamp: 'sun' }, '.transmitStamp must be one of kernel, user'],
    ['half an object', { ...REPLY, mismatch: { offset: 1 } }, '.mismatch is of no kind that there is'],
    ['another type', { ...REPLY, type: 'answer' }, ' is of no kind that there is'],
    ['a text', 'reply', ' must be object'],
  ])('says what is wrong, and where: %s', (_, event, flaw) => {
    expect(judgeOf('ping', 'event')!(JSON.parse(encodeValue(event)))).toBe(flaw);
  });
});
