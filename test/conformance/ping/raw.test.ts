import { runSuites } from '../suite.ts';
import { RAW_SUITES } from './cases/index.ts';
import { PING } from './command.ts';

runSuites(PING, RAW_SUITES);
