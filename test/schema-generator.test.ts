/** docs/schema/ says what the types in src/<room>/lines.ts say: scripts/schema.mjs writes it, and notices when it does not. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSchema } from './schema.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const SCHEMAS = join(ROOT, 'docs', 'schema');

/** What `npm run schema` does with these words behind it. */
function generate(...words: readonly string[]): Promise<{ readonly status: number; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, 'scripts', 'schema.mjs'), ...words], (error, _stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stderr });
    });
  });
}

describe('the schemas', () => {
  let folder: string;
  let names: readonly string[];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sonde-schema-'));
    expect(await generate(folder)).toEqual({ status: 0, stderr: '' });
    names = readdirSync(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are what the types say: if not, npm run schema makes them so', () => {
    expect(names.length).toBeGreaterThanOrEqual(8);
    for (const name of names)
      expect(readFileSync(join(SCHEMAS, name), 'utf8') === readFileSync(join(folder, name), 'utf8'), name).toBe(true);
  });

  it('are checked: one that says something else, or that is missing, is named', async () => {
    const copy = join(folder, 'copy');
    for (const name of names) cpSync(join(folder, name), join(copy, name));
    expect(await generate('--check', copy)).toEqual({ status: 0, stderr: '' });
    const path = join(copy, 'ping.json');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('"additionalProperties": false', '"additionalProperties": true'),
    );
    rmSync(join(copy, 'sweep.json'));
    const { status, stderr } = await generate('--check', copy);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^schema: not what the types .*, run npm run schema: \S*ping\.json, \S*sweep\.json\n$/);
  });

  it('describe every kind of line, and demand the version at the end of each', () => {
    for (const name of names) {
      const { $defs, oneOf } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      for (const { $ref } of oneOf) {
        const { description, properties, required, additionalProperties } = $defs[$ref.split('/').at(-1)];
        expect(description, `${name} ${$ref}`).toEqual(expect.any(String));
        expect([Object.keys(properties).at(-1), required.at(-1), additionalProperties]).toEqual([
          'schema',
          'schema',
          false,
        ]);
      }
      expect(loadSchema(name.replace('.json', '')).kinds).toEqual(
        expect.arrayContaining(['error', 'warning', 'version', 'text']),
      );
    }
  });
});
