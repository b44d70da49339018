/** Words that several reporters share. */
import type { Check } from '../check.ts';
import {
  type CheckResult,
  type Counts,
  countResults,
  type EndReason,
  type Finding,
  type Report,
  type Status,
} from '../result.ts';

export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  passed: 'passed',
  failed: 'failed',
  unknown: 'unknown',
  'not-run': 'not run',
};

/** `ping 10.0.0.1`. */
export function describeTarget({ kind, target }: Check): string {
  return `${kind} ${target}`;
}

/** What the check asks for: `loss == 0%, p95 < 5ms`, `expect: unreachable`. */
export function describeRequirements({ expect, assertions }: Check): string {
  const texts = assertions.map(({ condition }) => condition.text);
  return [...(expect === null ? [] : [`expect: ${expect}`]), ...texts].join(', ');
}

/** `p95 = 61.2 ms, required < 5ms`. */
export function describeFinding({ subject, measured, required, holds }: Finding): string {
  const what = describeMeasured({ subject, measured });
  return holds === true ? what : `${what}, required ${required}`;
}

function describeMeasured({ subject, measured }: Pick<Finding, 'subject' | 'measured'>): string {
  if (subject === '') return measured;
  return `${subject}${measured === 'not measured' ? ' ' : ' = '}${measured}`;
}

/** Everything that was measured on one line: `loss = 0 %, p95 = 1.2 ms`. */
export function describeAllMeasured({ findings }: CheckResult): string {
  return findings.map(describeMeasured).join(', ');
}

/** What makes it no pass: the findings that do not hold, then the reason. */
export function complaintsOf({ status, findings, reason }: CheckResult): readonly string[] {
  if (status === 'passed') return [];
  const failed = findings.filter(({ holds }) => holds !== true).map(describeFinding);
  return [...failed, ...(reason === null ? [] : [reason])];
}

/** `8 checks: 5 passed, 2 failed, 1 unknown`. */
export function describeCounts(counts: Counts): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = (Object.keys(STATUS_WORDS) as readonly Status[])
    .filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${STATUS_WORDS[status]}`);
  return `${total} ${total === 1 ? 'check' : 'checks'}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

/** The last line of a report for readers. */
export function describeEnd(report: Report): string {
  return `${describeCounts(countResults(report.results))} in ${describeSpan(report)}`;
}

/** `2.4 s (interrupted)`. */
export function describeSpan({ elapsedMs, reason }: Report): string {
  return `${formatElapsed(elapsedMs)}${END_WORDS[reason]}`;
}

const END_WORDS: Readonly<Record<EndReason, string>> = {
  done: '',
  interrupted: ' (interrupted)',
  deadline: ' (ended by --deadline)',
};

/** `340 ms`, `2.3 s`, `4 m 10 s`. */
export function formatElapsed(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
}
