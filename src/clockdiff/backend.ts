/**
 * What a run of clockdiff needs from the machine, whichever way it is had: the addon (addon-backend.ts), or the npm package
 * raw-socket where the addon cannot load (raw-socket-backend.ts).
 */

import type { BackendName } from '../cli/backend-names.ts';
import type { Console } from '../cli/console.ts';
import type { Alarm } from '../net/alarm.ts';
import type { Clock } from '../net/clock.ts';
import type { IcmpPort } from '../net/port.ts';
import type { ClockdiffOptions } from './options.ts';
import type { Mode } from './probe.ts';

/** A socket that is ready to ask one target for its time. */
export interface Session {
  readonly port: IcmpPort;
  /** The target by its canonical name, where the resolver tells one. */
  readonly host: string;
  /** Numeric. */
  readonly address: string;
  /** What was asked for, or `icmp` where the kernel does not do that. */
  readonly mode: Mode;
  /** Replies come from the target alone: the socket is connected. */
  readonly isConnected: boolean;
}

export interface SessionRequest {
  readonly options: ClockdiffOptions;
  readonly identifier: number;
  readonly console: Pick<Console, 'warn'>;
}

export interface ClockdiffBackend {
  readonly name: BackendName;
  readonly clock: Clock;
  /** How far readings of `clock` may be from the wall clock. */
  readonly clockErrorNs: number;
  /** Its port can be waited for in the kernel. */
  readonly waitsInKernel: boolean;
  /** From options to a port. @throws UsageError, SetupError; leaves nothing open then. */
  openSession(request: SessionRequest): Promise<Session>;
  createAlarm(onExpiry: () => void): Alarm;
  readonly strerror: (errno: number) => string;
}
