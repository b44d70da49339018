/**
 * Going to the background. A process of node's cannot fork, so it starts itself anew in a session of its own, with nothing on its
 * descriptors but a channel to the first one. The first one stays until the second says that all is well, or why not, relays
 * what it has to say until then, and ends with its status. See docs/decisions/0024.
 */

import { openSync, readFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { SetupError } from '../cli/errors.ts';
import { fileReason } from '../cli/file-errors.ts';
import type { CommandOutput } from '../cli/output.ts';
import type { ProcessSignals } from '../net/signals.ts';
import type { SystemLog } from './backend.ts';

/** Tells the second process what it is. */
const MARK = 'SONDE_RDISC_BACKGROUND';
export const LOG_IDENT = 'in.rdiscd';
const SIGNAL_STATUS = 128;
const SETUP_STATUS = 2;

type Stream = 'stdout' | 'stderr';

type Word = { readonly kind: 'said'; readonly stream: Stream; readonly text: string } | { readonly kind: 'ready' };

/** What came of it: the process that goes on, or the status of one that does not. */
export type Started = { readonly pid: number } | { readonly status: number };

/** Starts this very command line again, in the background. @throws SetupError */
export async function startInBackground(output: CommandOutput, signals: ProcessSignals): Promise<Started> {
  const { spawn } = await import('node:child_process');
  return await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, readCommandLine().slice(1), {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...process.env, [MARK]: '1' },
    });
    // The second one has a session of its own, so the terminal's signals do not reach it.
    const inbox = signals.take(['SIGINT', 'SIGTERM', 'SIGHUP']);
    inbox.listen((signal) => child.kill(signal));
    const settle = (started: Started) => {
      inbox.close();
      resolve(started);
    };
    // What it said last may come in after its end is known: both must have been seen.
    let status: number | null = null;
    const endIfOver = () => {
      if (status !== null && !child.connected) settle({ status });
    };
    child.on('error', (error) => reject(new SetupError(`cannot go to the background: ${error.message}`)));
    child.on('message', (word: Word) => {
      if (word.kind === 'ready') settle({ pid: child.pid! });
      else output[word.stream](word.text);
    });
    child.on('disconnect', endIfOver);
    child.on('exit', (code, signal) => {
      status = code ?? SIGNAL_STATUS + (signal === null ? 0 : constants.signals[signal]);
      endIfOver();
    });
  });
}

/** As the kernel has it, node first: `sonde rdisc` takes its own word out of `process.argv`. */
function readCommandLine(): readonly string[] {
  return readFileSync('/proc/self/cmdline', 'utf8').split('\0').slice(0, -1);
}

/** The output of the second process: to whoever started it until `detach`, and to a log once there is one. */
export class BackgroundOutput implements CommandOutput {
  readonly commandName: string;
  #log: SystemLog | null = null;
  /** What is said there goes to the log. */
  #logged: readonly Stream[] = [];
  #isDetached = false;

  constructor(commandName: string) {
    this.commandName = commandName;
    // Whoever started us is gone before we were ready, and so is the one who would know of us.
    process.on('disconnect', () => {
      if (!this.#isDetached) process.kill(process.pid, 'SIGTERM');
    });
  }

  /** For the process that startInBackground made; null for any other. */
  static find(commandName: string): BackgroundOutput | null {
    return process.env[MARK] === '1' && process.send !== undefined ? new BackgroundOutput(commandName) : null;
  }

  /** From now on `streams` go to `log`. */
  logTo(log: SystemLog, streams: readonly Stream[]): void {
    this.#log = log;
    this.#logged = streams;
  }

  stdout(text: string): void {
    this.#say('stdout', text);
  }

  stderr(text: string): void {
    this.#say('stderr', text);
  }

  complain(message: string): void {
    this.stderr(`${this.commandName}: ${message}\n`);
  }

  #say(stream: Stream, text: string): void {
    const lines = this.#logged.includes(stream) ? text.split('\n') : [];
    for (const line of lines) if (line !== '') this.#log?.write(line);
    if (!this.#isDetached) this.#tell({ kind: 'said', stream, text });
  }

  /** From now on nobody waits for us. */
  detach(): void {
    if (this.#isDetached) return;
    this.#isDetached = true;
    this.#tell({ kind: 'ready' });
    process.disconnect?.();
  }

  /** Lets what was said reach the other process before this one ends. */
  async flush(): Promise<void> {
    if (this.#isDetached || process.send === undefined || !process.connected) return;
    await new Promise<void>((resolve) => process.send!({ kind: 'said', stream: 'stderr', text: '' }, () => resolve()));
  }

  #tell(word: Word): void {
    if (process.connected) process.send?.(word, () => {}); // A reader that is gone is told of by `disconnect`.
  }
}

/** A log in a file, appended to: each line with time and process, or as it is where it says both itself. @throws SetupError */
export function openLogFile(path: string, isJson: boolean): SystemLog {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'a');
  } catch (error) {
    throw new SetupError(`--log: ${path}: ${fileReason(error)}`, SETUP_STATUS);
  }
  return {
    write: (line) => {
      const head = isJson ? '' : `${new Date().toISOString()} ${LOG_IDENT}[${process.pid}]: `;
      try {
        writeSync(descriptor, `${head}${line}\n`);
      } catch {
        // A full disk: there is nobody left to tell.
      }
    },
  };
}
