import { runSuites } from '../suite.ts';
import { SUITES } from './cases/index.ts';
import { ARPING } from './command.ts';

runSuites(ARPING, SUITES);
