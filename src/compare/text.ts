/** A comparison for a reader: for each target what was measured, how sure it is, and what follows. */
import { escapeControl } from '../cli/printf.ts';
import type { Change, Comparison, Judged, TargetResult } from './compare.ts';
import { type Interval, type LatencyResult, LEAST_ROUND_TRIPS } from './latency-test.ts';
import { LEAST_PROBES, type LossResult, type SideLoss } from './loss-test.ts';

const NS_PER_MS = 1e6;
const PERCENT = 100;
const LEAST_P = 1e-4;
const NOT_WORTH_A_WORD = 1.5;
/** By one test among so many, or with so small an alpha. */
const NOT_DECIDABLE = 'too little data to show a change';

const HEADINGS: Readonly<Record<Change, string>> = {
  worse: 'WORSE',
  better: 'better',
  none: 'no change',
  unknown: 'too little data',
};

export function formatComparison(comparison: Comparison, alpha: number): string {
  const { targets, missing, added } = comparison;
  const lines = [
    ...targets.flatMap((target) => formatTarget(target, alpha)),
    ...missing.map((name) => `${escapeControl(name)}: not in the new runs`),
    ...added.map((name) => `${escapeControl(name)}: not in the base, left out`),
    conclude(comparison),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function formatTarget({ name, change, latency, loss, marginNs }: TargetResult, alpha: number): readonly string[] {
  return [
    `${escapeControl(name)}: ${HEADINGS[change]}`,
    ...(latency === null
      ? [`  latency  fewer than ${LEAST_ROUND_TRIPS} round trips on one side`]
      : formatLatency(latency, marginNs, alpha)),
    ...formatLoss(loss),
  ];
}

function formatLatency(judged: Judged<LatencyResult>, marginNs: number, alpha: number): readonly string[] {
  const { base, new: next, shiftNs, shiftIntervalNs, widening } = judged.result;
  const sure = `${Number((PERCENT * (1 - alpha)).toPrecision(4))} %`;
  const alike = widening < NOT_WORTH_A_WORD ? '' : `, ${widening.toFixed(1)} in a row worth one`;
  const shift = `shift ${signed(shiftNs)} ms (${sure}: ${formatInterval(shiftIntervalNs, signed)})`;
  return [
    `  latency  median ${milliseconds(base.medianNs)} ms before, ${milliseconds(next.medianNs)} ms now (${sure}: ` +
      `${formatInterval(base.intervalNs, milliseconds)} and ${formatInterval(next.intervalNs, milliseconds)})`,
    `           ${shift}, ${describeMargin(judged, marginNs)}${probability(judged)}`,
    `           ${base.count} and ${next.count} round trips${alike}`,
  ];
}

function describeMargin({ change }: Judged<LatencyResult>, marginNs: number): string {
  const margin = marginNs === 0 ? '' : ` beyond ${milliseconds(marginNs)} ms`;
  switch (change) {
    case 'none':
      return `no change${margin} is shown`;
    case 'unknown':
      return `${NOT_DECIDABLE}${margin}`;
    case 'worse':
    case 'better':
      return `${change}${margin}`;
  }
}

function formatLoss(judged: Judged<LossResult>): readonly string[] {
  const { base, new: next, burstFactor } = judged.result;
  const bursts = burstFactor < NOT_WORTH_A_WORD ? '' : ` (in bursts: ${burstFactor.toFixed(1)} probes worth one)`;
  return [
    `  loss     ${share(base)} before, ${share(next)} now${bursts}: ${describeLoss(judged)}${probability(judged)}`,
  ];
}

function describeLoss({ change, p }: Judged<LossResult>): string {
  if (change !== 'unknown') return HEADINGS[change].toLowerCase();
  return p === null ? `worth fewer than ${LEAST_PROBES} probes` : NOT_DECIDABLE;
}

function share({ lost, sent }: SideLoss): string {
  return sent === 0 ? 'nothing sent' : `${lost} of ${sent} (${Number(((PERCENT * lost) / sent).toPrecision(3))} %)`;
}

/** Of what was found, were nothing changed; Holm's. */
function probability({ adjustedP }: Judged<unknown>): string {
  if (adjustedP === null) return '';
  return adjustedP < LEAST_P ? `; p < ${LEAST_P}` : `; p = ${Number(adjustedP.toPrecision(2))}`;
}

function conclude({ change, targets, missing }: Comparison): string {
  const all = targets.length + missing.length;
  const count = (wanted: Change) => targets.filter((target) => target.change === wanted).length;
  switch (change) {
    case 'worse':
      return `worse: ${count('worse')} of ${all} ${all === 1 ? 'target' : 'targets'}`;
    case 'unknown':
      return all === 0
        ? 'nothing to compare: no target is in both'
        : `too little data: ${count('unknown') + missing.length} of ${all} ${all === 1 ? 'target' : 'targets'}`;
    case 'better':
      return `better: ${count('better')} of ${all} ${all === 1 ? 'target' : 'targets'}, none is worse`;
    case 'none':
      return 'no change';
  }
}

function formatInterval([from, to]: Interval, format: (ns: number) => string): string {
  return `${format(from)} to ${format(to)}`;
}

/** A microsecond is what a kernel stamp is good for. */
function milliseconds(ns: number): string {
  return (ns / NS_PER_MS).toFixed(3);
}

function signed(ns: number): string {
  const text = milliseconds(Math.abs(ns));
  return `${ns < 0 && Number(text) !== 0 ? '-' : '+'}${text}`;
}
