/**
 * Events as NDJSON, ping -j: one valid object a line and nothing else. HEAD's keys come first, in its order and with its blanks
 * (../shared/spec/iputils.md section 1.5), then ours; docs/schema/ping.json describes both.
 */
import { toConditionLine } from '../cli/conditions.ts';
import { formatLine } from '../cli/json-line.ts';
import type { RoundTripLine } from '../cli/lines.ts';
import { formatMilliseconds } from '../cli/printf.ts';
import { toStatisticsLine } from '../cli/statistics-line.ts';
import type { RoundTripSummary } from '../measure/round-trip.ts';
import type { NetworkErrorEvent, PingEvent, ReplyEvent, SummaryEvent } from './events.ts';
import { describeIcmp, describeIcmp6 } from './icmp-text.ts';
import type { NetworkErrorLine, PingLine, ReplyLine, StatusLine, SummaryLine } from './lines.ts';
import type { Method } from './method/method.ts';
import { describeNodeReply } from './node-information.ts';

const NS_PER_US = 1e3;
const NS_PER_MS = 1e6;
const NS_PER_SECOND = 1e9;
const LOSS_DECIMALS = 4;

export interface JsonOptions {
  readonly host: string;
  readonly method: Method;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly showsGap: boolean;
  readonly epochSeconds: number;
  readonly strerror: (errno: number) => string;
  readonly nameOf: (address: string) => string | null;
}

export class PingJson {
  readonly #options: JsonOptions;

  constructor(options: JsonOptions) {
    this.#options = options;
  }

  /** The line for one event, newline included, and those of conditions before the summary; empty for an event that -q or its kind keeps silent. */
  render(event: PingEvent): string {
    const verdicts = event.type === 'summary' ? event.conditions : [];
    const line = this.#toLine(event);
    return [...verdicts.map(toConditionLine), ...(line === null ? [] : [line])].map(formatLine).join('');
  }

  #toLine(event: PingEvent): PingLine | null {
    const { quiet, verbose, strerror } = this.#options;
    if (event.type === 'summary') return this.#summary(event);
    if (event.type === 'status') return status(event.transmitted, event.received, event.rtt);
    if (quiet) return null;
    switch (event.type) {
      case 'reply':
        return this.#reply(event);
      case 'network-error':
        return this.#networkError(event);
      case 'local-error':
        return {
          error: ['local error', strerror(event.errno)],
          type: 'local-error',
          errno: event.errno,
          mtu: event.mtu,
          timestamp: this.#unix(event.wallNs),
        };
      case 'send-error':
        return {
          error: ['sendmsg', strerror(event.errno)],
          type: 'send-error',
          errno: event.errno,
          seq: event.sequence,
          timestamp: this.#unix(event.wallNs),
        };
      case 'unanswered':
        return { type: 'unanswered', seq: event.sequence, timestamp: this.#unix(event.wallNs) };
      case 'lost':
        return { type: 'lost', seq: event.sequence, rtt_ns: null, timestamp: this.#unix(event.wallNs) };
      case 'start':
        // iputils' first line is a reply, and its readers count on it.
        return null;
      case 'short-packet':
        return verbose ? { type: 'short-packet', host: event.source, bytes: event.octets } : null;
      case 'sent':
        return null;
    }
  }

  #reply(event: ReplyEvent): ReplyLine {
    const { verbose, nameOf } = this.#options;
    const hasTime = !event.truncated && event.message === null;
    return {
      bytes: event.octets,
      host: event.source,
      seq: event.sequence,
      ident: verbose && event.identifier !== null ? event.identifier : undefined,
      ttl: event.hopLimit ?? undefined,
      time: hasTime ? formatMilliseconds(Math.trunc(event.roundTripNs / NS_PER_US)) : undefined,
      info: event.truncated ? 'truncated' : undefined,
      type: 'reply',
      name: nameOf(event.source) ?? undefined,
      rtt_ns: Math.round(event.roundTripNs),
      stamps: { transmit: event.transmitStamp, receive: event.receiveStamp },
      duplicate: event.duplicate,
      bad_checksum: event.badChecksum || undefined,
      different_address: event.differentAddress || undefined,
      wrong_data:
        event.mismatch === null
          ? undefined
          : {
              offset: event.mismatch.offset,
              expected: event.mismatch.expected,
              received: event.mismatch.received,
              payload: toHex(event.mismatch.payload),
            },
      ip_options: event.ipOptions === null ? undefined : toHex(event.ipOptions),
      node_information: event.message === null ? undefined : describeNodeReply(event.message).trim(),
      timestamp: this.#unix(event.wallNs),
      method: this.#options.method,
      answer: event.answer,
    };
  }

  #networkError(event: NetworkErrorEvent): NetworkErrorLine {
    const describe = event.family === 4 ? describeIcmp : describeIcmp6;
    return {
      error: describe(event.icmpType, event.icmpCode, event.info),
      type: 'network-error',
      host: event.source,
      name: this.#options.nameOf(event.source) ?? undefined,
      seq: event.sequence,
      icmp_type: event.icmpType,
      icmp_code: event.icmpCode,
      info: event.info,
      via: event.via,
      errno: event.errno,
      bad_checksum: event.badChecksum || undefined,
      timestamp: this.#unix(event.wallNs),
    };
  }

  #summary(event: SummaryEvent): SummaryLine {
    const { transmitted, received, rtt: roundTrip, elapsedNs } = event;
    const hasGap = received > 0 && transmitted > 1 && this.#options.showsGap;
    const gapUs = Math.trunc(elapsedNs / NS_PER_US / Math.max(1, transmitted - 1));
    return {
      host: this.#options.host,
      transmitted,
      received,
      duplicates: event.duplicates,
      corrupted: event.corrupted,
      errors: event.errors,
      loss: transmitted === 0 ? 0 : round(((transmitted - received) * 100) / transmitted),
      time: Math.round(elapsedNs / NS_PER_MS),
      rtt: roundTrip === null ? null : figures(roundTrip),
      pipe: event.pipe > 1 ? event.pipe : undefined,
      ipg: hasGap ? formatMilliseconds(gapUs) : undefined,
      ewma: hasGap && roundTrip !== null ? formatMilliseconds(roundTrip.ewmaUs) : undefined,
      type: 'summary',
      reason: event.reason,
      method: event.method,
      port: event.port,
      stats: event.statistics === null ? undefined : toStatisticsLine(event.statistics),
    };
  }

  /** Seconds since 1970, to the microsecond: as far as a double goes. */
  #unix(wallNs: number): number {
    return Math.round((this.#options.epochSeconds + wallNs / NS_PER_SECOND) * 1e6) / 1e6;
  }
}

function status(transmitted: number, received: number, roundTrip: RoundTripSummary | null): StatusLine {
  return { type: 'status', transmitted, received, rtt: roundTrip === null ? null : figures(roundTrip) };
}

function figures(trip: RoundTripSummary): RoundTripLine {
  return {
    min: formatMilliseconds(trip.minUs),
    avg: formatMilliseconds(trip.avgUs),
    max: formatMilliseconds(trip.maxUs),
    mdev: formatMilliseconds(trip.mdevUs),
  };
}

function round(percent: number): number {
  return Number(percent.toFixed(LOSS_DECIMALS));
}

function toHex(octets: Uint8Array): string {
  return [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join('');
}
