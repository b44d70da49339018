/** What shows the events of a run of tracepath: lines, or with -j JSON. */
import type { CommandOutput } from '../cli/output.ts';
import type { TracepathEvent } from './events.ts';
import { type JsonOptions, TracepathJson } from './json.ts';
import { type TextOptions, TracepathText } from './text.ts';

export function showEvents(
  output: CommandOutput,
  json: boolean,
  options: TextOptions & JsonOptions,
): (event: TracepathEvent) => void {
  return json ? showJson(output, new TracepathJson(options)) : showText(output, new TracepathText(options));
}

function showText(output: CommandOutput, text: TracepathText): (event: TracepathEvent) => void {
  return (event) => {
    for (const { stream, text: line } of text.render(event)) {
      if (stream === 'stdout') output.stdout(line);
      else output.stderr(`${output.commandName}: ${line}`);
    }
  };
}

function showJson(output: CommandOutput, json: TracepathJson): (event: TracepathEvent) => void {
  return (event) => output.stdout(json.render(event));
}
