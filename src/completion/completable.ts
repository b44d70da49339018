/** Commands as a shell's completion sees them: what may follow each option, and what an operand may be. */
import type { OptionSpec } from '../cli/getopt.ts';
import type { CommandFacts } from '../cli/usage.ts';

/** What a shell offers in a place; `none`: the user alone can know. */
export type Offer =
  | { readonly kind: 'none' | 'host' | 'interface' | 'file' }
  | { readonly kind: 'words'; readonly words: readonly string[] };

export interface CompletableOption {
  readonly letters: readonly string[];
  readonly long: string;
  readonly help: string;
  /** Null for a flag. */
  readonly argument: { readonly name: string; readonly offer: Offer } | null;
}

export interface Completable {
  /** As `sonde` calls it. */
  readonly name: string;
  /** What it can be called by alone; none for what is only found below `sonde`. */
  readonly launchers: readonly string[];
  readonly summary: string;
  readonly options: readonly CompletableOption[];
  readonly operands: Offer;
  /** Commands of which one stands behind the first operand, with all that follows; none but for `record`. */
  readonly runs: readonly string[];
}

export function toCompletable({ usage, options }: CommandFacts): Completable {
  const words = usage.command.split(' ');
  return {
    name: words.at(-1)!,
    launchers: words.length === 1 ? [usage.command, ...(usage.alsoCalled ?? [])] : [],
    summary: usage.summary,
    options: options.map(toOption),
    operands: offerOf(usage.completes),
    runs: usage.runs ?? [],
  };
}

function toOption({ long, short, alsoShort, help, argument, values, completes }: OptionSpec): CompletableOption {
  const offer = offerOf(values ?? completes);
  return {
    letters: [short, alsoShort].filter((letter) => letter !== undefined),
    long,
    help,
    argument: argument === undefined ? null : { name: argument, offer },
  };
}

function offerOf(what: 'host' | 'interface' | 'file' | readonly string[] | undefined): Offer {
  if (what === undefined) return { kind: 'none' };
  return typeof what === 'string' ? { kind: what } : { kind: 'words', words: what };
}
