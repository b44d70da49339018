/** The command line of `sonde check`, as far as nothing is measured. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCheck } from '../../src/check/options.ts';
import { runCheck } from '../../src/check/run.ts';
import { selectChecks } from '../../src/check/select.ts';
import { ProcessSignals } from '../../src/net/signals.ts';
import { loadSchema } from '../schema.ts';
import { CheckFolder, madeUpCheck } from './support.ts';

const folder = new CheckFolder();
afterAll(() => folder.remove());

function optionsOf(...argv: readonly string[]) {
  const parsed = parseCheck(argv, false);
  if (parsed.action !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.options;
}

describe('the options', () => {
  it('have their defaults', () => {
    expect(optionsOf()).toMatchObject({
      file: 'sonde.yaml',
      jobs: 500,
      rate: 200,
      retries: 0,
      deadlineMs: null,
      reporters: [],
    });
  });

  it('may be given again where that makes sense', () => {
    const options = optionsOf(
      '--only',
      'a',
      '--only=b*',
      '--tag',
      'x',
      '--vars',
      'A=1',
      '--vars',
      'B==2\n',
      '-J3',
      'f.yaml',
      '--deadline',
      '1.5m',
    );
    expect(options).toMatchObject({ only: ['a', 'b*'], tags: ['x'], jobs: 3, file: 'f.yaml', deadlineMs: 90_000 });
    expect([...options.variables]).toEqual([
      ['A', '1'],
      ['B', '=2\n'],
    ]);
  });

  it('name reporters with and without a file', () => {
    expect(optionsOf('--reporter', 'pretty', '--reporter', 'junit=a=b.xml', '--reporter', 'github').reporters).toEqual([
      { name: 'pretty', file: null },
      { name: 'junit', file: 'a=b.xml' },
      { name: 'github', file: null },
    ]);
  });

  it.each([
    [
      ['--reporter', 'juint=x'],
      "no reporter 'juint'; did you mean 'junit'?: there are pretty, junit, github, tap, json, nagios, prometheus, html",
    ],
    [['--reporter', 'junit='], '--reporter junit= needs a file'],
    [
      ['--reporter', 'tap', '--reporter', 'pretty'],
      'only one reporter may write to stdout, not tap and pretty: --reporter tap=FILE',
    ],
    [
      ['-j', '--reporter', 'nagios'],
      'only one reporter may write to stdout, not nagios and json: --reporter nagios=FILE',
    ],
    [['--reporter', 'tap=x', '--reporter', 'html=x'], 'two reporters would write to x'],
    [['--vars', 'X'], "--vars takes name=value, not 'X'"],
    [['--vars', '1=2'], "--vars takes name=value, not '1=2'"],
    [['--deadline', '5'], "--deadline takes a time with its unit, as 90s or 5m, not '5'"],
    [['--deadline', '0s'], "--deadline takes a time with its unit, as 90s or 5m, not '0s'"],
    [['--jobs', '0'], "invalid argument: '0': out of range: 1 <= value <= 10000"],
    [['a', 'b'], 'one check file is taken, not 2: a file may include others'],
  ])('%j are refused with status 2', (argv, message) => {
    expect(parseCheck(argv, false)).toMatchObject({ action: 'fail', message, exitStatus: 2 });
  });
});

describe('the choice of checks', () => {
  const checks = [
    madeUpCheck({ name: 'vpn a', tags: ['x'] }),
    madeUpCheck({ name: 'vpn b', tags: ['y'] }),
    madeUpCheck({ name: 'dns', tags: ['x'] }),
  ];
  const chosen = (only: readonly string[], tags: readonly string[] = []) => {
    const selected = selectChecks(checks, { only, tags });
    return typeof selected === 'string' ? selected : selected.map(({ name }) => name).join(', ');
  };

  it.each([
    [[], [], 'vpn a, vpn b, dns'],
    [['dns'], [], 'dns'],
    [['vpn*'], [], 'vpn a, vpn b'],
    [['*a', 'd*'], [], 'vpn a, dns'],
    [['*'], ['x'], 'vpn a, dns'],
    [['v*n*b'], [], 'vpn b'],
    [[], ['x', 'y'], 'vpn a, vpn b, dns'],
    [['dsn'], [], "no check 'dsn' in the file; did you mean 'dns'?"],
    [['vpn'], [], "no check 'vpn' in the file; did you mean 'vpn a'?"],
    [[], ['zone'], "no tag 'zone' in the file"],
    [['dns'], ['y'], 'no check matches both --only and --tag'],
    [['vpn*nv'], [], "no check 'vpn*nv' in the file"],
  ])('by names %j and tags %j is %s', (only, tags, expected) => {
    expect(chosen(only, tags)).toBe(expected);
  });

  it('takes no longer for a pattern of many stars', () => {
    expect(chosen([`${'*a'.repeat(5000)}b`])).toContain('no check');
  });
});

describe('the command, before anything is measured', () => {
  async function run(...argv: readonly string[]) {
    let [stdout, stderr] = ['', ''];
    const io = {
      commandName: 'sonde check',
      env: {},
      signals: new ProcessSignals(),
      stdout: (text: string) => (stdout += text),
      stderr: (text: string) => (stderr += text),
      complain: (message: string) => (stderr += `sonde check: ${message}\n`),
    };
    const status = await runCheck(argv, io as unknown as Parameters<typeof runCheck>[1]);
    return { status, stdout, stderr: stderr.replaceAll(`${folder.path}/`, '') };
  }

  it('says that a file is right, and how many checks it has', async () => {
    const file = folder.write('good.yaml', 'version: 1\nchecks: { a: { ping: h } }\n');
    expect(await run('--validate', file)).toEqual({
      status: 0,
      stdout: `${file}: 1 check, nothing wrong\n`,
      stderr: '',
    });
  });

  it('says what is wrong with it, with its place, and exits with 2', async () => {
    const file = folder.write('bad.yaml', 'version: 1\nchecks:\n  a: { ping: h, cuont: 1 }\n  b: {}\n');
    expect(await run(file)).toMatchObject({ status: 2, stdout: '' });
    expect((await run(file)).stderr).toBe(
      [
        "bad.yaml:3:17: a ping check has no 'cuont'",
        ' 3 |   a: { ping: h, cuont: 1 }',
        '   |                 ^^^^^',
        "did you mean 'count'?",
        "bad.yaml:4:3: 'b' is of no kind: it needs one of ping, path, clock, arp, routers, tcp, dns",
        ' 4 |   b: {}',
        '   |   ^',
        '',
      ].join('\n'),
    );
  });

  it.each(['toString', 'constructor', '__proto__'])('knows of no variable %s that nobody set', async (name) => {
    const file = folder.write('odd.yaml', `version: 1\nchecks: { a: { ping: '\${${name}}' } }\n`);
    expect(await run('--validate', file)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`odd.yaml:2:23: the variable ${name} is not set`),
    });
    expect((await run('--validate', '--vars', `${name}=h`, file)).status).toBe(0);
  });

  it('says it in JSON lines, one for each mistake', async () => {
    const { stdout, status } = await run('-j', join(folder.path, 'bad.yaml'));
    const lines = loadSchema('check-report').readLines(stdout);
    expect([status, lines.map(({ type }) => type)]).toEqual([2, ['error', 'error']]);
    expect(lines[0]!['error']).toMatch(/bad\.yaml:3:17: a ping check has no 'cuont'$/);
  });

  it('says that there is no file, and that nothing in it is meant', async () => {
    expect(await run(join(folder.path, 'none.yaml'))).toEqual({
      status: 2,
      stdout: '',
      stderr: 'sonde check: none.yaml: No such file or directory\n',
    });
    expect((await run('--only', 'xyz', join(folder.path, 'good.yaml'))).stderr).toBe(
      "sonde check: no check 'xyz' in the file\n",
    );
  });

  it('has every option in its long help and in its manual page', async () => {
    const { stdout } = await run('--help');
    const page = readFileSync(`${import.meta.dirname}/../../docs/man/sonde-check.8`, 'utf8').replaceAll('\\-', '-');
    for (const option of ['--only', '--fail-on-unknown', '--reporter', '--vars']) {
      expect(stdout).toContain(option);
      expect(page).toContain(option.slice(2));
    }
  });
});
