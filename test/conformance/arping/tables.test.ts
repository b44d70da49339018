import { ARPING_OPTIONS } from '../../../src/arping/options.ts';
import { checkTables } from '../tables.ts';
import { SUITES } from './cases/index.ts';
import { ARPING } from './command.ts';

checkTables(ARPING, {
  suites: SUITES,
  options: ARPING_OPTIONS,
  leastCases: 230,
  leastCommandLines: 220,
  leftOut: { j: '20221126 has no JSON to compare with; test/arping/command.lab.test.ts looks at ours' },
});
