/**
 * Events as iputils' lines, to the blank: ../shared/spec/iputils.md section 3.5, but for the time, which is the true one. Pure:
 * it is given an event and answers what to write where.
 */
import { conditionPieces } from '../cli/conditions.ts';
import type { Output } from '../cli/pieces.ts';
import { escapeControl, formatMilliseconds } from '../cli/printf.ts';
import { formatStatistics } from '../cli/statistics-text.ts';
import type { Answer, ArpingEvent, BindingEvent, ReplyEvent, SummaryEvent } from './events.ts';

const NS_PER_US = 1e3;
const US_PER_SECOND = 1e6;

export interface TextOptions {
  /** What is asked about: an IPv4 address, or with --reverse a hardware address. */
  readonly target: string;
  readonly source: string;
  readonly device: string;
  readonly hardware: string;
  readonly isReverse: boolean;
  readonly quiet: boolean;
  /** --stats. */
  readonly stats: boolean;
  readonly epochSeconds: number;
  readonly strerror: (errno: number) => string;
  /** The vendor of a hardware address, null where none is known. */
  readonly vendorOf: (hardware: string) => string | null;
}

const NOTHING: readonly Output[] = [];

/** The first line, with its newline. */
export function formatHeader({ target, source, device, hardware, isReverse }: TextOptions): string {
  return isReverse ? `RARPING ${target} from ${hardware} ${device}\n` : `ARPING ${target} from ${source} ${device}\n`;
}

export class ArpingText {
  readonly #options: TextOptions;

  constructor(options: TextOptions) {
    this.#options = options;
  }

  render(event: ArpingEvent): readonly Output[] {
    const { strerror } = this.#options;
    switch (event.type) {
      case 'reply':
        return this.#print(this.#reply(event));
      case 'binding':
        return this.#print(this.#binding(event));
      case 'unanswered':
        return NOTHING;
      case 'send-error':
        return [{ stream: 'stderr', text: `sendto: ${strerror(event.errno)}\n` }];
      case 'receive-error':
        return [{ stream: 'stderr', text: `recvfrom: ${strerror(event.errno)}\n` }];
      case 'summary':
        return this.#end(event);
    }
  }

  /** A run that failed ends without iputils' summary, as there. */
  #end(event: SummaryEvent): readonly Output[] {
    const summary = event.reason === 'error' ? '' : this.#summary(event);
    const statistics = this.#options.stats ? formatStatistics(event.statistics) : '';
    return [...this.#print(`${summary}${statistics}`), ...conditionPieces(event.conditions)];
  }

  #print(text: string): readonly Output[] {
    return this.#options.quiet || text === '' ? NOTHING : [{ stream: 'stdout', text }];
  }

  #reply({ answer, roundTripNs }: ReplyEvent): string {
    const cast = answer.delivery === 'unicast' ? 'Unicast' : 'Broadcast';
    const who = `${cast} ${answer.operation} from ${answer.senderAddress} ${this.#named(answer.senderHardware)}`;
    const time =
      roundTripNs === null ? ' UNSOLICITED?' : ` ${formatMilliseconds(Math.trunc(roundTripNs / NS_PER_US))}ms`;
    return `${who} ${this.#whatElse(answer)}${time}\n`;
  }

  /** Where an answer was not said to us it says to whom; blanks as in iputils. */
  #whatElse({ targetAddress, targetHardware }: Answer): string {
    const { isReverse, source, hardware } = this.#options;
    if (isReverse) return `tells ${targetAddress}`;
    const address = targetAddress === source ? '' : `for ${targetAddress} `;
    if (targetHardware === hardware) return address;
    return address === '' ? `for [${targetHardware}]` : `${address}[${targetHardware}]`;
  }

  /** The address in brackets, and its vendor where that is known. */
  #named(hardware: string): string {
    const vendor = this.#options.vendorOf(hardware);
    return vendor === null ? `[${hardware}]` : `[${hardware}] (${escapeControl(vendor)})`;
  }

  #binding({ change, now, before, wallNs }: BindingEvent): string {
    const { target } = this.#options;
    const list = (addresses: readonly string[]) => addresses.map((each) => this.#named(each)).join(' and at ');
    const news = {
      found: () => `is at ${list(now)}`,
      moved: () => `moved to ${list(now)}, was at ${list(before)}`,
      duplicate: () => `is at ${list(now)}: more than one answers`,
      alone: () => `is at ${list(now)} alone, was at ${list(before)}`,
      gone: () => `is gone, was at ${list(before)}`,
    } satisfies Record<BindingEvent['change'], () => string>;
    return `${this.#stamp(wallNs)} ${target} ${news[change]()}\n`;
  }

  /** Unix time to the microsecond, as ping -D has it. */
  #stamp(wallNs: number): string {
    const us = Math.floor(wallNs / NS_PER_US);
    const second = Math.floor(us / US_PER_SECOND);
    const fraction = (us - second * US_PER_SECOND).toString().padStart(6, '0');
    return `[${this.#options.epochSeconds + second}.${fraction}]`;
  }

  #summary(event: SummaryEvent): string {
    const { isReverse, target } = this.#options;
    const parts = [
      ...(event.receivedRequests > 0 ? [`${event.receivedRequests} request(s)`] : []),
      ...(event.receivedBroadcasts > 0 ? [`${event.receivedBroadcasts} broadcast(s)`] : []),
    ];
    const received = `Received ${event.received} response(s)${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
    const lines = [`Sent ${event.sent} probes (${event.broadcasts} broadcast(s))`, received];
    if (event.duplicate) {
      const what = isReverse ? 'addresses' : 'hardware addresses';
      lines.push(`Duplicate: ${event.told.length} ${what} for ${target}: ${event.told.join(' ')}`);
    }
    return `${lines.join('\n')}\n`;
  }
}
