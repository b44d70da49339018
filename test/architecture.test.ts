/**
 * The arrows of the house (docs: bin -> cli -> commands -> net, measure, packet) and the purity of what decides and formats,
 * read from the sources themselves. The second half of this file proves that the reader catches what it is for.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Import {
  readonly specifier: string;
  /** `import type`, `export type`: nothing is loaded when the program runs. */
  readonly isType: boolean;
}

interface Module {
  readonly imports: readonly Import[];
  /** The source without comments, and with every string replaced by `"#n"`. */
  readonly code: string;
}

/** Takes comments out and strings aside, so that neither is mistaken for code. @throws Error for what it cannot follow */
function strip(source: string): { readonly code: string; readonly strings: readonly string[] } {
  const strings: string[] = [];
  /** Depth of braces at which each open `${` began. */
  const templates: number[] = [];
  let depth = 0;
  let code = '';
  let at = 0;
  const put = (text: string) => {
    code += `"#${strings.push(text) - 1}"`;
  };
  /** Reads up to one of `ends` that is not escaped, and past it. */
  const readTo = (...ends: string[]): { readonly text: string; readonly end: string } => {
    const start = at;
    for (; at < source.length; at++) {
      if (source[at] === '\\') at++;
      else {
        const end = ends.find((each) => source.startsWith(each, at));
        if (end !== undefined) {
          const text = source.slice(start, at);
          at += end.length;
          return { text, end };
        }
      }
    }
    throw new Error(`no ${ends.join(' or ')} behind ${source.slice(start, start + 40)}`);
  };
  const readTemplate = () => {
    const { text, end } = readTo('`', '${');
    put(text);
    if (end === '${') {
      code += '+(';
      templates.push(depth);
    }
  };
  const readRegularExpression = () => {
    for (;;) {
      const { end } = readTo('/', '[');
      if (end === '/') break;
      readTo(']');
    }
    put('');
  };
  while (at < source.length) {
    const character = source[at++]!;
    if (character === '/' && source[at] === '/') at = (source.indexOf('\n', at) + 1 || source.length + 1) - 1;
    else if (character === '/' && source[at] === '*') {
      at++;
      readTo('*/');
      code += ' ';
    } else if (character === '/' && startsRegularExpression(code)) readRegularExpression();
    else if (character === "'" || character === '"') put(readTo(character).text);
    else if (character === '`') readTemplate();
    else if (character === '}' && templates.at(-1) === depth) {
      templates.pop();
      code += ')+';
      readTemplate();
    } else {
      if (character === '{') depth++;
      if (character === '}') depth--;
      code += character;
    }
  }
  if (depth !== 0 || templates.length > 0) throw new Error('braces do not match');
  return { code, strings };
}

/** A slash divides behind a value and begins a regular expression behind anything else. */
function startsRegularExpression(before: string): boolean {
  // An exclamation mark behind a value is TypeScript's "not null", and a value still.
  return /(^|[^\w$)\]}"\s!]|(?<![\w$)\]}"])!|\b(return|typeof|case|of|in))\s*$/.test(before);
}

const IMPORT_FORMS = [
  /\b(?:import|export)\s+(?<type>type\s+(?!from\b|,))?[^"();]*?\bfrom\s*"#(?<string>\d+)"/g,
  /\bimport\s*"#(?<string>\d+)"/g,
  /\b(?:import|require)\s*\(\s*"#(?<string>\d+)"/g,
];

function read(source: string): Module {
  const { code, strings } = strip(source);
  const imports = IMPORT_FORMS.flatMap((form) =>
    [...code.matchAll(form)].map(({ groups }) => ({
      specifier: strings[Number(groups?.['string'])]!,
      isType: groups?.['type'] !== undefined,
    })),
  );
  return { imports, code };
}

const FOUNDATIONS: Readonly<Record<string, readonly string[]>> = {
  packet: ['packet'],
  measure: ['measure'],
  conditions: ['conditions', 'measure'],
  net: ['net', 'packet'],
  cli: ['cli', 'net', 'measure', 'conditions', 'packet'],
  library: ['library', 'cli', 'net', 'measure', 'conditions', 'packet'],
};

/** The room that is built on the library as programs are, and not on other rooms. */
const GUEST = 'check';

/** Whatever is no foundation is a command; a file right under src/ may use everything. */
function mayImport(from: string, to: string): boolean {
  if (from === '' || (from === GUEST && to === '')) return true;
  return (FOUNDATIONS[from] ?? [from, ...Object.keys(FOUNDATIONS)]).includes(to);
}

const folderOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');

/** docs/schema/*.json are made from the types in src/; a pure file must not need one. */
function isPublishedSchema(path: string, specifier: string): boolean {
  return !isPure(path) && /^docs\/schema\/[\w-]+\.json$/.test(normalize(join('src', dirname(path), specifier)));
}

/** Files that decide, measure or format: they are given the time and touch nothing. */
function isPure(path: string): boolean {
  return (
    ['packet', 'measure', 'conditions'].includes(folderOf(path)) ||
    /(^|\/)(engine|pacer|probe-table|text|[\w-]+-text)\.ts$/.test(path)
  );
}

const OUTSIDE_WORLD = [
  ...['Date', 'performance', 'process', 'Buffer', 'console', 'globalThis', 'fetch', 'Atomics', 'require'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'eval'],
];
const USE_OF_OUTSIDE_WORLD = new RegExp(`(?<![.\\w$#])(?:${OUTSIDE_WORLD.join('|')})(?![\\w$])`, 'g');

/** What is wrong with `sources`, which are paths below src/ and their text; empty when every arrow points the right way. */
function findViolations(sources: ReadonlyMap<string, string>): string[] {
  const modules = new Map([...sources].map(([path, source]) => [path, read(source)]));
  const violations: string[] = [];
  for (const [path, { imports }] of modules) {
    for (const { specifier } of imports) {
      const target = targetOf(path, specifier);
      if (target === null || isPublishedSchema(path, specifier)) continue;
      if (!modules.has(target)) violations.push(`${path} imports ${specifier}, which is no file of src`);
      else if (!mayImport(folderOf(path), folderOf(target))) violations.push(`${path} imports ${target}`);
    }
  }
  for (const [path, why] of purePaths(modules)) violations.push(...impuritiesOf(path, modules.get(path)!, why));
  return violations;
}

/** The path of a relative import below src/; null for what is not ours. */
function targetOf(path: string, specifier: string): string | null {
  return specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : null;
}

/** All files that must be pure, by themselves or because a pure one loads them, with how we came to each. */
function purePaths(modules: ReadonlyMap<string, Module>): Map<string, string> {
  const paths = new Map([...modules.keys()].filter(isPure).map((path) => [path, path]));
  for (const [path, why] of paths) {
    for (const { specifier, isType } of modules.get(path)!.imports) {
      const target = targetOf(path, specifier);
      if (isType || target === null || !modules.has(target) || paths.has(target) || folderOf(target) === 'net')
        continue;
      paths.set(target, `${why} > ${target}`);
    }
  }
  return paths;
}

function impuritiesOf(path: string, { imports, code }: Module, why: string): string[] {
  const impurities: string[] = [];
  for (const { specifier, isType } of imports) {
    const target = targetOf(path, specifier);
    if (target === null) impurities.push(`${why}: must be pure and imports ${specifier}`);
    else if (folderOf(target) === 'net' && !isType) impurities.push(`${why}: must be pure and loads ${target}`);
  }
  for (const [name] of code.matchAll(USE_OF_OUTSIDE_WORLD)) impurities.push(`${why}: must be pure and uses ${name}`);
  if (/\bimport\s*\((?!\s*"#\d+"\s*\))/.test(code))
    impurities.push(`${why}: must be pure and imports what nobody knows`);
  return impurities;
}

function readSources(): Map<string, string> {
  const root = join(import.meta.dirname, '..', 'src');
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(({ name }) => name.endsWith('.ts'));
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      return [relative(root, file), readFileSync(file, 'utf8')];
    }),
  );
}

describe('the sources', () => {
  const sources = readSources();

  it('import only what stands below them, and decide and format without the world outside', () => {
    expect(findViolations(sources)).toEqual([]);
  });

  it('were really read: files of every layer, and imports that are known to be there', () => {
    expect(new Set([...sources.keys()].map(folderOf))).toEqual(new Set([...Object.keys(FOUNDATIONS), ...COMMANDS()]));
    const importsOf = (path: string) => read(sources.get(path)!).imports;
    expect(importsOf('ping/engine.ts')).toContainEqual({ specifier: '../net/port.ts', isType: true });
    expect(importsOf('ping/engine.ts')).toContainEqual({ specifier: '../measure/round-trip.ts', isType: false });
    expect(importsOf('cli/output.ts')).toContainEqual({ specifier: 'node:fs', isType: false });
  });

  /** Folders that are no foundation, and '' for files right under src/ where there are any. */
  function COMMANDS(): string[] {
    return [...new Set([...sources.keys()].map(folderOf))].filter((folder) => !(folder in FOUNDATIONS));
  }

  it('have as many imports as a plain count of their lines finds', () => {
    for (const [path, source] of sources) {
      const plain =
        source.match(
          /^((import|export)\b.*|\}) from '[^']+'( with \{ type: 'json' \})?;$|^import '[^']+';$|\bimport\('/gm,
        ) ?? [];
      expect(read(source).imports.length, path).toBe(plain.length);
    }
  });
});

describe('the reader of sources', () => {
  /** A house in which everything is where it belongs. */
  const HOUSE = new Map([
    ['packet/bytes.ts', 'export const OCTET = 8;'],
    ['packet/icmp.ts', "import { OCTET } from './bytes.ts';\nexport const BITS = 8 * OCTET;"],
    ['measure/mean.ts', 'export const mean = (sum: number, count: number) => sum / count;'],
    ['net/clock.ts', "import { hrtime } from 'node:process';\nexport interface Instant { readonly ns: number }"],
    ['net/port.ts', "import { BITS } from '../packet/icmp.ts';\nexport const now = () => Date.now();"],
    ['cli/printf.ts', `export const shown = (n: number) => \`\${n}\`;`],
    ['cli/output.ts', "import { writeSync } from 'node:fs';\nprocess.exit(0);"],
    [
      'ping/engine.ts',
      "import type { Instant } from '../net/clock.ts';\nimport { mean } from '../measure/mean.ts';\nimport { tell } from './words.ts';",
    ],
    ['ping/words.ts', "export { shown as tell } from '../cli/printf.ts';"],
    ['ping/run.ts', "import './engine.ts';\nimport { now } from '../net/port.ts';\nsetTimeout(() => {}, Date.now());"],
    ['arping/engine.ts', "import { BITS } from '../packet/icmp.ts';"],
    ['index.ts', "export * from './ping/run.ts';\nexport * from './arping/engine.ts';"],
  ]);

  const withFile = (path: string, source: string) => new Map([...HOUSE, [path, source]]);

  it('finds nothing wrong where nothing is', () => {
    expect(findViolations(HOUSE)).toEqual([]);
  });

  it('lets a published schema be read', () => {
    const source = "import schema from '../../docs/schema/ping.json' with { type: 'json' };";
    expect(findViolations(withFile('cli/output.ts', source))).toEqual([]);
  });

  it.each([
    ['packet/icmp.ts', "import '../measure/mean.ts';", 'packet/icmp.ts imports measure/mean.ts'],
    ['packet/icmp.ts', "import type { Instant } from '../net/clock.ts';", 'packet/icmp.ts imports net/clock.ts'],
    ['measure/mean.ts', "export * from '../packet/icmp.ts';", 'measure/mean.ts imports packet/icmp.ts'],
    ['net/port.ts', "import { mean } from '../measure/mean.ts';", 'net/port.ts imports measure/mean.ts'],
    ['net/port.ts', "import type { X } from '../ping/run.ts';", 'net/port.ts imports ping/run.ts'],
    ['net/port.ts', "import { shown } from '../cli/printf.ts';", 'net/port.ts imports cli/printf.ts'],
    ['cli/output.ts', "const run = await import('../ping/run.ts');", 'cli/output.ts imports ping/run.ts'],
    ['ping/run.ts', "import { x } from '../arping/engine.ts';", 'ping/run.ts imports arping/engine.ts'],
    ['arping/run.ts', "export type { X } from '../ping/words.ts';", 'arping/run.ts imports ping/words.ts'],
    ['ping/deep/er.ts', "import '../../arping/engine.ts';", 'ping/deep/er.ts imports arping/engine.ts'],
    ['ping/run.ts', "import '../index.ts';", 'ping/run.ts imports index.ts'],
    ['check/run.ts', "import '../arping/engine.ts';", 'check/run.ts imports arping/engine.ts'],
    ['library/run.ts', "import type { X } from '../ping/run.ts';", 'library/run.ts imports ping/run.ts'],
    ['conditions/parser.ts', "import '../cli/printf.ts';", 'conditions/parser.ts imports cli/printf.ts'],
    [
      'packet/icmp.ts',
      "import schema from '../../docs/schema/ping.json' with { type: 'json' };",
      'packet/icmp.ts imports ../../docs/schema/ping.json, which is no file of src',
    ],
    [
      'ping/run.ts',
      "import '../../test/ping/support.ts';",
      'ping/run.ts imports ../../test/ping/support.ts, which is no file of src',
    ],
  ])('catches an arrow that points the wrong way: in %s, %s', (path, source, violation) => {
    expect(findViolations(withFile(path, source))).toContain(violation);
  });

  it.each([
    ['packet/icmp.ts', "import { Buffer } from 'node:buffer';", 'imports node:buffer'],
    ['packet/icmp.ts', "import fs from 'fs';", 'imports fs'],
    ['measure/mean.ts', "import type { Chalk } from 'chalk';", 'imports chalk'],
    ['measure/mean.ts', "const fs = require('node:fs');", 'imports node:fs'],
    ['ping/engine.ts', "const os = await import('node:os');", 'imports node:os'],
    ['ping/engine.ts', 'const os = await import(name);', 'imports what nobody knows'],
    ['ping/engine.ts', "import { Clock } from '../net/clock.ts';", 'loads net/clock.ts'],
    ['ping/engine.ts', "import { type Instant } from '../net/clock.ts';", 'loads net/clock.ts'],
    ['ping/text.ts', "import '../net/port.ts';", 'loads net/port.ts'],
    ['arping/engine.ts', 'const now = Date.now();', 'uses Date'],
    ['ping/pacer.ts', `const now = \`\${\`\${performance.now()}\`}\`;`, 'uses performance'],
    ['ping/probe-table.ts', 'export const late = () => setTimeout(act, 1);', 'uses setTimeout'],
    ['ping/text.ts', 'if (process.stdout.isTTY) color();', 'uses process'],
    ['ping/icmp-text.ts', 'const { env } = process;', 'uses process'],
    ['packet/icmp.ts', 'const half = a / b; setImmediate(act); const c = d / 2;', 'uses setImmediate'],
    ['packet/icmp.ts', "const quote = /['\"`]/; const now = new Date(); const other = /[/]'/;", 'uses Date'],
  ])('catches what reaches for the world outside: in %s, %s', (path, source, violation) => {
    expect(findViolations(withFile(path, source))).toContain(`${path}: must be pure and ${violation}`);
  });

  it('catches it also in a file that only a pure one loads', () => {
    const words = "import { writeSync } from 'node:fs';\nexport const tell = () => Date.now();";
    expect(findViolations(withFile('ping/words.ts', words))).toEqual([
      'ping/engine.ts > ping/words.ts: must be pure and imports node:fs',
      'ping/engine.ts > ping/words.ts: must be pure and uses Date',
    ]);
    const loaded = withFile('ping/words.ts', "export { write as tell } from '../cli/output.ts';");
    expect(findViolations(loaded)).toContain(
      'ping/engine.ts > ping/words.ts > cli/output.ts: must be pure and imports node:fs',
    );
  });

  it.each([
    ['a comment', "// import fs from 'node:fs'; Date.now()\n/* process.exit() import '../net/port.ts' */"],
    [
      'a string',
      `const text = "import fs from 'node:fs'" + 'Date.now() // it\\'s' + \`setTimeout ' // \${text} process\`;`,
    ],
    ['a division behind "not null"', 'const half = list[0]! / 2; const more = count! / total; // Date'],
    ['a property', 'const ms = options.process + event.Date + this.#performance + update.setTimeout;'],
    ['a longer name', 'const DateTime = processed + setTimeoutMs + $Date + dateDate;'],
    [
      'a regular expression',
      "const pattern = /Date|process|'/; const other = text.replace(/\\/\\* [/'\"`] Date/g, '');",
    ],
  ])('is not misled by %s', (_what, source) => {
    expect(findViolations(withFile('packet/icmp.ts', source))).toEqual([]);
  });

  it.each([
    ["import a, { type B } from './x.ts';", './x.ts', false],
    ["import type { A,\n  B } from './x.ts';", './x.ts', true],
    ["import type A from './x.ts';", './x.ts', true],
    ["import type from './x.ts';", './x.ts', false],
    ["import * as all from './x.ts';", './x.ts', false],
    ["export * from './x.ts';", './x.ts', false],
    ["export type { A } from './x.ts';", './x.ts', true],
    ["import './x.ts';", './x.ts', false],
    ["const x = await import(\n  './x.ts'\n);", './x.ts', false],
    ["const x = require('./x.ts');", './x.ts', false],
    ["/** import { y } from './y.ts' */ import { x } from /* here */ './x.ts';", './x.ts', false],
  ])('reads %s', (source, specifier, isType) => {
    expect(read(source).imports).toEqual([{ specifier, isType }]);
  });

  it('refuses to judge what it cannot follow', () => {
    expect(() => read('const x = `${')).toThrow('braces do not match');
    expect(() => read("const x = 'open")).toThrow("no ' behind");
    expect(() => read('if (x) {')).toThrow('braces do not match');
  });
});
