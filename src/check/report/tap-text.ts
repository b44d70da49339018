/**
 * TAP with YAML diagnostics: testanything.org/tap-version-14-specification.html. It says that it is version 13, of which 14 is an
 * extension: readers of 14 take both, and Perl's `prove` calls a report of 14 a failure whatever is in it.
 */

import { oneLine } from '../one-line.ts';
import type { CheckResult, Report } from '../result.ts';
import { complaintsOf, describeEnd, describeTarget } from './words.ts';

export function formatTap(report: Report): string {
  const { results } = report;
  const points = results.map((result, index) => formatPoint(result, index + 1));
  return `TAP version 13\n1..${results.length}\n${points.join('')}# ${oneLine(describeEnd(report))}\n`;
}

function formatPoint(result: CheckResult, number: number): string {
  const { check, status } = result;
  const isOk = status === 'passed' || status === 'not-run';
  const directive = status === 'not-run' ? ` # SKIP ${escapeTap(result.reason ?? 'not run')}` : '';
  const head = `${isOk ? 'ok' : 'not ok'} ${number} - ${escapeTap(`${check.name}: ${describeTarget(check)}`)}${directive}\n`;
  return status === 'not-run' ? head : `${head}${formatDiagnostics(result)}`;
}

/** A `#` would begin a directive, a backslash an escape. */
function escapeTap(text: string): string {
  return oneLine(text).replace(/[\\#]/g, '\\$&');
}

function formatDiagnostics(result: CheckResult): string {
  const { check, status, findings, tries, elapsedMs, hint } = result;
  const complaints = complaintsOf(result);
  const lines = [
    ...(complaints.length === 0 ? [] : [`message: ${quote(complaints.join('; '))}`, `severity: ${quote(status)}`]),
    ...(hint === null ? [] : [`hint: ${quote(hint)}`]),
    `target: ${quote(check.target)}`,
    `at: ${quote(`${check.place.file}:${check.place.line}:${check.place.column}`)}`,
    `tries: ${tries}`,
    `duration_ms: ${elapsedMs.toFixed(3)}`,
    ...(findings.length === 0 ? [] : ['findings:']),
    ...findings.flatMap(({ text, holds, measured }) => [
      `  - condition: ${quote(text)}`,
      `    holds: ${holds === null ? 'null' : holds}`,
      `    measured: ${quote(measured)}`,
    ]),
  ];
  return `  ---\n${lines.map((line) => `  ${line}\n`).join('')}  ...\n`;
}

/** JSON's strings are YAML's double-quoted ones. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
