/**
 * `npm run build`, also run by `npm ci` (prepare): compiles the addon, bundles one file per command, and the library with its
 * types.
 *   --bundle-only   leaves the addon alone
 *   --watch is not needed: bundling takes a tenth of a second
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishDeclarations } from './published-names.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

/** Compiles native/ with node-gyp. Quiet when all is well; one line on what to install when a tool is missing. */
function buildAddon() {
  for (const [tool, debian] of [
    ['make', 'make'],
    [process.env.CC ?? 'cc', 'gcc'],
    [process.env.CXX ?? 'c++', 'g++'],
    [process.env.npm_config_python ?? 'python3', 'python3'],
  ]) {
    if (spawnSync(tool.split(' ')[0], ['--version'], { stdio: 'ignore' }).error !== undefined) {
      console.error(
        `sonde: the native addon needs \`${tool}\` to be built: install it (Debian: apt-get install ${debian}; ` +
          'all of it: apt-get install make gcc g++ python3) and run `npm ci` again',
      );
      process.exit(1);
    }
  }
  const gyp = join(dirname(require.resolve('node-gyp/package.json')), 'bin', 'node-gyp.js');
  const built = spawnSync(process.execPath, [gyp, 'rebuild', '-C', 'native', '--silent'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (built.status === 0) return;
  process.stderr.write(`${built.stdout}${built.stderr}`);
  console.error(
    'sonde: the native addon did not compile; the lines above say why (needed: make, gcc, python3, node headers)',
  );
  process.exit(1);
}

async function bundle() {
  // Every room with a main.ts is a command.
  const commands = readdirSync(join(root, 'src')).filter((name) => existsSync(join(root, 'src', name, 'main.ts')));
  // One by one: a room that does not build leaves the others' commands whole.
  const results = await Promise.allSettled([...commands.map(bundleCommand), bundleLibrary()]);
  if (results.some(({ status }) => status === 'rejected')) process.exit(1);
  writeTypes();
}

const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  absWorkingDir: root,
  logLevel: 'warning',
  write: false,
  // Loaded only when asked for, from node_modules.
  external: ['raw-socket', 'yargs', 'chalk'],
  legalComments: 'none',
};
const VERSION = { SONDE_VERSION: JSON.stringify(require('../package.json').version) };

async function bundleCommand(command) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: [`src/${command}/main.ts`],
    outfile: `dist/${command}.cjs`,
    format: 'cjs',
    // What is shorter is read sooner, a millisecond in all; names stay, for stacks.
    minifyWhitespace: true,
    minifySyntax: true,
    // CommonJS starts some 10 ms faster than ESM on Node 20; `import.meta.dirname` is the one ESM-only thing we use.
    define: { ...VERSION, 'import.meta.dirname': '__dirname' },
  });
  for (const { path, contents } of outputFiles) replaceFile(path, contents);
}

/** What a program may import. */
const LIBRARY = ['index', 'matchers'].filter((name) => existsSync(join(root, 'src', `${name}.ts`)));

/** dist/library/: a module for each entry, and for each part that is loaded later. */
async function bundleLibrary() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: LIBRARY.map((name) => `src/${name}.ts`),
    outdir: 'dist/library',
    format: 'esm',
    splitting: true,
    // Beside the entries: the addon is found from there.
    chunkNames: '[name]-[hash]',
    define: VERSION,
  });
  // Entries last: they never name a part that is not there. What nothing names any more goes then.
  const folder = join(root, 'dist', 'library');
  const entries = new Set(LIBRARY.map((name) => join(folder, `${name}.js`)));
  const isEntry = ({ path }) => entries.has(path);
  for (const { path, contents } of outputFiles.toSorted((a, b) => isEntry(a) - isEntry(b))) replaceFile(path, contents);
  const known = new Set(outputFiles.map(({ path }) => path));
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.js') && !known.has(join(folder, name))) rmSync(join(folder, name), { force: true });
  }
}

const RELATIVE_IMPORT = /(from |import\()['"](\.[^'"]+)\.ts['"]/g;

/** dist/types/: the declarations that the library's entries reach, and no others. */
function writeTypes() {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-types-'));
  try {
    const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
    // Declarations are written also where types do not fit together; that is for `npm run check` to say.
    spawnSync(process.execPath, [tsc, '-p', 'tsconfig.types.json', '--outDir', folder], { cwd: root });
    const waiting = LIBRARY.map((name) => `${name}.d.ts`);
    for (const path of waiting) {
      const declarations = readFileSync(join(folder, path), 'utf8');
      const named = [...declarations.matchAll(RELATIVE_IMPORT)].map(([, , target]) => target);
      for (const target of named) {
        const file = `${normalize(join(dirname(path), target))}.d.ts`;
        if (!waiting.includes(file)) waiting.push(file);
      }
      replaceFile(
        join(root, 'dist', 'types', path),
        Buffer.from(
          publishDeclarations(path, declarations)
            .replaceAll(RELATIVE_IMPORT, "$1'$2.js'")
            // Generic since TypeScript 5.7 alone.
            .replaceAll(/\b(\w+Array)<ArrayBuffer(?:Like)?>/g, '$1'),
        ),
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whoever runs the command meanwhile finds the old file or the new one, never half of it. */
function replaceFile(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

if (!process.argv.includes('--bundle-only')) buildAddon();
await bundle();
