/** The pages that are shipped: made of the tables as they are, and without a fault for the programs that show them. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandFacts } from '../../src/cli/usage.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'docs/man');
const PAGES = readdirSync(FOLDER).filter((name) => name.endsWith('.8'));
const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** Of all bundles but that of sonde, by the names of their pages. */
const FACTS = new Map(
  readdirSync(join(ROOT, 'dist'))
    .filter((file) => file.endsWith('.cjs') && file !== 'sonde.cjs')
    .map((file) => createRequire(import.meta.url)(join(ROOT, 'dist', file)).facts as CommandFacts)
    .map((facts) => [`${facts.usage.command.replaceAll(' ', '-')}.8`, facts]),
);

describe('the manual pages', () => {
  it('are what the option tables and the prose make (npm run man)', () => {
    const checked = spawnSync(process.execPath, [join(ROOT, 'scripts/man.mjs'), '--check'], { encoding: 'utf8' });
    expect([checked.status, checked.stderr]).toEqual([0, '']);
  });

  it('are there for every command, and npm installs them all', () => {
    expect(PAGES).toEqual([...FACTS.keys(), 'sonde.8'].sort());
    const { man } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(man).toEqual(PAGES.map((name) => `docs/man/${name}`));
  });
});

describe('what follows a name', () => {
  it('is marked as a command where it is typed as it stands, and as an argument where it stands for something', () => {
    const items = (page: string) => readFileSync(join(FOLDER, page), 'utf8').match(/^\.It (Ar|Cm) .*$/gm);
    expect(items('sonde.8')).toEqual(expect.arrayContaining(['.It Cm sweep', '.It Cm help']));
    expect(items('sonde.8')?.filter((item) => item.startsWith('.It Ar'))).toEqual([]);
    expect(items('ping.8')?.slice(0, 2)).toEqual(['.It Ar destination', '.It Ar hop']);
  });
});

describe.each(PAGES)('%s', (name) => {
  const path = join(FOLDER, name);
  const page = readFileSync(path, 'utf8');

  it('has every option of the table under its group, and no other', () => {
    const groupOf = new Map<string, string>();
    let group = '';
    for (const line of page.split('\n')) {
      if (line.startsWith('.Sh ')) group = '';
      group = /^\.Ss (.*)/.exec(line)?.[1] ?? group;
      const [, long] = /^\.It (?:Fl .* , )?Fl \\-([\w\\-]+)/.exec(line) ?? [];
      if (long !== undefined && group !== '') groupOf.set(long.replaceAll('\\-', '-'), group);
    }
    const options = FACTS.get(name)?.options ?? [
      { long: 'help', group: 'Help' },
      { long: 'version', group: 'Help' },
    ];
    expect(groupOf).toEqual(new Map(options.map((spec) => [spec.long, spec.group])));
  });

  it('refers to pages of ours that are there', () => {
    const own = [...page.matchAll(/^\.Xr (sonde[\w-]*) 8/gm)].map(([, other]) => `${other}.8`);
    for (const other of own) expect(PAGES).toContain(other);
  });

  it.skipIf(!has('mandoc'))("passes mandoc's lint", () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'style', path], { encoding: 'utf8' });
    // Which other pages this machine has is not the page's fault.
    const faults = stdout.split('\n').filter((line) => line !== '' && !line.includes('referenced manual not found'));
    expect(faults).toEqual([]);
  });

  it.skipIf(!has('man'))('is shown by man without a warning', () => {
    const env = { PATH: process.env['PATH'], MANWIDTH: '80', LC_ALL: 'C.UTF-8' };
    const shown = spawnSync('man', ['--warnings', '-l', path], { encoding: 'utf8', env });
    expect([shown.status, shown.stderr]).toEqual([0, '']);
    for (const { long } of FACTS.get(name)?.options ?? []) expect(shown.stdout).toContain(`--${long}`);
  });
});
