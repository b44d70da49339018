/** What is seen while checks run: results in the order of the file as soon as they are known, and on a terminal a line on what is under way. */
import { cutToColumns } from './columns.ts';
import { oneLine } from './one-line.ts';
import { formatCheckLine, formatSummaryLine } from './report/json.ts';
import { formatEnd, formatResult, type Paint } from './report/pretty-text.ts';
import type { CheckResult, Report } from './result.ts';

export interface ShowOutput {
  stdout(text: string): void;
  stderr(text: string): void;
}

/** Told of every result once, and of the end. */
export interface Show {
  begin(name: string): void;
  result(index: number, result: CheckResult): void;
  end(report: Report): void;
}

const CLEAR_LINE = '\r\x1b[K';

export interface PrettyOptions {
  readonly paint: Paint;
  /** Columns of the terminal on stderr; 0 where there is none, and then no progress is shown. */
  readonly progressColumns: number;
  /** How many checks there are. */
  readonly total: number;
  /** Where GitHub reads stdout: keeps it from taking a name for a workflow command, until the same token comes again. */
  readonly guard?: string;
}

export class PrettyShow implements Show {
  readonly #output: ShowOutput;
  readonly #options: PrettyOptions;
  /** Known results whose turn has not come. */
  readonly #waiting = new Map<number, CheckResult>();
  readonly #running = new Set<string>();
  #shown = 0;
  #done = 0;
  #failed = 0;
  #hasProgress = false;
  #isGuarded = false;

  constructor(output: ShowOutput, options: PrettyOptions) {
    this.#output = output;
    this.#options = options;
  }

  begin(name: string): void {
    this.#running.add(name);
    this.#progress();
  }

  result(index: number, result: CheckResult): void {
    this.#running.delete(result.check.name);
    this.#done++;
    if (result.status !== 'passed') this.#failed++;
    this.#waiting.set(index, result);
    let text = '';
    for (let next = this.#waiting.get(this.#shown); next !== undefined; next = this.#waiting.get(this.#shown)) {
      this.#waiting.delete(this.#shown++);
      text += formatResult(next, this.#options.paint);
    }
    if (text !== '') this.#print(text);
    this.#progress();
  }

  end(report: Report): void {
    const rest = report.results.slice(this.#shown).map((result) => formatResult(result, this.#options.paint));
    this.#print(rest.join('') + formatEnd(report));
    const { guard } = this.#options;
    if (guard !== undefined) this.#output.stdout(`::${guard}::\n`);
  }

  #print(text: string): void {
    this.#clear();
    const { guard } = this.#options;
    if (guard !== undefined && !this.#isGuarded) this.#output.stdout(`::stop-commands::${guard}\n`);
    this.#isGuarded = true;
    this.#output.stdout(text);
  }

  #progress(): void {
    const { progressColumns, total } = this.#options;
    if (progressColumns === 0 || this.#running.size === 0) return this.#clear();
    const failed = this.#failed === 0 ? '' : `, ${this.#failed} not passed`;
    const text = `${this.#done} of ${total} done${failed}; under way: ${[...this.#running].slice(0, 20).map(oneLine).join(', ')}`;
    // One column less than there are: some terminals wrap when the last one is filled.
    this.#output.stderr(`${CLEAR_LINE}${cutToColumns(text, progressColumns - 1)}`);
    this.#hasProgress = true;
  }

  #clear(): void {
    if (this.#hasProgress) this.#output.stderr(CLEAR_LINE);
    this.#hasProgress = false;
  }
}

/** -j: a line for each check as it ends. */
export class JsonShow implements Show {
  readonly #output: ShowOutput;
  readonly #told = new Set<number>();

  constructor(output: ShowOutput) {
    this.#output = output;
  }

  begin(): void {}

  result(index: number, result: CheckResult): void {
    this.#told.add(index);
    this.#output.stdout(formatCheckLine(result));
  }

  end(report: Report): void {
    const rest = report.results.filter((_, index) => !this.#told.has(index));
    this.#output.stdout(rest.map(formatCheckLine).join('') + formatSummaryLine(report));
  }
}
