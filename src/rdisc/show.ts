/** What shows the events of a run of rdisc: lines, or with -j JSON. */
import type { CommandOutput } from '../cli/output.ts';
import { writePieces } from '../cli/pieces.ts';
import type { RdiscEvent } from './events.ts';
import { type JsonOptions, RdiscJson } from './json.ts';
import { RdiscText, type TextOptions } from './text.ts';

export function showEvents(
  output: CommandOutput,
  json: boolean,
  options: TextOptions & JsonOptions,
): (event: RdiscEvent) => void {
  if (json) {
    const lines = new RdiscJson(options);
    return (event) => output.stdout(lines.render(event));
  }
  const lines = new RdiscText(options);
  return (event) => writePieces(output, lines.render(event));
}
