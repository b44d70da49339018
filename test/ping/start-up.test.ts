/**
 * What node loads on the way to a command's first packet: one bundle, the addon, and next to nothing of node's own. A module
 * costs milliseconds, and nobody notices one more import.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ADDON = join(ROOT, 'native/build/Release/sonde.node');

/** Runs before the command, and writes down at its end what was loaded: node's own modules, and shared objects. */
const HOOK = `
const { writeFileSync } = require('node:fs');
const { dlopen } = process;
const objects = [];
process.dlopen = (module, file, ...rest) => {
  objects.push(require('node:path').resolve(file));
  return dlopen(module, file, ...rest);
};
process.on('exit', () => {
  writeFileSync(process.env.LOADED_FILE, JSON.stringify({ internals: process.moduleLoadList, objects }));
});
`;

interface Loaded {
  readonly status: number | null;
  readonly stderr: string;
  /** Modules that programs can name (`node:fs`), without the prefix, and all others of node's own. */
  readonly builtins: readonly string[];
  readonly bindings: readonly string[];
  readonly objects: readonly string[];
  /** Script files, CommonJS and ES modules alike. */
  readonly scripts: readonly string[];
}

/** What any of our commands may have of node. What an empty program loads is not counted. */
const ALLOWED = ['fs', 'module', 'os', 'path'];
/** Of node's C++ side: sockets, pipes, terminals, name lookups and processes. */
const FORBIDDEN_BINDINGS = /^(tcp|pipe|tty|udp|cares|process|stream|js_stream|http_parser|spawn|zlib|crypto|inspector)/;

/** Each on the way to a first packet where loopback can have one, else as far as it goes without. */
const COMMAND_LINES: readonly (readonly [command: string, ...argv: string[]])[] = [
  ['ping', '-c1', '-q', '127.0.0.1'],
  ['ping', '-c1', '127.0.0.1'],
  ['ping', '-c1', '-j', '::1'],
  ['ping', '-f', '-q', '-c10', '127.0.0.1'],
  ['ping', '-V'],
  ['tracepath', '-n', '127.0.0.1'],
  ['tracepath', '-V'],
  ['arping', '-V'],
  ['clockdiff', '127.0.0.1'],
  ['clockdiff', '-V'],
  ['rdisc', '-V'],
  ['sonde', '--version'],
];

describeLab('on the way to its first packet', () => {
  let folder: string;
  let nothing: Loaded;
  let runs = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sonde-start-up-'));
    writeFileSync(join(folder, 'hook.cjs'), HOOK);
    writeFileSync(join(folder, 'empty.cjs'), '');
    nothing = await run(join(folder, 'empty.cjs'), []);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a script under node to its end, and tells what that loaded. */
  async function run(script: string, argv: readonly string[]): Promise<Loaded> {
    const own = join(folder, `${runs++}`);
    mkdirSync(own);
    const loadedFile = join(own, 'loaded.json');
    const coverage = join(own, 'coverage');
    const child = spawn(process.execPath, ['--require', join(folder, 'hook.cjs'), script, ...argv], {
      // The coverage of V8 knows every script that was run, however it was loaded.
      env: { PATH: process.env['PATH'], LC_ALL: 'C', LOADED_FILE: loadedFile, NODE_V8_COVERAGE: coverage },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end();
    child.stdout.resume();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    const { internals, objects } = JSON.parse(readFileSync(loadedFile, 'utf8')) as {
      readonly internals: readonly string[];
      readonly objects: readonly string[];
    };
    const named = (prefix: string) =>
      internals.flatMap((line) => (line.startsWith(prefix) ? [line.slice(prefix.length)] : []));
    return {
      status,
      stderr,
      builtins: named('NativeModule ').filter((name) => builtinModules.includes(name)),
      bindings: named('Internal Binding '),
      objects,
      scripts: scriptsIn(coverage).filter((file) => !file.startsWith(folder)),
    };
  }

  for (const [command, ...argv] of COMMAND_LINES) {
    const [bin, bundle] = [join(ROOT, 'bin', command), join(ROOT, 'dist', `${command}.cjs`)];
    it.concurrent(`${[command, ...argv].join(' ')} loads its bundle and nothing else`, async () => {
      const loaded = await run(bin, argv);
      expect(loaded.stderr).toBe('');
      expect(loaded.status).toBe(0);
      expect(loaded.scripts).toEqual([bin, bundle]);
      for (const object of loaded.objects) expect(object).toBe(ADDON);
      const allowed = [...ALLOWED, ...nothing.builtins];
      expect(loaded.builtins.filter((name) => !allowed.includes(name))).toEqual([]);
      const bindings = loaded.bindings.filter((name) => !nothing.bindings.includes(name));
      expect(bindings.filter((name) => FORBIDDEN_BINDINGS.test(name))).toEqual([]);
    });
  }

  it.concurrent('sonde sweep loads its own bundle and the sweep’s', async () => {
    const loaded = await run(join(ROOT, 'bin/sonde'), ['sweep', '127.0.0.1']);
    expect(loaded.scripts).toEqual(['bin/sonde', 'dist/sonde.cjs', 'dist/sweep.cjs'].map((file) => join(ROOT, file)));
    expect(loaded.objects).toEqual([ADDON]);
    expect(loaded.builtins.filter((name) => ![...ALLOWED, ...nothing.builtins].includes(name))).toEqual([]);
  });

  it('would be seen if it loaded more: an ES module, a CommonJS one, parts of node', async () => {
    const other = mkdtempSync(join(tmpdir(), 'sonde-start-up-more-'));
    for (const [name, text] of [
      ['main.cjs', "require('./more.cjs'); import('./more.mjs'); import('node:dns');"],
      ['more.cjs', "require('node:tty').isatty(1); process.stdout;"],
      ['more.mjs', 'globalThis.more = 1;'],
    ] as const) {
      writeFileSync(join(other, name), text);
    }
    const loaded = await run(join(other, 'main.cjs'), []);
    rmSync(other, { recursive: true });
    expect(loaded.scripts).toEqual(['main.cjs', 'more.cjs', 'more.mjs'].map((name) => join(other, name)));
    expect(loaded.builtins.filter((name) => !ALLOWED.includes(name))).toEqual(
      expect.arrayContaining(['tty', 'net', 'dns', 'stream']),
    );
    expect(loaded.bindings.filter((name) => FORBIDDEN_BINDINGS.test(name))).toContain('tty_wrap');
  });
});

/** Paths of the scripts in a coverage report, in the order of loading. */
function scriptsIn(coverage: string): string[] {
  return readdirSync(coverage).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as { result: { readonly url: string }[] };
    return result.flatMap(({ url }) => (url.startsWith('file:') ? [fileURLToPath(url)] : []));
  });
}
