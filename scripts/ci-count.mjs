/** Reads vitest's JSON report and ends with the line that CI counts by. Skipped tests are failures here: CI has root. */
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = report;
const skipped = numPendingTests + numTodoTests;
if (skipped > 0) console.log(`ci: ${skipped} tests were skipped, which counts as failure`);
// A file that does not even load has no failed test, only a failed suite.
const failed = numFailedTests + skipped + (numFailedTests === 0 ? numFailedTestSuites : 0);
console.log(`${numPassedTests} passed, ${failed} failed`);
process.exit(failed === 0 && numPassedTests > 0 ? 0 : 1);
