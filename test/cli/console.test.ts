/** How a command speaks beside its events: to people, and with -j to both people and programs. */
import { describe, expect, it } from 'vitest';
import { type Console, jsonConsole, textConsole } from '../../src/cli/console.ts';
import type { CommandOutput } from '../../src/cli/output.ts';
import { loadSchema } from '../schema.ts';

const HOSTILE = '\x1b]0;owned\x07"\\\r\n\x9b';

/** What `speak` writes, by stream. */
function listen(make: (output: CommandOutput) => Console, speak: (console: Console) => void) {
  const written = { stdout: '', stderr: '' };
  const stderr = (text: string) => (written.stderr += text);
  speak(
    make({
      commandName: 'ping',
      stdout: (text) => (written.stdout += text),
      stderr,
      complain: (message) => stderr(`ping: ${message}\n`),
    }),
  );
  return written;
}

function sayWhatWentWrong(console: Console): void {
  console.warn('careful');
  console.remark('WARNING: pinging broadcast address');
  console.fail('nosuch.lab: Name or service not known');
}

describe('the console of -j', () => {
  it('says errors and warnings in objects on stdout, and on stderr in the words that they have without -j', () => {
    const { stdout, stderr } = listen(jsonConsole, sayWhatWentWrong);
    expect(stdout).toBe(
      '{"warning": "careful", "type": "warning", "schema": 1}\n' +
        '{"warning": "WARNING: pinging broadcast address", "type": "warning", "schema": 1}\n' +
        '{"error": "nosuch.lab: Name or service not known", "type": "error", "schema": 1}\n',
    );
    expect(stderr).toBe(listen(textConsole, sayWhatWentWrong).stderr);
    expect(stderr).toMatch(/^ping: careful\nWARNING: .*\nping: nosuch\.lab: .*\n$/);
  });

  it('answers what was asked for on stdout alone', () => {
    const { stdout, stderr } = listen(jsonConsole, (console) => {
      console.tell('Usage\n  ping');
      console.version('ping', { backend: 'addon' });
    });
    expect(stdout).toMatch(
      /^\{"text": "Usage\\n {2}ping", "type": "text", "schema": 1\}\n\{"version": "[^"]+", "schema": 1\}\n$/,
    );
    expect(stderr).toBe('');
  });

  it('keeps header and pattern to itself', () => {
    expect(listen(jsonConsole, (console) => console.print('PING 10.88.0.9\n'))).toEqual({ stdout: '', stderr: '' });
  });

  it.each(['ping', 'arping', 'clockdiff', 'rdisc', 'sweep', 'tracepath', 'tracepath-flows', 'tracepath-report'])(
    'speaks in lines that the schema of %s has, whatever there is to say',
    (name) => {
      const { stdout } = listen(jsonConsole, (console) => {
        sayWhatWentWrong(console);
        console.fail(HOSTILE);
        console.tell(HOSTILE);
        console.version(name, { node: HOSTILE });
      });
      expect(loadSchema(name).readLines(stdout)).toHaveLength(6);
    },
  );
});
