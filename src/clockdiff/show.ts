/** What shows the events of a run: lines, or with -j JSON. */
import type { CommandOutput } from '../cli/output.ts';
import { recordable, type Views } from '../cli/view.ts';
import type { ClockdiffEvent } from './events.ts';
import { ClockdiffJson, type JsonOptions } from './json.ts';
import { ClockdiffText, type TextOptions } from './text.ts';

type Show = (event: ClockdiffEvent) => void;

export const showEvents = recordable(
  'clockdiff',
  (output: CommandOutput, json: boolean, options: TextOptions & JsonOptions): Show =>
    json ? showJson(output, new ClockdiffJson(options)) : showText(output, new ClockdiffText(options)),
);

function showText(output: CommandOutput, text: ClockdiffText): Show {
  return (event) => {
    for (const line of text.render(event)) {
      if (line.to === 'stdout') output.stdout(line.text);
      else output.complain(line.text);
    }
  };
}

function showJson(output: CommandOutput, json: ClockdiffJson): Show {
  return (event) => output.stdout(json.render(event));
}

/** For `sonde replay`. */
export const CLOCKDIFF_VIEWS: Views = { clockdiff: async () => showEvents };
