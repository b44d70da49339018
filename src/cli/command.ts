/**
 * The frame of every command: what its command line asks for beside a run (help, version, usage, a refusal) is answered
 * here in the same way for all, and a run that cannot go on ends in one line and a status.
 */
import { type EndingSignal, ProcessSignals } from '../net/signals.ts';
import { type Console, jsonConsole, textConsole } from './console.ts';
import { UsageError } from './errors.ts';
import { formatLine } from './json-line.ts';
import type { ErrorLine, TextLine } from './lines.ts';
import { type CommandOutput, ProcessOutput } from './output.ts';
import { type CommandFacts, formatUsage, type UsageFacts } from './usage.ts';
import type { Recorder } from './view.ts';

/** What a shell shows for a process that a signal ended: 128 and its number. */
const SIGNAL_STATUS: Readonly<Record<EndingSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** Something to print while the command line is read, in order and also when a later argument is wrong. */
export interface Notice {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What a command line asks for. */
export type ParsedAction<Options> =
  | { readonly action: 'run'; readonly options: Options }
  | { readonly action: 'version' }
  | { readonly action: 'help' }
  /** Something to be told on stdout and nothing else: exit status 0. */
  | { readonly action: 'print'; readonly text: string }
  /** `text` takes the place of the command's usage, `exitStatus` that of its usage status. */
  | { readonly action: 'usage'; readonly message: string | null; readonly text?: string; readonly exitStatus?: number }
  /** `hint` goes to stdout behind the message. */
  | { readonly action: 'fail'; readonly message: string; readonly exitStatus: number; readonly hint?: string };

export type ParsedCommand<Options> = ParsedAction<Options> & {
  /** To be printed before anything else, in order. */
  readonly notices: readonly Notice[];
  /** -j was given, anywhere: all that is said is JSON. */
  readonly json: boolean;
};

export interface CommandIo extends CommandOutput {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signals: ProcessSignals;
}

export interface Command<Options> extends CommandFacts {
  /** Exit status of usage errors and of -h: 2 for ping, 255 for tracepath. */
  readonly usageStatus: number;
  /** For -V: what was found usable of the machine. */
  readonly versionFacts: () => Promise<Readonly<Record<string, string>>>;
  /** Answers the exit status. May throw UsageError or SetupError, which is told in one line. */
  readonly run: (options: Options, console: Console) => Promise<number>;
}

/** Does what the command line asks for and answers the exit status. */
export async function runCommand<Options>(
  command: Command<Options>,
  parsed: ParsedCommand<Options>,
  io: CommandIo,
): Promise<number> {
  const plain = parsed.json ? jsonConsole(io) : textConsole(io);
  const console = io.recorder?.begin(parsed.json, plain) ?? plain;
  for (const { stream, text } of parsed.notices) {
    if (stream === 'stdout') console.print(text);
    else console.warn(text);
  }
  switch (parsed.action) {
    case 'usage': {
      const { message, text = formatUsage(command.usage, command.options), exitStatus = command.usageStatus } = parsed;
      if (message !== null) console.fail(message);
      else if (parsed.json) io.stdout(formatLine(usageLine(command.usage, parsed.text ?? null, text, exitStatus)));
      io.stderr(text);
      return exitStatus;
    }
    case 'help':
      console.tell(await longHelp(command, io));
      return 0;
    case 'print':
      console.tell(parsed.text);
      return 0;
    case 'fail':
      console.fail(parsed.message);
      if (parsed.hint !== undefined) console.print(parsed.hint);
      return parsed.exitStatus;
    case 'version':
      console.version(command.usage.command, await command.versionFacts());
      return 0;
    case 'run':
      break;
  }
  const stopHearing = parsed.json || io.recorder !== undefined ? hearBeforeRun(parsed.json, console, io) : () => {};
  try {
    return await command.run(parsed.options, console);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.fail(error.message);
    return error.exitStatus;
  } finally {
    stopHearing();
  }
}

/**
 * JSON, and a recording, have an end also where a signal comes while a name is looked up, or in a command that takes none: it
 * ends the process as it would have, once that is told. Answers how to stop hearing. Whatever is done before the first turn of
 * the event loop (to read a file from a terminal, say) a signal must be able to end at once.
 */
function hearBeforeRun(json: boolean, console: Console, io: CommandIo): () => void {
  let stop = () => {};
  const end = (signal: EndingSignal) => {
    stop();
    if (json) console.fail(`interrupted by ${signal}`);
    io.recorder?.end(SIGNAL_STATUS[signal]);
    process.kill(process.pid, signal);
    // The first process of a container survives that.
    process.exit(SIGNAL_STATUS[signal]);
  };
  const turn = setImmediate(() => {
    stop = io.signals.hearUntilTaken(end);
  });
  return () => {
    clearImmediate(turn);
    stop();
  };
}

/** With -j: a usage that was asked for is a text, and one that says what is wrong an error, in short unless it is a special one. */
function usageLine(facts: UsageFacts, special: string | null, text: string, exitStatus: number): ErrorLine | TextLine {
  if (exitStatus === 0) return { text, type: 'text' };
  return { error: special?.trim() ?? `usage: ${facts.command} ${facts.synopsis}`, type: 'error' };
}

/** Where the bundles were copied without their packages, the short help must do. */
async function longHelp(facts: CommandFacts, io: CommandIo): Promise<string> {
  const { formatHelp } = await import('./help.ts');
  const { describeTerminal } = await import('./terminal.ts');
  try {
    return await formatHelp(facts, describeTerminal(io.env));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return formatUsage(facts.usage, facts.options);
  }
}

/** Runs a command as the process, and ends it with its status: a lookup still hanging in the resolver does not hold it. */
export async function runAsProcess(
  commandName: string,
  run: (argv: readonly string[], io: CommandIo) => Promise<number>,
  recorder?: Recorder,
): Promise<never> {
  const output = new ProcessOutput(commandName);
  const io = recorder?.watch(output) ?? output;
  const outside = { env: process.env, signals: new ProcessSignals() };
  const status = output.verify(await run(process.argv.slice(2), Object.assign(io, outside)));
  process.exit(recorder?.end(status) ?? status);
}
