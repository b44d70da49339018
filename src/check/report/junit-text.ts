/**
 * JUnit XML as GitLab, Jenkins, Azure and CircleCI read it. There is no standard: what is written here is valid by the XSD of
 * Ant's JUnitReport (Windy Road) and by that of Jenkins' xunit plugin (junit-10) at once, so it uses what both know.
 */

import { oneLine } from '../one-line.ts';
import { type CheckResult, countResults, type Report } from '../result.ts';
import { formatPretty } from './pretty-text.ts';
import { complaintsOf, describeFinding, describeRequirements, describeTarget } from './words.ts';
import { escapeLine, escapeXml } from './xml.ts';

const MS_PER_SECOND = 1000;

export function formatJunit(report: Report): string {
  const { file, host, version, results } = report;
  const counts = countResults(results);
  const attributes = formatAttributes({
    name: 'sonde check',
    package: file,
    id: '0',
    // The schema wants no zone: it is UTC.
    timestamp: report.startedAtIso.slice(0, 'yyyy-mm-ddThh:mm:ss'.length),
    hostname: host === '' ? 'localhost' : host,
    tests: String(results.length),
    failures: String(counts.failed),
    errors: String(counts.unknown),
    skipped: String(counts['not-run']),
    time: formatSeconds(report.elapsedMs),
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite${attributes}>
    <properties>
      <property${formatAttributes({ name: 'sonde', value: version })}/>
      <property${formatAttributes({ name: 'end', value: report.reason })}/>
    </properties>
${results.map((result) => formatCase(result)).join('')}    <system-out>${escapeXml(formatPretty(report))}</system-out>
    <system-err></system-err>
  </testsuite>
</testsuites>
`;
}

function formatCase(result: CheckResult): string {
  const { check, elapsedMs } = result;
  // The name stays the same from run to run, since histories are kept by it: measured values are in the body.
  const name = `${check.name}: ${describeTarget(check)}: ${describeRequirements(check)}`;
  const attributes = formatAttributes({ name, classname: check.place.file, time: formatSeconds(elapsedMs) });
  const outcome = formatOutcome(result);
  return outcome === '' ? `    <testcase${attributes}/>\n` : `    <testcase${attributes}>\n${outcome}    </testcase>\n`;
}

function formatOutcome(result: CheckResult): string {
  const message = complaintsOf(result).join('; ');
  switch (result.status) {
    case 'passed':
      return '';
    case 'failed':
      return `      <failure${formatAttributes({ message, type: 'failed' })}>${escapeXml(bodyOf(result))}</failure>\n`;
    case 'unknown':
      return `      <error${formatAttributes({ message, type: 'unknown' })}>${escapeXml(bodyOf(result))}</error>\n`;
    case 'not-run':
      return '      <skipped/>\n';
  }
}

/** Target, then each thing that was asked for with its measured value, then what else is known. */
function bodyOf({ check, findings, reason, hint, tries, address }: CheckResult): string {
  const lines = [
    `target: ${describeTarget(check)}${address === null ? '' : ` (${address})`}`,
    ...findings.map((finding) => `${finding.holds === true ? 'holds' : 'fails'}: ${describeFinding(finding)}`),
    ...(reason === null ? [] : [reason]),
    ...(hint === null ? [] : [`=> ${hint}`]),
    ...(tries > 1 ? [`${tries} tries`] : []),
    `${check.place.file}:${check.place.line}`,
  ];
  return lines.map(oneLine).join('\n');
}

function formatAttributes(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeLine(value)}"`)
    .join('');
}

function formatSeconds(ms: number): string {
  return (ms / MS_PER_SECOND).toFixed(3);
}
