import { OPTION_SUITES } from './cases/index.ts';
import { runSuite } from './suite.ts';

OPTION_SUITES.forEach(runSuite);
