import { describe } from 'vitest';
import { ALONE_SUITES } from './cases/index.ts';
import { runSuite } from './suite.ts';

// Each in a lab of its own: the labs run side by side, the command lines of each one after the other.
describe.concurrent('alone in its lab', () => {
  ALONE_SUITES.forEach(runSuite);
});
