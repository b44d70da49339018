/** What shows the events of a run: lines, or with -j JSON. */
import type { CommandOutput } from '../cli/output.ts';
import type { ClockdiffEvent } from './events.ts';
import type { ClockdiffJson } from './json.ts';
import type { ClockdiffText } from './text.ts';

export function showText(output: CommandOutput, text: ClockdiffText): (event: ClockdiffEvent) => void {
  return (event) => {
    for (const line of text.render(event)) {
      if (line.to === 'stdout') output.stdout(line.text);
      else output.complain(line.text);
    }
  };
}

export function showJson(output: CommandOutput, json: ClockdiffJson): (event: ClockdiffEvent) => void {
  return (event) => output.stdout(json.render(event));
}
