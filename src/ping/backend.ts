/**
 * What a run of ping needs from the machine, whichever way it is had: the addon (addon-backend.ts), or the npm package
 * raw-socket where the addon cannot load (raw-socket-backend.ts).
 */

import type { BackendName } from '../cli/backend-names.ts';
import type { Console } from '../cli/console.ts';
import type { Names } from '../cli/presenter.ts';
import type { Alarm } from '../net/alarm.ts';
import type { Clock } from '../net/clock.ts';
import type { SignalInbox } from '../net/signals.ts';
import type { Address, Family } from '../net/sockaddr.ts';
import type { PingOptions } from './options.ts';
import type { ProbePort } from './prober.ts';

/** A socket that is ready to probe one target, and what the header and the engine must know of it. */
export interface Session {
  readonly port: ProbePort;
  readonly isNodeQuery: boolean;
  readonly family: Family;
  /** The target as the header names it. */
  readonly host: string;
  readonly target: Address;
  /** As replies from it are named: with the zone of a link-local one. */
  readonly targetText: string;
  /** As the header shows it: with a zone only where the user gave one. */
  readonly shownTarget: string;
  /** Our own address, without a zone. */
  readonly sourceText: string;
  /** What our replies must carry; null where the kernel sees to it. */
  readonly identifier: number | null;
  /** The identifier as far as it is known, for -v. */
  readonly shownIdentifier: number | null;
  /** As leased from the kernel, null without -F. */
  readonly flowLabel: number | null;
  readonly isBroadcast: boolean;
  readonly isMulticast: boolean;
  /** The user gave an address and not a name: names of addresses are not asked for either. */
  readonly isLiteral: boolean;
}

export interface SessionRequest {
  readonly options: PingOptions;
  readonly isRoot: boolean;
  readonly console: Pick<Console, 'warn' | 'remark'>;
  /** Signals are heard from when this is called, and kept: for a session that takes its time to be opened (--method auto). */
  readonly hearSignals?: () => Pick<SignalInbox, 'overhear'>;
}

export interface PingBackend {
  readonly name: BackendName;
  readonly clock: Clock;
  readonly names: Names & { readonly nameOf: (address: string) => string | null };
  /** From options to a port. @throws UsageError, SetupError; leaves nothing open then. */
  openSession(request: SessionRequest): Promise<Session>;
  createAlarm(onExpiry: () => void): Alarm;
  readonly strerror: (errno: number) => string;
  /** Columns of the terminal on a descriptor, 0 where it is none. */
  readonly terminalColumns: (descriptor: number) => number;
}
