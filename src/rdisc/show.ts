/** What shows the events of a run of rdisc: lines, or with -j JSON. */
import type { CommandOutput } from '../cli/output.ts';
import { writePieces } from '../cli/pieces.ts';
import { recordable, type Views } from '../cli/view.ts';
import type { RdiscEvent } from './events.ts';
import { type JsonOptions, RdiscJson } from './json.ts';
import { RdiscText, type TextOptions } from './text.ts';

type Show = (event: RdiscEvent) => void;

export const showEvents = recordable(
  'rdisc',
  (output: CommandOutput, json: boolean, options: TextOptions & JsonOptions): Show =>
    json ? showJson(output, new RdiscJson(options)) : showText(output, new RdiscText(options)),
);

function showText(output: CommandOutput, text: RdiscText): Show {
  return (event) => writePieces(output, text.render(event));
}

function showJson(output: CommandOutput, json: RdiscJson): Show {
  return (event) => output.stdout(json.render(event));
}

/** For `sonde replay`. */
export const RDISC_VIEWS: Views = { rdisc: async () => showEvents };
