/** `npm run bench [-- name …]` (the names are in test/bench/main.ts): bundles test/bench/ and runs it in the repository's root. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The lab's helpers and programs are found beside the sources that name them, also when these are in one file. */
const ownUrls = {
  name: 'own-urls',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/test\/.*\.ts$/ }, ({ path }) => {
      const url = JSON.stringify(pathToFileURL(path).href);
      return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', url), loader: 'ts' };
    }),
};
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  plugins: [ownUrls],
};
const outfile = join(root, 'dist', 'bench', 'main.mjs');
await build({ ...common, entryPoints: ['test/bench/main.ts'], outfile, logLevel: 'warning' });
const bundled = spawnSync(process.execPath, ['scripts/build.mjs', '--bundle-only'], { cwd: root, stdio: 'inherit' });
if (bundled.status !== 0) process.exit(1);
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
