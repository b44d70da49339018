/**
 * The whole terminal for a while: alternate screen, no cursor, keys as they are pressed (console_codes(4), termios(3)). `close`
 * gives it back as it was, and so does every other end of the process but SIGKILL's.
 */
import type { ReadStream, WriteStream } from 'node:tty';
import type { Screen } from './live-text.ts';

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE_END = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** What a terminal without a size of its own (serial lines, some containers) is taken for. */
const USUAL_SIZE: Screen = { columns: 80, rows: 24 };

export interface ScreenHandler {
  /** What was typed. */
  keys(text: string): void;
  resized(): void;
}

export class TerminalScreen {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #write: (text: string) => void;
  readonly #handler: ScreenHandler;
  #isOpen = true;

  /** Both ends are terminals. `write` puts text on the output at once. */
  constructor(input: ReadStream, output: WriteStream, write: (text: string) => void, handler: ScreenHandler) {
    this.#input = input;
    this.#output = output;
    this.#write = write;
    this.#handler = handler;
    process.on('exit', this.#onExit);
    process.on('SIGWINCH', this.#onResize);
    // A terminal that has gone away fails to be read and to be reset: SIGHUP tells of it, and ends the run.
    input.on('error', () => {});
    input.setRawMode(true);
    input.setEncoding('utf8');
    input.on('data', this.#onData);
    write(ENTER);
  }

  get size(): Screen {
    const [columns, rows] = this.#output.getWindowSize();
    return { columns: columns || USUAL_SIZE.columns, rows: rows || USUAL_SIZE.rows };
  }

  /** Shows the lines and nothing else. Each is overwritten in place, so that nothing flickers. */
  draw(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}${CLEAR_LINE_END}`).join('\r\n');
    if (this.#isOpen) this.#write(`${HOME}${text}${CLEAR_BELOW}`);
  }

  readonly #onData = (text: string | Buffer) => this.#handler.keys(text.toString());
  readonly #onResize = () => this.#handler.resized();
  readonly #onExit = () => this.close();

  /** Closing twice is no error. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.off('exit', this.#onExit);
    process.off('SIGWINCH', this.#onResize);
    this.#input.off('data', this.#onData);
    this.#input.setRawMode(false);
    this.#input.pause();
    this.#write(LEAVE);
  }
}
