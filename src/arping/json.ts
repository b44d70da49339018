/** Events as NDJSON, arping -j: one object a line and nothing else. iputils has no such thing; docs/schema/arping.json tells. */
import { toConditionLine } from '../cli/conditions.ts';
import { formatLine } from '../cli/json-line.ts';
import type { RoundTripLine } from '../cli/lines.ts';
import { formatMilliseconds } from '../cli/printf.ts';
import { stampsOf } from '../cli/stamps-line.ts';
import { toStatisticsLine } from '../cli/statistics-line.ts';
import type { RoundTripSummary } from '../measure/round-trip.ts';
import type { Answer, ArpingEvent, ReceiveErrorEvent, ReplyEvent, SendErrorEvent, SummaryEvent } from './events.ts';
import type { ArpingLine, Mode, Owner, ReplyLine, StartLine, SummaryLine } from './lines.ts';

const NS_PER_US = 1e3;
const NS_PER_SECOND = 1e9;

/** What went wrong is told on stderr without -j. */
const TOLD_WHEN_QUIET: readonly ArpingEvent['type'][] = ['send-error', 'receive-error', 'summary'];

export interface JsonOptions {
  readonly mode: Mode;
  readonly target: string;
  readonly source: string;
  readonly device: string;
  readonly hardware: string;
  readonly isReverse: boolean;
  readonly quiet: boolean;
  readonly epochSeconds: number;
  readonly strerror: (errno: number) => string;
  readonly vendorOf: (hardware: string) => string | null;
}

/** The first line: what is asked, and from where. */
export function formatJsonStart({ mode, target, source, device, hardware, isReverse }: JsonOptions): string {
  const start: StartLine = {
    type: 'start',
    mode,
    target,
    source: isReverse ? undefined : source,
    device,
    source_mac: hardware,
  };
  return formatLine(start);
}

export class ArpingJson {
  readonly #options: JsonOptions;

  constructor(options: JsonOptions) {
    this.#options = options;
  }

  /** The lines for one event, each with its newline; none for an event that -q keeps silent. */
  render(event: ArpingEvent): string {
    if (this.#options.quiet && !TOLD_WHEN_QUIET.includes(event.type)) return '';
    const verdicts = event.type === 'summary' ? event.conditions : [];
    return [...verdicts.map(toConditionLine), this.#toLine(event)].map(formatLine).join('');
  }

  #toLine(event: ArpingEvent): ArpingLine {
    switch (event.type) {
      case 'reply':
        return this.#reply(event);
      case 'unanswered':
        return { type: 'unanswered', seq: event.sequence, rtt_ns: null, timestamp: this.#unix(event.wallNs) };
      case 'binding':
        return {
          type: 'binding',
          change: event.change,
          now: event.now.map((each) => this.#owner(each)),
          before: event.before.map((each) => this.#owner(each)),
          timestamp: this.#unix(event.wallNs),
        };
      case 'send-error':
        return { error: ['sendto', this.#options.strerror(event.errno)], type: event.type, ...this.#failure(event) };
      case 'receive-error':
        return { error: ['recvfrom', this.#options.strerror(event.errno)], type: event.type, ...this.#failure(event) };
      case 'summary':
        return this.#summary(event);
    }
  }

  #reply(event: ReplyEvent): ReplyLine {
    const { answer, sequence, roundTripNs, wallNs } = event;
    return {
      type: 'reply',
      operation: answer.operation,
      delivery: answer.delivery,
      ...this.#addresses(answer),
      seq: sequence,
      time: roundTripNs === null ? null : formatMilliseconds(Math.trunc(roundTripNs / NS_PER_US)),
      rtt_ns: roundTripNs === null ? null : Math.round(roundTripNs),
      stamps: stampsOf(event),
      timestamp: this.#unix(wallNs),
    };
  }

  #addresses(answer: Answer): Pick<ReplyLine, 'host' | 'mac' | 'vendor' | 'target' | 'target_mac'> {
    return {
      host: answer.senderAddress,
      ...this.#owner(answer.senderHardware),
      target: answer.targetAddress,
      target_mac: answer.targetHardware,
    };
  }

  #owner(hardware: string): Owner {
    return { mac: hardware, vendor: this.#options.vendorOf(hardware) ?? undefined };
  }

  #failure({ errno, wallNs }: SendErrorEvent | ReceiveErrorEvent): {
    readonly errno: number;
    readonly timestamp: number;
  } {
    return { errno, timestamp: this.#unix(wallNs) };
  }

  #summary(event: SummaryEvent): SummaryLine {
    const { mode, target, source, device, isReverse } = this.#options;
    return {
      type: 'summary',
      mode,
      target,
      source: isReverse ? undefined : source,
      device,
      sent: event.sent,
      broadcasts: event.broadcasts,
      received: event.received,
      received_requests: event.receivedRequests,
      received_broadcasts: event.receivedBroadcasts,
      unanswered: event.unanswered,
      told: event.told,
      duplicate: event.duplicate,
      rtt: event.roundTrip === null ? null : figures(event.roundTrip),
      stats: toStatisticsLine(event.statistics),
      reason: event.reason,
    };
  }

  /** Seconds since 1970, to the microsecond: as far as a double goes. */
  #unix(wallNs: number): number {
    return Math.round((this.#options.epochSeconds + wallNs / NS_PER_SECOND) * 1e6) / 1e6;
  }
}

function figures(trip: RoundTripSummary): RoundTripLine {
  return {
    min: formatMilliseconds(trip.minUs),
    avg: formatMilliseconds(trip.avgUs),
    max: formatMilliseconds(trip.maxUs),
    mdev: formatMilliseconds(trip.mdevUs),
  };
}
