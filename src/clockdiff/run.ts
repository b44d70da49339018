/** clockdiff as a command: reads the command line, sets the session up, drives the engine, and answers the exit status. */

import type { BackendName } from '../cli/backend-names.ts';
import { type Command, type CommandIo, runCommand } from '../cli/command.ts';
import type { Console } from '../cli/console.ts';
import { SetupError } from '../cli/errors.ts';
import { isTerminal } from '../cli/is-terminal.ts';
import { nameBackend } from '../cli/load-backend.ts';
import type { CommandOutput } from '../cli/output.ts';
import { processIdentifier } from '../net/identifier.ts';
import { ALL_SIGNALS } from '../net/signals.ts';
import type { ClockdiffBackend, Session } from './backend.ts';
import type { ClockdiffEvent } from './events.ts';
import { localTime } from './local-time.ts';
import { CLOCKDIFF_OPTIONS, type ClockdiffOptions, FAILURE_STATUS, parseClockdiff } from './options.ts';
import { probe } from './probing.ts';
import { showEvents } from './show.ts';
import { CLOCKDIFF_USAGE } from './usage.ts';

const [STDIN, STDOUT] = [0, 1];

/** The backend of that name; null asks for the best that loads. @throws SetupError with what is missing */
export type LoadBackend = (name: BackendName | null) => Promise<ClockdiffBackend>;

/** Exit status: 0 an offset was measured (or help and version asked for), 1 not. Never calls process.exit. */
export async function runClockdiff(argv: readonly string[], io: CommandIo, loadBackend: LoadBackend): Promise<number> {
  const command: Command<ClockdiffOptions> = {
    usage: CLOCKDIFF_USAGE,
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
  io: CommandIo,
): Promise<number> {
  const identifier = processIdentifier();
  const session = await backend.openSession({ options, identifier, console });
  const signals = io.signals.take(options.json ? ALL_SIGNALS : undefined);
  try {
    const interactive = (await isTerminal(STDOUT)) && (await isTerminal(STDIN));
    const emit = openView(backend, session, options, interactive, io);
    return await probe({ backend, session, options, identifier, waitsInKernel: backend.waitsInKernel, signals, emit });
  } finally {
    signals.close();
    session.port.close();
  }
}

function openView(
  { clock, strerror }: ClockdiffBackend,
  { host, address, mode }: Session,
  { json, dateFormat, uncertainty, stats }: ClockdiffOptions,
  interactive: boolean,
  output: CommandOutput,
): (event: ClockdiffEvent) => void {
  const { epochSeconds } = clock;
  const options = {
    host,
    address,
    mode,
    interactive,
    dateFormat,
    uncertainty,
    stats,
    epochSeconds,
    localTime,
    strerror,
  };
  return showEvents(output, json, options);
}
