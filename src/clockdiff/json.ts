/** Events as NDJSON, -j: docs/schema/clockdiff.json describes each line. */
import { toConditionLine } from '../cli/conditions.ts';
import { formatLine } from '../cli/json-line.ts';
import { toStatisticsLine } from '../cli/statistics-line.ts';
import type { ClockOffset, DelayVariation } from '../measure/clock-filter.ts';
import { describeEnd } from './end-text.ts';
import type { ClockdiffEvent, SampleEvent, SummaryEvent } from './events.ts';
import type { ClockdiffLine, Offset, SampleLine, SummaryLine, Variation } from './lines.ts';
import type { Mode } from './probe.ts';

export interface JsonOptions {
  readonly host: string;
  /** Numeric. */
  readonly address: string;
  readonly mode: Mode;
  readonly epochSeconds: number;
  readonly strerror: (errno: number) => string;
}

const NS_PER_SECOND = 1e9;
const US_PER_SECOND = 1e6;

export class ClockdiffJson {
  readonly #options: JsonOptions;

  constructor(options: JsonOptions) {
    this.#options = options;
  }

  /** The lines for one event, each with its newline. */
  render(event: ClockdiffEvent): string {
    const verdicts = event.type === 'summary' ? event.conditions : [];
    return [...verdicts.map(toConditionLine), this.#toLine(event)].map(formatLine).join('');
  }

  #toLine(event: ClockdiffEvent): ClockdiffLine {
    const timestamp = this.#unix(event.wallNs);
    switch (event.type) {
      case 'sample':
        return { ...sample(event), timestamp };
      case 'unanswered':
        return { type: event.type, seq: event.sequence, rtt_ns: null, timestamp };
      case 'duplicate':
        return { type: event.type, seq: event.sequence, timestamp };
      case 'unusable':
        return { type: event.type, why: event.why, seq: event.sequence, timestamp };
      case 'network-error':
        return {
          type: event.type,
          error: event.errno === 0 ? null : this.#options.strerror(event.errno),
          host: event.source,
          icmp_type: event.icmpType,
          icmp_code: event.icmpCode,
          timestamp,
        };
      case 'clock-step':
        return { type: event.type, step_ns: Math.round(event.stepNs), timestamp };
      case 'summary':
        return { ...this.#summary(event), timestamp };
    }
  }

  #summary(event: SummaryEvent): Omit<SummaryLine, 'timestamp'> {
    const { host, address, mode, strerror } = this.#options;
    const { reason, roundTrip, figures, offset, byteOrder, accepted, transmitted } = event;
    return {
      type: 'summary',
      reason: reason.kind,
      error: describeEnd(host, event, strerror) ?? undefined,
      cause: 'errno' in reason ? strerror(reason.errno) : undefined,
      host,
      address,
      mode,
      transmitted,
      accepted,
      duplicates: event.duplicates,
      unusable: event.unusable,
      errors: event.errors,
      rtt:
        roundTrip === null
          ? null
          : {
              min_ns: Math.round(roundTrip.smallestNs),
              smoothed_ns: Math.round(roundTrip.smoothedNs),
              deviation_ns: Math.round(roundTrip.deviationNs),
            },
      offset: offset === null ? null : describeOffset(offset),
      delta_ms: figures?.deltaMs ?? null,
      delta_at_min_rtt_ms: figures?.deltaAtSmallestMs ?? null,
      byte_order: byteOrder,
      stamps: accepted === 0 ? null : event.kernelStamps ? 'kernel' : 'user',
      stats: toStatisticsLine(event.statistics),
    };
  }

  /** Seconds since 1970, to the microsecond: as far as a double goes. */
  #unix(wallNs: number): number {
    return Math.round((this.#options.epochSeconds + wallNs / NS_PER_SECOND) * US_PER_SECOND) / US_PER_SECOND;
  }
}

function sample(event: SampleEvent): Omit<SampleLine, 'timestamp'> {
  return {
    type: event.type,
    seq: event.sequence,
    rtt_ns: Math.round(event.roundTripNs),
    peer_receive: event.peerReceiveStamp,
    peer_transmit: event.peerTransmitStamp,
    stamps: { transmit: event.transmitStamp, receive: event.receiveStamp },
    late: event.late || undefined,
  };
}

function describeOffset({ offsetNs, boundNs, isConsistent, outward, homeward }: ClockOffset): Offset {
  return {
    ns: Math.round(offsetNs),
    // Upwards: a bound that is rounded down would claim too much.
    bound_ns: Math.ceil(boundNs) + 1,
    consistent: isConsistent,
    variation: { outward: variation(outward), homeward: variation(homeward) },
  };
}

function variation({ meanNs, maxNs }: DelayVariation): Variation {
  return { mean_ns: Math.round(meanNs), max_ns: Math.round(maxNs) };
}
