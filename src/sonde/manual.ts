/** sonde(8): the page of the umbrella command. */
import type { Manual } from '../cli/manual-page.ts';
import type { CommandFacts } from '../cli/usage.ts';
import { COMMANDS } from './choose.ts';

export const facts: CommandFacts = {
  usage: {
    command: 'sonde',
    summary: 'measure networks: the iputils suite, and what it never had',
    synopsis: '<command> [argument...]',
    operands: [
      ...COMMANDS.map(({ name, help }) => [name, help] as const),
      ['help', 'print the long help of the command that follows'],
    ],
    exitStatuses: [
      ['3', 'no such command'],
      ['other', "the command's own"],
    ],
    examples: [
      ['sonde help sweep', 'what sweep can do'],
      ['sonde ping -c 3 example.net', "as ping alone, where another package's comes first in the path"],
    ],
  },
  options: [
    { short: 'h', long: 'help', group: 'Help', help: 'print the commands and exit' },
    { short: 'V', long: 'version', group: 'Help', help: 'print the version and exit' },
  ],
};

export const MANUAL: Manual<string> = {
  description: [
    'One command for all: those of the iputils suite, which are commands of their own as well, and those that are found here only. ' +
      'Each has a page of its own, such as `ping(8)` and `sonde-sweep(8)`.',
  ],
  options: {},
  sections: [],
  differences: [],
  seeAlso: COMMANDS.map(({ shownName }) => `${shownName.replace(' ', '-')}(8)`),
};
