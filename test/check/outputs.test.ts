/** Which files reports may go to. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openOutputs } from '../../src/check/outputs.ts';
import { CheckFolder } from './support.ts';

const folder = new CheckFolder();
afterAll(() => folder.remove());
const at = (name: string) => join(folder.path, name);

it.each([
  ['another spelling', './sub/../one.xml'],
  ['a symbolic link', 'link.xml'],
])('two reports cannot go to one file by %s: the first would be lost', (_how, second) => {
  mkdirSync(at('sub'), { recursive: true });
  folder.write('one.xml', 'old');
  if (!existsSync(at('link.xml'))) symlinkSync('one.xml', at('link.xml'));
  const reporters = [
    { name: 'junit', file: at('one.xml') },
    { name: 'tap', file: `${folder.path}/${second}` },
  ] as const;
  expect(() => openOutputs(reporters, [])).toThrow(/is where the junit report goes: it would be lost$/);
  expect(readFileSync(at('one.xml'), 'utf8')).toBe('old');
  expect(readdirSync(folder.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

it('a report cannot go to the check file, nor to one that it includes', () => {
  const files = [folder.write('sonde.yaml', 'version: 1\n'), folder.write('vpn.yaml', 'version: 1\n')];
  for (const file of files) {
    expect(() => openOutputs([{ name: 'json', file }], files)).toThrow(/is a check file: it would be lost$/);
    expect(readFileSync(file, 'utf8')).toBe('version: 1\n');
  }
});

it('two reports may go to one device, and the check file may be a pipe', () => {
  const reporters = [
    { name: 'junit', file: '/dev/null' },
    { name: 'tap', file: '/dev/../dev/null' },
  ] as const;
  const outputs = openOutputs(reporters, ['-', '/proc/self/fd/none']);
  expect(outputs).toHaveLength(2);
  for (const { file } of outputs) file.discard();
});
