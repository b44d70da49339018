/** What shows the events of a run of ping: lines, or with -j JSON. */
import type { CommandOutput } from '../cli/output.ts';
import { writePieces } from '../cli/pieces.ts';
import { recordable, type Views } from '../cli/view.ts';
import type { PingEvent } from './events.ts';
import { PingJson } from './json.ts';
import { PingText, type TextOptions } from './text.ts';

type Show = (event: PingEvent) => void;

export const showEvents = recordable(
  'ping',
  (output: CommandOutput, json: boolean, options: TextOptions): Show =>
    json ? showJson(output, new PingJson(options)) : showText(output, new PingText(options)),
);

function showText(output: CommandOutput, text: PingText): Show {
  return (event) => writePieces(output, text.render(event));
}

function showJson(output: CommandOutput, json: PingJson): Show {
  return (event) => {
    const line = json.render(event);
    if (line !== '') output.stdout(line);
  };
}

/** For `sonde replay`. */
export const PING_VIEWS: Views = { ping: async () => showEvents };
