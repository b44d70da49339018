/** ping as a command: reads the command line, sets the session up, drives the engine, and answers the exit status. */

import { UsageError } from '../cli/numbers.ts';
import type { CommandOutput } from '../cli/output.ts';
import { formatUsage } from '../cli/usage.ts';
import { formatVersion } from '../cli/version.ts';
import { Clock } from '../net/clock.ts';
import { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon } from '../net/native.ts';
import { ReverseNames } from '../net/resolver.ts';
import { formatAddress, isAnycastRouter } from '../net/sockaddr.ts';
import { PingDriver } from './driver.ts';
import { PingEngine } from './engine.ts';
import type { PingEvent } from './events.ts';
import { makePayload } from './message.ts';
import { DEFAULT_INTERVAL_MS, PING_OPTIONS, type PingEnvironment, type PingOptions, parsePing } from './options.ts';
import { Presenter } from './presenter.ts';
import { type Session, SetupError, setUp } from './setup.ts';
import { addressesOf, formatHeader, PingText, type TextOptions } from './text.ts';

const NS_PER_MS = 1e6;
const USAGE_STATUS = 2;
const USER_INTERVAL_MINIMUM_MS = 2;
const INT_MAX = 2 ** 31 - 1;
const MAXIMUM_SIZE = { 4: 65_507, 6: 65_527 } as const;

export interface PingIo extends CommandOutput {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Exit status: 0 some reply, 1 none (or a number out of range), 2 usage or system error. ping(8), EXIT STATUS. */
export async function runPing(argv: readonly string[], io: PingIo, loadAddon: () => NativeAddon): Promise<number> {
  const isRoot = process.getuid?.() === 0;
  const environment: PingEnvironment = {
    commandName: io.commandName,
    isRoot,
    posixlyCorrect: io.env['POSIXLY_CORRECT'] !== undefined,
    pointerLookup: io.env['IPUTILS_PING_PTR_LOOKUP'],
  };
  const parsed = parsePing(argv, environment);
  for (const { stream, text } of parsed.notices) {
    if (stream === 'stdout') io.stdout(text);
    else io.complain(text);
  }
  switch (parsed.action) {
    case 'usage':
      if (parsed.message !== null) io.complain(parsed.message);
      io.stderr(usage());
      return USAGE_STATUS;
    case 'fail':
      io.complain(parsed.message);
      return parsed.exitStatus;
    case 'version':
      io.stdout(formatVersion('ping', { addon: 'yes', 'Node-API': '8', node: process.version }));
      return 0;
    case 'run':
      break;
  }
  try {
    checkSize(parsed.options);
    return await pingTarget(parsed.options, io, loadAddon(), isRoot);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.complain(error.message);
    return error.exitStatus;
  }
}

function usage(): string {
  const operands = [['<destination>', 'DNS name or IP address']] as const;
  return formatUsage({ command: 'ping', synopsis: '[options] <destination>', operands }, PING_OPTIONS);
}

/** The kernel's largest datagram less the headers. A name without -4 or -6 may turn out to be IPv6. */
function checkSize(options: PingOptions): void {
  const isIpv4 = options.family === 4 || /^[0-9.]+$/.test(options.destination);
  const maximum = MAXIMUM_SIZE[isIpv4 ? 4 : 6];
  if (options.size > maximum) {
    throw new UsageError(`invalid -s value: '${options.size}': out of range: 0 <= value <= ${maximum}`, 1);
  }
}

async function pingTarget(options: PingOptions, io: PingIo, addon: NativeAddon, isRoot: boolean): Promise<number> {
  warnOfPointerLookup(options, io);
  const clock = new Clock(addon);
  const interfaces = new Interfaces(addon);
  const session = await setUp({
    addon,
    clock,
    interfaces,
    options,
    isRoot,
    complain: (message) => io.complain(message),
    warn: (text) => io.stderr(text),
  });
  try {
    io.stdout(header(options, session, interfaces));
    const intervalMs = options.intervalMs ?? (options.flood ? 0 : DEFAULT_INTERVAL_MS);
    checkInterval(intervalMs, options.preload, isRoot);
    return await probe(options, io, addon, clock, interfaces, session, intervalMs, isRoot);
  } finally {
    session.port.close();
  }
}

function warnOfPointerLookup(options: PingOptions, io: PingIo): void {
  if (io.env['IPUTILS_PING_PTR_LOOKUP'] === '0' && !options.quiet && !options.forceLookup) {
    io.complain('WARNING: reverse DNS resolution (PTR lookup) disabled, enforce with -H');
  }
}

function header(options: PingOptions, session: Session, interfaces: Interfaces): string {
  const strict = options.stickySource || options.sourceAddress?.family === session.family;
  const showsFrom = options.device !== null || strict;
  return formatHeader({
    family: session.family,
    host: session.host,
    address: session.shownTarget,
    size: options.size,
    optionOctets: 0,
    from: showsFrom
      ? { address: formatAddress({ ...session.source, scope: 0 }, interfaces.nameOf), device: options.device ?? '' }
      : null,
    flowLabel: options.flowLabel,
  });
}

/** After the header, as in iputils. */
function checkInterval(intervalMs: number, preload: number, isRoot: boolean): void {
  if (!isRoot && intervalMs < USER_INTERVAL_MINIMUM_MS) {
    throw new SetupError(
      `cannot flood, minimal interval for user must be >= ${USER_INTERVAL_MINIMUM_MS} ms, use -i 0.002 (or higher)`,
    );
  }
  if (intervalMs >= Math.trunc(INT_MAX / preload)) {
    throw new SetupError(`illegal preload and/or interval: ${intervalMs}`);
  }
}

async function probe(
  options: PingOptions,
  io: PingIo,
  addon: NativeAddon,
  clock: Clock,
  interfaces: Interfaces,
  session: Session,
  intervalMs: number,
  isRoot: boolean,
): Promise<number> {
  const manyMayAnswer = session.isBroadcast || session.isMulticast || isAnycastRouter(session.target);
  const numeric = options.numeric || (!options.forceLookup && (options.flood || session.isLiteral));
  const names = numeric || options.quiet ? null : new ReverseNames(addon, interfaces);
  const text = new PingText(textOptions(options, addon, clock, session, intervalMs, names));
  const write = (event: PingEvent) => {
    for (const { stream, text: line, bare } of text.render(event)) {
      if (stream === 'stdout') io.stdout(line);
      else io.stderr(bare === true ? line : `${io.commandName}: ${line}`);
    }
  };
  const presenter = new Presenter(names, addressesOf, write);
  const payload = makePayload(options.size, options.pattern);
  const engine = new PingEngine(
    {
      family: session.family,
      target: session.targetText,
      socketType: session.port.socketType,
      identifier: session.identifier,
      shownIdentifier: session.shownIdentifier,
      count: options.count,
      intervalNs: intervalMs * NS_PER_MS,
      preload: options.preload,
      deadlineNs: options.deadlineSeconds * 1e9,
      lingerNs: options.timeoutMs * NS_PER_MS,
      adaptive: options.adaptive,
      privileged: isRoot,
      reportUnanswered: options.outstanding,
      quiet: options.quiet,
      verbose: options.verbose,
      manyMayAnswer,
      payload,
      userStamps: options.userLatency,
      emitSent: options.flood && !options.quiet,
    },
    presenter.show,
  );
  // The target is the likeliest to answer: ask for its name while the first probe is under way.
  if (names !== null) void names.prepare([session.targetText]);
  const driver = new PingDriver({
    addon,
    engine,
    port: session.port,
    clock,
    payload,
    identifier: session.identifier ?? 0,
    tight: intervalMs === 0 || options.adaptive,
  });
  const status = await driver.run();
  await presenter.settled();
  return status;
}

function textOptions(
  options: PingOptions,
  addon: NativeAddon,
  clock: Clock,
  session: Session,
  intervalMs: number,
  names: ReverseNames | null,
): TextOptions {
  return {
    family: session.family,
    host: session.host,
    size: options.size,
    precise: options.precise,
    audible: options.audible,
    timestamps: options.timestamps,
    quiet: options.quiet,
    flood: options.flood,
    verbose: options.verbose,
    manyMayAnswer: session.isBroadcast || session.isMulticast,
    showsGap: options.flood || options.adaptive || intervalMs === 0,
    epochSeconds: clock.epochSeconds,
    columns: options.flood ? addon.terminalColumns(1) : 0,
    strerror: addon.strerror,
    nameOf: names === null ? () => null : names.nameOf,
  };
}
