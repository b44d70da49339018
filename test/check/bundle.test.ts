/** What dist/check.cjs holds of others, and that their licences are in the package. */
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const ROOT = `${import.meta.dirname}/../..`;

it('the bundle holds no package but those whose licences docs/third-party.md has', async () => {
  const { metafile } = await build({
    entryPoints: [`${ROOT}/src/check/main.ts`],
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    external: ['raw-socket', 'yargs', 'chalk'],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const { inputs } = Object.values(metafile.outputs)[0]!;
  const packages = new Set(
    Object.keys(inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []),
  );
  const documented = [...readFileSync(`${ROOT}/docs/third-party.md`, 'utf8').matchAll(/^## (\S+)/gm)].map(
    ([, name]) => name,
  );
  expect([...packages].sort()).toEqual(documented.sort());
});
