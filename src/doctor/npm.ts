/** npm's version, and what it was told of install scripts. Read from its files: npm itself takes half a second to say so. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { NpmFacts } from './facts.ts';
import { readFile } from './read-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export function readNpm(env: Environment, nodePath = process.execPath): NpmFacts {
  const prefix = dirname(dirname(realpathSync(nodePath)));
  // As node's own archives have it, and as Debian does.
  const folders = [join(prefix, 'lib/node_modules/npm'), join(prefix, 'share/nodejs/npm')];
  const folder = folders.find((each) => existsSync(join(each, 'package.json')));
  const files = [
    join(process.cwd(), '.npmrc'),
    env['npm_config_userconfig'] ?? join(homedir(), '.npmrc'),
    env['npm_config_globalconfig'] ?? join(prefix, 'etc/npmrc'),
  ];
  return { version: folder === undefined ? null : versionOf(folder), ignoresScripts: findIgnoring(env, files) };
}

function versionOf(folder: string): string | null {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}

/** The environment decides over files, and the first file that says anything over the next. */
function findIgnoring(env: Environment, files: readonly string[]): string | null {
  // npm takes such names in any case, and does not look at empty ones.
  const name = Object.keys(env).find((each) => /^npm_config_ignore[-_]scripts$/i.test(each) && env[each] !== '');
  if (name !== undefined) return isOn(env[name]!) ? name : null;
  for (const file of files) {
    const line = /^[ \t]*ignore-scripts[ \t]*(?:=[ \t]*([^;#\n]*?)[ \t\r]*)?(?:[;#].*)?$/m.exec(readFile(file));
    if (line !== null) return isOn(line[1] || 'true') ? file : null;
  }
  return null;
}

/** To npm whatever does not say false is true. */
function isOn(value: string): boolean {
  return !/^"?(false|null|0)"?$/.test(value);
}
