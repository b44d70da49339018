/** The prose of sonde-record(8). */
import type { Manual } from '../cli/manual-page.ts';

export const MANUAL: Manual<'usage' | 'help' | 'version'> = {
  description: [
    'The command runs as it would alone: the same lines, the same exit status. Beside that, every event of the run is written to the ' +
      'file, with its time and the command line. `sonde-replay(8)` shows the run again, as lines or as JSON, on any machine.',
    "Options of record itself come before the file; all that follows the name of the command is the command's.",
  ],
  options: {},
  sections: [],
  differences: [],
  seeAlso: ['sonde(8)', 'sonde-compare(8)', 'sonde-replay(8)'],
};
