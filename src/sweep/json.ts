/** Events as NDJSON, sweep -j, and back again for --merge: one object a line, described by docs/schema/sweep.json. */
import { formatLine } from '../cli/json-line.ts';
import type { ProbeError } from './error-table.ts';
import { describeError } from './error-text.ts';
import type { SummaryEvent, SweepEvent, TargetEvent } from './events.ts';
import type { ProbeErrorLine, SummaryLine, SweepLine, TargetLine, Times } from './lines.ts';
import type { SampleSummary } from './samples.ts';

const LOSS_DECIMALS = 4;

/** The line for one event, newline included. */
export function formatEvent(event: SweepEvent, strerror: (errno: number) => string): string {
  return formatLine(toLine(event, strerror));
}

function toLine(event: SweepEvent, strerror: (errno: number) => string): SweepLine {
  switch (event.type) {
    case 'target':
      return target(event, strerror);
    case 'unresolved':
      return { type: event.type, target: event.target, reason: event.reason };
    case 'foreign-reply':
      return { type: event.type, target: event.target, address: event.address, from: event.from };
    case 'start':
      return {
        type: event.type,
        targets: event.targets,
        shard: event.shard,
        seed: event.seed,
        rate: event.rate,
        attempts: event.attempts,
      };
    case 'status':
      return { type: event.type, ...event.figures, elapsed_ns: Math.round(event.elapsedNs) };
    case 'summary':
      return summary(event);
  }
}

function target(event: TargetEvent, strerror: (errno: number) => string): TargetLine {
  const { sent, received, samplesNs } = event;
  return {
    type: event.type,
    target: event.target,
    address: event.address,
    alive: event.verdict === 'alive',
    verdict: event.verdict,
    sent,
    received,
    loss: loss(sent, received),
    rtt: event.roundTrip === null ? null : times(event.roundTrip),
    samples_ns: samplesNs === null ? undefined : samplesNs.map((ns) => (ns === null ? null : Math.round(ns))),
    error: event.error === null ? undefined : probeError(event.error, strerror),
  };
}

function probeError(error: ProbeError, strerror: (errno: number) => string): ProbeErrorLine {
  const text = describeError(error, strerror);
  if (error.kind === 'local') return { kind: error.kind, errno: error.errno, text };
  const { kind, type, code, info, errno, from } = error;
  return { kind, icmp_type: type, icmp_code: code, info, errno, from, text };
}

function loss(sent: number, received: number): number | null {
  return sent === 0 ? null : Number(((100 * Math.max(0, sent - received)) / sent).toFixed(LOSS_DECIMALS));
}

function times(summary: SampleSummary): Times {
  return {
    min_ns: Math.round(summary.minNs),
    mean_ns: Math.round(summary.meanNs),
    median_ns: Math.round(summary.medianNs),
    p95_ns: Math.round(summary.p95Ns),
    p99_ns: Math.round(summary.p99Ns),
    max_ns: Math.round(summary.maxNs),
  };
}

function summary(event: SummaryEvent): SummaryLine {
  const { figures, roundTrip } = event;
  return {
    type: event.type,
    reason: event.reason,
    ...figures,
    loss: loss(figures.sent, figures.received),
    elapsed_ns: Math.round(event.elapsedNs),
    rtt: roundTrip === null ? null : { count: roundTrip.count, ...times(roundTrip), buckets: roundTrip.buckets },
    stamps: event.stamps,
    receive_buffer_drops: event.drops,
    shard: event.shard,
  };
}
