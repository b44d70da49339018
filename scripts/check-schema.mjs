/**
 * Part of `npm run schema`: writes docs/schema/check.json, the JSON Schema of check files for editors, from
 * src/check/file/schema.ts.
 *   --check   writes nothing, and fails when the file is not what would be written
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const FILE = join(root, 'docs/schema/check.json');

const { outputFiles } = await build({
  entryPoints: [join(root, 'src/check/file/schema.ts')],
  bundle: true,
  format: 'esm',
  write: false,
});
const { publishedSchema } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
const text = `${JSON.stringify(publishedSchema(), null, 2)}\n`;

if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error('docs/schema/check.json is stale: run `npm run schema`');
  process.exit(1);
}
