/**
 * How a command speaks beside its events: in lines, or with -j in JSON objects on stdout and nothing else there. Errors and warnings
 * then go to stderr too, in the words that they have without -j: who looks at a terminal or a log must not have to read JSON.
 */
import { formatLine } from './json-line.ts';
import type { CommonLine } from './lines.ts';
import type { CommandOutput } from './output.ts';
import { formatVersion, VERSION } from './version.ts';

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
  /** The answer to -V. `command` is the plain name, whatever the command was called by. */
  version(command: string, facts: Readonly<Record<string, string>>): void;
}

export function textConsole(output: CommandOutput): Console {
  return {
    fail: (message) => output.complain(message),
    warn: (message) => output.complain(message),
    remark: (text) => output.stderr(`${text}\n`),
    print: (text) => output.stdout(text),
    tell: (text) => output.stdout(text),
    version: (command, facts) => output.stdout(formatVersion(command, facts)),
  };
}

export function jsonConsole(output: CommandOutput): Console {
  const text = textConsole(output);
  const write = (line: CommonLine) => output.stdout(formatLine(line));
  return {
    fail: (message) => {
      write({ error: message, type: 'error' });
      text.fail(message);
    },
    warn: (message) => {
      write({ warning: message, type: 'warning' });
      text.warn(message);
    },
    remark: (message) => {
      write({ warning: message, type: 'warning' });
      text.remark(message);
    },
    print: () => {},
    tell: (words) => write({ text: words, type: 'text' }),
    version: () => write({ version: VERSION }),
  };
}
