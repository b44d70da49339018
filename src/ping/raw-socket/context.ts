/** What the steps of setting a session up share. */
import type { Clock } from '../../net/clock.ts';
import type { RawSocketModule } from '../../net/raw-socket-port.ts';
import type { SessionRequest } from '../backend.ts';

export interface SetupContext extends SessionRequest {
  readonly module: RawSocketModule;
  readonly clock: Clock;
  /** Where this backend stands in for the addon, null where it was asked for by name. */
  readonly whyNotAddon: string | null;
}
