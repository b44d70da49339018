/** What is seen while checks run, and files that reports go to. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { PLAIN } from '../../src/check/report/pretty-text.ts';
import { ReportFile } from '../../src/check/report/report-file.ts';
import { JsonShow, PrettyShow } from '../../src/check/show.ts';
import { loadSchema } from '../schema.ts';
import { madeUpResult, REPORT } from './made-up-report.ts';
import { CheckFolder, madeUpCheck } from './support.ts';

let stdout: string;
let stderr: string;
beforeEach(() => {
  stdout = '';
  stderr = '';
});
const output = {
  stdout: (text: string) => {
    stdout += text;
  },
  stderr: (text: string) => {
    stderr += text;
  },
};

const resultOf = (name: string) => madeUpResult(madeUpCheck({ name }), { elapsedMs: 5 });

describe('lines for a reader', () => {
  it('come in the order of the file, each as soon as those before it are known', () => {
    const show = new PrettyShow(output, { paint: PLAIN, progressColumns: 0, total: 3 });
    show.result(2, resultOf('c'));
    expect(stdout).toBe('');
    show.result(0, resultOf('a'));
    expect(stdout).toBe('pass     a: ping 10.0.0.1 (5 ms)\n');
    show.result(1, resultOf('b'));
    expect(stdout).toMatch(/^pass +a.*\npass +b.*\npass +c.*\n$/);
    expect(stderr).toBe('');
  });

  it('that were not told when the run ended are told then, once', () => {
    const show = new PrettyShow(output, { paint: PLAIN, progressColumns: 0, total: 5 });
    show.result(0, REPORT.results[0]!);
    show.result(2, REPORT.results[2]!);
    show.end(REPORT);
    expect(stdout).toBe(readFileSync(`${import.meta.dirname}/golden/pretty.txt`, 'utf8'));
  });

  it('show what is under way on a terminal, no wider than it is, and erase it before anything else', () => {
    const show = new PrettyShow(output, { paint: PLAIN, progressColumns: 30, total: 2 });
    show.begin('first');
    show.begin('a name with \x1b[31m in it');
    expect(stderr).toBe('\r\x1b[K0 of 2 done; under way: first\r\x1b[K0 of 2 done; under way: firs…');
    stderr = '';
    show.result(0, resultOf('first'));
    expect(stderr.startsWith('\r\x1b[K')).toBe(true);
    expect(stdout).toMatch(/^pass/);
    stderr = '';
    show.result(1, resultOf('a name with \x1b[31m in it'));
    expect(stderr).toBe('\r\x1b[K');
    expect(stdout).not.toContain('\x1b');
  });
});

describe('beside annotations', () => {
  it('lines are guarded, so that GitHub takes no name in them for a command of its own', () => {
    const show = new PrettyShow(output, { paint: PLAIN, progressColumns: 0, total: 5, guard: 'token' });
    show.result(0, resultOf('##[add-mask]x'));
    show.end(REPORT);
    expect(stdout).toMatch(/^::stop-commands::token\npass +##\[add-mask\]x[\s\S]* in [^\n]*\n::token::\n$/);
    expect(stdout.match(/token/g)).toHaveLength(2);
  });
});

describe('the line on what is under way', () => {
  it('counts columns and not characters, or it would wrap and could not be erased', () => {
    const show = new PrettyShow(output, { paint: PLAIN, progressColumns: 36, total: 2 });
    show.begin('網路檢查網路檢查');
    expect(stderr).toBe('\r\x1b[K0 of 2 done; under way: 網路檢查網…');
  });
});

describe('JSON lines', () => {
  it('come as checks end, then those that were not told, then the summary; all by the schema', () => {
    const { readLines } = loadSchema('check-report');
    const show = new JsonShow(output);
    show.begin();
    show.result(1, REPORT.results[1]!);
    show.end(REPORT);
    const lines = readLines(stdout);
    expect(lines.map(({ name }) => name)).toEqual(['vpn mtu', 'gateway', 'dead', 'forbidden', 'late', undefined]);
    expect(lines.at(-1)).toMatchObject({
      type: 'summary',
      reason: 'interrupted',
      passed: 1,
      failed: 2,
      unknown: 1,
      not_run: 1,
      schema: 1,
    });
  });
});

describe('a file for a report', () => {
  const folder = new CheckFolder();
  afterAll(() => folder.remove());
  const names = () => readdirSync(folder.path).filter((name) => name.includes('.tmp'));

  it('is there when it is whole, and the old one until then', () => {
    const path = folder.write('report', 'old');
    chmodSync(path, 0o640);
    const file = ReportFile.open(path);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(names()).toHaveLength(1);
    file.write('new');
    file.discard();
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777, names()]).toEqual(['new', 0o640, []]);
  });

  it('that is discarded leaves nothing behind', () => {
    const path = join(folder.path, 'never');
    ReportFile.open(path).discard();
    expect([existsSync(path), names()]).toEqual([false, []]);
    const file = ReportFile.open(path);
    unlinkSync(join(folder.path, names()[0]!));
    expect(() => file.discard()).not.toThrow();
  });

  it('is replaced behind a symbolic link, which stays', () => {
    const path = folder.write('real', 'old');
    symlinkSync('real', join(folder.path, 'link'));
    ReportFile.open(join(folder.path, 'link')).write('new');
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('may be a device', () => {
    ReportFile.open('/dev/null').write('nothing');
    expect(() => ReportFile.open('/dev/full').write('nothing')).toThrow(/ENOSPC/);
  });

  it('cannot be a folder, nor in one that is not there', () => {
    mkdirSync(join(folder.path, 'dir'));
    expect(() => ReportFile.open(join(folder.path, 'dir'))).toThrow(/EISDIR/);
    expect(() => ReportFile.open(join(folder.path, 'none', 'report'))).toThrow(/ENOENT/);
    writeFileSync(join(folder.path, 'plain'), '');
    expect(() => ReportFile.open(join(folder.path, 'plain', 'report'))).toThrow(/ENOTDIR/);
  });
});
