/** rdisc as a command: reads the command line, opens a session, drives a host or a router, and answers the exit status. */
import { type Command, type CommandIo, runCommand } from '../cli/command.ts';
import type { Console } from '../cli/console.ts';
import { SetupError } from '../cli/errors.ts';
import { formatJson } from '../cli/json-line.ts';
import { type BackendName, nameBackend } from '../cli/load-backend.ts';
import type { CommandOutput } from '../cli/output.ts';
import { Presenter } from '../cli/presenter.ts';
import type { UsageFacts } from '../cli/usage.ts';
import { isSystemError } from '../net/errors.ts';
import { SignalInbox } from '../net/signals.ts';
import { formatIpv4, parseInetAton } from '../packet/address.ts';
import { ICMP_ROUTERADVERT, ICMP_ROUTERSOLICIT } from '../packet/irdp.ts';
import type { RdiscBackend, Session } from './backend.ts';
import { BackgroundOutput, LOG_IDENT, openLogFile, startInBackground } from './background.ts';
import { RdiscDriver } from './driver.ts';
import type { RdiscEvent } from './events.ts';
import { HostEngine } from './host/engine.ts';
import { doesSolicit, isListing, parseRdisc, RDISC_OPTIONS, type RdiscOptions, USAGE_STATUS } from './options.ts';
import { type DiscoveryEngine, isMulticastAddress, LIMITED_BROADCAST, type Link } from './protocol.ts';
import { RouterEngine } from './router/engine.ts';
import { showEvents } from './show.ts';
import { addressesOf } from './text.ts';

/** RFC 1256 section 5.2, MAX_SOLICITATION_DELAY: for what starts with the system, and not for what a person waits for. */
const MAX_SOLICITATION_DELAY_NS = 1e9;
const JOIN_STATUS = 2;

/** The backend of that name; null asks for the best that loads. @throws UsageError with what is missing */
export type LoadBackend = (name: BackendName | null) => Promise<RdiscBackend>;

interface RunContext {
  readonly backend: RdiscBackend;
  readonly console: Console;
  readonly output: CommandOutput;
  readonly options: RdiscOptions;
  /** Null in the foreground. */
  readonly background: BackgroundOutput | null;
}

/** Exit status: 0 a router was found or a signal ended the run, 1 usage, 2 system error, 5 no router or no socket. */
export async function runRdisc(argv: readonly string[], io: CommandIo, loadBackend: LoadBackend): Promise<number> {
  const background = BackgroundOutput.find(io.commandName);
  const output: CommandIo = background === null ? io : Object.assign(background, { env: io.env });
  const parsed = parseRdisc(argv, io.env['POSIXLY_CORRECT'] !== undefined);
  const command: Command<RdiscOptions> = {
    usage: USAGE,
    options: RDISC_OPTIONS,
    usageStatus: USAGE_STATUS,
    versionFacts: async () => ({
      backend: await nameBackend(() => loadBackend(null)),
      node: process.version,
      responder: 'yes',
    }),
    run: async (options, console) => {
      if (options.daemon && background === null) return await goToBackground(output, options);
      return await discover({ backend: await loadBackend(options.backend), console, output, options, background });
    },
  };
  // The one who started us in the background has told them.
  const status = await runCommand(command, background === null ? parsed : { ...parsed, notices: [] }, output);
  await background?.flush();
  return status;
}

const USAGE: UsageFacts = {
  command: 'rdisc',
  synopsis: '[options] [send_address [receive_address]]',
  operands: [
    ['send_address', 'where messages go: 224.0.0.2, with -r 224.0.0.1'],
    ['receive_address', 'group to receive at: 224.0.0.1, with -r 224.0.0.2'],
  ],
};

async function goToBackground(output: CommandOutput, { json, log }: RdiscOptions): Promise<number> {
  const started = await startInBackground(output);
  if ('status' in started) return started.status;
  const { pid } = started;
  const where = log ?? `syslog (daemon, ${LOG_IDENT})`;
  output.stdout(
    json
      ? `${formatJson({ type: 'daemon', pid, log: where })}\n`
      : `in the background as process ${pid}, log: ${where}\n`,
  );
  return 0;
}

async function discover(context: RunContext): Promise<number> {
  const { backend, options, console, background } = context;
  if (background !== null) useLog(context, background);
  const session = backend.openSession({
    install: options.install,
    receives: options.responder ? ICMP_ROUTERSOLICIT : ICMP_ROUTERADVERT,
    console,
  });
  // Whoever sees the first line may press Ctrl-C and expect the routes to be put back.
  const signals = new SignalInbox(['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP']);
  // A reader of stdout that is gone ends the process at once (cli/output.ts): its routes must not stay behind.
  process.on('exit', session.close);
  try {
    const sendTo = await findAddress(backend, options.sendTo);
    const receiveAt = await findAddress(backend, options.receiveAt);
    return await listen(context, session, signals, sendTo, receiveAt);
  } catch (error) {
    throw isSystemError(error) ? new SetupError(error.message) : error;
  } finally {
    signals.close();
    session.close();
    process.off('exit', session.close);
  }
}

function useLog({ backend, options }: RunContext, background: BackgroundOutput): void {
  const { log, json } = options;
  background.logTo(log === null ? backend.openSystemLog(LOG_IDENT) : openLogFile(log, json));
  process.chdir('/'); // What a daemon stands in cannot be unmounted.
}

/** A dotted quad in any of inet_aton(3)'s forms, or a name. */
async function findAddress(backend: RdiscBackend, text: string): Promise<string> {
  const literal = parseInetAton(text);
  return literal === null ? await backend.resolve(text) : formatIpv4(literal);
}

async function listen(
  context: RunContext,
  session: Session,
  signals: SignalInbox,
  sendTo: string,
  receiveAt: string,
): Promise<number> {
  const { backend, options, output } = context;
  const { clock, strerror, createAlarm } = backend;
  const names = options.numeric ? null : backend.names;
  const show = showEvents(output, options.json, {
    verbose: options.verbose,
    debug: options.debug,
    epochSeconds: clock.epochSeconds,
    strerror,
    nameOf: names === null ? () => null : names.nameOf,
  });
  const shown = options.verbose || options.json ? addressesOf : (event: RdiscEvent) => addressesIfPrinted(event);
  const presenter = new Presenter(names, shown, show);
  const emit = detaching(context, presenter.show);
  const role = options.responder ? 'router' : 'host';
  const driver = new RdiscDriver({
    engine: makeEngine(options, sendTo, emit),
    session,
    clock,
    signals,
    createAlarm,
    group: isMulticastAddress(receiveAt) ? receiveAt : null,
    emit,
    onListening: (links, joined) => {
      requireGroup(links, joined, receiveAt);
      emit({
        type: 'listening',
        wallNs: clock.wallNs,
        role,
        sendTo,
        receiveAt,
        interfaces: links.map(({ name }) => name),
      });
    },
  });
  const status = await driver.run();
  await presenter.settled();
  return status;
}

/** Without -v some events have no line: no name is asked for on their behalf. */
function addressesIfPrinted(event: RdiscEvent): readonly string[] {
  return event.type === 'recorded' || event.type === 'gone' || event.type === 'summary' ? addressesOf(event) : [];
}

function makeEngine(options: RdiscOptions, sendTo: string, emit: (event: RdiscEvent) => void): DiscoveryEngine {
  const { responder, maximumIntervalSeconds, preference, forever, acceptAll, install, daemon } = options;
  const random = Math.random;
  if (responder) return new RouterEngine({ sendTo, maximumIntervalSeconds, preference, random }, emit);
  const config = {
    sendTo,
    sendsByRoute: !isMulticastAddress(sendTo) && sendTo !== LIMITED_BROADCAST,
    solicits: doesSolicit(options),
    lists: isListing(options),
    forever,
    acceptAll,
    installs: install,
    maximumDelayNs: daemon ? MAX_SOLICITATION_DELAY_NS : 0,
    random,
  };
  return new HostEngine(config, emit);
}

/** rdisc's own words and status. @throws SetupError when no interface that could join the group has */
function requireGroup(links: readonly Link[], joined: number, group: string): void {
  const able = isMulticastAddress(group) ? links.filter(({ isMulticast }) => isMulticast) : [];
  if (able.length > 0 && joined === 0) throw new SetupError('Failed joining addresses', JOIN_STATUS);
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
