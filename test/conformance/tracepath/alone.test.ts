import { describe } from 'vitest';
import { runSuites } from '../suite.ts';
import { ALONE_SUITES } from './cases/index.ts';
import { TRACEPATH } from './command.ts';

// Each in a lab of its own: the labs run side by side.
describe.concurrent('in a lab of its own', () => runSuites(TRACEPATH, ALONE_SUITES));
