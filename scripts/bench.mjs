/** `npm run bench [-- flood truth pace start-up]`: bundles test/bench/ and runs it in the repository's root. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const common = { absWorkingDir: root, bundle: true, platform: 'node', format: 'esm', packages: 'external' };
const outfile = join(root, 'dist', 'bench', 'main.mjs');
await build({ ...common, entryPoints: ['test/bench/main.ts'], outfile, logLevel: 'warning' });
const bundled = spawnSync(process.execPath, ['scripts/build.mjs', '--bundle-only'], { cwd: root, stdio: 'inherit' });
if (bundled.status !== 0) process.exit(1);
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
