/** docs/schema/check.json: what editors complete check files from. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHECK_SCHEMA, publishedSchema } from '../../src/check/file/schema.ts';
import { EXAMPLE } from './support.ts';

const published: object = JSON.parse(readFileSync(`${import.meta.dirname}/../../docs/schema/check.json`, 'utf8'));

describe('the published schema of check files', () => {
  const validate = new Ajv2020({ strictRequired: false }).compile(published);

  it('is what src/check/file/schema.ts makes: if not, run `npm run schema`', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(publishedSchema())));
  });

  it('takes the example of the issue', () => {
    expect(validate(parse(EXAMPLE)), JSON.stringify(validate.errors)).toBe(true);
  });

  it('takes variables wherever a value may stand, which the schema behind it does not', () => {
    const file = {
      version: 1,
      checks: { a: { ping: 'h', count: `\${COUNT}`, interval: `\${I:-1s}`, method: `\${M}` } },
    };
    expect(validate(file)).toBe(true);
    expect(new Ajv2020({ strictRequired: false }).compile(CHECK_SCHEMA)(file)).toBe(false);
  });

  it.each([
    { version: 1, checks: { a: { ping: 'h', cuont: 1 } } },
    { version: 1, checks: { a: { ping: 'h', tcp: 'h:1' } } },
    { version: 1, checks: { a: {} } },
    { version: 1 },
    { version: 2, checks: { a: { ping: 'h' } } },
    { version: 1, checks: { a: { ping: 'h', interval: 'soon' } } },
  ])('refuses %j', (file) => {
    expect(validate(file)).toBe(false);
  });

  it('describes every key that a user may write', () => {
    const missing: string[] = [];
    const look = (schema: unknown, path: string) => {
      if (schema === null || typeof schema !== 'object') return;
      for (const [key, value] of Object.entries(schema)) {
        if (key === 'properties') {
          for (const [name, member] of Object.entries(value as Record<string, { readonly description?: string }>)) {
            // Conditions and what is behind a $ref are described there.
            if (member.description === undefined && name !== 'assert') missing.push(`${path}.${name}`);
          }
        }
        look(value, `${path}.${key}`);
      }
    };
    look(published, '');
    expect(missing).toEqual([]);
  });
});
