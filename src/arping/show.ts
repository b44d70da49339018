/** What shows a run of arping: lines, or with -j JSON. */
import type { CommandOutput } from '../cli/output.ts';
import { writePieces } from '../cli/pieces.ts';
import { recordable, type Views } from '../cli/view.ts';
import type { ArpingEvent } from './events.ts';
import { ArpingJson, formatJsonStart, type JsonOptions } from './json.ts';
import { ArpingText, formatHeader, type TextOptions } from './text.ts';

type Show = (event: ArpingEvent) => void;

/** Tells first what is asked, and from where. */
export const showRun = recordable(
  'arping',
  (output: CommandOutput, json: boolean, options: TextOptions & JsonOptions): Show =>
    json ? showJson(output, options) : showText(output, options),
);

function showText(output: CommandOutput, options: TextOptions): Show {
  const text = new ArpingText(options);
  if (!options.quiet) output.stdout(formatHeader(options));
  return (event) => writePieces(output, text.render(event));
}

function showJson(output: CommandOutput, options: JsonOptions): Show {
  const json = new ArpingJson(options);
  if (!options.quiet) output.stdout(formatJsonStart(options));
  return (event) => {
    const line = json.render(event);
    if (line !== '') output.stdout(line);
  };
}

/** For `sonde replay`. */
export const ARPING_VIEWS: Views = { arping: async () => showRun };
