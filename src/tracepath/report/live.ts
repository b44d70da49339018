/** `tracepath --live`: the rounds' engine behind a screen that is drawn anew as things happen, and a few keys. */
import { isatty } from 'node:tty';
import { SetupError } from '../../cli/errors.ts';
import type { Clock } from '../../net/clock.ts';
import type { Watch } from '../../net/pump.ts';
import type { RoundsEngine } from './engine.ts';
import { DISPLAY_MODES, type DisplayMode, renderLive } from './live-text.ts';
import type { SparkGlyphs } from './sparkline.ts';
import { TerminalScreen } from './terminal-screen.ts';
import type { RoundsText } from './text.ts';

const STDIN = 0;
const STDOUT = 1;
const FAILURE_STATUS = 1;
/** The screen is drawn no more often than this. */
const FRAME_MS = 50;
/** In raw mode the terminal makes no signal of Ctrl-C. */
const CTRL_C = '\x03';

export interface LiveOptions {
  readonly engine: RoundsEngine;
  readonly clock: Clock;
  readonly text: RoundsText;
  readonly glyphs: SparkGlyphs;
  readonly showHost: (address: string) => string;
  /** Puts text on stdout at once. */
  readonly write: (text: string) => void;
}

/** @throws SetupError where there is no terminal to draw on and to read keys from */
export function requireTerminal(env: Readonly<Record<string, string | undefined>>): void {
  const missing = [...(isatty(STDIN) ? [] : ['stdin']), ...(isatty(STDOUT) ? [] : ['stdout'])];
  if (missing.length === 0) {
    // The value that programs set whose terminal has no cursor to be moved: Emacs' shell, CI logs.
    if (env['TERM'] !== 'dumb') return;
    throw new SetupError(
      '--live needs a terminal that moves its cursor, and TERM is dumb: use --report',
      FAILURE_STATUS,
    );
  }
  throw new SetupError(`--live needs a terminal on ${missing.join(' and ')}: use --report`, FAILURE_STATUS);
}

export class LiveView {
  readonly #options: LiveOptions;
  readonly #screen: TerminalScreen;
  #mode: DisplayMode = 'figures';
  #timer: NodeJS.Timeout | null = null;
  #wake: (() => void) | null = null;

  /** Takes the terminal until `close`. */
  constructor(options: LiveOptions) {
    this.#options = options;
    this.#screen = new TerminalScreen(process.stdin, process.stdout, options.write, {
      keys: (text) => this.#press(text),
      resized: () => this.update(),
    });
    this.#draw();
  }

  /** For `pump`: a key may be something to act upon. */
  readonly watch: Watch = (callback) => {
    this.#wake = callback;
  };

  /** Something has changed. */
  readonly update = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#draw();
    }, FRAME_MS);
  };

  #press(text: string): void {
    const { engine, clock } = this.#options;
    for (const key of text) {
      if (key === 'q' || key === CTRL_C) engine.interrupt(clock.read());
      if (key === 'p') {
        if (engine.isPaused) engine.resume();
        else engine.pause();
      }
      if (key === 'r') engine.reset(clock.read());
      if (key === 'd') this.#mode = DISPLAY_MODES[(DISPLAY_MODES.indexOf(this.#mode) + 1) % DISPLAY_MODES.length]!;
    }
    this.#wake?.();
    this.update();
  }

  #draw(): void {
    const { engine, clock, text, glyphs, showHost } = this.#options;
    const lines = renderLive(
      {
        title: text.title(engine.rounds, engine.elapsedNs(clock.read())),
        hops: engine.shownHops(),
        mode: this.#mode,
        isPaused: engine.isPaused,
        glyphs,
        showHost,
      },
      this.#screen.size,
    );
    this.#screen.draw(lines);
  }

  /** The terminal is as it was before. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#screen.close();
  }
}
