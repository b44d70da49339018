/** ping as a command: reads the command line, sets the session up, drives the engine, and answers the exit status. */

import type { BackendName } from '../cli/backend-names.ts';
import { type Command, type CommandIo, runCommand } from '../cli/command.ts';
import type { Console } from '../cli/console.ts';
import { UsageError } from '../cli/errors.ts';
import { nameBackend } from '../cli/load-backend.ts';
import { Presenter } from '../cli/presenter.ts';
import { ALL_SIGNALS, type SignalInbox } from '../net/signals.ts';
import { IPV4_OPTIONS_MAX_LENGTH } from '../packet/ipv4.ts';
import type { PingBackend, Session } from './backend.ts';
import type { PingEvent } from './events.ts';
import { LIMIT_HINT, looksLimited } from './method/rate-limit.ts';
import { checkMethod } from './method/refusals.ts';
import { isPrivileged, MAXIMUM_SIZE, PING_OPTIONS, type PingOptions, parsePing, usesIpOptions } from './options.ts';
import { checkInterval, intervalOf, probe, startEvent } from './probing.ts';
import { showEvents } from './show.ts';
import { addressesOf, type TextOptions } from './text.ts';
import { PING_USAGE } from './usage.ts';

const USAGE_STATUS = 2;
const RANGE_STATUS = 1;
const STDOUT = 1;

/** Everything a run needs from outside. */
interface RunContext {
  readonly backend: PingBackend;
  readonly console: Console;
  readonly io: CommandIo;
  readonly options: PingOptions;
  readonly isRoot: boolean;
}

/** The backend of that name; null asks for the best that loads. @throws UsageError with what is missing */
export type LoadBackend = (name: BackendName | null) => Promise<PingBackend>;

/** Exit status: 0 some reply, 1 none (or a number out of range), 2 usage or system error. ping(8), EXIT STATUS. */
export async function runPing(argv: readonly string[], io: CommandIo, loadBackend: LoadBackend): Promise<number> {
  const isRoot = isPrivileged();
  const parsed = parsePing(argv, {
    commandName: io.commandName,
    isRoot,
    posixlyCorrect: io.env['POSIXLY_CORRECT'] !== undefined,
    pointerLookup: io.env['IPUTILS_PING_PTR_LOOKUP'],
  });
  const command: Command<PingOptions> = {
    usage: PING_USAGE,
    options: PING_OPTIONS,
    usageStatus: USAGE_STATUS,
    versionFacts: async () => ({ backend: await nameBackend(() => loadBackend(null)), node: process.version }),
    run: async (options, console) => {
      checkSize(options);
      checkMethod(options);
      if (io.env['IPUTILS_PING_PTR_LOOKUP'] === '0') warnOfPointerLookup(options, console);
      const backend = await loadBackend(options.backend);
      return await pingTarget({ backend, console, io, options, isRoot });
    },
  };
  return runCommand(command, parsed, io);
}

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
  const { options, backend, isRoot } = context;
  let inbox: SignalInbox | null = null;
  const hearSignals = () => {
    inbox ??= context.io.signals.take(options.json ? ALL_SIGNALS : undefined);
    return inbox;
  };
  const session = await backend.openSession({ ...context, hearSignals });
  // Whoever sees the header may press Ctrl-C and expect the statistics.
  const signals = hearSignals();
  try {
    const names = showsNames(options, session) ? backend.names : null;
    const show = showEvents(context.io, options.json, textOptions(context, session, names));
    const presenter = new Presenter(names, addressesOf, show);
    presenter.show(startEvent(options, session, backend.clock.wallNs));
    checkInterval(options, isRoot);
    // The target is the likeliest to answer: ask for its name while the first probe is under way.
    if (names !== null) void names.prepare([session.targetText]);
    const emitSent = options.flood && !options.quiet && !options.json;
    // A recording is shown as JSON as well, and has what that tells; also of a quiet run.
    const isRecorded = context.io.recorder !== undefined;
    const follow = {
      emitSent,
      reportLost: isRecorded || (options.json && !options.quiet),
      collects: isRecorded || options.json || options.stats,
    };
    let refused = 0;
    const emit = (event: PingEvent) => {
      if (event.type === 'send-error') refused++;
      if (event.type === 'summary' && looksLimited(event, refused)) context.console.warn(LIMIT_HINT);
      presenter.show(event);
    };
    const status = await probe({ backend, session, options, isRoot, signals, follow, emit });
    await presenter.settled();
    return status;
  } finally {
    signals.close();
    session.port.close();
  }
}

function showsNames({ numeric, quiet, forceLookup, flood }: PingOptions, { isLiteral }: Session): boolean {
  return !numeric && !quiet && (forceLookup || !(flood || isLiteral));
}

function textOptions(context: RunContext, session: Session, names: PingBackend['names'] | null): TextOptions {
  const { backend, options } = context;
  return {
    family: session.family,
    method: session.port.method,
    host: session.host,
    size: session.isNodeQuery ? 0 : options.size,
    precise: options.precise,
    audible: options.audible,
    timestamps: options.timestamps,
    quiet: options.quiet,
    flood: options.flood,
    preload: options.preload,
    verbose: options.verbose,
    stats: options.stats,
    manyMayAnswer: session.isBroadcast || session.isMulticast,
    showsGap: options.flood || options.adaptive || intervalOf(options) === 0,
    epochSeconds: backend.clock.epochSeconds,
    columns: options.flood ? backend.terminalColumns(STDOUT) : 0,
    strerror: backend.strerror,
    nameOf: names === null ? () => null : names.nameOf,
  };
}
