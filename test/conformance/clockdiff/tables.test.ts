import { CLOCKDIFF_OPTIONS } from '../../../src/clockdiff/options.ts';
import { checkTables } from '../tables.ts';
import { SUITES } from './cases/index.ts';
import { CLOCKDIFF } from './command.ts';

checkTables(CLOCKDIFF, {
  suites: SUITES,
  options: CLOCKDIFF_OPTIONS,
  leastCases: 100,
  leastCommandLines: 90,
  leftOut: {
    j: 'iputils has no JSON to compare with; test/clockdiff/json.lab.test.ts looks at ours',
    u: 'iputils states no uncertainty; test/clockdiff/bound.lab.test.ts looks at ours',
  },
});
