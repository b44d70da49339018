/** arping as a command: reads the command line, sets the session up, drives the engine, and answers the exit status. */
import { readFileSync } from 'node:fs';
import { loadAddon, nameAddon } from '../cli/addon.ts';
import { type Command, type CommandIo, runCommand } from '../cli/command.ts';
import type { Console } from '../cli/console.ts';
import { SetupError } from '../cli/errors.ts';
import type { UsageFacts } from '../cli/usage.ts';
import { TimerfdAlarm } from '../net/alarm.ts';
import { Clock } from '../net/clock.ts';
import type { NativeAddon } from '../net/native.ts';
import { SignalInbox } from '../net/signals.ts';
import { formatIpv4 } from '../packet/address.ts';
import { formatHardwareAddress } from '../packet/hardware-address.ts';
import { UnusableInterface } from './device.ts';
import { ArpingDriver } from './driver.ts';
import { type ArpingConfig, ArpingEngine } from './engine.ts';
import type { JsonOptions, Mode } from './json.ts';
import { ARPING_OPTIONS, type ArpingOptions, parseArping } from './options.ts';
import { type ArpingProtocol, arpProtocol, reverseProtocol } from './protocol.ts';
import { openSession, type Session } from './setup.ts';
import { showRun } from './show.ts';
import { Vendors } from './vendors.ts';

const NS_PER_SECOND = 1e9;
const USAGE_STATUS = 2;

const USAGE: UsageFacts = {
  command: 'arping',
  synopsis: '[options] <destination>',
  operands: [['<destination>', 'DNS name or IPv4 address; none with --reverse']],
};

/** Exit status: section 3.6 of ../shared/spec/iputils.md, and --expect-one. */
export async function runArping(argv: readonly string[], io: CommandIo): Promise<number> {
  const parsed = parseArping(argv, io.env['POSIXLY_CORRECT'] !== undefined);
  const command: Command<ArpingOptions> = {
    usage: USAGE,
    options: ARPING_OPTIONS,
    usageStatus: USAGE_STATUS,
    versionFacts: async () => ({ backend: await nameAddon(), node: process.version }),
    run: (options, console) => arpTarget(io, options, console),
  };
  return runCommand(command, parsed, io);
}

async function arpTarget(io: CommandIo, options: ArpingOptions, console: Console): Promise<number> {
  const vendors = options.ouiFile === null ? null : readVendors(options.ouiFile);
  const addon = loadAddon();
  const clock = new Clock(addon.readClocks);
  try {
    const session = await openSession({ addon, clock, options, warn: (message) => console.warn(message) });
    return await probe({ io, options, addon, clock, session, vendors });
  } catch (error) {
    if (!(error instanceof UnusableInterface)) throw error;
    if (options.json) console.fail(error.message);
    else if (!options.quiet) console.print(`${error.message}\n`);
    return error.exitStatus;
  }
}

/** @throws SetupError when the file cannot be read, or is none that we know */
function readVendors(file: string): Vendors {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new SetupError(`--oui: ${(error as Error).message}`);
  }
  const vendors = new Vendors(text);
  if (vendors.size === 0)
    throw new SetupError(`--oui: no vendors in ${file}: it is none of oui.txt, oui.csv, manuf, nmap-mac-prefixes`);
  return vendors;
}

interface ProbeContext {
  readonly io: CommandIo;
  readonly options: ArpingOptions;
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly session: Session;
  readonly vendors: Vendors | null;
}

async function probe(context: ProbeContext): Promise<number> {
  const { io, options, addon, clock, session } = context;
  // Whoever sees the header may press Ctrl-C and expect the statistics.
  const signals = new SignalInbox(['SIGINT', 'SIGQUIT', 'SIGTERM']);
  try {
    const show = showRun(io, options.json, shownFacts(context));
    show.start();
    requireSource(session, options);
    const engine = new ArpingEngine(engineConfig(options), protocolOf(options, session), show.event);
    const createAlarm = (onExpiry: () => void) => new TimerfdAlarm(addon, onExpiry);
    const { port, link } = session;
    return await new ArpingDriver({ createAlarm, engine, port, clock, signals, broadcast: link.broadcast }).run();
  } finally {
    signals.close();
    session.port.close();
  }
}

/** After the header, as in iputils. @throws SetupError where nobody could answer us */
function requireSource({ source }: Session, { duplicate, reverse, source: given }: ArpingOptions): void {
  const mayBeNone = duplicate || reverse !== null || given !== null;
  if (!mayBeNone && source.every((octet) => octet === 0)) throw new SetupError('no source address in not-DAD mode');
}

function protocolOf(options: ArpingOptions, { link, source, target }: Session): ArpingProtocol {
  if (options.reverse !== null) return reverseProtocol({ link, hardware: options.reverse });
  return arpProtocol({
    link,
    operation: options.answer ? 'reply' : 'request',
    source,
    target,
    isDuplicateDetection: options.duplicate,
    hearsAnnouncements: options.watch,
  });
}

function engineConfig(options: ArpingOptions): ArpingConfig {
  const { expectOne, watch, reverse } = options;
  return {
    count: options.count,
    intervalNs: options.intervalSeconds * NS_PER_SECOND,
    deadlineNs: options.deadlineSeconds * NS_PER_SECOND,
    unsolicited: options.unsolicited,
    duplicateDetection: options.duplicate,
    quitOnReply: options.first,
    // Whoever asks for all that answer must go on asking all.
    broadcastOnly: options.broadcast || expectOne || watch || reverse !== null,
    expectOne,
    watch,
  };
}

function shownFacts({ options, clock, session, vendors, addon }: ProbeContext): JsonOptions {
  const { reverse } = options;
  return {
    mode: modeOf(options),
    target: reverse === null ? formatIpv4(session.target) : formatHardwareAddress(reverse),
    source: formatIpv4(session.source),
    device: session.device,
    hardware: formatHardwareAddress(session.link.hardware),
    isReverse: reverse !== null,
    quiet: options.quiet,
    epochSeconds: clock.epochSeconds,
    strerror: addon.strerror,
    vendorOf: (hardware) => vendors?.nameOf(hardware) ?? null,
  };
}

function modeOf(options: ArpingOptions): Mode {
  if (options.reverse !== null) return 'reverse';
  if (options.duplicate) return 'duplicate-detection';
  if (options.answer) return 'unsolicited-reply';
  return options.unsolicited ? 'unsolicited-request' : 'probe';
}
