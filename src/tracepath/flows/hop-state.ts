/** What a flow remembers of a probe and of a hop. */
import type { StampedMoment } from '../../measure/stamped-interval.ts';
import type { FlowHop } from './events.ts';
import type { Flow } from './flow.ts';

/** `void`: an answer came that may be its own or another's, so it counts neither as answered nor as lost. */
export type ProbeState = 'waiting' | 'answered' | 'lost' | 'void';

export interface Probe extends StampedMoment {
  readonly number: number;
  readonly flow: Flow;
  readonly hop: number;
  readonly attempt: number;
  readonly octets: number;
  /** The kernel's transmit stamp, NaN without one. */
  stampNs: number;
  state: ProbeState;
}

export interface HopState {
  readonly hop: number;
  sent: number;
  waiting: Probe | null;
  readonly sources: string[];
  readonly roundTripsNs: number[];
  largestOctets: number | null;
  /** Lost probes that were larger than any that was answered. */
  largeLost: number;
  /** A large probe has been sent after a small one was answered. */
  hasDoubted: boolean;
  mark: string | null;
}

export function emptyHop(hop: number): HopState {
  return {
    hop,
    sent: 0,
    waiting: null,
    sources: [],
    roundTripsNs: [],
    largestOctets: null,
    largeLost: 0,
    hasDoubted: false,
    mark: null,
  };
}

export function toFlowHop({ hop, sent, sources, roundTripsNs, largestOctets, mark, waiting }: HopState): FlowHop {
  return {
    hop,
    sources,
    // What is still under way is neither lost nor answered.
    sent: sent - (waiting === null ? 0 : 1),
    received: roundTripsNs.length,
    roundTripsNs,
    largestOctets,
    mark,
  };
}
