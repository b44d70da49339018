/** The prose of sonde-completion(8). */
import type { Manual } from '../cli/manual-page.ts';

export const MANUAL: Manual<'usage' | 'help' | 'version'> = {
  description: [
    'The script completes all commands of this package, alone and behind `sonde`: options with their help, interfaces of this ' +
      'machine, hosts that the shell knows, files, and the words that an option may take. It is made from the option tables of the ' +
      'commands: make it again after an update.',
  ],
  options: {},
  sections: [],
  differences: [],
  seeAlso: ['sonde(8)', 'bash(1)', 'fish(1)', 'zshcompsys(1)'],
};
