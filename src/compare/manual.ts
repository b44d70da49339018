/** The prose of sonde-compare(8). */
import type { Manual } from '../cli/manual-page.ts';
import type { COMPARE_OPTIONS } from './options.ts';

export const MANUAL: Manual<(typeof COMPARE_OPTIONS)[number]['long']> = {
  description: [
    'Two runs are compared, or two sets of runs: recordings of `sonde-record(8)`, or files with what `-j` printed. For each target that ' +
      'both have, a test that makes no assumption about the distribution tells whether round trips have shifted, another one ' +
      'whether more probes were lost, and how sure that is.',
    'docs/compare.md of the package says which tests these are, and how many probes they need.',
  ],
  options: {
    base: 'Another run of the base; may be given again. All operands are new runs then.',
    threshold:
      'A shift of latency up to this is no change: a time such as 5ms, or a share of the base such as 10%; 100us unless said.',
    alpha: 'How often, at most, anything is called changed where nothing is: 0.05 unless said.',
    json: 'Print one JSON object for each target, and one for all.',
  },
  sections: [
    {
      title: 'JSON',
      paragraphs: [
        'With `-j` the standard output is one JSON object a line and nothing else there. docs/schema of the package describes the lines.',
      ],
    },
  ],
  differences: [],
  seeAlso: ['sonde(8)', 'sonde-record(8)'],
};
