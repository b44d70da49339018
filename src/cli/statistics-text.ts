/**
 * What --stats prints behind the summary, in every command alike. Times are cut off to microseconds and not rounded, as iputils
 * cuts those of the line before: else a percentile might be above the maximum. Definitions: docs/statistics.md.
 */
import type { StatisticsSummary } from '../measure/statistics-summary.ts';
import { formatG, formatMilliseconds } from './printf.ts';

const NS_PER_US = 1e3;
const NS_PER_SECOND = 1e9;
const PER_CENT = 100;
/** In place of what was not measured. */
const NOTHING = '-';

/** Four lines at most: those of times are left out while nothing is timed. Each ends with a newline. */
export function formatStatistics(statistics: StatisticsSummary): string {
  const { roundTrip, jitter } = statistics;
  let text = '';
  if (roundTrip !== null) {
    const { p50Ns, p90Ns, p95Ns, p99Ns, quantileError, populationDeviationNs, sampleDeviationNs } = roundTrip;
    const error = `(to ${(quantileError * PER_CENT).toFixed(1)}%)`;
    text += formatTimes('rtt p50/p90/p95/p99', [p50Ns, p90Ns, p95Ns, p99Ns], ` ${error}`);
    text += formatTimes('rtt stddev population/sample', [populationDeviationNs, sampleDeviationNs]);
  }
  if (jitter !== null) {
    const figures = [jitter.rfc3550Ns, jitter.rfc3393?.p95Ns ?? null, jitter.meanAbsoluteDifferenceNs];
    text += formatTimes('jitter rfc3550/rfc3393-p95/mad', figures);
  }
  return `${text}${formatLoss(statistics)}\n`;
}

const LABEL_WIDTH = 'jitter rfc3550/rfc3393-p95/mad'.length;

function formatTimes(label: string, times: readonly (number | null)[], note = ''): string {
  const figures = times.map((ns) => (ns === null ? NOTHING : formatMilliseconds(Math.trunc(ns / NS_PER_US))));
  return `${label.padEnd(LABEL_WIDTH)} = ${figures.join('/')} ms${note}\n`;
}

function formatLoss({ received, lost, undecided, lossRuns, longestOutageNs, recentLoss }: StatisticsSummary): string {
  const parts = [`loss ${formatShare(lost, received + lost)}`];
  if (undecided > 0) parts.push(`${undecided} undecided`);
  if (lost > 0) {
    parts.push(`${lossRuns.count} ${lossRuns.count === 1 ? 'run' : 'runs'}`, `longest ${lossRuns.longest}`);
    parts.push(`longest outage ${formatOutage(longestOutageNs ?? 0)}`);
  }
  if (lost > 0 && recentLoss !== null && recentLoss.probes < received + lost) {
    parts.push(`last ${recentLoss.probes}: ${formatPercent(recentLoss.lost, recentLoss.probes)}`);
  }
  return parts.join(', ');
}

function formatShare(lost: number, decided: number): string {
  return decided === 0 ? 'not measured' : `${lost} of ${decided} (${formatPercent(lost, decided)})`;
}

function formatPercent(part: number, whole: number): string {
  return `${formatG((part * PER_CENT) / whole)}%`;
}

function formatOutage(ns: number): string {
  return ns < NS_PER_SECOND
    ? `${formatMilliseconds(Math.trunc(ns / NS_PER_US))} ms`
    : `${(ns / NS_PER_SECOND).toFixed(1)} s`;
}
