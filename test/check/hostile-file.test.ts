/** Check files that somebody made to hurt: each gets a message with its place, in bounded time and memory, and never a stack. */
import { truncateSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomNumbers } from '../cli/support.ts';
import { CheckFolder, EXAMPLE } from './support.ts';

let folder: CheckFolder;
beforeAll(() => {
  folder = new CheckFolder();
});
afterAll(() => folder.remove());

const LOCATED = /^sonde.yaml:\d+:\d+: [^\n]+\n \d+ \| /;

function bomb(levels: number): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level <= levels; level++) {
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  }
  return `${lines.join('\n')}\n`;
}

describe('hostile YAML', () => {
  it.each([
    ['a line feed', String.raw`"a\nb"`],
    ['an escape', String.raw`"a\e[31m"`],
    ['what turns the direction of the text', 'a\u202eb'],
  ])('with %s in the name of a check is refused, since reports could show two names alike', (_what, name) => {
    expect(folder.complaint(`version: 1\nchecks:\n  ${name}: { ping: h }\n`)).toMatch(
      /^sonde.yaml:3:3: the name of a check must be one line of text\n 3 \| /,
    );
  });

  it('with lines that end as on Windows is shown without what ends them', () => {
    expect(folder.complaint('version: 1\r\nchecks:\r\n  a: { pign: h }\r\n')).toMatch(/ \| {3}a: \{ pign: h \}\n/);
  });

  it('of which variables make a long text is refused, however many have a part in it', () => {
    const text = `version: 1\nchecks: { a: { ping: "\${A}\${A}" } }\n`;
    expect(folder.checks(text, { A: 'h'.repeat(100) })).toMatchObject([{ target: 'h'.repeat(200) }]);
    expect(folder.complaint(text, { A: 'h'.repeat(6000) })).toMatch(/^sonde.yaml:2:23: the value of A is too long\n/);
  });

  it('that includes more files than anybody has is refused where it names the one too many', () => {
    const lines = Array.from({ length: 100 }, (_, index) => {
      folder.write(`many/${index}.yaml`, `version: 1\nchecks: { c${index}: { ping: h } }\n`);
      return `- many/${index}.yaml\n`;
    });
    const included = (count: number) => `version: 1\ninclude:\n${lines.slice(0, count).join('')}`;
    expect(folder.checks(included(99))).toHaveLength(99);
    expect(folder.complaint(included(100))).toMatch(/^sonde.yaml:102:3: more than 100 files\n/);
  });

  it('with half a surrogate pair is refused', () => {
    expect(folder.complaint('version: 1\nchecks: { "\\ud800": { ping: h } }\n')).toMatch(
      /:2:11: half a surrogate pair/,
    );
  });

  it('that is no UTF-8 is shown where it is none', () => {
    const octets = Buffer.from('version: 1\n# é \ufffd\nchecks:\n  "é": { ping: caf@ }\n');
    octets[octets.indexOf('@')] = 0xe9;
    expect(folder.complaint(octets)).toMatch(/^sonde.yaml:4:19: this is no UTF-8 text\n 4 \| .*caf\ufffd/);
  });

  it.each([
    ['100,000 open brackets', '['.repeat(100_000), /nested too deeply/],
    ['100,000 open braces', '{a: '.repeat(100_000), /nested too deeply/],
    ['100,000 lists on one line', '- '.repeat(100_000), /nested too deeply/],
    ['100,000 complex keys', '? '.repeat(100_000), /nested too deeply/],
    [
      'maps within maps by indentation',
      Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
      /nested too deeply/,
    ],
    ['a billion laughs', bomb(9), /more than 200000 values/],
    ['an alias that holds itself', 'checks: &a [*a]\n', /:1:13: the alias \*a holds itself/],
    ['an alias without an anchor', 'checks: *nobody\n', /:1:9: .*nobody/],
    [
      'a text of 900,000 characters',
      `checks: { a: { ping: ${'x'.repeat(900_000)} } }\n`,
      /:1:22: a text of more than 10000 characters/,
    ],
    [
      'a block text of 900,000 characters',
      `checks: |\n${'  xxxxxxx\n'.repeat(90_000)}`,
      /a text of more than 10000 characters/,
    ],
    ['60,000 keys that are all the same', `checks:\n${'  a: 1\n'.repeat(60_000)}`, /:3:3: 'a' is here twice/],
    [
      '20,000 checks',
      `version: 1\nchecks:\n${Array.from({ length: 20_000 }, (_, n) => `  c${n}: { ping: h }\n`).join('')}`,
      /'checks' must not have more than 10000 entries/,
    ],
    [
      '20,000 unknown keys',
      `version: 1\n${Array.from({ length: 20_000 }, (_, n) => `k${n}: 1\n`).join('')}`,
      /a check file has no 'k0'[\s\S]*and \d+ more\n$/,
    ],
    ['a tab for indentation', 'version: 1\nchecks:\n\ta: { ping: h }\n', /:3:1: Tabs are not allowed as indentation/],
    [
      'a second document',
      'version: 1\nchecks: { a: { ping: h } }\n---\nversion: 1\n',
      /:3:1: a second document begins here/,
    ],
    ['a merge key', 'version: 1\nchecks:\n  a: { <<: {}, ping: h }\n', /:3:8: merge keys/],
    ['a list for a key', 'version: 1\nchecks:\n  ? [a]\n  : { ping: h }\n', /:3:5: a key must be a plain text/],
    ['a tag that nobody knows', 'version: !!js/function "x"\n', /:1:10: Unresolved tag/],
    ['a binary value', 'version: !!binary aGk=\n', /:1:19: this kind of value/],
    ['a date', 'version: !!timestamp 2001-01-01\n', /:1:22: this kind of value/],
    ['a set', 'version: 1\nchecks: !!set {a, b}\n', /:2:16: 'a' must be a map/],
    ['YAML 1.1, in which yes is true', '%YAML 1.1\n---\nversion: yes\n', /'version' must be 1/],
    ['a null character', 'version: 1\nchecks: { "a\0": { ping: h } }\n', /:2:13: character U\+0000 is not allowed/],
    [
      'an escape sequence',
      'version: 1\nchecks: { \x1b[31m: { ping: h } }\n',
      /:2:11: character U\+001b is not allowed/,
    ],
    [
      'an escape sequence in disguise',
      'version: 1\nchecks: { "\\e[31m": { pingg: h } }\n',
      /:2:23: '\\033\[31m' is of no kind/,
    ],
    [
      'a variable that YAML takes for a map',
      `version: 1\nchecks: { a: { ping: \${HOST} } }\n`,
      /:2:\d+: [^\n]+\n.*\n.*\nwithin \{ \} and \[ \] a variable needs quotes/,
    ],
    [
      'a number in quotes',
      "version: 1\nchecks: { a: { ping: h, count: '3' } }\n",
      /:2:32: 'count' must be a whole number\n.*\n.*\nin quotes it is a text: write it without/,
    ],
    [
      'a variable in quotes that must be a number',
      `version: 1\nchecks: { a: { ping: h, count: '\${COUNT:-3}' } }\n`,
      /:2:32: 'count' must be a whole number\n.*\n.*\nin quotes it is a text: .* a variable in a line of its own/,
    ],
    ['a quote that never ends', 'version: "1\n', /sonde.yaml:\d:\d+: /],
    ['an infinite count', 'version: 1\nchecks: { a: { ping: h, count: .inf } }\n', /'count' must be a whole number/],
    [
      'a count beyond all numbers',
      `version: 1\nchecks: { a: { ping: h, count: ${'9'.repeat(400)} } }\n`,
      /:2:32: 'count' must be/,
    ],
    [
      'a long line',
      `version: 1\nchecks: { a: { ping: h, ${' '.repeat(5000)}cuont: 1 } }\n`,
      /:2:5025: a ping check has no 'cuont'\n 2 \| ….{60}cuont: 1 } }\n {3}\| {62}\^{5}\n/,
    ],
    [
      'what turns the direction of the text around it',
      'version: 1\nchecks: { "a\u202eb": { ping: h } }\n',
      /:2:11: the name of a check must be one line of text\n 2 \| checks: \{ "a\\u202eb"/,
    ],
    ['nothing', '', /:1:1: the file is empty/],
    ['a comment alone', '# nothing\n', /:1:1: the file is empty/],
  ])('%s', (_what, text, pattern) => {
    const complaint = folder.complaint(text);
    expect(complaint).toMatch(pattern);
    expect(complaint).toMatch(LOCATED);
    // Nothing but our own line ends may steer the terminal, and a long line is cut.
    expect(complaint).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    expect(Math.max(...complaint.split('\n').map((line) => line.length))).toBeLessThan(400);
  });

  it('that is too large is not read', () => {
    truncateSync(folder.write('huge.yaml', ''), 100 * 2 ** 20);
    expect(folder.load('huge.yaml')).toBe('huge.yaml: larger than 1048576 octets');
    expect(folder.complaint('#'.repeat(2 ** 20 + 1))).toBe('sonde.yaml: larger than 1048576 octets');
  });

  it.each([
    ['octets that are no UTF-8', Uint8Array.of(0x61, 0x3a, 0xff, 0xfe)],
    ['UTF-16', Uint8Array.from(Buffer.from('\ufeffversion: 1\n', 'utf16le'))],
    ['a cut character', Buffer.from('a: ü').subarray(0, -1)],
  ])('%s are refused as such', (_what, octets) => {
    expect(folder.complaint(octets)).toMatch(/^sonde.yaml:(\d+:\d+: this is no UTF-8 text|1:\d+: character U\+0000)/);
  });

  it('may begin with a byte order mark', () => {
    expect(folder.checks(`\ufeff${EXAMPLE}`)).toHaveLength(8);
  });

  it('cut off anywhere is a shorter file or a mistake with its place', () => {
    for (let length = 0; length < EXAMPLE.length; length++) expectHarmless(EXAMPLE.slice(0, length));
  });

  it('with characters changed, swapped and repeated is a file or a mistake with its place', () => {
    const next = randomNumbers(8);
    const alphabet = `{}[]:,'"&*!|>-?%@\`#<= \n\taz09$\\`;
    for (let round = 0; round < 600; round++) {
      const characters = [...EXAMPLE];
      for (let change = next() % 6; change >= 0; change--) {
        const at = next() % characters.length;
        const length = next() % 4;
        characters.splice(at, length, ...Array.from({ length: next() % 4 }, () => alphabet[next() % alphabet.length]!));
      }
      expectHarmless(characters.join(''));
    }
  });

  function expectHarmless(text: string): void {
    folder.write('sonde.yaml', text);
    const loaded = folder.load('sonde.yaml');
    if (typeof loaded === 'string') expect(loaded, JSON.stringify(text)).toMatch(LOCATED);
  }
});
