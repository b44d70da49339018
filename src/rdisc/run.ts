/** rdisc as a command: reads the command line, opens a session, drives a host or a router, and answers the exit status. */

import type { BackendName } from '../cli/backend-names.ts';
import { type Command, type CommandIo, runCommand } from '../cli/command.ts';
import type { Console } from '../cli/console.ts';
import { SetupError } from '../cli/errors.ts';
import { formatLine } from '../cli/json-line.ts';
import { nameBackend } from '../cli/load-backend.ts';
import { Presenter } from '../cli/presenter.ts';
import { isSystemError } from '../net/errors.ts';
import type { SignalInbox } from '../net/signals.ts';
import type { RdiscBackend, Session } from './backend.ts';
import { BackgroundOutput, LOG_IDENT, openLogFile, startInBackground } from './background.ts';
import { type Addresses, discover, findAddresses, receivedType } from './discovery.ts';
import type { RdiscEvent } from './events.ts';
import type { DaemonLine } from './lines.ts';
import { parseRdisc, RDISC_OPTIONS, type RdiscOptions, USAGE_STATUS } from './options.ts';
import { showEvents } from './show.ts';
import { addressesOf } from './text.ts';
import { RDISC_USAGE } from './usage.ts';

/** The backend of that name; null asks for the best that loads. @throws UsageError with what is missing */
export type LoadBackend = (name: BackendName | null) => Promise<RdiscBackend>;

interface RunContext {
  readonly backend: RdiscBackend;
  readonly console: Console;
  readonly output: CommandIo;
  readonly options: RdiscOptions;
  /** Null in the foreground. */
  readonly background: BackgroundOutput | null;
}

/** Exit status: 0 a router was found or a signal ended the run, 1 usage, 2 system error, 5 no router or no socket. */
export async function runRdisc(argv: readonly string[], io: CommandIo, loadBackend: LoadBackend): Promise<number> {
  const background = BackgroundOutput.find(io.commandName);
  const output: CommandIo = background === null ? io : Object.assign(background, { env: io.env, signals: io.signals });
  const parsed = parseRdisc(argv, io.env['POSIXLY_CORRECT'] !== undefined);
  const command: Command<RdiscOptions> = {
    usage: RDISC_USAGE,
    options: RDISC_OPTIONS,
    usageStatus: USAGE_STATUS,
    versionFacts: async () => ({
      backend: await nameBackend(() => loadBackend(null)),
      node: process.version,
      responder: 'yes',
    }),
    run: async (options, console) => {
      if (options.daemon && io.recorder !== undefined)
        throw new SetupError('--daemon leaves whoever records behind: it cannot be recorded');
      if (options.daemon && background === null) return await goToBackground(output, options);
      const backend = await loadBackend(options.backend);
      return await openAndDiscover({ backend, console, output, options, background });
    },
  };
  // The one who started us in the background has told them.
  const status = await runCommand(command, background === null ? parsed : { ...parsed, notices: [] }, output);
  await background?.flush();
  return status;
}

async function goToBackground(output: CommandIo, { json, log }: RdiscOptions): Promise<number> {
  const started = await startInBackground(output, output.signals);
  if ('status' in started) return started.status;
  const { pid } = started;
  const where = log ?? `syslog (daemon, ${LOG_IDENT})`;
  const line: DaemonLine = { type: 'daemon', pid, log: where };
  output.stdout(json ? formatLine(line) : `in the background as process ${pid}, log: ${where}\n`);
  return 0;
}

async function openAndDiscover(context: RunContext): Promise<number> {
  const { backend, options, console, background } = context;
  if (background !== null) useLog(context, background);
  const session = backend.openSession({ install: options.install, receives: receivedType(options), console });
  // A reader of stdout that is gone ends the process at once (cli/output.ts): its routes must not stay behind.
  process.on('exit', session.close);
  let signals: SignalInbox | null = null;
  try {
    // While a name is looked up there is nothing yet that would have to be undone: a signal may end the process.
    const addresses = await findAddresses(backend, options);
    // Whoever sees the first line may press Ctrl-C and expect the routes to be put back.
    signals = context.output.signals.take(['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP']);
    return await discoverAndShow(context, session, addresses, signals);
  } catch (error) {
    throw isSystemError(error) ? new SetupError(error.message, undefined, { cause: error }) : error;
  } finally {
    signals?.close();
    session.close();
    process.off('exit', session.close);
  }
}

function useLog({ backend, options }: RunContext, background: BackgroundOutput): void {
  const { log, json } = options;
  // With -j a diagnostic is an object on stdout too; a log that is JSON has it once.
  const streams = json ? (['stdout'] as const) : (['stdout', 'stderr'] as const);
  background.logTo(log === null ? backend.openSystemLog(LOG_IDENT) : openLogFile(log, json), streams);
  process.chdir('/'); // What a daemon stands in cannot be unmounted.
}

async function discoverAndShow(
  context: RunContext,
  session: Session,
  addresses: Addresses,
  signals: SignalInbox,
): Promise<number> {
  const { backend, options, output } = context;
  const names = options.numeric ? null : backend.names;
  const show = showEvents(output, options.json, {
    verbose: options.verbose,
    debug: options.debug,
    epochSeconds: backend.clock.epochSeconds,
    strerror: backend.strerror,
    nameOf: names === null ? () => null : names.nameOf,
  });
  const shown = options.verbose || options.json ? addressesOf : (event: RdiscEvent) => addressesIfPrinted(event);
  const presenter = new Presenter(names, shown, show);
  const emit = detaching(context, presenter.show);
  const status = await discover({ backend, session, options, addresses, signals, emit });
  await presenter.settled();
  return status;
}

/** Without -v some events have no line: no name is asked for on their behalf. */
function addressesIfPrinted(event: RdiscEvent): readonly string[] {
  return event.type === 'recorded' || event.type === 'gone' || event.type === 'summary' ? addressesOf(event) : [];
}

/** In the background: whoever started us is let go when all is open, or with -s and without -f when a router is found. */
function detaching({ background, options }: RunContext, emit: (event: RdiscEvent) => void): typeof emit {
  if (background === null) return emit;
  const moment: RdiscEvent['type'] = options.solicit && !options.forever ? 'recorded' : 'listening';
  return (event) => {
    emit(event);
    if (event.type === moment) background.detach();
  };
}
