/**
 * What shows the events of a run, and the place where `sonde record` listens: between the engine's events and the renderer, so
 * that `sonde replay` can give the same events to the same renderer, or to the other one. See docs/decisions/0041.
 */
import type { Console } from './console.ts';
import type { CommandOutput } from './output.ts';

/**
 * Opens a renderer of lines (or, with `json`, of NDJSON) and answers what it is told each event by. `options` are plain data but
 * for functions right in it, which answer plain data: what an errno means, the name of an address. What comes first, a heading,
 * is written when it is opened.
 */
export type ShowEvents<Event, Options> = (
  output: CommandOutput,
  json: boolean,
  options: Options,
) => (event: Event) => void | Promise<void>;

/** The views of a command by name. Loaded when asked for: a run has but one. */
export type Views = Readonly<Record<string, () => Promise<ShowEvents<never, never>>>>;

/** Who listens. src/record/recorder.ts writes what it hears to a file. */
export interface Recorder {
  /** How the run speaks beside its events; answers the console that the run must use. */
  begin(json: boolean, console: Console): Console;
  /** An output that tells the recorder what is written to it besides. */
  watch(output: CommandOutput): CommandOutput;
  open<Event, Options>(
    view: string,
    show: ShowEvents<Event, Options>,
    output: CommandOutput,
    json: boolean,
    options: Options,
  ): (event: Event) => void;
  /** For a show of another make: hears events that `show` could show, and shows nothing. `output` is written to unheard. */
  overhear<Event, Options>(
    view: string,
    show: ShowEvents<Event, Options>,
    json: boolean,
    options: Options,
  ): { readonly output: CommandOutput; readonly tell: (event: Event) => void };
  /** The run is over. Answers the exit status that the recording leaves of `status`. */
  end(status: number): number;
}

/** `show` under a name by which replay finds it. */
export function recordable<Event, Options>(
  view: string,
  show: ShowEvents<Event, Options>,
): (output: CommandOutput, json: boolean, options: Options) => (event: Event) => void {
  return (output, json, options) =>
    output.recorder === undefined
      ? show(output, json, options)
      : output.recorder.open(view, show, output, json, options);
}
