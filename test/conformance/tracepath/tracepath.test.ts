import { runSuites } from '../suite.ts';
import { MAIN_SUITES } from './cases/index.ts';
import { TRACEPATH } from './command.ts';

runSuites(TRACEPATH, MAIN_SUITES);
