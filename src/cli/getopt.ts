/**
 * getopt_long(3)'s rules over one declarative option table: clusters (`-nqc3`), glued values (`-i.2`), permutation, `--`, a
 * long name for every letter and its unambiguous beginnings. What is wrong with an argument is returned as an item in its
 * place, because getopt reports mistakes in the order in which it meets them.
 */
import { didYouMean } from './suggest.ts';

/** One row of a command's option table; help, completion and manual page are made from the same row. */
export interface OptionSpec<Name extends string = string> {
  /** Long name, without dashes. */
  readonly long: Name;
  readonly short?: string;
  /** A second letter for the same. */
  readonly alsoShort?: string;
  /** How the manual page calls the argument; absent for a flag. */
  readonly argument?: string;
  /** The only arguments there are. */
  readonly values?: readonly string[];
  /** What a shell may offer for the argument, beside `values`. */
  readonly completes?: 'interface' | 'host' | 'file';
  /** The heading under which the long help has it. */
  readonly group?: OptionGroup;
  /** One line; begins with a small letter, ends without a full stop. */
  readonly help: string;
}

/** Headings of the long help and of the manual pages, in their order. */
export const OPTION_GROUPS = [
  'Probes',
  'Packets',
  'Targets',
  'Modes',
  'Routers',
  'Timing',
  'Addressing',
  'Output',
  'Conditions',
  'Sockets',
  'Help',
] as const;

export type OptionGroup = (typeof OPTION_GROUPS)[number];

export type CommandLineItem<Name extends string> =
  | { readonly kind: 'option'; readonly name: Name; readonly value: string }
  | { readonly kind: 'error'; readonly message: string };

export interface CommandLine<Name extends string> {
  /** Options and mistakes in the order of the command line. A flag has the value ''. */
  readonly items: readonly CommandLineItem<Name>[];
  readonly operands: readonly string[];
}

/** Reads `argv` (without node and script). Never throws. `posixlyCorrect`: options end at the first operand, getopt(3). */
export function readCommandLine<Name extends string>(
  specs: readonly OptionSpec<Name>[],
  argv: readonly string[],
  posixlyCorrect = false,
): CommandLine<Name> {
  const items: CommandLineItem<Name>[] = [];
  const operands: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index]!;
    if (argument === '--') return { items, operands: [...operands, ...argv.slice(index + 1)] };
    if (argument === '-' || !argument.startsWith('-')) {
      if (posixlyCorrect) return { items, operands: argv.slice(index) };
      operands.push(argument);
    } else {
      const next = argv[index + 1];
      const takesNext = argument.startsWith('--')
        ? readLong(specs, argument.slice(2), next, items)
        : readCluster(specs, argument.slice(1), next, items);
      if (takesNext) index++;
    }
  }
  return { items, operands };
}

/** Reads `name` or `name=value`. Answers whether it took the next argument as its value. */
function readLong<Name extends string>(
  specs: readonly OptionSpec<Name>[],
  text: string,
  next: string | undefined,
  items: CommandLineItem<Name>[],
): boolean {
  const equals = text.indexOf('=');
  const given = equals === -1 ? text : text.slice(0, equals);
  const value = equals === -1 ? undefined : text.slice(equals + 1);
  const matches = specs.filter(({ long }) => long.startsWith(given));
  const spec = matches.find(({ long }) => long === given) ?? (matches.length === 1 ? matches[0] : undefined);
  if (spec === undefined) {
    const possibilities = matches.map(({ long }) => ` '--${long}'`).join('');
    return mistake(
      items,
      matches.length === 0
        ? `unrecognized option '--${text}'${suggestOption(specs, given)}`
        : `option '--${text}' is ambiguous; possibilities:${possibilities}`,
    );
  }
  if (spec.argument === undefined) {
    if (value !== undefined) return mistake(items, `option '--${spec.long}' doesn't allow an argument`);
    items.push({ kind: 'option', name: spec.long, value: '' });
    return false;
  }
  if (value === undefined && next === undefined) return mistake(items, `option '--${spec.long}' requires an argument`);
  items.push({ kind: 'option', name: spec.long, value: value ?? next! });
  return value === undefined;
}

/** getopt's message goes on where a name is near; that of a name which is not stays glibc's. */
function suggestOption(specs: readonly OptionSpec[], given: string): string {
  return didYouMean(
    given,
    specs.map(({ long }) => long),
    '--',
  );
}

/** Reads the letters of one cluster; the first one that takes a value takes the rest of it, or else the next argument. */
function readCluster<Name extends string>(
  specs: readonly OptionSpec<Name>[],
  cluster: string,
  next: string | undefined,
  items: CommandLineItem<Name>[],
): boolean {
  for (const [at, letter] of [...cluster].entries()) {
    const spec = specs.find(({ short, alsoShort }) => short === letter || alsoShort === letter);
    if (spec === undefined) {
      mistake(items, `invalid option -- '${letter}'`);
    } else if (spec.argument === undefined) {
      items.push({ kind: 'option', name: spec.long, value: '' });
    } else {
      const rest = [...cluster].slice(at + 1).join('');
      if (rest === '' && next === undefined) return mistake(items, `option requires an argument -- '${letter}'`);
      items.push({ kind: 'option', name: spec.long, value: rest === '' ? next! : rest });
      return rest === '';
    }
  }
  return false;
}

function mistake<Name extends string>(items: CommandLineItem<Name>[], message: string): false {
  items.push({ kind: 'error', message });
  return false;
}
