/** Where events go: a table at the end, a list or JSON lines as they come; a progress line on a terminal. */
import { type Environment, wantsColour } from '../cli/colour.ts';
import { type Console, jsonConsole, textConsole } from '../cli/console.ts';
import type { CommandOutput } from '../cli/output.ts';
import { escapeControl } from '../cli/printf.ts';
import type { Views } from '../cli/view.ts';
import type { ForeignReplyEvent, SummaryEvent, SweepEvent, TargetEvent, Verdict } from './events.ts';
import { formatEvent } from './json.ts';
import type { OutputKind } from './options.ts';
import { formatProgress, formatSummary } from './summary-text.ts';
import { TargetTable } from './table-text.ts';

export interface ShowOptions {
  readonly output: OutputKind;
  readonly quiet: boolean;
  readonly stats: boolean;
  readonly strerror: (errno: number) => string;
  /** Columns of the terminals on stdout and on stderr, 0 where there is none. */
  readonly stdoutColumns: number;
  readonly stderrColumns: number;
  readonly env: Environment;
}

/** Rows of a table by number; each may be asked for twice. */
export interface Rows {
  readonly size: number;
  label(row: number): readonly [target: string, address: string];
  event(row: number): TargetEvent;
}

const FOREIGN_REPLIES_SHOWN = 10;
const CHUNK_CHARACTERS = 1 << 16;
const CLEAR_LINE = '\r\x1b[K';

export class SweepShow {
  readonly #options: ShowOptions;
  readonly #io: CommandOutput;
  readonly #console: Console;
  #pending = '';
  #hasProgress = false;
  #foreignReplies = 0;
  /** `sonde record`: it hears of every target, in a table's order where there is one. */
  readonly #record: ((event: SweepEvent) => void) | null;
  /** For what events have to say, which a recording holds as events. */
  readonly #eventConsole: Console;

  constructor(options: ShowOptions, io: CommandOutput, console: Console) {
    const isJson = options.output === 'json';
    const heard = io.recorder?.overhear('sweep', showSweep, isJson, recordedOptions(options));
    this.#options = options;
    this.#io = heard?.output ?? io;
    this.#console = console;
    this.#record = heard?.tell ?? null;
    this.#eventConsole = heard === undefined ? console : consoleFor(heard.output, isJson);
  }

  /** Whether the end of a target with this verdict is to be told when it comes. */
  tells(verdict: Verdict): boolean {
    return this.#shows(verdict) || (this.#record !== null && this.#options.output !== 'table');
  }

  #shows(verdict: Verdict): boolean {
    const { output, quiet } = this.#options;
    if (quiet || output === 'table') return false;
    if (output === 'json') return true;
    return output === 'alive' ? verdict === 'alive' : verdict !== 'alive' && verdict !== 'unfinished';
  }

  show(event: SweepEvent): void {
    this.#record?.(event);
    this.#render(event);
  }

  #render(event: SweepEvent): void {
    const { output, quiet, strerror } = this.#options;
    if (output === 'json') {
      if (!quiet || event.type === 'summary' || event.type === 'status') this.#print(formatEvent(event, strerror));
      return;
    }
    switch (event.type) {
      case 'target':
        if (this.#shows(event.verdict)) this.#print(`${escapeControl(event.target)}\n`);
        return;
      case 'unresolved':
        return this.#warn(this.#eventConsole, `${escapeControl(event.target)}: ${event.reason}`);
      case 'foreign-reply':
        if (!quiet) this.#foreignReply(event);
        return;
      case 'status':
        this.#clearProgress();
        this.#io.stderr(`${formatProgress(event.figures, event.elapsedNs)}\n`);
        return;
      case 'start':
      case 'summary':
        return;
    }
  }

  /** The first ones only: whoever floods us with them must not fill the screen. The summary counts all. */
  #foreignReply({ target, address, from }: ForeignReplyEvent): void {
    this.#foreignReplies++;
    if (this.#foreignReplies <= FOREIGN_REPLIES_SHOWN) {
      this.#warn(this.#eventConsole, `${nameBoth(target, address)}: reply from ${from}, not counted`);
    } else if (this.#foreignReplies === FOREIGN_REPLIES_SHOWN + 1) {
      this.#warn(this.#eventConsole, 'more replies from other addresses are counted, but not shown');
    }
  }

  /** The end of a run: table and summary, as far as they are wanted. */
  async end(summary: SummaryEvent, rows: Rows): Promise<void> {
    const { output, quiet, stats } = this.#options;
    this.#clearProgress();
    if (this.#record !== null && output === 'table') {
      for (let row = 0; row < rows.size; row++) this.#record(rows.event(row));
    }
    this.#record?.(summary);
    if (output === 'json') {
      this.#render(summary);
    } else if (output === 'table') {
      if (!quiet) await this.#table(rows);
      this.#print(formatSummary(summary));
    } else if (stats) {
      this.flush();
      this.#io.stderr(formatSummary(summary));
    }
    this.flush();
  }

  async #table(rows: Rows): Promise<void> {
    const table = new TargetTable({ strerror: this.#options.strerror, paint: await this.#painter() });
    for (let row = 0; row < rows.size; row++) table.measure(...rows.label(row));
    if (rows.size > 0) this.#print(table.heading());
    for (let row = 0; row < rows.size; row++) this.#print(table.line(rows.event(row)));
  }

  /** Colour on terminals only. */
  async #painter(): Promise<(verdict: Verdict, text: string) => string> {
    const { stdoutColumns, env } = this.#options;
    if (!wantsColour(env, stdoutColumns > 0)) return (_verdict, text) => text;
    const { Chalk } = await import('chalk');
    const chalk = new Chalk({ level: 1 });
    return (verdict, text) => {
      if (verdict === 'alive') return chalk.green(text);
      return verdict === 'unfinished' ? chalk.dim(text) : chalk.red(text);
    };
  }

  /** One line on stderr (-j: an object on stdout) beside the results. */
  warn(message: string): void {
    this.#warn(this.#console, message);
  }

  #warn(console: Console, message: string): void {
    this.#clearProgress();
    this.flush();
    console.warn(message);
  }

  /** The progress line, on a terminal only; `text` is cut to its width. */
  progress(text: string): void {
    const { stderrColumns } = this.#options;
    if (!this.hasProgress) return;
    this.#io.stderr(`${CLEAR_LINE}${text.slice(0, stderrColumns - 1)}`);
    this.#hasProgress = true;
  }

  /** Whether a progress line would be seen. */
  get hasProgress(): boolean {
    const { output, quiet, stderrColumns } = this.#options;
    return stderrColumns > 0 && !quiet && output !== 'json';
  }

  #clearProgress(): void {
    if (this.#hasProgress) this.#io.stderr(CLEAR_LINE);
    this.#hasProgress = false;
  }

  #print(text: string): void {
    this.#pending += text;
    if (this.#pending.length > CHUNK_CHARACTERS) this.flush();
  }

  /** Writes what has gathered: a system call for many lines. */
  flush(): void {
    if (this.#pending === '') return;
    if (this.#options.stdoutColumns > 0) this.#clearProgress();
    this.#io.stdout(this.#pending);
    this.#pending = '';
  }
}

function consoleFor(output: CommandOutput, isJson: boolean): Console {
  return isJson ? jsonConsole(output) : textConsole(output);
}

/** Of the environment no more than what lines depend on: a recording is shown to others. */
function recordedOptions(options: ShowOptions): ShowOptions {
  const { NO_COLOR, FORCE_COLOR, TERM } = options.env;
  return { ...options, env: { NO_COLOR, FORCE_COLOR, TERM } };
}

/** A sweep from its events alone, for `sonde replay`: the rows of a table are the targets as they come. */
function showSweep(
  output: CommandOutput,
  json: boolean,
  options: ShowOptions,
): (event: SweepEvent) => void | Promise<void> {
  const asText = options.output === 'json' ? 'table' : options.output;
  const kind = json ? 'json' : asText;
  const show = new SweepShow({ ...options, output: kind }, output, consoleFor(output, json));
  const rows: TargetEvent[] = [];
  return (event) => {
    if (event.type === 'summary') return show.end(event, listRows(rows));
    if (event.type === 'target' && kind === 'table') rows.push(event);
    show.show(event);
    show.flush();
  };
}

function listRows(rows: readonly TargetEvent[]): Rows {
  return {
    size: rows.length,
    label: (row) => [rows[row]!.target, rows[row]!.address],
    event: (row) => rows[row]!,
  };
}

export const SWEEP_VIEWS: Views = { sweep: async () => showSweep };

function nameBoth(target: string, address: string): string {
  return target === address ? target : `${escapeControl(target)} (${address})`;
}
