/**
 * getopt's rules over one declarative option table, by node's own `parseArgs`: clusters (`-nqc3`), glued values
 * (`-i.2`), permutation, `--`, and a long name for every letter. What is wrong with an argument is returned as an item
 * in its place, because getopt reports errors in the order in which it meets them.
 */
import { parseArgs } from 'node:util';

/** One row of a command's option table; help, completion and manual page are made from the same row. */
export interface OptionSpec<Name extends string = string> {
  /** Long name, without dashes. */
  readonly long: Name;
  readonly short?: string;
  /** A second letter for the same. */
  readonly alsoShort?: string;
  /** How the manual page calls the argument; absent for a flag. */
  readonly argument?: string;
  readonly help: string;
}

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
  const byName = new Map<string, OptionSpec<Name>>(specs.map((spec) => [spec.long, spec]));
  const options = Object.fromEntries(specs.flatMap(toParseArgs));
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const items: CommandLineItem<Name>[] = [];
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (posixlyCorrect) return { items, operands: argv.slice(token.index) };
      operands.push(token.value);
    } else if (token.kind === 'option') {
      items.push(toItem(token, byName.get(token.name.split(' ', 1)[0]!)));
    }
  }
  return { items, operands };
}

type ParseArgsOption = { readonly type: 'boolean' | 'string'; readonly short?: string };

/** parseArgs knows one letter per option, so a second one is an option of its own there, under a name nobody can type. */
function toParseArgs(spec: OptionSpec): [name: string, option: ParseArgsOption][] {
  const type = spec.argument === undefined ? 'boolean' : 'string';
  const entries: [string, ParseArgsOption][] = [
    [spec.long, spec.short === undefined ? { type } : { type, short: spec.short }],
  ];
  if (spec.alsoShort !== undefined) entries.push([`${spec.long} ${spec.alsoShort}`, { type, short: spec.alsoShort }]);
  return entries;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function isLetterOf(spec: OptionSpec, rawName: string): boolean {
  return rawName === `-${spec.short}` || (spec.alsoShort !== undefined && rawName === `-${spec.alsoShort}`);
}

function toItem<Name extends string>(token: OptionToken, spec: OptionSpec<Name> | undefined): CommandLineItem<Name> {
  const isLong = token.rawName.startsWith('--');
  const mistake = (long: string, short: string): CommandLineItem<Name> => ({
    kind: 'error',
    message: isLong ? long : short,
  });
  // parseArgs calls an unknown letter by itself, so `-Z` must not find a long option named Z, nor `--c` the letter.
  if (spec === undefined || (isLong ? token.rawName !== `--${spec.long}` : !isLetterOf(spec, token.rawName))) {
    return mistake(`unrecognized option '${token.rawName}'`, `invalid option -- '${token.rawName.slice(1)}'`);
  }
  if (spec.argument === undefined) {
    if (token.value !== undefined) return mistake(`option '${token.rawName}' doesn't allow an argument`, '');
    return { kind: 'option', name: spec.long, value: '' };
  }
  if (token.value === undefined) {
    return mistake(
      `option '${token.rawName}' requires an argument`,
      `option requires an argument -- '${token.rawName.slice(1)}'`,
    );
  }
  return { kind: 'option', name: spec.long, value: token.value };
}
