import { TRACEPATH_OPTIONS } from '../../../src/tracepath/options.ts';
import { checkTables } from '../tables.ts';
import { SUITES } from './cases/index.ts';
import { TRACEPATH } from './command.ts';

checkTables(TRACEPATH, {
  suites: SUITES,
  options: TRACEPATH_OPTIONS,
  leastCases: 200,
  leastCommandLines: 180,
  leftOut: {
    j: '20221126 has no JSON to compare with; test/tracepath/json.lab.test.ts looks at ours',
    v: '20221126 is never verbose; test/tracepath/command.lab.test.ts looks at ours',
    c: 'ours alone: test/tracepath/report and flows',
    i: 'ours alone: test/tracepath/report',
  },
});
