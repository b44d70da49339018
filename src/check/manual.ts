/** The prose of sonde-check(8). */
import type { Manual } from '../cli/manual-page.ts';
import type { CHECK_OPTIONS } from './options.ts';

export const MANUAL: Manual<(typeof CHECK_OPTIONS)[number]['long']> = {
  description: [
    'A check file in YAML says what must hold on a network: who answers, how fast, with how little loss, over which path. sonde measures ' +
      'all of it at once, tells what passed, what failed and by how much, and what could not be measured.',
    'docs/check.md of the package describes the file; its JSON Schema serves editors.',
  ],
  options: {
    deadline: 'End after this time, such as 90s or 5m, whatever is still to be checked.',
    'fail-on-unknown': 'Exit with status 1 and not 3 where something could not be measured.',
    jobs: 'At most so many checks under way at once, 500 unless said.',
    only: 'Only the check of this name; an asterisk stands for any characters. May be given again.',
    rate: 'Begin at most so many tries in a second, 200 unless said; 0 is no limit.',
    retries: 'Try a check that does not pass so many times again, unless the file says how often.',
    tag: 'Only the checks with this tag. May be given again.',
    validate: 'Say what is wrong with the file, line by line, and measure nothing.',
    vars: 'What a name in the file, written with a dollar sign and braces, stands for. May be given again.',
  },
  sections: [
    {
      title: 'THE FILE',
      paragraphs: [
        'A map with `version`, which is 1, and `checks`: maps by the names that reports show. Each names its kind and target by one of ' +
          '`ping`, `path`, `clock`, `arp`, `routers`, `tcp` and `dns`; `assert` lists conditions, and `expect` says what must be true ' +
          'beside them, as `unreachable`. `defaults` holds options of all checks, `include` further files.',
        'What was not measured of a target that was probed does not hold. What this machine itself refuses, for want of a privilege or ' +
          'a route, makes a check unknown and not failed.',
      ],
    },
    {
      title: 'WHAT IS REPORTED',
      paragraphs: [
        '`pretty` is for a reader; `junit`, `github`, `tap` and `json` for CI systems; `nagios` is one line with performance data; ' +
          '`prometheus` is for the textfile collector; `html` is one page that loads nothing. With an equals sign and a file the report goes ' +
          'there, and replaces what stood there in one step.',
        'Lines for a reader are printed unless another report goes to the standard output, or with `-q`.',
      ],
    },
    {
      title: 'ENVIRONMENT',
      paragraphs: [
        '`$GITHUB_STEP_SUMMARY` names the file to which the `github` report adds a table, `$GITHUB_WORKSPACE` the folder from which its annotations name files. Variables of the file are looked up here too. ' +
          '`$NO_COLOR`, `$FORCE_COLOR` and `$TERM` decide on colour.',
      ],
    },
  ],
  differences: [],
  seeAlso: ['ping(8)', 'sonde(8)', 'tracepath(8)'],
};
