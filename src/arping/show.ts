/** What shows a run of arping: lines, or with -j JSON. */
import type { CommandOutput } from '../cli/output.ts';
import type { ArpingEvent } from './events.ts';
import { ArpingJson, formatJsonStart, type JsonOptions } from './json.ts';
import { ArpingText, formatHeader } from './text.ts';

export interface Show {
  start(): void;
  event(event: ArpingEvent): void;
}

export function showRun(output: CommandOutput, isJson: boolean, options: JsonOptions): Show {
  return isJson ? showJson(output, options) : showText(output, options);
}

function showText(output: CommandOutput, options: JsonOptions): Show {
  const text = new ArpingText(options);
  return {
    start: () => {
      if (!options.quiet) output.stdout(formatHeader(options));
    },
    event: (event) => {
      for (const { stream, text: words } of text.render(event)) {
        if (stream === 'stdout') output.stdout(words);
        else output.complain(words);
      }
    },
  };
}

function showJson(output: CommandOutput, options: JsonOptions): Show {
  const json = new ArpingJson(options);
  return {
    start: () => {
      if (!options.quiet) output.stdout(formatJsonStart(options));
    },
    event: (event) => {
      const line = json.render(event);
      if (line !== '') output.stdout(line);
    },
  };
}
