import { runSuites } from '../suite.ts';
import { SUITES } from './cases/index.ts';
import { CLOCKDIFF } from './command.ts';

runSuites(CLOCKDIFF, SUITES);
