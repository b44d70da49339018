/** What rounds over a path measured, as a table: the end of --report, and the figures of --live. */
import { formatMilliseconds } from '../../cli/printf.ts';
import { formatStatistics } from '../../cli/statistics-text.ts';
import { formatTable } from '../probing/table.ts';
import type { HopReport, RoundsEvent, RoundsSummaryEvent } from './events.ts';

const NS_PER_US = 1e3;
const NS_PER_SECOND = 1e9;
const PERCENT = 100;

export interface RoundsTextOptions {
  /** The target as the user named it, and its address. */
  readonly host: string;
  readonly address: string;
  readonly intervalSeconds: number;
  /** --stats. */
  readonly stats: boolean;
  /** How an address is shown, with its name where there is one. */
  readonly showHost: (address: string) => string;
  readonly strerror: (errno: number) => string;
}

export class RoundsText {
  readonly #options: RoundsTextOptions;

  constructor(options: RoundsTextOptions) {
    this.#options = options;
  }

  /** Text of an event, newlines included; empty for those that only the summary shows. */
  render(event: RoundsEvent): string {
    switch (event.type) {
      case 'probe':
        return '';
      case 'pmtu': {
        const who = event.source === null ? 'this host' : this.#options.showHost(event.source);
        return `pmtu ${event.mtuOctets} at ${who}: probes are no larger from now on\n`;
      }
      case 'send-error':
        return `send failed at hop ${event.hop}: ${this.#options.strerror(event.errno)}\n`;
      case 'summary':
        return this.#summary(event);
    }
  }

  #summary(event: RoundsSummaryEvent): string {
    const lines = [
      this.title(event.rounds, event.elapsedNs),
      ...formatHops(event.hops, this.#options.showHost),
      LEGEND,
      this.#conclusion(event),
    ];
    const statistics = this.#options.stats ? `\nTarget:\n${formatStatistics(event.statistics)}` : '';
    return lines.map((line) => `${line}\n`).join('') + statistics;
  }

  title(rounds: number, elapsedNs: number): string {
    const { host, address, intervalSeconds } = this.#options;
    const seconds = (elapsedNs / NS_PER_SECOND).toFixed(1);
    const count = `${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;
    return `tracepath to ${host} (${address}), ${count} in ${seconds} s, one every ${intervalSeconds} s`;
  }

  #conclusion({ reached, reason, hops }: RoundsSummaryEvent): string {
    const end = reached ? `reached at hop ${hops.length}` : `not reached${lastMark(hops)}`;
    switch (reason) {
      case 'complete':
        return `${this.#options.host} ${end}`;
      case 'interrupted':
        return `${this.#options.host} ${end}; interrupted`;
      case 'deadline':
        return `${this.#options.host} ${end}; the time was over`;
      case 'condition':
        return `${this.#options.host} ${end}; what was waited for is there`;
      case 'send-failed':
        return `${this.#options.host} ${end}; nothing more could be sent`;
    }
  }
}

/** What the columns are, for those who know other tools. */
export const LEGEND =
  'Times in ms. sdev: sample standard deviation. jitter: RFC 3550, smoothed by 1/16. p95: nearest rank, to 0.4 %.';

const HEAD = ['hop', 'router', 'sent', 'lost', 'loss', 'last', 'avg', 'best', 'worst', 'sdev', 'jitter', 'p95'];
const ROUTER_COLUMN = 1;

/** One line for each hop, and one for each further address that answered for it; the columns' names stand first. */
export function formatHops(
  hops: readonly HopReport[],
  showHost: (address: string) => string,
  /** Further cells for each hop; the first call is for their head, with null. */
  more: (hop: HopReport | null) => readonly string[] = () => [],
): readonly string[] {
  const rows = hops.flatMap((hop) => {
    const [first, ...others] = hop.addresses;
    const router = first === undefined ? '*' : `${showHost(first.address)}${hop.mark === null ? '' : ` ${hop.mark}`}`;
    return [
      [`${hop.hop}`, router, ...figures(hop), ...more(hop)],
      ...others.map(({ address, answers }) => ['', `  or ${showHost(address)} (${answers} of ${hop.received})`]),
    ];
  });
  const extra = more(null);
  return formatTable([[...HEAD, ...extra], ...rows], [ROUTER_COLUMN, HEAD.length]);
}

function figures(hop: HopReport): readonly string[] {
  const { sent, received, lost, lastNs, averageNs, bestNs, worstNs, deviationNs, jitterNs, p95Ns } = hop;
  const decided = lost + received;
  const loss = decided === 0 ? '-' : `${((lost * PERCENT) / decided).toFixed(1)}%`;
  const times = [lastNs, averageNs, bestNs, worstNs, deviationNs, jitterNs, p95Ns];
  return [`${sent}`, `${lost}`, loss, ...times.map(milliseconds)];
}

function milliseconds(ns: number | null): string {
  return ns === null ? '-' : formatMilliseconds(Math.trunc(ns / NS_PER_US));
}

function lastMark(hops: readonly HopReport[]): string {
  const mark = hops.at(-1)?.mark ?? null;
  return mark === null ? '' : ` (${mark})`;
}

/** Addresses whose names an event shows. */
export function addressesOf(event: RoundsEvent): readonly string[] {
  switch (event.type) {
    case 'probe':
    case 'pmtu':
      return event.source === null ? [] : [event.source];
    case 'send-error':
      return [];
    case 'summary':
      return event.hops.flatMap(({ addresses }) => addresses.map(({ address }) => address));
  }
}
