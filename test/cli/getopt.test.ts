import { describe, expect, it } from 'vitest';
import { type CommandLineItem, type OptionSpec, readCommandLine } from '../../src/cli/getopt.ts';
import { randomTexts } from './support.ts';

type Name = 'ipv4' | 'ipv6' | 'numeric' | 'quiet' | 'help' | 'count' | 'interval' | 'interface' | 'pattern' | 'mend';

const SPECS: readonly OptionSpec<Name>[] = [
  { short: '4', long: 'ipv4', help: '' },
  { short: '6', long: 'ipv6', help: '' },
  { short: 'n', long: 'numeric', help: '' },
  { short: 'q', long: 'quiet', help: '' },
  { short: 'h', long: 'help', help: '' },
  { short: 'c', long: 'count', argument: 'count', help: '' },
  { short: 'i', long: 'interval', argument: 'interval', help: '' },
  { short: 'I', long: 'interface', argument: 'interface', help: '' },
  { short: 'p', long: 'pattern', argument: 'pattern', help: '' },
  { long: 'mend', help: 'has no letter' },
];

/** A command line as one word per thing: `count=3`, `numeric=`, `!message`. */
function read(argv: readonly string[], posixlyCorrect = false): { items: string[]; operands: readonly string[] } {
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
    expect(read(['a', '-n', 'b', '-c', '3', 'c'])).toEqual({ items: ['numeric=', 'count=3'], operands: ['a', 'b', 'c'] });
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
    ['a letter written with two dashes', "unrecognized option '--c'", ['--c', '3']],
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

  it('names an unknown long option with the value it was given, as glibc does', () => {
    expect(read(['--foo=bar']).items).toEqual(["!unrecognized option '--foo=bar'"]);
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

/**
 * getopt(3) for letters only, written anew from its manual page: the loop that everybody's libc has. Long options are left
 * out of the random command lines.
 */
function plainGetopt(argv: readonly string[], posixlyCorrect: boolean): { items: string[]; operands: string[] } {
  const items: string[] = [];
  const operands: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index]!;
    if (word === '--') return { items, operands: [...operands, ...argv.slice(index + 1)] };
    if (word.length < 2 || word[0] !== '-') {
      if (posixlyCorrect) return { items, operands: argv.slice(index) };
      operands.push(word);
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at]!;
      const spec = letter === '-' ? undefined : SPECS.find(({ short }) => short === letter);
      if (spec === undefined) items.push(`!invalid option -- '${letter}'`);
      else if (spec.argument === undefined) items.push(`${spec.long}=`);
      else {
        const glued = word.slice(at + 1);
        if (glued !== '') items.push(`${spec.long}=${glued}`);
        else if (index + 1 < argv.length) items.push(`${spec.long}=${argv[++index]}`);
        else items.push(`!option requires an argument -- '${letter}'`);
        break;
      }
    }
  }
  return { items, operands };
}

describe('readCommandLine beside a plain getopt loop', () => {
  it('reads 20,000 random command lines of letters alike, with and without POSIXLY_CORRECT', () => {
    const words = randomTexts(60_000, 4, 'nqciZ46=x.-', 0x9e7);
    for (let i = 0; i < 20_000; i++) {
      const argv = words.slice(i * 3, i * 3 + 3).filter((word) => !/^--./.test(word));
      const posixlyCorrect = i % 2 === 1;
      const actual = JSON.stringify(read(argv, posixlyCorrect));
      const expected = JSON.stringify(plainGetopt(argv, posixlyCorrect));
      if (actual !== expected) throw new Error(`${JSON.stringify(argv)}: ${actual} instead of ${expected}`);
    }
  });
});
