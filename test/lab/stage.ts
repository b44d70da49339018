/** A copy of our commands that everyone may read, since the checkout may lie in a folder that is closed to `nobody`. */
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimName } from './ownership.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
/** What an installed package holds of ours; parts that are not built yet are left out. */
const PARTS = ['package.json', 'bin', 'dist', 'native/build/Release/sonde.node'];
const EVERYONE_READS = 0o644;
const EVERYONE_EXECUTES = 0o755;

export interface Stage {
  readonly folder: string;
  /** Absolute path of a command, e.g. `command('ping')`. */
  command(name: string): string;
  remove(): void;
}

/** Makes the copy, in a temporary folder. */
export function createStage(): Stage {
  const folder = mkdtempSync(join(tmpdir(), `${claimName()}-stage-`));
  for (const part of PARTS) {
    if (existsSync(join(ROOT, part)))
      cpSync(join(ROOT, part), join(folder, part), { recursive: true, dereference: true });
  }
  openToEveryone(folder);
  return {
    folder,
    command: (name) => join(folder, 'bin', name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function openToEveryone(path: string): void {
  const status = statSync(path);
  const executable = status.isDirectory() || (status.mode & 0o100) !== 0;
  chmodSync(path, executable ? EVERYONE_EXECUTES : EVERYONE_READS);
  if (status.isDirectory()) for (const entry of readdirSync(path)) openToEveryone(join(path, entry));
}

/** Puts the npm package where `npm install` would; without `parts` as npm leaves it when it may run no install script. */
export function installRawSocket(stage: Stage, parts: readonly string[] = ['build/Release/raw.node']): void {
  for (const part of ['package.json', 'index.js', ...parts]) {
    const path = join('node_modules/raw-socket', part);
    cpSync(join(ROOT, path), join(stage.folder, path), { recursive: true });
  }
}
