/** Events as clockdiff(8) prints them: ../shared/spec/iputils.md section 4, and a line of our own for -u. */
import { formatStatistics } from '../cli/statistics-text.ts';
import { type ConditionVerdict, describeVerdict } from '../conditions/judge.ts';
import type { ClockOffset } from '../measure/clock-filter.ts';
import { type DateFormat, formatDate } from './date-text.ts';
import { describeEnd } from './end-text.ts';
import type { ClockdiffEvent, SummaryEvent } from './events.ts';
import type { LocalTime } from './local-time.ts';

export interface TextOptions {
  readonly host: string;
  /** stdin and stdout are terminals: somebody looks on. */
  readonly interactive: boolean;
  readonly dateFormat: DateFormat;
  /** -u. */
  readonly uncertainty: boolean;
  /** --stats. */
  readonly stats: boolean;
  readonly epochSeconds: number;
  readonly localTime: (unixSeconds: number) => LocalTime;
  readonly strerror: (errno: number) => string;
}

export interface Line {
  /** `complaint`: one line on stderr, without the command's name and the line's end. */
  readonly to: 'stdout' | 'complaint';
  readonly text: string;
}

const NS_PER_SECOND = 1e9;
const NS_PER_MS = 1e6;

export class ClockdiffText {
  readonly #options: TextOptions;

  constructor(options: TextOptions) {
    this.#options = options;
  }

  render(event: ClockdiffEvent): readonly Line[] {
    switch (event.type) {
      case 'sample':
        return this.#options.interactive ? [{ to: 'stdout', text: '.' }] : [];
      case 'clock-step':
        return [{ to: 'complaint', text: `our own clock was set by ${milliseconds(event.stepNs)}: measuring anew` }];
      case 'summary':
        return [...this.#summary(event), ...this.#statistics(event), ...complain(event.conditions)];
      case 'unanswered':
      case 'duplicate':
      case 'unusable':
      case 'network-error':
        return [];
    }
  }

  #summary(event: SummaryEvent): readonly Line[] {
    const { host, strerror, interactive, uncertainty } = this.#options;
    const complaint = describeEnd(host, event, strerror);
    if (complaint !== null) return [{ to: 'complaint', text: complaint }];
    if (event.figures === null || event.offset === null) return [];
    const lines: Line[] = [];
    if (event.byteOrder === 'swapped') {
      lines.push({ to: 'complaint', text: `${host} sends its time stamps with the octets swapped: read as such` });
    }
    lines.push({ to: 'stdout', text: interactive ? this.#interactive(event) : this.#plain(event) });
    if (uncertainty) lines.push({ to: 'stdout', text: describeOffset(event, event.offset) });
    return lines;
  }

  #statistics({ statistics }: SummaryEvent): readonly Line[] {
    return this.#options.stats ? [{ to: 'stdout', text: formatStatistics(statistics) }] : [];
  }

  #plain({ wallNs, figures }: SummaryEvent): string {
    return `${this.#unix(wallNs)} ${figures?.deltaMs} ${figures?.deltaAtSmallestMs}\n`;
  }

  #interactive({ wallNs, figures, roundTrip }: SummaryEvent): string {
    const { host, dateFormat, localTime } = this.#options;
    const date = formatDate(localTime(this.#unix(wallNs)), dateFormat);
    const trip = `${cut(roundTrip?.smoothedNs)}(${cut(roundTrip?.deviationNs)})ms/${figures?.smallestRoundTripMs}ms`;
    return `\nhost=${host} rtt=${trip} delta=${figures?.deltaMs}ms/${figures?.deltaAtSmallestMs}ms ${date}\n`;
  }

  #unix(wallNs: number): number {
    return this.#options.epochSeconds + Math.floor(wallNs / NS_PER_SECOND);
  }
}

function complain(verdicts: readonly ConditionVerdict[]): readonly Line[] {
  return verdicts.flatMap(describeVerdict).map((text) => ({ to: 'complaint', text }));
}

/** Whole milliseconds, as iputils counts them. */
function cut(ns = 0): number {
  return Math.trunc(ns / NS_PER_MS);
}

/** The line of -u. */
function describeOffset({ accepted, kernelStamps, roundTrip }: SummaryEvent, offset: ClockOffset): string {
  const { offsetNs, boundNs, isConsistent, outward, homeward } = offset;
  const sign = offsetNs < 0 ? '' : '+';
  const parts = [
    `offset=${sign}${milliseconds(offsetNs)} +/- ${milliseconds(boundNs)}`,
    `rtt min=${milliseconds(roundTrip?.smallestNs ?? 0)}`,
    `variation out=${milliseconds(outward.maxNs)} back=${milliseconds(homeward.maxNs)}`,
    `${accepted} samples by ${kernelStamps ? 'kernel stamps' : 'user-space clock'}`,
    ...(isConsistent ? [] : ['samples contradict each other']),
  ];
  return `${parts.join(', ')}\n`;
}

/** Three decimals. */
function milliseconds(ns: number): string {
  return `${(ns / NS_PER_MS).toFixed(3)}ms`;
}
