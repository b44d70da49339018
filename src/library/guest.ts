/**
 * How a run of the library lives in somebody's program. Runs of one thread share one timer; privileges, priority, locale and
 * signals are the program's own and stay as they are.
 */
import { loadAddon } from '../cli/addon.ts';
import type { SetupRules } from '../cli/setup-rules.ts';
import { type Alarm, TimerfdAlarm } from '../net/alarm.ts';
import { AlarmClock } from '../net/alarm-clock.ts';
import { Clock } from '../net/clock.ts';
import { Interfaces } from '../net/interfaces.ts';
import { loadNative, type NativeAddon } from '../net/native.ts';
import type { RunControl } from './run.ts';

/** What opening a session is given: a lookup is waited for until the run is aborted, and then all that is open is closed. */
export function guestRules({
  orAborted,
  isStillWanted,
}: Pick<RunControl<never>, 'orAborted' | 'isStillWanted'>): SetupRules {
  return { isOwnProcess: false, loadAddon: loadNative, secure: () => {}, wait: orAborted, isStillWanted };
}

/** What one run needs of the machine. */
export interface Machine {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  /** As they are now. */
  readonly interfaces: Interfaces;
  readonly createAlarm: (onExpiry: () => void) => Alarm;
}

/** Of this thread. The timer is open while there are alarms. */
let alarms: AlarmClock | null = null;

/** @throws SetupError where the addon does not load */
export function openMachine(): Machine {
  const addon = loadAddon(loadNative);
  return { addon, clock: new Clock(addon.readClocks), interfaces: new Interfaces(addon), createAlarm: alarmsOf(addon) };
}

/** A backend whose alarms, where it is the addon's, are on the timer that all runs of this thread share. */
export function sharingTimer<Backend extends Pick<Machine, 'createAlarm'> & { readonly name: string }>(
  backend: Backend,
): Backend {
  return backend.name === 'addon' ? { ...backend, createAlarm: alarmsOf(loadNative()) } : backend;
}

/** An alarm on the timer that all runs of this thread share. */
function alarmsOf(addon: NativeAddon): Machine['createAlarm'] {
  if (alarms === null) {
    const clock = new Clock(addon.readClocks);
    alarms = new AlarmClock(
      (onExpiry) => new TimerfdAlarm(addon, onExpiry),
      () => clock.read(),
    );
  }
  return alarms.createAlarm;
}
