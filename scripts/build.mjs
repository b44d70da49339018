/**
 * `npm run build`, also run by `npm ci` (prepare): compiles the addon and bundles one file per command.
 *   --bundle-only   leaves the addon alone
 *   --watch is not needed: bundling takes a tenth of a second
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  mkdirSync(join(root, 'dist'), { recursive: true });
  // One by one: a room that does not build leaves the others' commands whole.
  const results = await Promise.allSettled(commands.map(bundleOne));
  if (results.some(({ status }) => status === 'rejected')) process.exit(1);
}

async function bundleOne(command) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    absWorkingDir: root,
    logLevel: 'warning',
    write: false,
    entryPoints: [`src/${command}/main.ts`],
    outfile: `dist/${command}.cjs`,
    format: 'cjs',
    // CommonJS starts some 10 ms faster than ESM on Node 20; `import.meta.dirname` is the one ESM-only thing we use.
    define: { 'import.meta.dirname': '__dirname', SONDE_VERSION: JSON.stringify(require('../package.json').version) },
    // Loaded only when asked for, from node_modules.
    external: ['raw-socket', 'yargs', 'chalk'],
    legalComments: 'none',
  });
  for (const { path, contents } of outputFiles) replaceFile(path, contents);
}

/** Whoever runs the command meanwhile finds the old file or the new one, never half of it. */
function replaceFile(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

if (!process.argv.includes('--bundle-only')) buildAddon();
await bundle();
