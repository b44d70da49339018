/** Results as a table: one line a target, numbers right-aligned, columns that are the same in every run but for the first one. */
import { escapeControl } from '../cli/printf.ts';
import { describeError } from './error-text.ts';
import type { TargetEvent, Verdict } from './events.ts';
import { formatMs } from './summary-text.ts';

export interface TableOptions {
  readonly strerror: (errno: number) => string;
  /** What a verdict is painted with. */
  readonly paint: (verdict: Verdict, text: string) => string;
}

const FIRST_COLUMN = 'target';
const NONE = '-';
const COLUMNS: readonly (readonly [heading: string, width: number])[] = [
  ['sent', 5],
  ['recv', 5],
  ['loss', 5],
  ['min', 9],
  ['median', 9],
  ['p95', 9],
  ['max', 9],
];

export class TargetTable {
  readonly #options: TableOptions;
  #width = FIRST_COLUMN.length;

  constructor(options: TableOptions) {
    this.#options = options;
  }

  /** To be shown every row before the first line is made: the first column is as wide as its widest name. */
  measure(target: string, address: string): void {
    this.#width = Math.max(this.#width, label(target, address).length);
  }

  heading(): string {
    const numbers = COLUMNS.map(([heading, width]) => heading.padStart(width));
    return `${[FIRST_COLUMN.padEnd(this.#width), ...numbers].join('  ')}  ms, state\n`;
  }

  line(event: TargetEvent): string {
    const { sent, received, roundTrip } = event;
    const loss = sent === 0 ? NONE : `${Math.round((100 * Math.max(0, sent - received)) / sent)}%`;
    const times = [roundTrip?.minNs, roundTrip?.medianNs, roundTrip?.p95Ns, roundTrip?.maxNs];
    const values = [`${sent}`, `${received}`, loss, ...times.map((ns) => (ns === undefined ? NONE : formatMs(ns)))];
    const cells = values.map((value, column) => value.padStart(COLUMNS[column]![1]));
    return `${[label(event.target, event.address).padEnd(this.#width), ...cells].join('  ')}  ${this.#state(event)}\n`;
  }

  #state({ verdict, error }: TargetEvent): string {
    const { strerror, paint } = this.#options;
    const word = paint(verdict, verdict);
    if (error === null) return word;
    const from = error.kind === 'local' || error.from === null ? '' : `, says ${error.from}`;
    return `${word} (${describeError(error, strerror)}${from})`;
  }
}

function label(target: string, address: string): string {
  return target === address ? target : `${escapeControl(target)} (${address})`;
}
