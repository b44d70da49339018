/** Which command the first argument of `sonde` names, or what to say where it names none. */
import { didYouMean } from '../cli/suggest.ts';
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
  { name: 'record', shownName: 'sonde record', help: "write a run's events to a file" },
  { name: 'replay', shownName: 'sonde replay', help: 'show a recorded run again, as lines or as JSON' },
  { name: 'compare', shownName: 'sonde compare', help: 'tell whether latency or loss changed between two runs' },
  { name: 'check', shownName: 'sonde check', help: 'verify what a file says must hold, and report it for CI' },
  { name: 'doctor', shownName: 'sonde doctor', help: 'tell what this machine permits, and what would mend the rest' },
  { name: 'completion', shownName: 'sonde completion', help: 'print a completion script for bash, zsh or fish' },
];

export type Choice =
  | { readonly action: 'run'; readonly command: Subcommand; readonly args: readonly string[] }
  /** What was asked for: on stdout. */
  | { readonly action: 'tell'; readonly text: string; readonly exitStatus: number }
  /** What is wrong: on stderr. */
  | { readonly action: 'refuse'; readonly text: string; readonly exitStatus: number };

/** Usage errors of `sonde` itself, as of its own commands; those of iputils keep theirs. */
const USAGE_STATUS = 3;

/** `present`: the commands that are there to be run. */
export function chooseCommand(argv: readonly string[], present: readonly Subcommand[], own: string): Choice {
  const [word, ...args] = argv;
  const help = formatHelp(present, own);
  if (word === undefined) return refuse(help);
  if (word === '-V' || word === '--version') {
    return { action: 'tell', text: `sonde ${VERSION}\nnode: ${process.version}\n`, exitStatus: 0 };
  }
  if (['-h', '--help'].includes(word) || (word === 'help' && [undefined, 'help'].includes(args[0]))) {
    return { action: 'tell', text: help, exitStatus: 0 };
  }
  if (word === 'help') return chooseByName(args[0]!, ['--help'], present, own);
  if (!word.startsWith('-')) return chooseByName(word, args, present, own);
  return refuse(`${own}: unrecognized option '${word}'${didYouMean(word, ['--help', '--version'])}\n${help}`);
}

function chooseByName(word: string, args: readonly string[], present: readonly Subcommand[], own: string): Choice {
  const command = present.find(({ name }) => name === word);
  if (command !== undefined) return { action: 'run', command, args };
  const names = [...present.map(({ name }) => name), 'help'];
  return refuse(`${own}: no command '${word}'${didYouMean(word, names) || `; see ${own} --help`}\n`);
}

function refuse(text: string): Choice {
  return { action: 'refuse', text, exitStatus: USAGE_STATUS };
}

function formatHelp(present: readonly Subcommand[], own: string): string {
  const width = Math.max(...present.map(({ name }) => name.length));
  const rows = present.map(({ name, help }) => `  ${name.padEnd(width)}  ${help}\n`);
  return `\nUsage\n  ${own} <command> [argument...]\n\nCommands:\n${rows.join('')}\n  ${own} help <command> tells more of each.\n`;
}
