/** Findings as lines: the commands first, then the machine. Pure. */
import type { Output } from '../cli/pieces.ts';
import { escapeControl } from '../cli/printf.ts';
import type { DoctorEvent, FindingEvent, SummaryEvent } from './events.ts';
import type { Section, Status } from './findings.ts';

export interface TextOptions {
  readonly colour: boolean;
}

const TITLES: Readonly<Record<Section, string>> = { command: 'Commands', machine: 'This machine' };
const WORDS: Readonly<Record<Status, string>> = { ok: 'ok', limited: 'limited', no: 'no', unknown: '?' };
/** SGR parameters: green, yellow, red, and nothing for what nobody knows. */
const COLOURS: Readonly<Record<Status, number | null>> = { ok: 32, limited: 33, no: 31, unknown: null };
const BOLD = 1;
const STATUS_COLUMNS = 9;
const NAME_COLUMNS = 20;

export class DoctorText {
  readonly #options: TextOptions;
  #section: Section | null = null;
  /** Something would mend a command. */
  #hasMends = false;

  constructor(options: TextOptions) {
    this.#options = options;
  }

  render(event: DoctorEvent): readonly Output[] {
    switch (event.type) {
      case 'finding':
        this.#hasMends ||= event.section === 'command' && event.mends.length > 0;
        return [{ stream: 'stdout', text: `${this.#title(event.section)}${this.#finding(event)}` }];
      case 'summary':
        return [{ stream: 'stdout', text: `\n${summarize(event, this.#hasMends)}\n` }];
    }
  }

  #title(section: Section): string {
    if (section === this.#section) return '';
    const gap = this.#section === null ? '' : '\n';
    this.#section = section;
    return `${gap}${this.#paint(TITLES[section], BOLD)}\n`;
  }

  #finding({ name, status, detail, mends }: FindingEvent): string {
    const word = this.#paint(WORDS[status].padEnd(STATUS_COLUMNS), COLOURS[status]);
    const indent = ' '.repeat(2 + STATUS_COLUMNS + NAME_COLUMNS);
    const ways = mends.map((mend, index) => `${indent}${index === 0 ? '=> ' : 'or '}${escapeControl(mend)}\n`).join('');
    return `  ${word}${name.padEnd(NAME_COLUMNS)}${escapeControl(detail)}\n${ways}`;
  }

  #paint(text: string, parameter: number | null): string {
    return this.#options.colour && parameter !== null ? `\x1b[${parameter}m${text}\x1b[0m` : text;
  }
}

function summarize({ commands }: SummaryEvent, hasMends: boolean): string {
  const { ok, limited, no } = commands;
  const total = ok + limited + no + commands.unknown;
  if (ok === total) return 'Every command works.';
  const parts = [`${ok} of ${total} commands work`];
  if (limited > 0) parts.push(`${limited} within limits`);
  if (no > 0) parts.push(`${no} not at all`);
  return `${parts.join(', ')}.${hasMends ? ' Any one of the commands behind => mends it.' : ''}`;
}
