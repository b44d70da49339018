/** A run of the library's `arping()`: socket and engine are those of the command. Loaded when the first one begins. */
import { SetupError } from '../cli/errors.ts';
import { guestRules, openMachine } from '../library/guest.ts';
import { type Published, publisher } from '../library/published.ts';
import type { RunControl } from '../library/run.ts';
import type { WarningEvent } from '../library/warning.ts';
import { formatIpv4 } from '../packet/address.ts';
import { formatHardwareAddress } from '../packet/hardware-address.ts';
import { UnusableInterface } from './device.ts';
import type { ArpingEvent, SummaryEvent } from './events.ts';
import { type ArpingLibraryOptions, toCommandOptions } from './library-options.ts';
import type { ArpingOptions } from './options.ts';
import { probe } from './probing.ts';
import { openSession, type Session } from './setup.ts';

/** What a run of `arping()` came to, and the last of its events. */
export type PublishedArpingSummary = Published<SummaryEvent> & {
  /** The target as it was given. */
  readonly host: string;
  /** The address that was asked about: with `reverse`, a hardware address. */
  readonly address: string;
  /** The interface that was used. */
  readonly interface: string;
  /** Its hardware address. */
  readonly hardware: string;
  /** IPv4 address that the probes came from, 0.0.0.0 for none. */
  readonly source: string;
};
/** What a run of `arping()` tells. `summary` comes last. */
export type PublishedArpingEvent =
  | Published<Exclude<ArpingEvent, { type: 'summary' }>>
  | PublishedArpingSummary
  | WarningEvent;

/** @throws SetupError, SystemError and what an abort gives as its reason */
export async function runArping(
  target: string,
  given: ArpingLibraryOptions,
  control: RunControl<PublishedArpingEvent>,
): Promise<PublishedArpingSummary> {
  const options = toCommandOptions(target, given);
  const { addon, clock, createAlarm } = openMachine();
  const warn = (message: string) => control.emit({ type: 'warning', message });
  const session = await open({ addon, clock, options, warn, rules: guestRules(control) });
  try {
    control.begin();
    const publish = publisher(clock.epochSeconds);
    let summary: PublishedArpingSummary | null = null;
    const emit = (event: ArpingEvent) => {
      if (event.type !== 'summary') return control.emit(publish(event));
      summary = { ...publish(event), ...describe(target, options, session) };
      control.emit(summary);
    };
    const { signals, gate } = control;
    await probe({ clock, createAlarm, session, options, signals, gate, emit });
    return summary!;
  } finally {
    session.port.close();
  }
}

async function open(context: Parameters<typeof openSession>[0]): Promise<Session> {
  try {
    return await openSession(context);
  } catch (error) {
    throw error instanceof UnusableInterface ? new SetupError(error.message) : error;
  }
}

function describe(host: string, { reverse }: ArpingOptions, { device, link, source, target }: Session) {
  return {
    host,
    address: reverse === null ? formatIpv4(target) : formatHardwareAddress(reverse),
    interface: device,
    hardware: formatHardwareAddress(link.hardware),
    source: formatIpv4(source),
  };
}
