/** Events as NDJSON, arping -j: one object a line and nothing else. iputils has no such thing; docs/schema/arping.json tells. */
import { formatJson, type Json } from '../cli/json-line.ts';
import { formatMilliseconds } from '../cli/printf.ts';
import type { RoundTripSummary } from '../measure/round-trip.ts';
import type { Answer, ArpingEvent, ReplyEvent, SummaryEvent } from './events.ts';

const NS_PER_US = 1e3;
const NS_PER_SECOND = 1e9;

/** What went wrong is told on stderr without -j. */
const TOLD_WHEN_QUIET: readonly ArpingEvent['type'][] = ['send-error', 'receive-error', 'summary'];

/** What a run is about. */
export type Mode = 'probe' | 'duplicate-detection' | 'unsolicited-request' | 'unsolicited-reply' | 'reverse';

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
  const start = { type: 'start', mode, target, source: isReverse ? undefined : source, device, source_mac: hardware };
  return `${formatJson(start)}\n`;
}

export class ArpingJson {
  readonly #options: JsonOptions;

  constructor(options: JsonOptions) {
    this.#options = options;
  }

  /** The line for one event, newline included; empty for an event that -q keeps silent. */
  render(event: ArpingEvent): string {
    if (this.#options.quiet && !TOLD_WHEN_QUIET.includes(event.type)) return '';
    return `${formatJson(this.#toJson(event))}\n`;
  }

  #toJson(event: ArpingEvent): Json {
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
        return this.#failure('send-error', 'sendto', event.errno, event.wallNs);
      case 'receive-error':
        return this.#failure('receive-error', 'recvfrom', event.errno, event.wallNs);
      case 'summary':
        return this.#summary(event);
    }
  }

  #reply({ answer, sequence, roundTrip, wallNs }: ReplyEvent): Json {
    return {
      type: 'reply',
      operation: answer.operation,
      delivery: answer.delivery,
      ...this.#addresses(answer),
      seq: sequence,
      time: roundTrip === null ? null : formatMilliseconds(Math.trunc(roundTrip.ns / NS_PER_US)),
      rtt_ns: roundTrip === null ? null : Math.round(roundTrip.ns),
      stamps: roundTrip === null ? undefined : { transmit: roundTrip.transmitStamp, receive: roundTrip.receiveStamp },
      timestamp: this.#unix(wallNs),
    };
  }

  #addresses(answer: Answer): { readonly [key: string]: Json | undefined } {
    return {
      host: answer.senderAddress,
      ...this.#owner(answer.senderHardware),
      target: answer.targetAddress,
      target_mac: answer.targetHardware,
    };
  }

  #owner(hardware: string): { readonly mac: string; readonly vendor: string | undefined } {
    return { mac: hardware, vendor: this.#options.vendorOf(hardware) ?? undefined };
  }

  #failure(type: string, call: string, errno: number, wallNs: number): Json {
    return { error: [call, this.#options.strerror(errno)], type, errno, timestamp: this.#unix(wallNs) };
  }

  #summary(event: SummaryEvent): Json {
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
      reason: event.reason,
    };
  }

  /** Seconds since 1970, to the microsecond: as far as a double goes. */
  #unix(wallNs: number): number {
    return Math.round((this.#options.epochSeconds + wallNs / NS_PER_SECOND) * 1e6) / 1e6;
  }
}

function figures(trip: RoundTripSummary): Json {
  return {
    min: formatMilliseconds(trip.minUs),
    avg: formatMilliseconds(trip.avgUs),
    max: formatMilliseconds(trip.maxUs),
    mdev: formatMilliseconds(trip.mdevUs),
  };
}
