import { runSuites } from '../suite.ts';
import { DATAGRAM_SUITES } from './cases/index.ts';
import { PING } from './command.ts';

runSuites(PING, DATAGRAM_SUITES);
