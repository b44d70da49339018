/**
 * Prometheus' text format (version 0.0.4) for the textfile collector of its node exporter. Every check has its series in every
 * run: one that failed or was not run too, or an alert on it would never fire.
 */
import type { Dimension } from '../../conditions/vocabulary.ts';
import type { Kind } from '../file/schema.ts';
import { oneLine } from '../one-line.ts';
import { type CheckResult, countResults, type Report } from '../result.ts';

interface Family {
  readonly help: string;
  readonly samples: string[];
}

const MS_PER_SECOND = 1000;
const NS_PER_SECOND = 1e9;
/** Names in base units, as Prometheus wants them. */
const SUFFIXES: Readonly<Record<Dimension, string>> = { count: '', ratio: '_ratio', duration: '_seconds', truth: '' };

export function formatPrometheus(report: Report): string {
  const families = new Map<string, Family>();
  const add = (name: string, help: string, labels: Readonly<Record<string, string>>, value: number) => {
    const family = families.get(name) ?? { help, samples: [] };
    families.set(name, family);
    family.samples.push(`${name}${formatLabels(labels)} ${formatValue(value)}\n`);
  };
  for (const result of report.results) addResult(result, add);
  for (const [status, count] of Object.entries(countResults(report.results))) {
    add('sonde_checks', 'Checks by what came of them.', { status: status.replace('-', '_') }, count);
  }
  add('sonde_check_run_duration_seconds', 'How long all checks took together.', {}, report.elapsedMs / MS_PER_SECOND);
  add('sonde_check_run_timestamp_seconds', 'When the checks began, Unix time.', {}, report.startedAtMs / MS_PER_SECOND);
  return [...families]
    .map(([name, { help, samples }]) => `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${samples.join('')}`)
    .join('');
}

type Add = (name: string, help: string, labels: Readonly<Record<string, string>>, value: number) => void;

function addResult({ check, status, tries, elapsedMs, facts }: CheckResult, add: Add): void {
  const labels = { check: check.name, kind: check.kind, target: check.target };
  add('sonde_check_success', '1 where the check passed, else 0.', labels, Number(status === 'passed'));
  const isMeasured = status === 'passed' || status === 'failed';
  add('sonde_check_measured', '0 where the check could not be measured or was not run.', labels, Number(isMeasured));
  add('sonde_check_duration_seconds', 'How long the check took, all tries.', labels, elapsedMs / MS_PER_SECOND);
  add('sonde_check_tries', 'How often the check was tried.', labels, tries);
  for (const { word, dimension, value } of facts) {
    const name = nameOf(check.kind, word, dimension);
    const scale = dimension === 'duration' ? NS_PER_SECOND : 1;
    add(
      name,
      `${word} of ${check.kind} checks; NaN where it was not measured.`,
      labels,
      value === null ? Number.NaN : Number(value) / scale,
    );
  }
}

/** A name that ends in `_count` would be taken for a part of a histogram: how many routers there are is plain `sonde_check_routers`. */
function nameOf(kind: Kind, word: string, dimension: Dimension): string {
  const base = `sonde_check_${kind}`;
  return word === 'count' ? base : `${base}_${word.replaceAll(/[^a-z0-9]+/g, '_')}${SUFFIXES[dimension]}`;
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Backslash and quote have escapes, and so has a line feed, of which oneLine leaves none. A lone surrogate is no UTF-8. */
function escapeLabel(value: string): string {
  const wellFormed = new TextDecoder().decode(new TextEncoder().encode(oneLine(value)));
  return wellFormed.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

/** Go's ParseFloat reads it: `NaN`, and numbers as JavaScript writes them. */
function formatValue(value: number): string {
  return String(value);
}
