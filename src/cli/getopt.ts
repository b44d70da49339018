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
  const options = Object.fromEntries(
    specs.map((spec) => [
      spec.long,
      {
        type: spec.argument === undefined ? ('boolean' as const) : ('string' as const),
        ...(spec.short === undefined ? {} : { short: spec.short }),
      },
    ]),
  );
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const items: CommandLineItem<Name>[] = [];
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (posixlyCorrect) return { items, operands: argv.slice(token.index) };
      operands.push(token.value);
    } else if (token.kind === 'option') {
      items.push(toItem(token, byName.get(token.name)));
    }
  }
  return { items, operands };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function toItem<Name extends string>(token: OptionToken, spec: OptionSpec<Name> | undefined): CommandLineItem<Name> {
  const isLong = token.rawName.startsWith('--');
  const mistake = (long: string, short: string): CommandLineItem<Name> => ({
    kind: 'error',
    message: isLong ? long : short,
  });
  // parseArgs calls an unknown letter by itself, so `-Z` must not find a long option named Z, nor `--c` the letter.
  if (spec === undefined || (isLong ? token.rawName !== `--${spec.long}` : token.rawName !== `-${spec.short}`)) {
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
