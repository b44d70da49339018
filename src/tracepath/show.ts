/** What shows the events of a run of tracepath: lines, or with -j JSON. */
import type { CommandOutput } from '../cli/output.ts';
import { writePieces } from '../cli/pieces.ts';
import { recordable, type Views } from '../cli/view.ts';
import type { TracepathEvent } from './events.ts';
import { type JsonOptions, TracepathJson } from './json.ts';
import { type TextOptions, TracepathText } from './text.ts';

type Show = (event: TracepathEvent) => void;

export const showEvents = recordable(
  'trace',
  (output: CommandOutput, json: boolean, options: TextOptions & JsonOptions): Show =>
    json ? showJson(output, new TracepathJson(options)) : showText(output, new TracepathText(options)),
);

function showText(output: CommandOutput, text: TracepathText): Show {
  return (event) => writePieces(output, text.render(event));
}

function showJson(output: CommandOutput, json: TracepathJson): Show {
  return (event) => output.stdout(json.render(event));
}

/** For `sonde replay`. */
export const TRACEPATH_VIEWS: Views = {
  trace: async () => showEvents,
  rounds: async () => (await import('./report/show.ts')).showRounds,
  flows: async () => (await import('./flows/show.ts')).showFlows,
};
