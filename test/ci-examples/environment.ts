/** Folders and programs as a CI service gives them: a workspace with the examples, `sonde` on the path, and an npm that is none. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = new URL('../..', import.meta.url).pathname;
const EXECUTABLE = 0o755;

/** Writes down what it was called with, and makes the command that would have been installed. */
const NPM = `#!/bin/sh
printf '%s\\n' "$*" >> "$NPM_LOG"
prefix=
while [ $# -gt 0 ]; do
  if [ "$1" = --prefix ]; then prefix=$2; shift; fi
  shift
done
if [ -n "$prefix" ] && [ ! -e "$prefix/bin/sonde" ]; then
  mkdir -p "$prefix/node_modules/.bin"
  ln -sf "$SONDE_UNDER_TEST" "$prefix/node_modules/.bin/sonde"
fi
`;

export interface Workspace {
  readonly folder: string;
  /** Path of a file in it. */
  path(name: string): string;
  read(name: string): string;
  /** Runs a shell line there, as the service does. */
  run(
    shell: readonly string[],
    line: string,
    env?: Readonly<Record<string, string>>,
  ): { readonly stdout: string; readonly stderr: string; readonly status: number | null };
  remove(): void;
}

export function createWorkspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'sonde-ci-'));
  const path = (name: string) => join(folder, name);
  mkdirSync(path('path'));
  writeFileSync(path('path/npm'), NPM);
  chmodSync(path('path/npm'), EXECUTABLE);
  symlinkSync(join(ROOT, 'bin/sonde'), path('path/sonde'));
  cpSync(join(ROOT, 'docs/ci'), path('docs/ci'), { recursive: true });
  return {
    folder,
    path,
    read: (name) => readFileSync(path(name), 'utf8'),
    run: ([program, ...options], line, env = {}) =>
      spawnSync(program!, [...options, line], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 30_000,
        env: {
          PATH: `${path('path')}:${process.env['PATH']}`,
          HOME: folder,
          NPM_LOG: path('npm.log'),
          SONDE_UNDER_TEST: join(ROOT, 'bin/sonde'),
          ...env,
        },
      }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** What shellcheck(1) has to say; null where it is not installed. */
export function shellcheck(shell: 'bash' | 'sh', script: string): string | null {
  const { error, stdout, status } = spawnSync('shellcheck', ['--shell', shell, '-'], {
    input: script,
    encoding: 'utf8',
  });
  if (error !== undefined) return null;
  return status === 0 ? '' : stdout;
}
