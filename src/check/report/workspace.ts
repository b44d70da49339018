/** Where GitHub looks for the files that annotations name: from the root of the checkout, whatever folder the step runs in. */
import { relative, resolve } from 'node:path';
import type { CheckResult, Report } from '../result.ts';

/** The same report with paths from `workspace` on. A file that is not within it keeps its name. */
export function withinWorkspace(report: Report, workspace: string): Report {
  return { ...report, results: report.results.map((result) => withPath(result, workspace)) };
}

function withPath(result: CheckResult, workspace: string): CheckResult {
  const { check } = result;
  const file = relative(workspace, resolve(check.place.file));
  if (check.place.file === '-' || file.startsWith('..')) return result;
  return { ...result, check: { ...check, place: { ...check.place, file } } };
}
