/** What the engine of rounds is told of a run. */
import type { LimitsConfig } from '../probing/run-limits.ts';

export interface RoundsConfig {
  readonly family: 4 | 6;
  readonly maximumHops: number;
  /** Destination port of the first hop's probes. */
  readonly basePort: number;
  /** Rounds; Infinity for no end. */
  readonly rounds: number;
  readonly intervalNs: number;
  readonly timeoutNs: number;
  /** The target's address as datagrams from it show it. */
  readonly target: string;
  /** Octets of an IP packet, and of its headers. */
  readonly packetOctets: number;
  readonly overheadOctets: number;
  /** Marks this run's tags; not 0. */
  readonly run: number;
  readonly limits: LimitsConfig;
}
