/**
 * Helper processes of the lab, written in TypeScript like all else: bundled on the fly, started inside a namespace,
 * spoken to in lines. A helper says `ready` when it serves, answers each line with one line, and ends with its stdin,
 * so that it cannot outlive this process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { claimName } from './ownership.ts';

const ADDON = new URL('../../native/build/Release/sonde.node', import.meta.url).pathname;

export class Child {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<void>;
  #stderr = '';

  private constructor(childProcess: ChildProcess) {
    this.#process = childProcess;
    this.#lines = createInterface({ input: childProcess.stdout! })[Symbol.asyncIterator]();
    this.#closed = new Promise((resolve) => childProcess.once('close', () => resolve()));
    childProcess.once('error', (error) => {
      this.#stderr += error.message;
    });
    childProcess.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    childProcess.stdin!.on('error', () => {}); // The missing answer tells.
  }

  /** Starts the TypeScript file `entry` inside the namespace and waits until it is ready. @throws Error with its stderr */
  static async start(netns: string, entry: string, argv: readonly string[] = []): Promise<Child> {
    const folder = mkdtempSync(`${tmpdir()}/${claimName()}-`);
    try {
      writeFileSync(`${folder}/child.mjs`, bundle(entry));
      const child = new Child(
        spawn('ip', ['netns', 'exec', netns, process.execPath, `${folder}/child.mjs`, ...argv], {
          // The plain build, also where a sanitizer's is under test: it cannot be loaded without its runtime.
          env: { PATH: process.env['PATH'] ?? '', SONDE_ADDON: ADDON },
          stdio: 'pipe',
        }),
      );
      const greeting = await child.#nextLine();
      if (greeting !== 'ready') throw new Error(`${entry} said ${greeting} instead of ready`);
      return child;
    } finally {
      rmSync(folder, { recursive: true }); // Once it serves, it has been read.
    }
  }

  /** Sends one line and answers the line that comes back. @throws Error when the helper has died */
  async ask(line: string): Promise<string> {
    this.#process.stdin!.write(`${line}\n`);
    return await this.#nextLine();
  }

  /** Ends the helper and waits until it is gone. @throws Error when it had died before, with its stderr */
  async stop(): Promise<void> {
    this.#process.stdin!.end();
    await this.#closed;
    if (this.#process.exitCode !== 0) throw this.#death();
  }

  async #nextLine(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) {
      await this.#closed;
      throw this.#death();
    }
    return value;
  }

  #death(): Error {
    return new Error(
      `a helper of the lab died (${this.#process.exitCode ?? this.#process.signalCode}): ${this.#stderr}`,
    );
  }
}

const bundles = new Map<string, string>();

/** The module and all that it imports as one ES module. */
function bundle(entry: string): string {
  let text = bundles.get(entry);
  if (text === undefined) {
    const options = { bundle: true, platform: 'node', format: 'esm', write: false, logLevel: 'silent' } as const;
    text = buildSync({ entryPoints: [entry], ...options }).outputFiles[0]!.text;
    bundles.set(entry, text);
  }
  return text;
}
