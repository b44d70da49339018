/**
 * Commands inside a namespace: as root or as nobody, on pipes or on a terminal, signalled when their output says so.
 *
 * Every helper in between (`ip netns exec`, `setpriv`, `sh -c 'exec …'`) replaces itself by the next, so the process
 * that we started is in the end the command itself and gets our signals. Only `script` (terminals) stays its parent.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const NOBODY = 65534;
const DEFAULT_TIMEOUT_MS = 20_000;
/** Where `script` runs, the command tells its process identifier through this descriptor. */
const PID_DESCRIPTOR = 3;

export type OutputStream = 'stdout' | 'stderr';

/** Sends `signal` once `on` (stdout unless said) matches a pattern, or so many ms after the step before. */
export interface SignalStep {
  readonly signal:
    | 'SIGINT'
    | 'SIGQUIT'
    | 'SIGALRM'
    | 'SIGTERM'
    | 'SIGHUP'
    | 'SIGSTOP'
    | 'SIGCONT'
    | 'SIGUSR1'
    | 'SIGWINCH';
  readonly after: RegExp | number;
  readonly on?: OutputStream;
}

export interface CommandOptions {
  /** `root` unless said. */
  readonly user?: 'root' | 'nobody';
  /**
   * Exactly these capabilities, e.g. `['net_raw']`; not even a file's capabilities can add one. (A file with the
   * effective bit, as Debian's ping, then fails to execute unless it gets all that it asks for: capabilities(7).)
   * Unless said, root has all of them and nobody those of the file.
   */
  readonly capabilities?: readonly string[];
  /** Neither set-user-ID bits nor file capabilities count: prctl(2) PR_SET_NO_NEW_PRIVS. */
  readonly noNewPrivileges?: boolean;
  /** Added to the lab's own environment (PATH, HOME=/, LC_ALL=C, and TERM on a terminal); nothing of ours is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** What stdin holds; without it stdin is /dev/null (on a terminal: open and silent). */
  readonly stdin?: string;
  /** Signals to send, one after the other. */
  readonly signalAt?: readonly SignalStep[];
  /** Runs the command on a terminal of its own: all output is in `stdout`, with the terminal's CR LF line ends. */
  readonly tty?: boolean;
  /** Width of that terminal, 80 unless said. */
  readonly columns?: number;
  /** Stderr joins stdout in the order of writing, like `2>&1`. */
  readonly merged?: boolean;
  /** After this time the command is killed and the run fails; 20,000 unless said. */
  readonly timeoutMs?: number;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status, null where a signal ended the command (on a terminal: 128 + the signal's number). */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From before the start of the helpers to the end of the command; the helpers take some 5 ms. */
  readonly durationMs: number;
}

/** Runs `argv` in the network namespace `netns` to its end. @throws Error as `RunningCommand.ended` does */
export async function runCommand(
  netns: string,
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<RunResult> {
  return await new RunningCommand(netns, argv, options).ended;
}

/** A command that goes on while the test looks at it. */
export class RunningCommand {
  /**
   * Settles when the command has ended and all its output is here.
   * @throws Error at `timeoutMs`, and when the command ended before the pattern of a signal step matched
   */
  readonly ended: Promise<RunResult>;
  readonly #argv: readonly string[];
  readonly #process: ChildProcess;
  readonly #output: Record<OutputStream, string> = { stdout: '', stderr: '' };
  /** Called on every piece of output and at the end. */
  readonly #watchers = new Set<() => void>();
  /** Null when it could not be started. */
  readonly #commandPid: Promise<number | null>;
  #hasEnded = false;
  #endedAt = 0;

  constructor(netns: string, argv: readonly string[], options: CommandOptions = {}) {
    const startedAt = performance.now();
    const tty = options.tty === true;
    this.#argv = argv;
    this.#process = spawn('ip', ['netns', 'exec', netns, ...helperArguments(argv, options)], {
      env: environment(options),
      stdio: [
        options.stdin === undefined && !tty ? 'ignore' : 'pipe',
        'pipe',
        'pipe',
        ...(tty ? ['pipe' as const] : []),
      ],
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#process[stream]?.setEncoding('utf8').on('data', (text: string) => {
        this.#output[stream] += text;
        this.#notify();
      });
    }
    // A command may end without reading its stdin: EPIPE is no failure of the test.
    this.#process.stdin?.on('error', () => {});
    if (options.stdin !== undefined) this.write(options.stdin);
    if (!tty) this.#process.stdin?.end();
    this.#commandPid = tty
      ? firstNumber(this.#process.stdio[PID_DESCRIPTOR] as Readable)
      : Promise.resolve(this.#process.pid ?? null);
    this.ended = this.#run(startedAt, options);
    this.ended.catch(() => {}); // Whoever asks for `ended` gets the error; nobody has to ask.
  }

  get stdout(): string {
    return this.#output.stdout;
  }

  get stderr(): string {
    return this.#output.stderr;
  }

  /** Waits until the output so far matches. @throws Error when the command ends first */
  async waitFor(pattern: RegExp, on: OutputStream = 'stdout'): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (pattern.test(this.#output[on])) resolve();
        else if (this.#hasEnded) reject(new Error(`${this.#describe()} ended before ${on} matched ${pattern}`));
        else return;
        this.#watchers.delete(look);
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Sends a signal to the command itself; one that has ended gets none. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    const pid = await this.#commandPid;
    if (pid === null || this.#hasEnded) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // It has just ended.
    }
  }

  /** Types on the terminal, or writes to stdin. */
  write(text: string): void {
    this.#process.stdin?.write(text);
  }

  async #run(startedAt: number, options: CommandOptions): Promise<RunResult> {
    const ended = this.#waitForEnd(options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const [[status, signal]] = await Promise.all([ended, this.#sendSignals(options.signalAt ?? [], ended)]);
    return { ...this.#output, status, signal, durationMs: this.#endedAt - startedAt };
  }

  async #sendSignals(steps: readonly SignalStep[], ended: Promise<unknown>): Promise<void> {
    for (const { signal, after, on } of steps) {
      if (typeof after === 'number') await Promise.race([sleep(after, undefined, { ref: false }), ended]);
      else await this.waitFor(after, on);
      await this.signal(signal);
    }
  }

  async #waitForEnd(timeoutMs: number): Promise<readonly [status: number | null, signal: NodeJS.Signals | null]> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        timer = setTimeout(() => {
          this.#process.kill('SIGKILL');
          reject(new Error(`${this.#describe()} did not end within ${timeoutMs} ms`));
        }, timeoutMs);
        this.#process.once('error', reject);
        this.#process.once('close', (status, signal) => resolve([status, signal]));
      });
    } finally {
      clearTimeout(timer);
      this.#endedAt = performance.now();
      this.#hasEnded = true;
      this.#process.stdin?.destroy();
      this.#notify();
    }
  }

  #notify(): void {
    for (const look of [...this.#watchers]) look();
  }

  #describe(): string {
    return `${this.#argv.join(' ')}\n--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}\n---\nThis command`;
  }
}

function environment({ env, tty }: CommandOptions): Record<string, string> {
  return {
    PATH: `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: '/',
    LC_ALL: 'C',
    SHELL: '/bin/sh', // script(1) runs its command line with this.
    ...(tty === true ? { TERM: 'xterm' } : {}),
    ...env,
  };
}

function helperArguments(argv: readonly string[], options: CommandOptions): string[] {
  const command = [...setprivArguments(options), ...argv];
  if (options.tty === true) {
    const line = `stty columns ${options.columns ?? 80}; echo $$ >&${PID_DESCRIPTOR}; exec ${PID_DESCRIPTOR}>&-; exec ${quote(command)}`;
    return ['script', '--quiet', '--return', '--flush', '--command', line, '/dev/null'];
  }
  if (options.merged === true) return ['sh', '-c', `exec ${quote(command)} 2>&1`];
  return command;
}

function setprivArguments({ user, capabilities, noNewPrivileges }: CommandOptions): string[] {
  const set = ['-all', ...(capabilities ?? []).map((name) => `+${name}`)].join(',');
  const flags = [
    ...(user === 'nobody' ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : []),
    ...(capabilities === undefined ? [] : [`--inh-caps=${set}`, `--ambient-caps=${set}`, `--bounding-set=${set}`]),
  ];
  return [
    ...(flags.length === 0 ? [] : ['setpriv', ...flags]),
    // A process of its own: the first one still holds root's permitted set when it executes the next, and "no new
    // privileges" would let a file's capabilities be picked from that.
    ...(noNewPrivileges === true ? ['setpriv', '--no-new-privs'] : []),
  ];
}

function quote(argv: readonly string[]): string {
  return argv.map((argument) => `'${argument.replaceAll("'", `'\\''`)}'`).join(' ');
}

/** The first line of `stream` as a number, null when nothing comes. */
async function firstNumber(stream: Readable): Promise<number | null> {
  return await new Promise((resolve) => {
    stream.once('data', (line: Buffer) => resolve(Number(line.toString())));
    stream.once('close', () => resolve(null));
  });
}
