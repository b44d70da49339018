/** What a run over many flows tells. A lost probe has no answer and no round trip. */
import type { ConditionVerdict } from '../../conditions/judge.ts';
import type { MeasuredRoundTrip } from '../../measure/stamped-interval.ts';
import type { AnswerError } from '../probing/answer-error.ts';
import type { PathGraph } from './graph.ts';

/** A probe is answered, or nobody has answered it in time. */
export interface FlowProbeEvent extends MeasuredRoundTrip, AnswerError {
  readonly type: 'probe';
  /** Number of the flow, from 0. */
  readonly flow: number;
  readonly hop: number;
  /** From 1, for this flow and hop. */
  readonly attempt: number;
  /** Octets of the IP packet. */
  readonly octets: number;
  /** Who answered; null for a lost probe. */
  readonly source: string | null;
  /** TTL of the answer, null where unknown. */
  readonly hopLimit: number | null;
  /** It is the target that answered. */
  readonly reached: boolean;
  /** `!H` and so on: nothing passes beyond here. */
  readonly mark: string | null;
  /** The probe had been told of as lost before. */
  readonly late: boolean;
  readonly wallNs: number;
}

/** A link is too small for the flow's packets, which are smaller from now on. `source` is null for this machine. */
export interface FlowMtuEvent {
  readonly type: 'pmtu';
  readonly flow: number;
  /** TTL of the probe that was too big; the link is not behind that hop. Null where the answer may be about several. */
  readonly hop: number | null;
  readonly source: string | null;
  /** Octets that a packet may have. */
  readonly mtuOctets: number;
  readonly wallNs: number;
}

/** An answer that quotes too little, and may be to any of several probes: they are sent again, one at a time. */
export interface AmbiguousEvent {
  readonly type: 'ambiguous';
  readonly flow: number;
  readonly source: string;
  readonly wallNs: number;
}

/** The kernel took no probe for this hop of this flow. */
export interface SendErrorEvent {
  readonly type: 'send-error';
  readonly flow: number;
  readonly hop: number;
  readonly errno: number;
  readonly wallNs: number;
}

/**
 * How a flow's way ended. `silent`: so many hops in a row did not answer that no more were asked. `unfinished`: the run ended
 * first.
 */
export type FlowEnd = 'reached' | 'refused' | 'silent' | 'hop-limit' | 'send-failed' | 'unfinished';

/** One hop of one flow. */
export interface FlowHop {
  readonly hop: number;
  /** Who answered, in the order of coming; more than one where packets of one flow take several ways. */
  readonly sources: readonly string[];
  readonly sent: number;
  readonly received: number;
  readonly roundTripsNs: readonly number[];
  /** Octets of the largest packet that was answered from here; null without an answer. */
  readonly largestOctets: number | null;
  readonly mark: string | null;
}

export interface FlowResult {
  readonly flow: number;
  readonly sourcePort: number;
  readonly end: FlowEnd;
  readonly hops: readonly FlowHop[];
  /** Octets of the largest packet that may go this way as far as it is known. */
  readonly mtuOctets: number;
  /** Larger packets vanish without a word at this hop; null for nowhere. */
  readonly blackHoleHop: number | null;
}

/**
 * `settled`: the stopping rule is satisfied everywhere. `flow-limit`: it would have needed more flows. `condition`: what was
 * waited for holds.
 */
export type EndReason = 'settled' | 'flow-limit' | 'interrupted' | 'send-failed' | 'deadline' | 'condition';

export interface FlowsSummaryEvent {
  readonly type: 'summary';
  readonly reason: EndReason;
  /** As asked for. */
  readonly confidence: number;
  /** As asked for. */
  readonly maximumFlows: number;
  /** Each flow's way, hop by hop. */
  readonly flows: readonly FlowResult[];
  /** The same as one graph: who was seen, and who behind whom. */
  readonly graph: PathGraph;
  /** Answers that could not be told apart, and were asked for once more. */
  readonly ambiguousAnswers: number;
  /** The verdicts on `until` and on `conditions`. */
  readonly conditions: readonly ConditionVerdict[];
}

export type FlowsEvent = FlowProbeEvent | FlowMtuEvent | AmbiguousEvent | SendErrorEvent | FlowsSummaryEvent;
