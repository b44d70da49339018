/** A terminal that can be looked at: tmux(1) with a server of its own, a shell inside it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimName } from '../../lab/ownership.ts';

const POLL_MS = 20;
const POLLS_MAXIMUM = 750;

export class Tmux {
  readonly #folder = mkdtempSync(`${tmpdir()}/${claimName()}-tmux-`);

  /** Starts a shell whose prompt is `$ `. `netns`: the namespace that it lives in. */
  constructor(netns: string, columns: number, rows: number, env: Readonly<Record<string, string>> = {}) {
    const shell = [
      'ip',
      'netns',
      'exec',
      netns,
      'env',
      'PS1=$ ',
      ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
      'sh',
    ];
    // -u: the terminal knows UTF-8, whatever the locale says. No configuration, so no status line settings of somebody's.
    this.#tmux('-u', '-f', '/dev/null', 'new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, ...shell);
    this.#tmux('set-option', '-g', 'status', 'off');
    this.resize(columns, rows);
  }

  #tmux(...argv: readonly string[]): string {
    return execFileSync('tmux', ['-S', `${this.#folder}/socket`, ...argv], { encoding: 'utf8', stdio: 'pipe' });
  }

  type(text: string): void {
    this.#tmux('send-keys', '-l', text);
  }

  /** Keys by tmux's names: `Enter`, `C-c`. */
  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`);
  }

  /** What stands on the screen now, without blanks at the ends of lines. */
  screen(): string {
    return this.#tmux('capture-pane', '-p');
  }

  /** A value that tmux knows of the terminal, e.g. `alternate_on`, `cursor_flag`: formats in tmux(1). */
  ask(format: string): string {
    return this.#tmux('display-message', '-p', `#{${format}}`).trim();
  }

  /** Waits until the screen matches, and answers it. @throws Error with the screen when it never does */
  async waitFor(pattern: RegExp): Promise<string> {
    for (let poll = 0; poll < POLLS_MAXIMUM; poll++) {
      const screen = this.screen();
      if (pattern.test(screen)) return screen;
      await sleep(POLL_MS);
    }
    throw new Error(`the screen never matched ${pattern}:\n${this.screen()}`);
  }

  close(): void {
    this.#tmux('kill-server');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
