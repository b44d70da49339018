/** clockdiff as a command: reads the command line, sets the session up, drives the engine, and answers the exit status. */
import { type Command, type CommandIo, runCommand } from '../cli/command.ts';
import type { Console } from '../cli/console.ts';
import { SetupError } from '../cli/errors.ts';
import { isTerminal } from '../cli/is-terminal.ts';
import { type BackendName, nameBackend } from '../cli/load-backend.ts';
import type { CommandOutput } from '../cli/output.ts';
import type { UsageFacts } from '../cli/usage.ts';
import { SignalInbox } from '../net/signals.ts';
import type { ClockdiffBackend, Session } from './backend.ts';
import { ClockdiffDriver } from './driver.ts';
import { ClockdiffEngine } from './engine.ts';
import type { ClockdiffEvent } from './events.ts';
import { ClockdiffJson } from './json.ts';
import { localTime } from './local-time.ts';
import { CLOCKDIFF_OPTIONS, type ClockdiffOptions, FAILURE_STATUS, parseClockdiff } from './options.ts';
import { showJson, showText } from './show.ts';
import { ClockdiffText } from './text.ts';

const NS_PER_SECOND = 1e9;
const SECONDS_PER_DAY = 86_400;
const [STDIN, STDOUT] = [0, 1];
/** 1 ms is HEAD's. An event loop may notice its timer before it notices a reply. */
const WAIT_MINIMUM_NS = { inKernel: 1e6, inEventLoop: 10e6 };

const USAGE: UsageFacts = {
  command: 'clockdiff',
  synopsis: '[options] <destination>',
  operands: [['<destination>', 'DNS name or IPv4 address']],
};

/** The backend of that name; null asks for the best that loads. @throws SetupError with what is missing */
export type LoadBackend = (name: BackendName | null) => Promise<ClockdiffBackend>;

/** Exit status: 0 an offset was measured (or help and version asked for), 1 not. Never calls process.exit. */
export async function runClockdiff(argv: readonly string[], io: CommandIo, loadBackend: LoadBackend): Promise<number> {
  const command: Command<ClockdiffOptions> = {
    usage: USAGE,
    options: CLOCKDIFF_OPTIONS,
    usageStatus: FAILURE_STATUS,
    versionFacts: async () => ({ backend: await nameBackend(() => loadBackend(null)), node: process.version }),
    run: async (options, console) => {
      try {
        return await measure(await loadBackend(options.backend), options, console, io);
      } catch (error) {
        // There is but one status for failures here.
        if (error instanceof SetupError) throw new SetupError(error.message, FAILURE_STATUS);
        throw error;
      }
    },
  };
  return await runCommand(command, parseClockdiff(argv, io.env['POSIXLY_CORRECT'] !== undefined), io);
}

async function measure(
  backend: ClockdiffBackend,
  options: ClockdiffOptions,
  console: Console,
  output: CommandOutput,
): Promise<number> {
  const identifier = process.pid & 0xffff;
  const session = await backend.openSession({ options, identifier, console });
  const signals = new SignalInbox();
  const { clock, createAlarm, clockErrorNs, waitsInKernel } = backend;
  const { port, mode, address, isConnected } = session;
  const { samples, intervalSeconds } = options;
  try {
    const config = {
      mode,
      identifier,
      target: isConnected ? null : address,
      samples,
      intervalNs: intervalSeconds * NS_PER_SECOND,
      midnightNs: (clock.epochSeconds % SECONDS_PER_DAY) * NS_PER_SECOND,
      clockErrorNs,
      waitMinimumNs: waitsInKernel ? WAIT_MINIMUM_NS.inKernel : WAIT_MINIMUM_NS.inEventLoop,
    };
    const interactive = (await isTerminal(STDOUT)) && (await isTerminal(STDIN));
    const engine = new ClockdiffEngine(config, showEvents(backend, session, options, interactive, output));
    const tight = waitsInKernel && intervalSeconds === 0;
    return await new ClockdiffDriver({ createAlarm, engine, port, clock, signals, mode, identifier, tight }).run();
  } finally {
    signals.close();
    port.close();
  }
}

function showEvents(
  { clock, strerror }: ClockdiffBackend,
  { host, address, mode }: Session,
  { json, dateFormat, uncertainty }: ClockdiffOptions,
  interactive: boolean,
  output: CommandOutput,
): (event: ClockdiffEvent) => void {
  const { epochSeconds } = clock;
  if (json) return showJson(output, new ClockdiffJson({ host, address, mode, epochSeconds, strerror }));
  const options = { host, interactive, dateFormat, uncertainty, epochSeconds, localTime, strerror };
  return showText(output, new ClockdiffText(options));
}
