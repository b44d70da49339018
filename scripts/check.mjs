/**
 * `npm run check`: formatter and linter (biome), types (tsc), schemas that are what the types say, C format (clang-format, where
 * it is installed; CI installs it).
 *   --format-c   writes the C format instead of checking everything
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const cFiles = readdirSync(join(root, 'native'))
  .filter((name) => /\.[ch]$/.test(name))
  .map((name) => join('native', name));

function run(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  return done.error === undefined ? done.status : null;
}

function formatC(args) {
  const status = run('clang-format', [...args, ...cFiles]);
  if (status !== null) return status;
  if (process.env.CI === 'true') {
    console.error('check: clang-format is missing (Debian: apt-get install clang-format)');
    return 1;
  }
  console.error('check: clang-format is not installed, the C files were not looked at');
  return 0;
}

const statuses = process.argv.includes('--format-c')
  ? [formatC(['-i'])]
  : [
      run(bin('biome'), ['check', '--error-on-warnings']),
      run(bin('tsc'), ['--noEmit', '-p', '.']),
      run(process.execPath, ['scripts/schema.mjs', '--check']),
      run(process.execPath, ['scripts/check-schema.mjs', '--check']),
      run(process.execPath, ['scripts/recording-schema.mjs', '--check']),
      formatC(['--dry-run', '-Werror']),
    ];
process.exit(statuses.every((status) => status === 0) ? 0 : 1);
