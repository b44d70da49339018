/**
 * Events as iputils' lines, to the blank: ../shared/spec/iputils.md section 1.4. Pure: it is given an event and answers
 * what to write where.
 */
import { conditionPieces } from '../cli/conditions.ts';
import type { Output } from '../cli/pieces.ts';
import { escapeControl, formatG, formatMilliseconds } from '../cli/printf.ts';
import { formatStatistics } from '../cli/statistics-text.ts';
import type { RoundTripSummary } from '../measure/round-trip.ts';
import type { StampSource } from '../measure/stamped-interval.ts';
import type {
  LocalErrorEvent,
  NetworkErrorEvent,
  PayloadMismatch,
  PingEvent,
  ReplyEvent,
  SendErrorEvent,
  SentEvent,
  StartEvent,
  StatusEvent,
  SummaryEvent,
} from './events.ts';
import { formatHeaderDump } from './header-dump.ts';
import { describeIcmp, describeIcmp6 } from './icmp-text.ts';
import { addressesInOptions, IpOptionsText } from './ip-options-text.ts';
import type { Method } from './method/method.ts';
import { describeNodeReply } from './node-information.ts';
import { TIMEVAL_OCTETS } from './payload-mismatch.ts';

const NS_PER_US = 1e3;
const NS_PER_MS = 1e6;
const EMSGSIZE = 90;

export interface TextOptions {
  readonly family: 4 | 6;
  readonly method: Method;
  /** As the header names the destination. */
  readonly host: string;
  readonly size: number;
  readonly precise: boolean;
  readonly audible: boolean;
  readonly timestamps: boolean;
  readonly quiet: boolean;
  readonly flood: boolean;
  readonly preload: number;
  readonly verbose: boolean;
  /** --stats. */
  readonly stats: boolean;
  /** A broadcast or multicast target: its many answers are no duplicates worth a mark. */
  readonly manyMayAnswer: boolean;
  /** Whether the last line shows ipg/ewma: -f, -A or no interval. */
  readonly showsGap: boolean;
  /** Unix seconds at which the events' wallNs is zero. */
  readonly epochSeconds: number;
  /** Columns of the terminal, 0 for none: flood's dots stop there. */
  readonly columns: number;
  readonly strerror: (errno: number) => string;
  /** The name of a numeric address as far as it is known; null for none, and always with -n. */
  readonly nameOf: (address: string) => string | null;
}

const CLOCK_NAMES: Readonly<Record<StampSource, string>> = { kernel: "kernel's clock", user: "command's own clock" };
/** An IPv4 header, and an ICMP or UDP header. */
const IPV4_HEADERS_OCTETS = 28;

/** The first line, with its newline. */
export function formatHeader(facts: StartEvent): string {
  const target = `PING ${escapeControl(facts.host)} (${facts.address})${formatMethod(facts)}`;
  const flow = facts.flowLabel === null ? '' : ` , flow 0x${facts.flowLabel.toString(16).padStart(5, '0')},`;
  const place = facts.from === null ? '' : ` from ${facts.from.address} ${facts.from.device}`;
  // A SYN has no size that would follow.
  if (facts.method === 'tcp') return `${target}${place.trimEnd()}\n`;
  const from = facts.from === null ? '' : `${place}:`;
  if (facts.family === 6) return `${target}${flow}${from} ${facts.size} data bytes\n`;
  const total = facts.size + IPV4_HEADERS_OCTETS + facts.optionOctets;
  return `${target}${from} ${facts.size}(${total}) bytes of data.\n`;
}

/** Nothing for what ping has always done. */
function formatMethod({ method, isMethodFound, port }: StartEvent): string {
  if (method === 'icmp') return isMethodFound ? ' ICMP' : '';
  return ` ${method.toUpperCase()} port ${port}`;
}

/** What a reply line begins with. */
function formatAnswer({ answer, octets }: ReplyEvent): string {
  switch (answer) {
    case 'echo-reply':
    case 'node-information':
    case 'datagram':
      return `${octets} bytes`;
    case 'port-unreachable':
      return 'port unreachable';
    case 'syn-ack':
      return 'SYN-ACK';
    case 'rst':
      return 'RST';
  }
}

/** A round trip as the reply line shows it: as many digits as it deserves, or three decimals with -3. */
export function formatRoundTrip(us: number, precise: boolean): string {
  if (precise) return formatMilliseconds(us);
  if (us >= 99_950) return Math.trunc((us + 500) / 1000).toString();
  if (us >= 9_995) return withDecimals(Math.trunc((us + 50) / 100), 1);
  if (us >= 1_000) return withDecimals(Math.trunc((us + 5) / 10), 2);
  return formatMilliseconds(us);
}

function withDecimals(scaled: number, decimals: number): string {
  const unit = 10 ** decimals;
  return `${Math.trunc(scaled / unit)}.${(scaled % unit).toString().padStart(decimals, '0')}`;
}

/** The addresses whose names the line of `event` shows. */
export function addressesOf(event: PingEvent): readonly string[] {
  if (event.type === 'network-error') return [event.source];
  if (event.type !== 'reply') return [];
  return event.ipOptions === null ? [event.source] : [event.source, ...addressesInOptions(event.ipOptions)];
}

export class PingText {
  readonly #options: TextOptions;
  readonly #ipOptions: IpOptionsText;
  /** What -v has said last of where stamps come from. */
  #stampsTold = '';

  constructor(options: TextOptions) {
    this.#options = options;
    this.#ipOptions = new IpOptionsText(options.nameOf);
  }

  /** An echo needs room for a time stamp, without which iputils shows no times. */
  get #isTimed(): boolean {
    return this.#options.method !== 'icmp' || this.#options.size >= TIMEVAL_OCTETS;
  }

  render(event: PingEvent): readonly Output[] {
    switch (event.type) {
      case 'start':
        return out(formatHeader(event));
      case 'lost':
        return [];
      case 'reply':
        return [...this.#stampSources(event), ...this.#reply(event)];
      case 'network-error':
        return this.#networkError(event);
      case 'local-error':
        return this.#localError(event);
      case 'send-error':
        return this.#sendError(event);
      case 'unanswered':
        return out(`${this.#stamp(event.wallNs)}no answer yet for ${this.#options.method}_seq=${event.sequence}\n`);
      case 'sent':
        return this.#dot(event);
      case 'short-packet':
        return this.#shortPacket(event.source, event.octets);
      case 'status':
        return [{ stream: 'stderr', bare: true, text: formatStatus(event, this.#isTimed) }];
      case 'summary':
        return [...out(`${this.#summary(event)}${this.#statistics(event)}`), ...conditionPieces(event.conditions)];
    }
  }

  #statistics({ statistics }: SummaryEvent): string {
    return this.#options.stats && statistics !== null ? formatStatistics(statistics) : '';
  }

  #stamp(wallNs: number): string {
    if (!this.#options.timestamps) return '';
    const us = Math.floor(wallNs / NS_PER_US);
    const seconds = this.#options.epochSeconds + Math.floor(us / 1e6);
    return `[${seconds}.${(((us % 1e6) + 1e6) % 1e6).toString().padStart(6, '0')}] `;
  }

  #who(source: string): string {
    const name = this.#options.nameOf(source);
    return name === null || name === source ? source : `${escapeControl(name)} (${source})`;
  }

  /** No more dots than a line holds, once so many probes are meant to be under way at once. */
  #dot({ inFlight, pipe }: SentEvent): readonly Output[] {
    const { quiet, columns, preload } = this.#options;
    const isFull = columns > 0 && Math.max(preload, pipe) > columns && inFlight >= columns;
    return quiet || isFull ? [] : out('.');
  }

  /** With -v: where the two times of a round trip came from, said with the first reply and whenever it changes. */
  #stampSources({ sequence, transmitStamp, receiveStamp }: ReplyEvent): readonly Output[] {
    const sources = `sent by the ${CLOCK_NAMES[transmitStamp]}, received by the ${CLOCK_NAMES[receiveStamp]}`;
    if (!this.#options.verbose || this.#options.quiet || sources === this.#stampsTold) return [];
    this.#stampsTold = sources;
    return [{ stream: 'stderr', text: `time stamps from ${this.#options.method}_seq=${sequence} on: ${sources}\n` }];
  }

  #reply(event: ReplyEvent): readonly Output[] {
    const { quiet, flood, audible, verbose, precise, method, manyMayAnswer } = this.#options;
    if (quiet) return [];
    if (flood) return out(event.badChecksum ? '\bC' : `\b \b${audible ? '\x07' : ''}`);
    let line = `${this.#stamp(event.wallNs)}${formatAnswer(event)} from ${this.#who(event.source)}:`;
    line +=
      event.message === null
        ? ` ${method}_seq=${event.sequence}`
        : `${describeNodeReply(event.message)}; seq=${event.sequence};`;
    if (verbose && event.identifier !== null) line += ` ident=${event.identifier}`;
    if (event.hopLimit !== null) line += ` ttl=${event.hopLimit}`;
    if (event.truncated) return out(`${line} (truncated)\n`);
    if (this.#isTimed) {
      line += ` time=${formatRoundTrip(Math.trunc(event.roundTripNs / NS_PER_US), precise)} ms`;
    }
    if (event.duplicate && (!manyMayAnswer || verbose)) line += ' (DUP!)';
    if (event.badChecksum) line += ' (BAD CHECKSUM!)';
    if (event.differentAddress) line += ' (DIFFERENT ADDRESS!)';
    if (event.mismatch !== null) line += formatMismatch(event.mismatch);
    if (audible) line += '\x07';
    if (event.ipOptions !== null) line += this.#ipOptions.format(event.ipOptions);
    return out(`${line}\n`);
  }

  #networkError(event: NetworkErrorEvent): readonly Output[] {
    const { quiet, flood, verbose } = this.#options;
    if (quiet) return [];
    if (flood) {
      // Behind a redirect or source quench the reply still comes.
      if (event.sequence !== null) return event.via === 'queue' ? out('\bE') : [];
      return verbose ? [] : out(event.badChecksum ? '!EC' : '!E');
    }
    const describe = event.family === 4 ? describeIcmp : describeIcmp6;
    const text = describe(event.icmpType, event.icmpCode, event.info);
    const bad = event.badChecksum ? '(BAD CHECKSUM)' : '';
    const colon = event.via === 'raw' ? ':' : '';
    const sequence = event.sequence === null ? '' : ` ${this.#options.method}_seq=${event.sequence}`;
    const dump = verbose && event.quoted !== null ? formatHeaderDump(event.quoted, this.#ipOptions) : '';
    return out(`${this.#stamp(event.wallNs)}From ${this.#who(event.source)}${colon}${sequence} ${bad}${text}\n${dump}`);
  }

  #localError(event: LocalErrorEvent): readonly Output[] {
    const { quiet, flood, family, strerror } = this.#options;
    if (quiet) return [];
    if (flood) return out('E');
    const mtu = family === 4 ? `mtu=${event.mtu}` : `mtu: ${event.mtu}`;
    const reason = event.errno === EMSGSIZE ? `message too long, ${mtu}` : strerror(event.errno);
    return [{ stream: 'stderr', text: `local error: ${reason}\n` }];
  }

  #sendError(event: SendErrorEvent): readonly Output[] {
    if (this.#options.quiet) return [];
    if (this.#options.flood) return out('E');
    const { method, strerror } = this.#options;
    return [{ stream: 'stderr', text: `${method === 'tcp' ? 'connect' : 'sendmsg'}: ${strerror(event.errno)}\n` }];
  }

  #shortPacket(source: string, octets: number): readonly Output[] {
    if (!this.#options.verbose) return [];
    const text =
      this.#options.family === 4
        ? `packet too short (${octets} bytes) from ${source}\n`
        : `packet too short: ${octets} bytes\n`;
    return [{ stream: 'stderr', text }];
  }

  #summary(event: SummaryEvent): string {
    let text = `\n--- ${escapeControl(this.#options.host)} ping statistics ---\n`;
    text += `${event.transmitted} packets transmitted, ${event.received} received`;
    if (event.duplicates > 0) text += `, +${event.duplicates} duplicates`;
    if (event.corrupted > 0) text += `, +${event.corrupted} corrupted`;
    if (event.errors > 0) text += `, +${event.errors} errors`;
    if (event.transmitted > 0) {
      // iputils reckons in single precision, which shows in the sixth digit.
      const loss = Math.fround(((event.transmitted - event.received) * 100) / event.transmitted);
      text += `, ${formatG(loss)}% packet loss, time ${Math.round(event.elapsedNs / NS_PER_MS)}ms`;
    }
    return `${text}\n${this.#lastLine(event)}\n`;
  }

  #lastLine(event: SummaryEvent): string {
    const parts: string[] = [];
    const roundTrip = event.received > 0 ? event.rtt : null;
    if (roundTrip !== null && this.#isTimed) {
      const figures = [roundTrip.minUs, roundTrip.avgUs, roundTrip.maxUs, roundTrip.mdevUs].map(formatMilliseconds);
      parts.push(`rtt min/avg/max/mdev = ${figures.join('/')} ms`);
    }
    if (event.pipe > 1) parts.push(`pipe ${event.pipe}`);
    if (roundTrip !== null && event.transmitted > 1 && this.#options.showsGap) {
      const gapUs = Math.trunc(event.elapsedNs / NS_PER_US / (event.transmitted - 1));
      parts.push(`ipg/ewma ${formatMilliseconds(gapUs)}/${formatMilliseconds(roundTrip.ewmaUs)} ms`);
    }
    return parts.join(', ');
  }
}

function out(text: string): readonly Output[] {
  return [{ stream: 'stdout', text }];
}

const DUMP_ROW_OCTETS = 32;

/** The first octet that differs, and the payload behind the time stamp as it came, 32 octets a row. */
function formatMismatch(mismatch: PayloadMismatch): string {
  const { offset, expected, received, payload } = mismatch;
  let text = `\nwrong data byte #${offset} should be 0x${expected.toString(16)} but was 0x${received.toString(16)}`;
  for (let i = TIMEVAL_OCTETS; i < payload.length; i++) {
    if (i % DUMP_ROW_OCTETS === TIMEVAL_OCTETS) text += `\n#${i}\t`;
    text += `${payload[i]!.toString(16)} `;
  }
  return text;
}

function formatStatus(event: StatusEvent, isTimed: boolean): string {
  const lost = event.transmitted === 0 ? 0 : event.transmitted - event.received;
  const percent = event.transmitted === 0 ? 0 : Math.trunc((lost * 100) / event.transmitted);
  let text = `\r${event.received}/${event.transmitted} packets, ${percent}% loss`;
  const trip: RoundTripSummary | null = isTimed && event.received > 0 ? event.rtt : null;
  if (trip !== null) {
    const figures = [trip.minUs, trip.avgUs, trip.ewmaUs, trip.maxUs].map(formatMilliseconds);
    text += `, min/avg/ewma/max = ${figures.join('/')} ms`;
  }
  return `${text}\n`;
}
