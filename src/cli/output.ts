/**
 * stdout and stderr of a command: written at once and whole, straight to the descriptors. `process.stdout` would load node's
 * stream, tty and net modules before the first packet leaves.
 */
import { writeSync } from 'node:fs';

const STDOUT = 1;
const STDERR = 2;
/** What a shell shows for a process that SIGPIPE killed, as it kills iputils: nobody reads on. */
const BROKEN_PIPE_STATUS = 128 + 13;
const FULL_PIPE_WAIT_MS = 2;

/** strerror(3) of what a write to stdout fails with. */
const WRITE_FAILURES = new Map([
  ['ENOSPC', 'No space left on device'],
  ['EIO', 'Input/output error'],
  ['EBADF', 'Bad file descriptor'],
  ['EFBIG', 'File too large'],
  ['EDQUOT', 'Disk quota exceeded'],
]);

export interface CommandOutput {
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

  constructor(commandName: string) {
    this.commandName = commandName;
  }

  stdout(text: string): void {
    try {
      writeWhole(STDOUT, text);
    } catch (error) {
      this.#failure ??= error as NodeJS.ErrnoException;
    }
  }

  stderr(text: string): void {
    try {
      writeWhole(STDERR, text);
    } catch {
      // Nowhere is left to say so.
    }
  }

  complain(message: string): void {
    this.stderr(`${this.commandName}: ${message}\n`);
  }

  /** The exit status that stdout leaves of `status`: a full disk is said and makes it 1, as in iputils. */
  verify(status: number): number {
    if (this.#failure === null) return status;
    this.complain(`write error: ${WRITE_FAILURES.get(this.#failure.code ?? '') ?? this.#failure.message}`);
    return 1;
  }
}

/** @throws ErrnoException for a descriptor that takes nothing more; ends the process when a pipe has no reader. */
function writeWhole(descriptor: number, text: string): void {
  let bytes = Buffer.from(text);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(descriptor, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(BROKEN_PIPE_STATUS);
      if (code !== 'EAGAIN') throw error;
      // Somebody made the pipe non-blocking and it is full: wait for its reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_WAIT_MS);
    }
  }
}
