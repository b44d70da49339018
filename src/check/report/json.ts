/** Results as JSON lines: one for each check, and the summary. */
import { formatLine } from '../../cli/json-line.ts';
import type { CheckLine, SummaryLine } from '../lines.ts';
import { type CheckResult, countResults, type Report } from '../result.ts';

const NS_PER_MS = 1e6;
const MS_PER_SECOND = 1000;

export function formatCheckLine(result: CheckResult): string {
  const { check, startedAtMs } = result;
  const line: CheckLine = {
    type: 'check',
    name: check.name,
    kind: check.kind,
    target: check.target,
    status: result.status,
    address: result.address,
    method: result.method,
    findings: result.findings.map(({ text, holds, measured, required }) => ({
      condition: text,
      holds,
      measured,
      required,
    })),
    reason: result.reason,
    hint: result.hint,
    facts: result.facts.map(({ word, dimension, value }) => ({ word, dimension, value })),
    rtt_ns: result.roundTripsMs.map(toNs),
    hops: result.hops.map(({ distance, address, name, roundTripMs, mtu }) => {
      return { hop: distance, address, name, rtt_ns: toNs(roundTripMs), mtu };
    }),
    tries: result.tries,
    elapsed_ns: toNs(result.elapsedMs)!,
    timestamp: startedAtMs === null ? null : startedAtMs / MS_PER_SECOND,
    file: check.place.file,
    line: check.place.line,
    column: check.place.column,
    tags: check.tags,
  };
  return formatLine(line);
}

export function formatSummaryLine({ results, reason, elapsedMs, startedAtMs, file }: Report): string {
  const { passed, failed, unknown, 'not-run': notRun } = countResults(results);
  const line: SummaryLine = {
    type: 'summary',
    reason,
    passed,
    failed,
    unknown,
    not_run: notRun,
    elapsed_ns: toNs(elapsedMs)!,
    timestamp: startedAtMs / MS_PER_SECOND,
    file,
  };
  return formatLine(line);
}

/** A whole run at once, in the order of the file. */
export function formatJsonReport(report: Report): string {
  return report.results.map(formatCheckLine).join('') + formatSummaryLine(report);
}

function toNs(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * NS_PER_MS);
}
