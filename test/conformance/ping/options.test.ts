import { runSuites } from '../suite.ts';
import { OPTION_SUITES } from './cases/index.ts';
import { PING } from './command.ts';

runSuites(PING, OPTION_SUITES);
