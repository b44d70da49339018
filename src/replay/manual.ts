/** The prose of sonde-replay(8). */
import type { Manual } from '../cli/manual-page.ts';

export const MANUAL: Manual<'json' | 'text' | 'usage' | 'help' | 'version'> = {
  description: [
    'A run that `sonde-record(8)` has written is shown again at once, byte for byte as it was, or in the other form with `-j` or `-t`. ' +
      'Nothing is sent. The exit status is that of the recorded run.',
  ],
  options: {
    json: 'Print one JSON object a line, however the run was shown.',
    text: 'Print lines for a reader, however the run was shown.',
  },
  sections: [
    {
      title: 'JSON',
      paragraphs: ['The lines are those of the recorded command: its own page says what they hold.'],
    },
  ],
  differences: [],
  seeAlso: ['sonde(8)', 'sonde-compare(8)', 'sonde-record(8)'],
};
