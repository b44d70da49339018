/**
 * Writes what a run tells into a file: docs/record.md. It stands between the engine's events and their renderer, sees each event
 * once, lets the renderer work as ever, and remembers what that one had to ask. The other renderer is given every event as well,
 * and its output thrown away, so that its questions are answered too when the recording is replayed through it.
 */

import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Console } from '../cli/console.ts';
import { fileReason } from '../cli/file-errors.ts';
import type { CommandOutput } from '../cli/output.ts';
import { encodeValue, type HeaderLine, RECORDING_SCHEMA, type RecordingLine, type Saying } from '../cli/recording.ts';
import { VERSION } from '../cli/version.ts';
import type { Recorder, ShowEvents } from '../cli/view.ts';

/** A flood fills this much before it is written in one piece; what runs slowly is written in every turn of the event loop. */
const CHUNK_CHARACTERS = 1 << 16;
/** The run had a status of its own, and nobody would know that its recording is not whole. As for stdout: cli/output.ts. */
const FAILED_STATUS = 1;

type Functions = Record<string, (...of: unknown[]) => unknown>;

/** What a run is, as far as it is known before its command line is read. */
export type RunFacts = Pick<HeaderLine, 'command' | 'name' | 'argv'>;

export class FileRecorder implements Recorder {
  readonly #facts: RunFacts;
  readonly #complain: (message: string) => void;
  /** Answers that stand in the file, by question. */
  readonly #answers = new Map<string, string>();
  /** Null once there is no use in writing. */
  #descriptor: number | null;
  #pending = '';
  /** Octets in the file, and their checksum. */
  #octets = 0;
  #checksum = 0;
  #isFlushDue = false;
  #hasFailed = false;
  #hasEnded = false;
  /** What the run writes to, without us in between. */
  #output: CommandOutput = silent('');
  /** Something is being rendered, or said: what reaches the output now is known by its cause. */
  #isExplained = false;

  /** Opens `path`, and empties it. @throws ErrnoException */
  constructor(path: string, facts: RunFacts, complain: (message: string) => void) {
    this.#facts = facts;
    this.#complain = complain;
    this.#descriptor = openSync(path, 'w');
  }

  begin(json: boolean, console: Console): Console {
    const header = { schema: RECORDING_SCHEMA, sonde: VERSION, ...this.#facts, json, startedMs: Date.now() };
    this.#write({ type: 'recording', ...header });
    const say = (how: Saying) => (text: string) => {
      this.#write({ type: 'said', how, text });
      this.#explain(() => console[how](text));
    };
    return {
      fail: say('fail'),
      warn: say('warn'),
      remark: say('remark'),
      print: say('print'),
      tell: say('tell'),
      version: (command, facts) => {
        this.#write({ type: 'version', command, facts });
        this.#explain(() => console.version(command, facts));
      },
    };
  }

  watch(output: CommandOutput): CommandOutput {
    this.#output = output;
    const raw = (stream: 'stdout' | 'stderr') => (text: string) => {
      if (!this.#isExplained) this.#write({ type: 'raw', stream, text });
      output[stream](text);
    };
    const { commandName } = output;
    const stderr = raw('stderr');
    const complain = (message: string) => stderr(`${commandName}: ${message}\n`);
    return { recorder: this, commandName, stdout: raw('stdout'), stderr, complain };
  }

  open<Event, Options>(
    view: string,
    show: ShowEvents<Event, Options>,
    output: CommandOutput,
    json: boolean,
    options: Options,
  ): (event: Event) => void {
    const { plain, functions } = split(options as object);
    const overheard = { ...plain, ...this.#overhear(functions) } as Options;
    const [shown, other] = this.#explain(() => [
      show(output, json, overheard),
      show(silent(output.commandName), !json, overheard),
    ]);
    // Renderers ask as they go: what they asked must stand in front of the view, or of the event, in the file.
    this.#write({ type: 'view', view, options: plain, asks: Object.keys(functions) });
    return (event) => {
      this.#explain(() => {
        shown(event);
        other(event);
      });
      this.#line(`{"type":"event","event":${encodeValue(event)}}`);
    };
  }

  overhear<Event, Options>(
    view: string,
    show: ShowEvents<Event, Options>,
    json: boolean,
    options: Options,
  ): { readonly output: CommandOutput; readonly tell: (event: Event) => void } {
    const output = this.#output;
    return { output, tell: this.open(view, show, silent(output.commandName), json, options) };
  }

  /** The functions, with every answer that is news written down. */
  #overhear(functions: Functions): Functions {
    const overheard = Object.entries(functions).map(([ask, answer]) => {
      const hear = (...of: unknown[]) => {
        const is = answer(...of);
        const question = `${ask} ${encodeValue(of)}`;
        const text = encodeValue(is);
        // Nothing is what replay answers by itself: so whoever floods us with addresses without names fills no memory.
        if (text !== (this.#answers.get(question) ?? 'null')) {
          this.#answers.set(question, text);
          this.#write({ type: 'answer', ask, of, is });
        }
        return is;
      };
      return [ask, hear] as const;
    });
    return Object.fromEntries(overheard);
  }

  #explain<T>(act: () => T): T {
    const before = this.#isExplained;
    this.#isExplained = true;
    try {
      return act();
    } finally {
      this.#isExplained = before;
    }
  }

  #write(line: Exclude<RecordingLine, { type: 'end' }>): void {
    this.#line(encodeValue(line));
  }

  #line(text: string): void {
    if (this.#descriptor === null) return;
    this.#pending += `${text}\n`;
    if (this.#pending.length > CHUNK_CHARACTERS) this.#flush();
    else if (!this.#isFlushDue) {
      this.#isFlushDue = true;
      setImmediate(() => this.#flush());
    }
  }

  #flush(): void {
    this.#isFlushDue = false;
    if (this.#descriptor === null || this.#pending === '') return;
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
      this.#octets += bytes.length;
      this.#checksum = crc32(bytes, this.#checksum);
    } catch (error) {
      this.#fail(fileReason(error));
    }
  }

  /** Said once; the run goes on. What was written whole before stays. */
  #fail(reason: string): void {
    this.#hasFailed = true;
    this.#complain(`the recording ends here, and the run goes on: ${reason}`);
    try {
      ftruncateSync(this.#descriptor!, this.#octets);
    } catch {
      // A device, or a pipe: half a line is left behind, and replay says so.
    }
    this.#close();
  }

  #close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  end(status: number): number {
    if (!this.#hasEnded) {
      this.#hasEnded = true;
      this.#flush();
      const line = `{"type":"end","status":${status}`;
      const checksum = crc32(line, this.#checksum).toString(16).padStart(8, '0');
      this.#line(`${line},"crc32":"${checksum}"}`);
      this.#flush();
      this.#close();
    }
    return this.#hasFailed && status === 0 ? FAILED_STATUS : status;
  }
}

function split(options: object): { readonly plain: object; readonly functions: Functions } {
  const entries = Object.entries(options);
  return {
    plain: Object.fromEntries(entries.filter(([, value]) => typeof value !== 'function')),
    functions: Object.fromEntries(entries.filter(([, value]) => typeof value === 'function')),
  };
}

function silent(commandName: string): CommandOutput {
  return { commandName, stdout: () => {}, stderr: () => {}, complain: () => {} };
}
