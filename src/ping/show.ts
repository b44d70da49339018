/** What shows the events of a run of ping: lines, or with -j JSON. */
import type { CommandOutput } from '../cli/output.ts';
import { writePieces } from '../cli/pieces.ts';
import type { PingEvent } from './events.ts';
import { PingJson } from './json.ts';
import { PingText, type TextOptions } from './text.ts';

export function showEvents(output: CommandOutput, json: boolean, options: TextOptions): (event: PingEvent) => void {
  return json ? showJson(output, new PingJson(options)) : showText(output, new PingText(options));
}

function showText(output: CommandOutput, text: PingText): (event: PingEvent) => void {
  return (event) => writePieces(output, text.render(event));
}

function showJson(output: CommandOutput, json: PingJson): (event: PingEvent) => void {
  return (event) => {
    const line = json.render(event);
    if (line !== '') output.stdout(line);
  };
}
