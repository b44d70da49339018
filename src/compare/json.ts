/** A comparison as NDJSON: lines.ts has the lines, docs/schema/compare.json describes them. */
import { formatLine } from '../cli/json-line.ts';
import type { Change, Comparison, Judged, TargetResult } from './compare.ts';
import type { Interval, LatencyResult, SideLatency } from './latency-test.ts';
import type { CompareLine, IntervalLine, LatencyLine, LossLine, SideLine } from './lines.ts';
import type { LossResult } from './loss-test.ts';

export function formatJson(comparison: Comparison, alpha: number): string {
  return [...comparison.targets.map(toTarget), toSummary(comparison, alpha)].map((line) => formatLine(line)).join('');
}

function toTarget({ name, change, latency, loss, marginNs }: TargetResult): CompareLine {
  return {
    type: 'target',
    target: name,
    change,
    latency: latency === null ? null : toLatency(latency, marginNs),
    loss: toLoss(loss),
  };
}

function toLatency({ change, p, adjustedP, result }: Judged<LatencyResult>, marginNs: number): LatencyLine {
  return {
    change,
    base: toSide(result.base),
    new: toSide(result.new),
    shift_ns: result.shiftNs,
    shift_interval_ns: toInterval(result.shiftIntervalNs),
    margin_ns: marginNs,
    superiority: result.superiority,
    widening: result.widening,
    p,
    adjusted_p: adjustedP,
  };
}

function toSide({ count, medianNs, intervalNs }: SideLatency): SideLine {
  return { count, median_ns: medianNs, interval_ns: toInterval(intervalNs) };
}

function toInterval([from, to]: Interval): IntervalLine {
  return { from, to };
}

function toLoss({ change, p, adjustedP, result }: Judged<LossResult>): LossLine {
  return {
    change,
    base: result.base,
    new: result.new,
    burst_factor: result.burstFactor,
    p,
    adjusted_p: adjustedP,
  };
}

function toSummary({ change, targets, missing, added }: Comparison, alpha: number): CompareLine {
  const namesOf = (wanted: Change) => targets.filter((target) => target.change === wanted).map(({ name }) => name);
  return {
    type: 'summary',
    change,
    alpha,
    targets: targets.length,
    worse: namesOf('worse'),
    better: namesOf('better'),
    unknown: namesOf('unknown'),
    missing,
    added,
  };
}
