/** ping as a command: reads the command line, sets the session up, drives the engine, and answers the exit status. */
import { type Command, type CommandIo, runCommand } from '../cli/command.ts';
import type { Console } from '../cli/console.ts';
import { SetupError, UsageError } from '../cli/errors.ts';
import { type BackendName, nameBackend } from '../cli/load-backend.ts';
import type { CommandOutput } from '../cli/output.ts';
import { Presenter } from '../cli/presenter.ts';
import type { UsageFacts } from '../cli/usage.ts';
import { SignalInbox } from '../net/signals.ts';
import { isAnycastRouter } from '../net/sockaddr.ts';
import { IPV4_OPTIONS_MAX_LENGTH } from '../packet/ipv4.ts';
import type { PingBackend, Session } from './backend.ts';
import { drive } from './driver.ts';
import { type PingConfig, PingEngine } from './engine.ts';
import { makePayload } from './message.ts';
import { DEFAULT_INTERVAL_MS, PING_OPTIONS, type PingOptions, parsePing, usesIpOptions } from './options.ts';
import { showEvents } from './show.ts';
import { addressesOf, formatHeader, type TextOptions } from './text.ts';

const NS_PER_MS = 1e6;
const NS_PER_SECOND = 1e9;
const USAGE_STATUS = 2;
const RANGE_STATUS = 1;
const USER_INTERVAL_MINIMUM_MS = 2;
const INT_MAX = 2 ** 31 - 1;
/** The largest datagram less the headers, RFC 791 and RFC 8200. */
const MAXIMUM_SIZE = { 4: 65_507, 6: 65_527 } as const;
const STDOUT = 1;

/** Everything a run needs from outside. */
interface RunContext {
  readonly backend: PingBackend;
  readonly console: Console;
  readonly io: CommandOutput;
  readonly options: PingOptions;
  readonly intervalMs: number;
  readonly isRoot: boolean;
}

/** The backend of that name; null asks for the best that loads. @throws UsageError with what is missing */
export type LoadBackend = (name: BackendName | null) => Promise<PingBackend>;

/** Exit status: 0 some reply, 1 none (or a number out of range), 2 usage or system error. ping(8), EXIT STATUS. */
export async function runPing(argv: readonly string[], io: CommandIo, loadBackend: LoadBackend): Promise<number> {
  const isRoot = process.getuid?.() === 0;
  const parsed = parsePing(argv, {
    commandName: io.commandName,
    isRoot,
    posixlyCorrect: io.env['POSIXLY_CORRECT'] !== undefined,
    pointerLookup: io.env['IPUTILS_PING_PTR_LOOKUP'],
  });
  const command: Command<PingOptions> = {
    usage: USAGE,
    options: PING_OPTIONS,
    usageStatus: USAGE_STATUS,
    versionFacts: async () => ({ backend: await nameBackend(() => loadBackend(null)), node: process.version }),
    run: async (options, console) => {
      checkSize(options);
      if (io.env['IPUTILS_PING_PTR_LOOKUP'] === '0') warnOfPointerLookup(options, console);
      const backend = await loadBackend(options.backend);
      const intervalMs = options.intervalMs ?? (options.flood ? 0 : DEFAULT_INTERVAL_MS);
      return await pingTarget({ backend, console, io, options, intervalMs, isRoot });
    },
  };
  return runCommand(command, parsed, io);
}

const USAGE: UsageFacts = {
  command: 'ping',
  synopsis: '[options] [hop...] <destination>',
  operands: [
    ['<destination>', 'DNS name or IP address'],
    ['<hop>', 'IPv4 router on the way (source route), or host to stamp (-T tsprespec)'],
  ],
};

/** A name without -4 or -6 may turn out to be IPv6, so it gets the larger maximum. */
function checkSize(options: PingOptions): void {
  const isIpv4 = options.family === 4 || options.hops.length > 0 || /^[0-9.]+$/.test(options.destination);
  const maximum = MAXIMUM_SIZE[isIpv4 ? 4 : 6] - (isIpv4 && usesIpOptions(options) ? IPV4_OPTIONS_MAX_LENGTH : 0);
  if (options.size > maximum) {
    throw new UsageError(`invalid -s value: '${options.size}': out of range: 0 <= value <= ${maximum}`, RANGE_STATUS);
  }
}

function warnOfPointerLookup(options: PingOptions, console: Console): void {
  if (!options.quiet) console.warn('WARNING: reverse DNS resolution (PTR lookup) disabled, enforce with -H');
}

async function pingTarget(context: RunContext): Promise<number> {
  const { options, console } = context;
  const session = await context.backend.openSession(context);
  // Whoever sees the header may press Ctrl-C and expect the statistics.
  const signals = new SignalInbox();
  try {
    console.print(header(options, session));
    checkInterval(context);
    return await probe(context, session, signals);
  } finally {
    signals.close();
    session.port.close();
  }
}

function header(options: PingOptions, session: Session): string {
  const isStrict = options.stickySource || options.sourceAddress !== null;
  const showsFrom = options.device !== null || isStrict;
  return formatHeader({
    family: session.family,
    host: session.host,
    address: session.shownTarget,
    size: options.size,
    optionOctets: usesIpOptions(options) ? IPV4_OPTIONS_MAX_LENGTH : 0,
    from: showsFrom ? { address: session.sourceText, device: options.device ?? '' } : null,
    flowLabel: session.flowLabel,
  });
}

/** After the header, as in iputils. */
function checkInterval({ intervalMs, options, isRoot }: RunContext): void {
  if (!isRoot && intervalMs < USER_INTERVAL_MINIMUM_MS) {
    throw new SetupError(
      `cannot flood, minimal interval for user must be >= ${USER_INTERVAL_MINIMUM_MS} ms, use -i 0.002 (or higher)`,
    );
  }
  if (intervalMs >= Math.trunc(INT_MAX / options.preload)) {
    throw new SetupError(`illegal preload and/or interval: ${intervalMs}`);
  }
}

async function probe(context: RunContext, session: Session, signals: SignalInbox): Promise<number> {
  const { backend, options, intervalMs } = context;
  const isNumeric = options.numeric || (!options.forceLookup && (options.flood || session.isLiteral));
  const names = isNumeric || options.quiet ? null : backend.names;
  const show = showEvents(context.io, options.json, textOptions(context, session, names));
  const presenter = new Presenter(names, addressesOf, show);
  const payload = makePayload(session.isNodeQuery ? 0 : options.size, options.pattern);
  const engine = new PingEngine(engineConfig(context, session, payload), presenter.show);
  // The target is the likeliest to answer: ask for its name while the first probe is under way.
  if (names !== null) void names.prepare([session.targetText]);
  const { port, protocol } = session;
  const tight = intervalMs === 0 || options.adaptive ? port.tight : null;
  const { clock, createAlarm } = backend;
  const status = await drive({ createAlarm, engine, port, clock, signals, payload, protocol, tight });
  await presenter.settled();
  return status;
}

function engineConfig({ options, intervalMs, isRoot }: RunContext, session: Session, payload: Uint8Array): PingConfig {
  return {
    family: session.family,
    protocol: session.protocol,
    target: session.targetText,
    identifier: session.identifier,
    shownIdentifier: session.shownIdentifier,
    count: options.count,
    intervalNs: intervalMs * NS_PER_MS,
    preload: options.preload,
    deadlineNs: options.deadlineSeconds * NS_PER_SECOND,
    lingerNs: options.timeoutMs * NS_PER_MS,
    adaptive: options.adaptive,
    privileged: isRoot,
    reportUnanswered: options.outstanding,
    quiet: options.quiet,
    verbose: options.verbose,
    manyMayAnswer: session.isBroadcast || session.isMulticast || isAnycastRouter(session.target),
    payload,
    userStamps: options.userLatency,
    emitSent: options.flood && !options.quiet && !options.json,
    keepMessages: session.isNodeQuery,
  };
}

function textOptions(context: RunContext, session: Session, names: PingBackend['names'] | null): TextOptions {
  const { backend, options, intervalMs } = context;
  return {
    family: session.family,
    host: session.host,
    size: session.isNodeQuery ? 0 : options.size,
    precise: options.precise,
    audible: options.audible,
    timestamps: options.timestamps,
    quiet: options.quiet,
    flood: options.flood,
    preload: options.preload,
    verbose: options.verbose,
    manyMayAnswer: session.isBroadcast || session.isMulticast,
    showsGap: options.flood || options.adaptive || intervalMs === 0,
    epochSeconds: backend.clock.epochSeconds,
    columns: options.flood ? backend.terminalColumns(STDOUT) : 0,
    strerror: backend.strerror,
    nameOf: names === null ? () => null : names.nameOf,
  };
}
