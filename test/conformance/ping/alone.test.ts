import { describe } from 'vitest';
import { runSuites } from '../suite.ts';
import { ALONE_SUITES } from './cases/index.ts';
import { PING } from './command.ts';

// Each in a lab of its own: the labs run side by side, the command lines of each one after the other.
describe.concurrent('alone in its lab', () => runSuites(PING, ALONE_SUITES));
