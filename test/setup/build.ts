/** Bundles the commands anew before any test runs them, so that a test never meets yesterday's dist/. */
import { spawnSync } from 'node:child_process';

export function setup(): void {
  const built = spawnSync(process.execPath, ['scripts/build.mjs', '--bundle-only'], {
    cwd: `${import.meta.dirname}/../..`,
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`scripts/build.mjs failed:\n${built.stdout}${built.stderr}`);
}
