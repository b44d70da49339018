/**
 * Ends CI with the line that it is counted by: `N passed, N failed`, from vitest's JSON report (first argument). The second is
 * the exit status of the steps before the tests; a failed one counts as a failed test. So does a skipped test: CI has root.
 */
import { readFileSync } from 'node:fs';

const [file, statusSoFar] = process.argv.slice(2);
let report = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, numFailedTestSuites: 1 };
try {
  report = JSON.parse(readFileSync(file, 'utf8'));
} catch {
  console.log('ci: vitest left no report');
}
const skipped = report.numPendingTests + report.numTodoTests;
if (skipped > 0) console.log(`ci: ${skipped} tests were skipped, which counts as failure`);
let failed = report.numFailedTests + skipped;
// A file that does not even load has no failed test, only a failed suite; a failed step before the tests has neither.
if (failed === 0 && (report.numFailedTestSuites > 0 || statusSoFar !== '0')) failed = 1;
console.log(`${report.numPassedTests} passed, ${failed} failed`);
process.exit(failed === 0 && report.numPassedTests > 0 ? 0 : 1);
