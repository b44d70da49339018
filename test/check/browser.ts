/** A real browser without a window: chromium over its DevTools pipe, as far as looking at a page needs it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const PROGRAM = 'chromium';
export const hasBrowser = spawnSync(PROGRAM, ['--version']).status === 0;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

export class Browser {
  readonly #profile = mkdtempSync(join(tmpdir(), 'sonde-browser-'));
  readonly #process: ChildProcess;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #listeners = new Map<string, (params: Readonly<Record<string, unknown>>) => void>();
  /** What the page complained of: errors, warnings, exceptions, refused loads. */
  readonly complaints: string[] = [];
  #session: string | undefined;
  #requests = 0;

  private constructor() {
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--remote-debugging-pipe',
      `--user-data-dir=${this.#profile}`,
    ];
    this.#process = spawn(PROGRAM, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    let text = '';
    (this.#process.stdio[4] as Readable).setEncoding('utf8').on('data', (piece: string) => {
      const messages = (text + piece).split('\0');
      text = messages.pop()!;
      for (const message of messages) this.#take(JSON.parse(message));
    });
  }

  /** With one empty page. */
  static async open(): Promise<Browser> {
    const browser = new Browser();
    const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
    browser.#session = sessionId as string;
    const complain = (params: Readonly<Record<string, unknown>>) => browser.complaints.push(JSON.stringify(params));
    for (const event of ['Runtime.exceptionThrown', 'Runtime.consoleAPICalled', 'Log.entryAdded'])
      browser.#listeners.set(event, complain);
    for (const domain of ['Page', 'Runtime', 'Log']) await browser.send(`${domain}.enable`);
    return browser;
  }

  async send(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.#requests;
    const answered = new Promise<Message>((resolve) => {
      this.#answers.set(id, resolve);
    });
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId: this.#session })}\0`);
    const { error, result } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result!;
  }

  #take({ id, method, params, ...answer }: Message): void {
    if (id !== undefined) {
      this.#answers.get(id)?.(answer);
      this.#answers.delete(id);
    } else if (method !== undefined) {
      this.#listeners.get(method)?.(params ?? {});
    }
  }

  /** Shows a file on a screen of this width, and resolves when it is there. */
  async show(file: string, widthPixels: number, scheme: 'light' | 'dark'): Promise<void> {
    await this.send('Emulation.setDeviceMetricsOverride', {
      width: widthPixels,
      height: 900,
      deviceScaleFactor: 1,
      mobile: widthPixels < 600,
    });
    await this.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    const loaded = new Promise<void>((resolve) => {
      this.#listeners.set('Page.loadEventFired', () => resolve());
    });
    await this.send('Page.navigate', { url: `file://${file}` });
    await loaded;
  }

  /** The value of an expression in the page. @throws Error with what the page throws */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { readonly value: T }).value;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#process.once('close', resolve));
    this.send('Browser.close').catch(() => {});
    await closed;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
