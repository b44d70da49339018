import { RAW_SUITES } from './cases/index.ts';
import { runSuite } from './suite.ts';

RAW_SUITES.forEach(runSuite);
