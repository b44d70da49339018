import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type CommandLineItem, type OptionSpec, readCommandLine } from '../../src/cli/getopt.ts';
import { randomNumbers } from './support.ts';

type Name =
  | 'ipv4'
  | 'ipv6'
  | 'numeric'
  | 'quiet'
  | 'help'
  | 'count'
  | 'interval'
  | 'interface'
  | 'pattern'
  | 'mend'
  | 'men';

const SPECS: readonly OptionSpec<Name>[] = [
  { short: '4', long: 'ipv4', help: '' },
  { short: '6', long: 'ipv6', help: '' },
  { short: 'n', long: 'numeric', help: '' },
  { short: 'q', long: 'quiet', help: '' },
  { short: 'h', alsoShort: '?', long: 'help', help: '' },
  { short: 'c', long: 'count', argument: 'count', help: '' },
  { short: 'i', long: 'interval', argument: 'interval', help: '' },
  { short: 'I', long: 'interface', argument: 'interface', help: '' },
  { short: 'p', long: 'pattern', argument: 'pattern', help: '' },
  { long: 'mend', help: 'has no letter' },
  { long: 'men', argument: 'count', help: 'begins as another one does' },
];

/** A command line as one word per thing: `count=3`, `numeric=`, `!message`. */
function read(argv: readonly string[], posixlyCorrect?: boolean): { items: string[]; operands: readonly string[] } {
  const { items, operands } = readCommandLine(SPECS, argv, posixlyCorrect);
  const show = (item: CommandLineItem<Name>) =>
    item.kind === 'error' ? `!${item.message}` : `${item.name}=${item.value}`;
  return { items: items.map(show), operands };
}

describe('options by letter', () => {
  it.each<[string, readonly string[], string[], string[]]>([
    ['a cluster with a glued value at its end', ['-nqc3'], ['numeric=', 'quiet=', 'count=3'], []],
    ['a cluster whose last letter takes the next word', ['-nqc', '3', 'x'], ['numeric=', 'quiet=', 'count=3'], ['x']],
    ['-pff as the pattern ff and no flood', ['-pff'], ['pattern=ff'], []],
    ['-i.2 as an interval', ['-i.2', 'x'], ['interval=.2'], ['x']],
    ['-46 as two letters and no number', ['-46'], ['ipv4=', 'ipv6='], []],
    ['what follows = as part of a glued value', ['-c=3'], ['count==3'], []],
    ['a value that begins with a dash', ['-c', '-1', '-i', '-n'], ['count=-1', 'interval=-n'], []],
    ['-- as a value where one is due', ['-c', '--', 'x'], ['count=--'], ['x']],
    ['an empty value', ['-c', '', 'x'], ['count='], ['x']],
    ['letters behind a value-taking one as its value', ['-cnq'], ['count=nq'], []],
    ['repeated options each time', ['-nn', '-I', 'eth0', '-I1.2.3.4'], repeated(), []],
  ])('reads %s', (_what, argv, items, operands) => {
    expect(read(argv)).toEqual({ items, operands });
  });

  function repeated(): string[] {
    return ['numeric=', 'numeric=', 'interface=eth0', 'interface=1.2.3.4'];
  }
});

describe('operands', () => {
  it('may stand before, between and after options', () => {
    expect(read(['a', '-n', 'b', '-c', '3', 'c'])).toEqual({
      items: ['numeric=', 'count=3'],
      operands: ['a', 'b', 'c'],
    });
  });

  it('are all that follows --, dashes or not', () => {
    expect(read(['-I', 'eth0', '--', '-h'])).toEqual({ items: ['interface=eth0'], operands: ['-h'] });
    expect(read(['a', '--', '--', '-n', '--count=3'])).toEqual({ items: [], operands: ['a', '--', '-n', '--count=3'] });
  });

  it('include a single dash and the empty word', () => {
    expect(read(['-', '', '-n'])).toEqual({ items: ['numeric='], operands: ['-', ''] });
  });

  it('end the options under POSIXLY_CORRECT, from the first one on', () => {
    expect(read(['-nqc', '3', 'host', '-q', '--', '-i1'], true)).toEqual({
      items: ['numeric=', 'quiet=', 'count=3'],
      operands: ['host', '-q', '--', '-i1'],
    });
    expect(read(['-I', 'eth0', '--interval', '2', '--', '-h', 'x'], true)).toEqual({
      items: ['interface=eth0', 'interval=2'],
      operands: ['-h', 'x'],
    });
  });

  it('that look like numbers keep their text', () => {
    expect(read(['1.10', '0x7f000001', '007']).operands).toEqual(['1.10', '0x7f000001', '007']);
  });
});

describe('long options', () => {
  it('take a value after = or as the next word', () => {
    expect(read(['--count=3', '--interval', '0.2', '--count=', '--pattern=a=b']).items).toEqual([
      'count=3',
      'interval=0.2',
      'count=',
      'pattern=a=b',
    ]);
  });

  it('may be cut to what no other one begins with', () => {
    expect(read(['--num', '--c', '3', '--interv=2', '--p', 'ff']).items).toEqual([
      'numeric=',
      'count=3',
      'interval=2',
      'pattern=ff',
    ]);
  });

  it('that are the beginning of another one mean themselves when written in full', () => {
    expect(read(['--men', '3', '--mend']).items).toEqual(['men=3', 'mend=']);
    expect(read(['--me']).items).toEqual(["!option '--me' is ambiguous; possibilities: '--mend' '--men'"]);
  });

  it('need no letter', () => {
    expect(read(['--mend']).items).toEqual(['mend=']);
  });

  it('take a word with dashes, and -- itself, as the value that is due', () => {
    expect(read(['--count', '-1', '--interval', '--', '-n']).items).toEqual(['count=-1', 'interval=--', 'numeric=']);
  });
});

describe("mistakes, in getopt's words", () => {
  it.each<[string, string, readonly string[]]>([
    ['an unknown letter', "invalid option -- 'Z'", ['-Z']],
    ['an unknown letter inside a cluster', "invalid option -- 'Z'", ['-nZq']],
    ['= behind a flag', "invalid option -- '='", ['-n=3']],
    ['a dash inside a cluster', "invalid option -- '-'", ['-n-q']],
    ['a letter without its value', "option requires an argument -- 'c'", ['-c']],
    ['a cluster that ends without the value', "option requires an argument -- 'c'", ['-nqc']],
    ['an unknown long option', "unrecognized option '--foo'", ['--foo']],
    ['a letter written with two dashes that begins no name', "unrecognized option '--Z'", ['--Z', '3']],
    [
      'a beginning of two names',
      "option '--int' is ambiguous; possibilities: '--interval' '--interface'",
      ['--int', '3'],
    ],
    [
      'a beginning with the value given to it',
      "option '--ip=4' is ambiguous; possibilities: '--ipv4' '--ipv6'",
      ['--ip=4'],
    ],
    ['a beginning of a flag, by its whole name', "option '--numeric' doesn't allow an argument", ['--num=1']],
    ['a beginning without its value, by the whole name', "option '--count' requires an argument", ['--co']],
    ["a long option's name written with one dash", "invalid option -- 'u'", ['-nuh']],
    ['a long option without its value', "option '--count' requires an argument", ['--count']],
    ['a value for a long flag', "option '--numeric' doesn't allow an argument", ['--numeric=1']],
    ['an empty value for a long flag', "option '--numeric' doesn't allow an argument", ['--numeric=']],
    ['three dashes', "unrecognized option '---n'", ['---n']],
    ['a property that every object has', "unrecognized option '--constructor'", ['--constructor']],
    ['__proto__', "unrecognized option '--__proto__'", ['--__proto__']],
  ])('says of %s: %s', (_what, message, argv) => {
    expect(read(argv).items.filter((item) => item.startsWith('!'))[0]).toBe(`!${message}`);
  });

  it.each([
    ['--cuont', "!unrecognized option '--cuont'; did you mean '--count'?"],
    ['--intreval=3', "!unrecognized option '--intreval=3'; did you mean '--interval'?"],
    ['--numerical', "!unrecognized option '--numerical'; did you mean '--numeric'?"],
  ])('ask whether a near name was meant: %s', (argument, message) => {
    expect(read([argument]).items).toEqual([message]);
  });

  it('names an unknown long option with the value it was given, as glibc does', () => {
    expect(read(['--foo=bar']).items).toEqual(["!unrecognized option '--foo=bar'"]);
  });

  it('are none where a second letter means the same', () => {
    expect(read(['-?', '-nh?']).items).toEqual(['help=', 'numeric=', 'help=', 'help=']);
  });

  it('stand in their place among the options, so that the first one can be told first', () => {
    expect(read(['-n', '-Z', '-c', '3', '-q', '--foo', '-i']).items).toEqual([
      'numeric=',
      "!invalid option -- 'Z'",
      'count=3',
      'quiet=',
      "!unrecognized option '--foo'",
      "!option requires an argument -- 'i'",
    ]);
  });

  it('keep the rest of a cluster readable', () => {
    expect(read(['-nZc3', 'x'])).toEqual({ items: ['numeric=', "!invalid option -- 'Z'", 'count=3'], operands: ['x'] });
  });
});

/** getopt(1) of util-linux is glibc's getopt_long(3) for the shell; `-T` tells it from older ones. */
const hasGetopt = spawnSync('getopt', ['-T']).status === 4;

/** What getopt(1) makes of each command line: its complaints, and then what it read. */
function askGetopt(lines: readonly (readonly string[])[], posixlyCorrect: boolean): string[] {
  const letters = SPECS.flatMap(({ short, alsoShort, argument }) =>
    [short, alsoShort].flatMap((letter) =>
      letter === undefined ? [] : [letter + (argument === undefined ? '' : ':')],
    ),
  );
  const names = SPECS.map(({ long, argument }) => long + (argument === undefined ? '' : ':'));
  const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  const calls = lines.map(
    (line) =>
      `getopt -n ping -o ${quote((posixlyCorrect ? '+' : '') + letters.join(''))} -l ${names.join()} -- ${line.map(quote).join(' ')} 2>&1; echo ===`,
  );
  const asked = spawnSync('sh', {
    input: calls.join('\n'),
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  const answers = asked.stdout.split('===\n').slice(0, -1);
  if (answers.length !== lines.length) throw new Error(`getopt(1) answered ${answers.length} times: ${asked.stderr}`);
  return answers;
}

/** The same from `readCommandLine` in getopt(1)'s form: mistakes, options, operands. */
function inGetoptsForm(argv: readonly string[], posixlyCorrect: boolean): string {
  const { items, operands } = readCommandLine(SPECS, argv, posixlyCorrect);
  const quote = (word: string) => ` '${word.replaceAll("'", "'\\''")}'`;
  const mistakes = items.flatMap((item) => (item.kind === 'error' ? [`ping: ${item.message}\n`] : []));
  const options = items.flatMap((item) => {
    if (item.kind === 'error') return [];
    const { long, argument } = SPECS.find((spec) => spec.long === item.name)!;
    return [` --${long}${argument === undefined ? '' : quote(item.value)}`];
  });
  return `${mistakes.join('')}${options.join('')} --${operands.map(quote).join('')}\n`;
}

/** getopt(1)'s answer with the long name for each letter, which is what `readCommandLine` gives. */
function spellOut(answer: string): string {
  const lines = answer.split('\n');
  const [options, ...operands] = lines.at(-2)!.split(/(?= --(?: |$))/);
  const spelled = options!.replace(/ -([^- '])(?= |$)/g, (_all, letter: string) => {
    const spec = SPECS.find(({ short, alsoShort }) => short === letter || alsoShort === letter);
    return ` --${spec?.long}`;
  });
  return [...lines.slice(0, -2), spelled + operands.join(''), ''].join('\n');
}

describe("readCommandLine beside glibc's getopt_long", () => {
  const pieces = [
    ...'-n -q -c -i -Z -nqc -n-q -c3 -4x -hI -= -c= -- - host 3'.split(' '),
    ...'--num --count --count=3 --int --interv --numeric= --foo=bar --men --mend --me --- --=x'.split(' '),
    ...['--p', '--ipv', '--help', '--hel=1', 'a b', "it's", ''],
  ];
  const next = randomNumbers(0x9e7);
  const lines = Array.from({ length: 400 }, () =>
    Array.from({ length: 1 + (next() % 5) }, () => pieces[next() % pieces.length]!),
  );

  it.skipIf(!hasGetopt).each([
    ['permuting', false],
    ['under POSIXLY_CORRECT', true],
  ])('reads 400 random command lines alike, %s', (_how, posixlyCorrect) => {
    const answers = askGetopt(lines, posixlyCorrect);
    for (const [index, argv] of lines.entries()) {
      const [actual, expected] = [inGetoptsForm(argv, posixlyCorrect), spellOut(answers[index]!)];
      if (actual !== expected) throw new Error(`${JSON.stringify(argv)}: ${actual} instead of ${expected}`);
    }
  });
});
