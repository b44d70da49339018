/**
 * stdout and stderr of a command: written at once and whole, straight to the descriptors. `process.stdout` would load node's
 * stream, tty and net modules before the first packet leaves.
 */
import { writeSync } from 'node:fs';
import { fileReason } from './file-errors.ts';
import type { Recorder } from './view.ts';

const STDOUT = 1;
const STDERR = 2;
/** What a shell shows for a process that SIGPIPE killed, as it kills iputils: nobody reads on. */
const BROKEN_PIPE_STATUS = 128 + 13;
const FULL_PIPE_WAIT_MS = 2;

/** What becomes of a command whose stdout takes nothing more. */
export interface StdoutFailure {
  /** A pipe without a reader ends the command where it stands, unless it has more to do than to print. */
  readonly outlivesReader: boolean;
  /** The exit status of one that could not print all, from what it would have been. */
  readonly status: (status: number) => number;
}

export interface CommandOutput {
  /** Absent where nothing is printed to descriptors. */
  whenStdoutFails?(rules: StdoutFailure): void;
  /** Set while `sonde record` listens. */
  readonly recorder?: Recorder;
  /** As the user called the command, path included: it begins every diagnostic line. */
  readonly commandName: string;
  stdout(text: string): void;
  /** Writes `text` as it is. */
  stderr(text: string): void;
  /** One diagnostic line: `<command>: <message>`. */
  complain(message: string): void;
}

export class ProcessOutput implements CommandOutput {
  readonly commandName: string;
  #failure: NodeJS.ErrnoException | null = null;
  #hasReader = true;
  /** As in iputils. */
  #rules: StdoutFailure = { outlivesReader: false, status: () => 1 };

  constructor(commandName: string) {
    this.commandName = commandName;
  }

  whenStdoutFails(rules: StdoutFailure): void {
    this.#rules = rules;
  }

  stdout(text: string): void {
    if (!this.#hasReader) return;
    try {
      writeWhole(STDOUT, text);
    } catch (error) {
      if (this.#isGone(error)) this.#hasReader = false;
      else this.#failure ??= error as NodeJS.ErrnoException;
    }
  }

  /** Whether nobody reads any more. Ends the process, unless it shall outlive that. */
  #isGone(error: unknown): boolean {
    const isGone = (error as NodeJS.ErrnoException).code === 'EPIPE';
    if (isGone && !this.#rules.outlivesReader) process.exit(BROKEN_PIPE_STATUS);
    return isGone;
  }

  stderr(text: string): void {
    try {
      writeWhole(STDERR, text);
    } catch (error) {
      // Nowhere is left to say so.
      this.#isGone(error);
    }
  }

  complain(message: string): void {
    this.stderr(`${this.commandName}: ${message}\n`);
  }

  /** The exit status that stdout leaves of `status`: a full disk is said. */
  verify(status: number): number {
    if (!this.#hasReader) return BROKEN_PIPE_STATUS;
    if (this.#failure === null) return status;
    this.complain(`write error: ${fileReason(this.#failure)}`);
    return this.#rules.status(status);
  }
}

/** @throws ErrnoException for a descriptor that takes nothing more, EPIPE for a pipe without a reader. */
function writeWhole(descriptor: number, text: string): void {
  let bytes = Buffer.from(text);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(descriptor, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN') throw error;
      // Somebody made the pipe non-blocking and it is full: wait for its reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_WAIT_MS);
    }
  }
}
