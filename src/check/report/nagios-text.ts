/**
 * One line and performance data as Nagios, Icinga and Checkmk read them (Monitoring Plugins Development Guidelines). The exit
 * status stays that of `sonde check`. They take it for 0 OK, 1 WARNING (a failure), 2 CRITICAL (usage), 3 UNKNOWN, so the word
 * in the line is the one they show; who wants failures to be critical wraps the command in their `negate`.
 */

import type { Fact } from '../measurement.ts';
import { oneLine } from '../one-line.ts';
import { countResults, exitStatusOf, type Report } from '../result.ts';
import { complaintsOf, describeCounts } from './words.ts';

const WORDS = ['OK', 'WARNING', 'UNKNOWN', 'UNKNOWN'] as const;

/** What fails is told of so many checks: a plugin's line should not be long. */
const MOST_DETAILS = 10;

export function formatNagios(report: Report): string {
  const counts = countResults(report.results);
  const word = WORDS[exitStatusOf(counts, report.failOnUnknown)]!;
  const bad = report.results.filter(({ status }) => status !== 'passed');
  const details = bad
    .slice(0, MOST_DETAILS)
    .map((result) => `${result.check.name}: ${complaintsOf(result).join(', ')}`);
  const text = [describeCounts(counts), ...details].map(cleanText).join('; ');
  const figures = report.results.flatMap(({ check, facts }) => facts.flatMap((fact) => formatFact(check.name, fact)));
  const total = Object.entries(counts).map(([status, count]) => `${status.replace('-', '_')}=${count};;;0`);
  return `SONDE ${word} - ${text} | ${[...total, ...figures].join(' ')}\n`;
}

/** `|` begins the performance data. */
function cleanText(text: string): string {
  return oneLine(text).replaceAll('|', '/');
}

/** `'label'=value[unit]`: what is not measured is left out, since only numbers may stand there. */
function formatFact(name: string, { word, dimension, value }: Fact): readonly string[] {
  if (value === null) return [];
  // An apostrophe within is doubled, an equals sign forbidden.
  const label = `'${cleanText(`${name} ${word}`).replaceAll("'", "''").replaceAll('=', '_')}'`;
  switch (dimension) {
    case 'truth':
    case 'count':
      return [`${label}=${Number(value)}`];
    case 'ratio':
      return [`${label}=${round(Number(value) * 100)}%`];
    case 'duration':
      return [`${label}=${round(Number(value) / 1e9)}s`];
  }
}

/** Decimal digits without an exponent. */
function round(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}
