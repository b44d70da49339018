/** The report for a reader: a line for each check, and beneath it what is wrong. */

import { oneLine } from '../one-line.ts';
import type { CheckResult, Report, Status } from '../result.ts';
import { complaintsOf, describeAllMeasured, describeEnd, describeTarget, formatElapsed } from './words.ts';

/** Colours a text by what it says; the identity where no colour is wanted. */
export type Paint = (status: Status | 'faint', text: string) => string;

export const PLAIN: Paint = (_status, text) => text;

/** In columns, and told apart without colour. */
const LABELS: Readonly<Record<Status, string>> = {
  passed: 'pass   ',
  failed: 'FAIL   ',
  unknown: 'UNKNOWN',
  'not-run': 'not run',
};
const INDENT = ' '.repeat(LABELS.passed.length + 2);

/** Lines of one check, newlines included. */
export function formatResult(result: CheckResult, paint: Paint = PLAIN): string {
  const { check, status, tries, elapsedMs, hint, method } = result;
  const measured = status === 'passed' ? describeAllMeasured(result) : '';
  const asides = [
    // What `method: auto` came to, where it is not what one would think.
    ...(method === null || method === 'icmp' ? [] : [`by ${oneLine(method)}`]),
    ...(tries > 1 ? [`${tries} tries`] : []),
    ...(tries > 0 ? [formatElapsed(elapsedMs)] : []),
  ];
  const aside = asides.length === 0 ? '' : ` ${paint('faint', `(${asides.join(', ')})`)}`;
  const head = `${paint(status, LABELS[status])}  ${oneLine(check.name)}: ${oneLine(describeTarget(check))}`;
  const lines = [`${head}${measured === '' ? '' : `: ${oneLine(measured)}`}${aside}`];
  for (const complaint of complaintsOf(result)) lines.push(`${INDENT}${oneLine(complaint)}`);
  if (hint !== null) lines.push(`${INDENT}=> ${oneLine(hint)}`);
  return `${lines.join('\n')}\n`;
}

export function formatEnd(report: Report): string {
  return `\n${describeEnd(report)}\n`;
}

export function formatPretty(report: Report, paint: Paint = PLAIN): string {
  return report.results.map((result) => formatResult(result, paint)).join('') + formatEnd(report);
}
