/** arping as a command: reads the command line, sets the session up, drives the engine, and answers the exit status. */

import { readFileSync } from 'node:fs';
import { loadAddon, nameAddon } from '../cli/addon.ts';
import { type Command, type CommandIo, runCommand } from '../cli/command.ts';
import type { Console } from '../cli/console.ts';
import { SetupError } from '../cli/errors.ts';
import { fileReason } from '../cli/file-errors.ts';
import { COMMAND_RULES } from '../cli/setup-rules.ts';
import { TimerfdAlarm } from '../net/alarm.ts';
import { Clock } from '../net/clock.ts';
import type { NativeAddon } from '../net/native.ts';
import { ALL_SIGNALS } from '../net/signals.ts';
import { formatIpv4 } from '../packet/address.ts';
import { formatHardwareAddress } from '../packet/hardware-address.ts';
import { UnusableInterface } from './device.ts';
import type { JsonOptions } from './json.ts';
import type { Mode } from './lines.ts';
import { ARPING_OPTIONS, type ArpingOptions, parseArping } from './options.ts';
import { probe } from './probing.ts';
import { openSession, type Session } from './setup.ts';
import { showRun } from './show.ts';
import type { TextOptions } from './text.ts';
import { ARPING_USAGE } from './usage.ts';
import { Vendors } from './vendors.ts';

const USAGE_STATUS = 2;

/** Exit status: section 3.6 of ../shared/spec/iputils.md, and --expect-one. */
export async function runArping(argv: readonly string[], io: CommandIo): Promise<number> {
  const parsed = parseArping(argv, io.env['POSIXLY_CORRECT'] !== undefined);
  const command: Command<ArpingOptions> = {
    usage: ARPING_USAGE,
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
    const warn = (message: string) => console.warn(message);
    const session = await openSession({ addon, clock, options, warn, rules: COMMAND_RULES });
    return await probeAndShow({ io, options, addon, clock, session, vendors });
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
    throw new SetupError(`--oui: ${file}: ${fileReason(error)}`);
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

async function probeAndShow(context: ProbeContext): Promise<number> {
  const { io, options, addon, clock, session } = context;
  // Whoever sees the header may press Ctrl-C and expect the statistics.
  const signals = io.signals.take(options.json ? ALL_SIGNALS : ['SIGINT', 'SIGQUIT', 'SIGTERM']);
  try {
    const emit = showRun(io, options.json, shownFacts(context));
    const createAlarm = (onExpiry: () => void) => new TimerfdAlarm(addon, onExpiry);
    return await probe({ clock, createAlarm, session, options, signals, emit });
  } finally {
    signals.close();
    session.port.close();
  }
}

function shownFacts({ options, clock, session, vendors, addon }: ProbeContext): TextOptions & JsonOptions {
  const { reverse } = options;
  return {
    mode: modeOf(options),
    target: reverse === null ? formatIpv4(session.target) : formatHardwareAddress(reverse),
    source: formatIpv4(session.source),
    device: session.device,
    hardware: formatHardwareAddress(session.link.hardware),
    isReverse: reverse !== null,
    quiet: options.quiet,
    stats: options.stats,
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
