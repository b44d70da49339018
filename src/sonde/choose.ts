/** Which command the first argument of `sonde` names, or what to say where it names none. */
import { VERSION } from '../cli/version.ts';

export interface Subcommand {
  readonly name: string;
  /** How it is called in messages: commands that stand alone as well keep their name. */
  readonly shownName: string;
  readonly help: string;
}

/** All there may be; a package may hold fewer. */
export const COMMANDS: readonly Subcommand[] = [
  { name: 'sweep', shownName: 'sonde sweep', help: 'probe many targets at once: blocks, ranges, lists' },
  { name: 'ping', shownName: 'ping', help: 'probe one host again and again' },
  { name: 'tracepath', shownName: 'tracepath', help: 'trace a path and its MTU' },
  { name: 'arping', shownName: 'arping', help: 'probe a neighbour by ARP' },
  { name: 'clockdiff', shownName: 'clockdiff', help: "measure the difference of two hosts' clocks" },
  { name: 'rdisc', shownName: 'rdisc', help: 'find routers by ICMP router discovery' },
];

export type Choice =
  | { readonly action: 'run'; readonly command: Subcommand; readonly shownName: string }
  /** What was asked for: on stdout. */
  | { readonly action: 'tell'; readonly text: string; readonly exitStatus: number }
  /** What is wrong: on stderr. */
  | { readonly action: 'refuse'; readonly text: string; readonly exitStatus: number };

/** Usage errors of `sonde` itself, as of its own commands; those of iputils keep theirs. */
const USAGE_STATUS = 3;
/** Names that differ by more have nothing to do with each other. */
const LARGEST_SLIP = 2;

/** `present`: the commands that are there to be run. */
export function chooseCommand(argv: readonly string[], present: readonly Subcommand[], own: string): Choice {
  const [word] = argv;
  const refuse = (message: string): Choice => ({
    action: 'refuse',
    text: `${message}${formatHelp(present, own)}`,
    exitStatus: USAGE_STATUS,
  });
  if (word === undefined) return refuse('');
  if (word === '-V' || word === '--version') {
    return { action: 'tell', text: `sonde ${VERSION}\nnode: ${process.version}\n`, exitStatus: 0 };
  }
  if (['-h', '--help', 'help'].includes(word)) {
    return { action: 'tell', text: formatHelp(present, own), exitStatus: 0 };
  }
  const command = present.find(({ name }) => name === word);
  if (command !== undefined) return { action: 'run', command, shownName: command.shownName };
  if (word.startsWith('-')) return refuse(`${own}: unrecognized option '${word}'\n`);
  return {
    action: 'refuse',
    text: `${own}: no command '${word}'${suggest(word, present)}; see ${own} --help\n`,
    exitStatus: USAGE_STATUS,
  };
}

function formatHelp(present: readonly Subcommand[], own: string): string {
  const width = Math.max(...present.map(({ name }) => name.length));
  const rows = present.map(({ name, help }) => `  ${name.padEnd(width)}  ${help}\n`);
  return `\nUsage\n  ${own} <command> [argument...]\n\nCommands:\n${rows.join('')}\n  ${own} <command> --help tells more of each.\n`;
}

function suggest(word: string, present: readonly Subcommand[]): string {
  const near = present
    .map(({ name }) => ({ name, slips: countSlips(word, name) }))
    .filter(({ name, slips }) => slips <= LARGEST_SLIP || (word.length > 1 && name.startsWith(word)))
    .sort((a, b) => a.slips - b.slips);
  return near.length === 0 ? '' : `: did you mean '${near[0]!.name}'?`;
}

/** Letters to be changed, added, left out or swapped with their neighbour to make one word of the other. */
export function countSlips(from: string, to: string): number {
  const table: number[][] = Array.from({ length: from.length + 1 }, (_, row) => [row]);
  for (let column = 0; column <= to.length; column++) table[0]![column] = column;
  for (let row = 1; row <= from.length; row++) {
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      let least = Math.min(
        table[row - 1]![column]! + 1,
        table[row]![column - 1]! + 1,
        table[row - 1]![column - 1]! + Number(!isSame),
      );
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (isSwap) least = Math.min(least, table[row - 2]![column - 2]! + 1);
      table[row]![column] = least;
    }
  }
  return table[from.length]![to.length]!;
}
