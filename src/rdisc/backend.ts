/**
 * What a run of rdisc needs from the machine, whichever way it is had: the addon (addon-backend.ts), or the npm package
 * raw-socket where the addon cannot load (raw-socket-backend.ts).
 */

import type { BackendName } from '../cli/backend-names.ts';
import type { Console } from '../cli/console.ts';
import type { Names } from '../cli/presenter.ts';
import type { Alarm } from '../net/alarm.ts';
import type { Clock } from '../net/clock.ts';
import type { Watch } from '../net/pump.ts';
import type { Incoming, Link } from './protocol.ts';

/** A raw ICMP socket that sends and receives router discovery messages, on all interfaces at once. */
export interface DiscoveryPort {
  /** Sends `message` to an IPv4 address by `link`, from the link's first address; null leaves both to routing. Answers 0 or an errno. */
  send(message: Uint8Array, to: string, link: Link | null): number;
  /** Joins an IPv4 multicast group on `link`. Answers 0 or an errno. */
  join(group: string, link: Link): number;
  /** Leaves it; a link that is gone has left it by itself. */
  leave(group: string, link: Link): void;
  /** Reads what waits, up to a limit. Answers whether there may be more. */
  drain(take: (message: Incoming) => void): boolean;
  readonly watch: Watch;
  close(): void;
}

/** What a change of routes came to: made, made before by somebody, or the errno that refused it. */
export type RouteOutcome = 'done' | 'exists' | number;

export interface DefaultRoutes {
  add(gateway: string, link: Link): RouteOutcome;
  remove(gateway: string, link: Link): RouteOutcome;
  close(): void;
}

export interface SessionRequest {
  readonly install: boolean;
  /** The type of message to be received. */
  readonly receives: number;
  readonly console: Pick<Console, 'warn'>;
}

export interface Session {
  readonly port: DiscoveryPort;
  /** Null without --install. */
  readonly routes: DefaultRoutes | null;
  /** The interfaces that take part, as they are now. */
  readonly readLinks: () => readonly Link[];
  /** Calls back when an interface may have changed; null where the machine does not tell. */
  readonly watchLinks: Watch | null;
  /** Takes back routes that are left, and closes everything. Once is enough, and more does no harm. */
  readonly close: () => void;
}

/** Where a process without a terminal writes. */
export interface SystemLog {
  write(line: string): void;
}

export interface RdiscBackend {
  readonly name: BackendName;
  readonly clock: Clock;
  readonly names: Names & { readonly nameOf: (address: string) => string | null };
  /** Opens what needs privileges and gives the privileges up. @throws SetupError; leaves nothing open then. */
  openSession(request: SessionRequest): Session;
  /** The IPv4 address of a name. @throws SetupError */
  resolve(name: string): Promise<string>;
  createAlarm(onExpiry: () => void): Alarm;
  /** To be opened before the session. @throws SetupError */
  openSystemLog(ident: string): SystemLog;
  readonly strerror: (errno: number) => string;
}

/** rdisc's own exit status for a socket that is not to be had. */
export const SOCKET_STATUS = 5;
export const LOOKUP_STATUS = 1;
