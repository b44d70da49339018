/**
 * GitHub Actions: annotations at the check's line of the file ("Workflow commands for GitHub Actions"), and the step summary
 * in GitHub's Markdown.
 */

import { oneLine } from '../one-line.ts';
import { type CheckResult, countResults, type Report, type Status } from '../result.ts';
import {
  complaintsOf,
  describeAllMeasured,
  describeCounts,
  describeEnd,
  describeRequirements,
  describeTarget,
  STATUS_WORDS,
} from './words.ts';

/** An annotation for each check that did not pass, and one line that counts. */
export function formatAnnotations(report: Report): string {
  const lines = report.results.filter(({ status }) => status !== 'passed').map(formatAnnotation);
  return `${lines.join('')}${escapeData(describeEnd(report))}\n`;
}

const LEVELS: Readonly<Record<Exclude<Status, 'passed'>, string>> = {
  failed: 'error',
  unknown: 'warning',
  'not-run': 'notice',
};

function formatAnnotation(result: CheckResult): string {
  const { check, status, hint } = result;
  if (status === 'passed') return '';
  const { file, line, column } = check.place;
  const title = `${check.name}: ${STATUS_WORDS[status]}`;
  const lines = [
    `${describeTarget(check)}: ${complaintsOf(result).join('; ')}`,
    ...(hint === null ? [] : [`=> ${hint}`]),
  ];
  const properties = Object.entries({ file, line: String(line), col: String(column), title })
    .map(([name, value]) => `${name}=${escapeProperty(oneLine(value))}`)
    .join(',');
  return `::${LEVELS[status]} ${properties}::${escapeData(lines.map(oneLine).join('\n'))}\n`;
}

/** What stands behind the `::` of a workflow command. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

const SYMBOLS: Readonly<Record<Status, string>> = { passed: '✅', failed: '❌', unknown: '❔', 'not-run': '⏭️' };

/** A step summary may have 1 MiB; a table of so many rows is nobody's reading anyway. */
const MOST_ROWS = 500;
const LONGEST_CELL = 300;

/** For the file that GITHUB_STEP_SUMMARY names: what did not pass first. */
export function formatStepSummary(report: Report): string {
  const order: readonly Status[] = ['failed', 'unknown', 'not-run', 'passed'];
  const sorted = order.flatMap((status) => report.results.filter((result) => result.status === status));
  const rows = sorted.slice(0, MOST_ROWS).map(formatRow);
  const rest = sorted.length - rows.length;
  const counts = describeCounts(countResults(report.results));
  const more = rest === 0 ? '' : `\n… and ${rest} more.\n`;
  return `## sonde check: ${counts}\n\n| | check | target | required | measured |\n| --- | --- | --- | --- | --- |\n${rows.join('')}${more}\n`;
}

function formatRow(result: CheckResult): string {
  const { check, status, reason } = result;
  const measured = [describeAllMeasured(result), reason ?? ''].filter((text) => text !== '').join('; ');
  const cells = [SYMBOLS[status], check.name, describeTarget(check), describeRequirements(check), measured];
  return `| ${cells.map(escapeMarkdown).join(' | ')} |\n`;
}

/** Nothing of a name may become markup: not a cell, not a link, not HTML. */
function escapeMarkdown(text: string): string {
  const cut = text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text;
  return cut
    .replace(/[\x00-\x1f\x7f-\x9f]/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~@]/g, (character) => `&#${character.charCodeAt(0)};`);
}
