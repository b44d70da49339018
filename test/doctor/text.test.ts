import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DoctorEvent, FindingEvent } from '../../src/doctor/events.ts';
import { parseRuleset } from '../../src/doctor/filters.ts';
import { renderJson } from '../../src/doctor/json.ts';
import { readNpm } from '../../src/doctor/npm.ts';
import { parseDoctor } from '../../src/doctor/options.ts';
import { DoctorText } from '../../src/doctor/text.ts';
import { loadSchema } from '../schema.ts';

const PING: FindingEvent = {
  type: 'finding',
  section: 'command',
  name: 'ping',
  status: 'no',
  detail: 'ICMP sockets are refused',
  mends: ['sudo sysctl -w x', 'sudo setcap y'],
};
const NODE: FindingEvent = { ...PING, section: 'machine', name: 'node', status: 'ok', detail: 'v22', mends: [] };
const SUMMARY: DoctorEvent = { type: 'summary', commands: { ok: 6, limited: 1, no: 1, unknown: 0 } };

function print(events: readonly DoctorEvent[], colour = false): string {
  const text = new DoctorText({ colour });
  return events
    .flatMap((event) => text.render(event))
    .map((piece) => piece.text)
    .join(''); // prettier-ignore
}

describe('the text', () => {
  it('is aligned, with what mends behind arrows and a heading for each part', () => {
    expect(print([PING, { ...PING, name: 'arping', mends: [] }, NODE, SUMMARY])).toBe(
      [
        'Commands',
        '  no       ping                ICMP sockets are refused',
        '                               => sudo sysctl -w x',
        '                               or sudo setcap y',
        '  no       arping              ICMP sockets are refused',
        '',
        'This machine',
        '  ok       node                v22',
        '',
        '6 of 8 commands work, 1 within limits, 1 not at all. Any one of the commands behind => mends it.',
        '',
      ].join('\n'),
    );
  });

  it('ends plainly where all is well', () => {
    expect(print([{ type: 'summary', commands: { ok: 8, limited: 0, no: 0, unknown: 0 } }])).toBe(
      '\nEvery command works.\n',
    );
  });

  it('promises no command where none stands behind a finding', () => {
    const text = print([{ ...PING, mends: [] }, { ...NODE, mends: ['nft list ruleset'] }, SUMMARY]);
    expect(text).toMatch(/\n6 of 8 commands work, 1 within limits, 1 not at all\.\n$/);
  });

  it('has colours only when asked for, and nothing but them in addition', () => {
    const coloured = print([PING, NODE, SUMMARY], true);
    expect(coloured).toContain('\x1b[31mno       \x1b[0mping ');
    expect(coloured).toContain('\x1b[32mok       \x1b[0mnode ');
    expect(coloured.replaceAll(/\x1b\[\d+m/g, '')).toBe(print([PING, NODE, SUMMARY]));
  });

  it('does not let what others wrote command the terminal', () => {
    expect(print([{ ...NODE, detail: 'v22\x1b]0;owned\x07' }])).not.toMatch(/[\x1b\x07]/);
    expect(print([{ ...NODE, mends: ['setcap /\x1b]0;owned\x07'] }])).not.toMatch(/[\x1b\x07]/);
  });
});

it('JSON has the same, and fits its schema', () => {
  const { fits } = loadSchema('doctor');
  for (const event of [PING, NODE, SUMMARY]) {
    const line = JSON.parse(renderJson(event)) as Record<string, unknown>;
    expect(fits(line), JSON.stringify(line)).toBe(true);
  }
  expect(JSON.parse(renderJson(SUMMARY))).toEqual({ type: 'summary', ok: 6, limited: 1, no: 1, unknown: 0, schema: 1 });
});

it('the command line takes -j and no operands', () => {
  expect(parseDoctor(['-j'], false)).toMatchObject({ action: 'run', options: { json: true }, json: true });
  expect(parseDoctor(['--json', '--json'], false)).toMatchObject({ action: 'run' });
  expect(parseDoctor(['host'], false)).toMatchObject({ action: 'usage', message: "no operands are taken: 'host'" });
});

describe("nftables' ruleset", () => {
  const chain = (name: string, more: object) => ({ chain: { family: 'inet', table: 't', name, handle: 1, ...more } });
  const rule = (name: string, expr: object[]) => ({ rule: { family: 'inet', table: 't', chain: name, expr } });
  const ruleset = (...entries: object[]) => JSON.stringify({ nftables: [{ metainfo: {} }, ...entries] });

  it('counts rules that drop or reject in the chains at input and output, and no others', () => {
    const json = ruleset(
      chain('in', { hook: 'input', policy: 'accept' }),
      chain('out', { hook: 'output', policy: 'drop' }),
      chain('fwd', { hook: 'forward', policy: 'drop' }),
      chain('own', {}),
      rule('in', [{ match: {} }, { drop: null }]),
      rule('in', [{ reject: { type: 'icmp' } }]),
      rule('in', [{ accept: null }]),
      rule('fwd', [{ drop: null }]),
      rule('own', [{ drop: null }]),
    );
    expect(parseRuleset(json)).toEqual([
      { name: 'inet t in', policyDrops: false, dropRules: 2 },
      { name: 'inet t out', policyDrops: true, dropRules: 0 },
    ]);
  });

  it('counts what stands in chains that are jumped to, once each, also where they jump in a circle', () => {
    const json = ruleset(
      chain('in', { hook: 'input', policy: 'accept' }),
      chain('first', {}),
      chain('second', {}),
      chain('unused', {}),
      rule('in', [{ jump: { target: 'first' } }]),
      rule('in', [{ vmap: { key: {}, data: { set: [[1, { goto: { target: 'first' } }]] } } }]),
      rule('first', [{ drop: null }]),
      rule('first', [{ goto: { target: 'second' } }]),
      rule('second', [{ reject: null }]),
      rule('second', [{ jump: { target: 'first' } }]),
      rule('unused', [{ drop: null }]),
    );
    expect(parseRuleset(json)).toEqual([{ name: 'inet t in', policyDrops: false, dropRules: 2 }]);
  });

  it('is empty without a table, and none where nft says something else', () => {
    expect(parseRuleset('{"nftables": []}')).toEqual([]);
    for (const text of ['', '{', '{}', 'null', 'table inet t {}']) expect(parseRuleset(text), text).toBeNull();
  });
});

describe("npm's files", () => {
  function withFiles<T>(files: Readonly<Record<string, string>>, act: (folder: string) => T): T {
    const folder = mkdtempSync(join(tmpdir(), 'sonde-npm-'));
    try {
      for (const [name, text] of Object.entries({ 'bin/node': '', ...files })) {
        mkdirSync(join(folder, name, '..'), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      return act(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const NPM = { 'lib/node_modules/npm/package.json': '{"version": "12.3.4"}' };
  const read = (folder: string, env: Record<string, string> = {}) =>
    readNpm({ npm_config_userconfig: `${folder}/user`, ...env }, `${folder}/bin/node`);

  it('tell its version where it lies beside node, in either place', () => {
    expect(withFiles(NPM, (folder) => read(folder)).version).toBe('12.3.4');
    expect(
      withFiles({ 'share/nodejs/npm/package.json': '{"version": "9.2.0"}' }, (folder) => read(folder)).version,
    ).toBe('9.2.0');
    expect(withFiles({}, (folder) => read(folder)).version).toBeNull();
    expect(withFiles({ 'lib/node_modules/npm/package.json': '{' }, (folder) => read(folder)).version).toBeNull();
  });

  it('tell who ignores install scripts: the environment before files, and the user before all', () => {
    const user = { ...NPM, user: 'fund=false\nignore-scripts = true\n', 'etc/npmrc': 'ignore-scripts=false\n' };
    expect(withFiles(user, (folder) => read(folder).ignoresScripts?.replace(folder, ''))).toBe('/user');
    expect(withFiles(user, (folder) => read(folder, { npm_config_ignore_scripts: 'false' }).ignoresScripts)).toBeNull();
    const all = { ...NPM, 'etc/npmrc': 'ignore-scripts=true\n' };
    expect(withFiles(all, (folder) => read(folder).ignoresScripts?.replace(folder, ''))).toBe('/etc/npmrc');
    expect(withFiles(NPM, (folder) => read(folder, { npm_config_ignore_scripts: 'true' }).ignoresScripts)).toBe(
      'npm_config_ignore_scripts',
    );
  });

  it.each([
    ['ignore-scripts', true],
    ['ignore-scripts=', true],
    ['ignore-scripts=1', true],
    ['  ignore-scripts = "true"  ; as we were told', true],
    ['ignore-scripts = false # not yet', false],
    ['ignore-scripts=0', false],
    ['; ignore-scripts=true', false],
    ['ignore-scripts-not=true', false],
  ])('are read as npm reads them: %s', (line, ignores) => {
    const said = withFiles({ ...NPM, user: `fund=false\n${line}\naudit=false\n` }, (folder) => read(folder));
    expect(said.ignoresScripts !== null).toBe(ignores);
  });

  it.each([
    ['NPM_CONFIG_IGNORE_SCRIPTS', 'true', true],
    ['npm_config_ignore_scripts', '1', true],
    ['npm_config_ignore_scripts', '', false],
    ['npm_config_ignore_scripts', 'false', false],
  ])('and the environment likewise: %s=%s', (name, value, ignores) => {
    const said = withFiles(NPM, (folder) => read(folder, { [name]: value }));
    expect(said.ignoresScripts).toBe(ignores ? name : null);
  });
});
