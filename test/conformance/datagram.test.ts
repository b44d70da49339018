import { DATAGRAM_SUITES } from './cases/index.ts';
import { runSuite } from './suite.ts';

DATAGRAM_SUITES.forEach(runSuite);
