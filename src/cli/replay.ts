/** Gives what a recording holds to the renderers of the command that it is of. */
import { type Console, jsonConsole, textConsole } from './console.ts';
import type { CommandOutput } from './output.ts';
import { decodeValue, encodeValue, type ViewLine } from './recording.ts';
import { type BodyLine, BrokenRecording, type OpenRecording } from './recording-reader.ts';
import { type Judge, judgeOf } from './recording-shapes.ts';
import type { ShowEvents, Views } from './view.ts';

type Show = (event: unknown) => void | Promise<void>;

export class Replay {
  readonly #views: Views;
  readonly #output: CommandOutput;
  readonly #json: boolean;
  /** As the run was shown. */
  readonly #wasJson: boolean;
  readonly #options: Readonly<Record<string, unknown>>;
  readonly #console: Console;
  readonly #answers = new Map<string, unknown>();
  #show: Show | null = null;
  /** Of the events of the view that is open. */
  #judge: Judge | null = null;

  /** `json`: as NDJSON; null for as it was. `options` take the place of those of the run. */
  constructor(
    recording: OpenRecording,
    views: Views,
    output: CommandOutput,
    json: boolean | null,
    options: Readonly<Record<string, unknown>> = {},
  ) {
    this.#options = options;
    this.#views = views;
    this.#output = output;
    this.#wasJson = recording.header.json;
    this.#json = json ?? this.#wasJson;
    this.#console = this.#json ? jsonConsole(output) : textConsole(output);
  }

  /** Answers the exit status of the run. @throws BrokenRecording behind everything that stands before the flaw */
  async run({ lines }: OpenRecording): Promise<number> {
    for (const { number, line } of lines) {
      if (line.type === 'end') return line.status;
      await this.#perform(number, line);
    }
    throw new BrokenRecording('no end');
  }

  async #perform(number: number, line: Exclude<BodyLine, { type: 'end' }>): Promise<void> {
    switch (line.type) {
      case 'view':
        return await this.#open(number, line);
      case 'answer':
        this.#answers.set(questionOf(line.ask, line.of), line.is);
        return;
      case 'event':
        return await this.#event(number, line.event);
      case 'said':
        return this.#console[line.how](line.text);
      case 'version':
        return this.#console.version(line.command, line.facts);
      case 'raw':
        // It belongs to no event, so that the other form has nothing to say in its place.
        if (this.#json === this.#wasJson) this.#output[line.stream](line.text);
        return;
    }
  }

  async #open(number: number, { view, options, asks }: ViewLine): Promise<void> {
    const load = Object.hasOwn(this.#views, view) ? this.#views[view] : undefined;
    const judge = judgeOf(view, 'options');
    this.#judge = judgeOf(view, 'event');
    if (load === undefined || judge === null) throw new BrokenRecording(`line ${number}: no view '${view}'`);
    const plain = this.#decode(number, options, judge, 'options');
    const show = (await load()) as ShowEvents<unknown, object>;
    const answers = asks.map((ask) => [ask, (...of: unknown[]) => this.#answers.get(questionOf(ask, of)) ?? null]);
    await this.#render(number, () => {
      this.#show = show(this.#output, this.#json, {
        ...(plain as object),
        ...this.#options,
        ...Object.fromEntries(answers),
      });
    });
  }

  async #event(number: number, event: unknown): Promise<void> {
    const show = this.#show;
    const judge = this.#judge;
    if (show === null || judge === null) throw new BrokenRecording(`line ${number}: an event before its view`);
    const decoded = this.#decode(number, event, judge, 'event');
    await this.#render(number, () => show(decoded));
  }

  #decode(number: number, value: unknown, judge: Judge, what: string): unknown {
    const flaw = judge(value);
    if (flaw !== null) throw new BrokenRecording(`line ${number}: no ${what} as this version has it: ${what}${flaw}`);
    try {
      return decodeValue(value);
    } catch (error) {
      throw new BrokenRecording(`line ${number}: ${(error as Error).message}`);
    }
  }

  /** Renderers are pure: what makes one throw is a value of the right shape that cannot be. */
  async #render(number: number, act: () => void | Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      throw new BrokenRecording(`line ${number}: nothing that the command tells: ${error.message}`);
    }
  }
}

function questionOf(ask: string, of: readonly unknown[]): string {
  return encodeValue([ask, of]);
}
