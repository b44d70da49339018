/**
 * `npm run man`: writes docs/man/*.8 from the option tables (facts of src/<room>/main.ts) and the prose (src/<room>/manual.ts).
 *   --check   writes nothing and fails when a page is not what it would be
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'docs', 'man');
/** Of the last change of the texts: a page is the same whenever it is made. */
const DATE = 'November 22, 2026';
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Every room with a manual has a page; sonde's own facts stand beside its prose, for it has no option table. */
function entryOf(rooms) {
  const imports = rooms.flatMap((room) => [
    `import { MANUAL as manual_${room} } from './src/${room}/manual.ts';`,
    `import { facts as facts_${room} } from './src/${room}/${room === 'sonde' ? 'manual' : 'main'}.ts';`,
  ]);
  const pages = rooms.map(
    (room) => `[manualPageOf(facts_${room}.usage), formatPage(facts_${room}, manual_${room}, edition)]`,
  );
  return `
    import { manualPageOf } from './src/cli/usage.ts';
    import { formatPage } from './src/manual/page.ts';
    ${imports.join('\n')}
    export const formatPages = (edition) => [${pages.join(', ')}];`;
}

async function formatPages() {
  const rooms = readdirSync(join(root, 'src')).filter((room) => readdirOf(room).includes('manual.ts'));
  const temporary = mkdtempSync(join(tmpdir(), 'sonde-man-'));
  try {
    const outfile = join(temporary, 'pages.mjs');
    await build({
      stdin: { contents: entryOf(rooms), resolveDir: root },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20.19',
      logLevel: 'warning',
      external: ['raw-socket', 'yargs', 'chalk'],
      define: { SONDE_VERSION: JSON.stringify(version) },
      outfile,
    });
    const pages = await import(pathToFileURL(outfile).href);
    return new Map(pages.formatPages({ version, date: DATE }).map(([name, text]) => [`${name}.8`, text]));
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

function readdirOf(room) {
  try {
    return readdirSync(join(root, 'src', room));
  } catch {
    return [];
  }
}

function readPage(name) {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch {
    return null;
  }
}

const pages = await formatPages();
mkdirSync(folder, { recursive: true });
const forgotten = readdirSync(folder).filter((name) => name.endsWith('.8') && !pages.has(name));
if (process.argv.includes('--check')) {
  const stale = [...forgotten, ...[...pages].filter(([name, text]) => readPage(name) !== text).map(([name]) => name)];
  if (stale.length > 0) {
    console.error(
      `sonde: not what the option tables and manual.ts say: ${stale.join(', ')}; npm run man writes them anew`,
    );
    process.exit(1);
  }
} else {
  for (const [name, text] of pages) writeFileSync(join(folder, name), text);
  for (const name of forgotten) rmSync(join(folder, name));
}
