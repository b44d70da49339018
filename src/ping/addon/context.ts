/** What the steps of setting a session up share. */
import type { Clock } from '../../net/clock.ts';
import type { Interfaces } from '../../net/interfaces.ts';
import type { NativeAddon } from '../../net/native.ts';
import type { SessionRequest } from '../backend.ts';

export interface SetupContext extends SessionRequest {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly interfaces: Interfaces;
  /** What the echoes of a raw socket carry unless -e says. */
  readonly identify: () => number;
}
