/** The package as a program finds it: what importing loads, what its types are to a strict compiler, and what is in it. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const LIBRARY = join(ROOT, 'dist', 'library');
const folder = mkdtempSync(join(tmpdir(), 'sonde-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program's folder with the package in its node_modules. */
function makeProgram(name: string, files: Readonly<Record<string, string>>): string {
  const program = join(folder, name);
  mkdirSync(join(program, 'node_modules'), { recursive: true });
  symlinkSync(ROOT, join(program, 'node_modules', 'sonde'));
  for (const [file, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    writeFileSync(join(program, file), text);
  }
  return program;
}

const run = (program: string, argv: readonly string[]) =>
  execFileSync(process.execPath, argv, { cwd: program, encoding: 'utf8', timeout: 30_000 });

/** A module of the bundle and all that it loads at once. */
function closureOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  for (const [, specifier] of source.matchAll(
    /^(?:import|export)\b[^;]*?\bfrom\s*"([^"]+)";$|^import\s*"([^"]+)";$/gm,
  )) {
    if (specifier === undefined) continue;
    if (specifier.startsWith('.')) closureOf(join(dirname(file), specifier), seen);
    else seen.add(specifier);
  }
  return seen;
}

describe('importing the package', () => {
  it("loads none of node's modules, no socket code and no addon until a function is called", () => {
    const closure = [...closureOf(join(LIBRARY, 'index.js'))];
    expect(closure.filter((each) => !each.startsWith('/'))).toEqual([]);
    const code = closure.map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(code).not.toMatch(/dlopen|SO_TIMESTAMPING|sendmsg\(/);
    // It is the right file, and what is not loaded is there.
    expect(code).toContain('the target of');
    expect(readFileSync(join(LIBRARY, 'index.js'), 'utf8')).toMatch(/import\("\.\/library-[\w-]+\.js"\)/);
  });

  it("works from a program's node_modules, and nothing of it holds the process", () => {
    const program = makeProgram('plain', {
      'main.js': `import * as sonde from 'sonde';
        console.log(Object.keys(sonde).sort().join());
        console.log(/sonde\\.node/.test((await import('node:fs')).readFileSync('/proc/self/maps', 'utf8')));`,
    });
    const [names, isLoaded] = run(program, ['main.js']).split('\n');
    expect(names?.split(',')).toEqual(
      expect.arrayContaining(['SondeError', 'ping', 'tracepath', 'arping', 'clockdiff', 'rdisc', 'sweep']),
    );
    expect(isLoaded).toBe('false');
  });
});

describe('a run that fails', () => {
  it('is an unhandled rejection where nobody awaits it, and none where it is iterated or disposed of', () => {
    const program = makeProgram('failing', {
      'main.js': `import { arping } from 'sonde';
        const told = [];
        process.on('unhandledRejection', ({ name }) => told.push('unhandled ' + name));
        const fail = () => arping('127.0.0.1', { interface: 'nope0' });
        fail();
        await fail()[Symbol.asyncDispose]();
        try {
          for await (const event of fail()) told.push(event.type);
        } catch ({ name }) {
          told.push('iterated ' + name);
        }
        await fail().catch(({ name }) => told.push('awaited ' + name));
        process.on('exit', () => console.log(told.sort().join()));`,
    });
    expect(run(program, ['main.js'])).toBe('awaited SondeError,iterated SondeError,unhandled SondeError\n');
  });
});

describe('the types of the package', () => {
  const strict = {
    compilerOptions: {
      ...{ module: 'NodeNext', target: 'ES2022', lib: ['ES2023', 'ESNext.Disposable', 'DOM'], types: [], noEmit: true },
      ...{ strict: true, skipLibCheck: false, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    },
  };
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

  function compile(name: string, source: string): string {
    const program = makeProgram(name, {
      'main.ts': source,
      'tsconfig.json': JSON.stringify({ ...strict, files: ['main.ts'] }),
    });
    try {
      return run(program, [tsc, '-p', '.']);
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  }

  it('pass a strict compiler that looks into them', () => {
    const source = `import { ping, SondeError, type PingEvent, type PingSummary } from 'sonde';
      const run = ping('localhost', { count: 3, intervalMs: 10, signal: AbortSignal.timeout(1000) });
      for await (const event of run) {
        if (event.type === 'reply') { const ms: number = event.roundTripMs; ms.toFixed(3); }
        if (event.type === 'lost') { const none: null = event.roundTripMs; void none; }
        if (event.type === 'network-error') { const code: number = event.icmpCode; const who: string = event.source; void [code, who]; }
      }
      const { received, rtt, statistics }: PingSummary = await run;
      const p95: number | undefined = statistics?.roundTrip?.p95Ms;
      const most: number | null = rtt === null ? null : rtt.maxMs;
      const told: PingEvent[] = [];
      await using other = ping('localhost');
      try { await other; } catch (error) { if (error instanceof SondeError) { const hint: string | null = error.hint; void hint; } }
      export { most, p95, received, told };`;
    expect(compile('types', source)).toBe('');
  });

  it.each([
    ['an unknown option', "ping('a', { cuont: 3 })", /TS2561.*cuont/],
    ['a text for a number', "ping('a', { count: '3' })", /TS2322/],
    [
      'a member that no event of the type has',
      "for await (const e of ping('a')) if (e.type === 'lost') e.octets;",
      /TS2339/,
    ],
    ['an event that is changed', "for await (const e of ping('a')) if (e.type === 'reply') e.sequence = 1;", /TS2540/],
  ])('refuse %s', (what, statement, error) => {
    expect(compile(`wrong-${what.length}`, `import { ping } from 'sonde';\n${statement}\nexport {};`)).toMatch(error);
  });
});

describe('the declarations', () => {
  const types = join(ROOT, 'dist', 'types');
  const files = readdirSync(types, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.d.ts'));

  it('import modules that are there, by the names that every compiler takes', () => {
    const named = files.flatMap((file) => {
      const imports = readFileSync(join(types, file), 'utf8').matchAll(/(?:\bfrom |\bimport\()['"](\.[^'"]+)['"]/g);
      return [...imports].map(([, specifier]) => ({ specifier: specifier!, from: file }));
    });
    expect(named.length).toBeGreaterThan(50);
    const isThere = ({ specifier, from }: { specifier: string; from: string }) =>
      specifier.endsWith('.js') && existsSync(join(types, dirname(from), specifier.replace(/js$/, 'd.ts')));
    expect(named.filter((each) => !isThere(each))).toEqual([]);
  });

  it('have no generic typed arrays, which TypeScript has since 5.7 alone', () => {
    expect(files.filter((file) => /Array<ArrayBuffer/.test(readFileSync(join(types, file), 'utf8')))).toEqual([]);
  });
});

describe('the package', () => {
  it('holds what its entries name: commands, library, types, addon, schemas', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const packed = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8' }),
    );
    const files: string[] = packed[0].files.map(({ path }: { path: string }) => path);
    const entries = Object.values(manifest.exports as Record<string, string | Record<string, string>>)
      .flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)))
      .filter((entry) => !entry.includes('*'));
    const named = [...entries, ...Object.values<string>(manifest.bin)].map((path) => path.replace(/^\.\//, ''));
    for (const path of named) expect(files, path).toContain(path);
    for (const path of ['dist/ping.cjs', 'docs/schema/ping.json', 'native/build/Release/sonde.node', 'README.md']) {
      expect(files).toContain(path);
    }
    for (const [, part] of readFileSync(join(LIBRARY, 'index.js'), 'utf8').matchAll(/"\.\/([\w-]+\.js)"/g)) {
      expect(files).toContain(`dist/library/${part}`);
      expect(existsSync(join(LIBRARY, part!))).toBe(true);
    }
    expect(files.filter((path) => /^(src|test|node_modules)\//.test(path))).toEqual([]);
  });
});
