/** How a run speaks: in iputils' lines, or (-j) in JSON objects on stdout and nothing else there. */
import type { CommandOutput } from '../cli/output.ts';
import { formatVersion, VERSION } from '../cli/version.ts';
import type { PingEvent } from './events.ts';
import { formatJson, formatJsonError, PingJson } from './json.ts';
import { PingText, type TextOptions } from './text.ts';

export interface Console {
  /** The last word of a run that cannot go on. */
  fail(message: string): void;
  /** Something went wrong, and the run goes on. */
  warn(message: string): void;
  /** The same without the command's name before it, as iputils has it for broadcasts. */
  remark(text: string): void;
  /** Lines for a reader only: header, pattern. */
  print(text: string): void;
  /** A text that was asked for and nothing else: help. */
  tell(text: string): void;
  version(facts: Readonly<Record<string, string>>): void;
  /** What shows the events of a run. */
  events(options: TextOptions): (event: PingEvent) => void;
}

export function textConsole(output: CommandOutput): Console {
  return {
    fail: (message) => output.complain(message),
    warn: (message) => output.complain(message),
    remark: (text) => output.stderr(`${text}\n`),
    print: (text) => output.stdout(text),
    tell: (text) => output.stdout(text),
    version: (facts) => output.stdout(formatVersion('ping', facts)),
    events: (options) => {
      const text = new PingText(options);
      return (event) => {
        for (const { stream, text: line, bare } of text.render(event)) {
          if (stream === 'stdout') output.stdout(line);
          else output.stderr(bare === true ? line : `${output.commandName}: ${line}`);
        }
      };
    },
  };
}

export function jsonConsole(output: CommandOutput): Console {
  const warn = (message: string) => output.stdout(`${formatJson({ warning: message, type: 'warning' })}\n`);
  return {
    fail: (message) => output.stdout(formatJsonError(message)),
    warn,
    remark: warn,
    print: () => {},
    tell: (text) => output.stdout(`${formatJson({ text, type: 'text' })}\n`),
    version: () => output.stdout(`${formatJson({ version: VERSION })}\n`),
    events: (options) => {
      const json = new PingJson(options);
      return (event) => {
        const line = json.render(event);
        if (line !== '') output.stdout(line);
      };
    },
  };
}
