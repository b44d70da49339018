/** What a run of tracepath has to tell, whoever listens: text.ts prints it, json.ts writes it. */
import type { ConditionVerdict } from '../conditions/judge.ts';
import type { StampSource } from '../measure/stamped-interval.ts';
import type { IcmpExtension } from '../packet/icmp-extensions.ts';

/**
 * What an error about a probe means for the path. `hop`: its TTL ended there. `silent`: no more than that somebody lives.
 * The others but `mtu` end the run.
 */
export type Outcome =
  | 'hop'
  | 'silent'
  | 'mtu'
  | 'reached'
  | 'host-unreachable'
  | 'net-unreachable'
  | 'prohibited'
  | 'protocol-error'
  | 'other-error';

/** A probe as it was sent. */
export interface SentProbe {
  readonly hop: number;
  readonly port: number;
  /** Octets of the packet, IP and UDP headers included. */
  readonly octets: number;
}

/** An entry of the error queue about one of our probes: an ICMP error, or a refusal by our own kernel. */
export interface AnswerEvent {
  readonly type: 'answer';
  /** On the run's wall clock, ns since its epoch. */
  readonly wallNs: number;
  /** Null where the answer does not say which probe it is about. */
  readonly probe: SentProbe | null;
  /** The hop that it is about; the present one where that had to be guessed. */
  readonly hop: number;
  /** False where the hop had to be guessed. */
  readonly isHopKnown: boolean;
  /** Who answered; null for our own kernel. */
  readonly address: string | null;
  readonly outcome: Outcome;
  /** errno(3) that the kernel makes of it: positive. */
  readonly errno: number;
  readonly icmpType: number;
  readonly icmpCode: number;
  /** For `mtu`: the MTU that the run goes on with. The reported one stands in `info`. */
  readonly mtu: number;
  /** MTU, pointer or gateway, as the ICMP type has it. */
  readonly info: number;
  /** Null where the sending time is not known. */
  readonly roundTripNs: number | null;
  /** Where the time of sending came from: the kernel's stamp, or a user-space clock. */
  readonly transmitStamp: StampSource;
  /** Where that of receiving came from. */
  readonly receiveStamp: StampSource;
  /** TTL or hop limit with which the answer arrived, and what it says of the way back; null where not told. */
  readonly hopLimit: number | null;
  readonly returnHops: number | null;
  /** TOS or traffic class of the answer. */
  readonly trafficClass: number | null;
  /** The quoted payload is not what we sent. */
  readonly corrupted: boolean;
  /** Octets of our payload that were quoted. */
  readonly quotedOctets: number;
  /** Where the quoted packet was going, where that is not where we sent it: an address translator. */
  readonly quotedDestination: string | null;
  /** Destination port of the quoted packet. */
  readonly quotedPort: number;
  /** RFC 4884: MPLS labels, interfaces; null without one. */
  readonly extension: IcmpExtension | null;
}

/** A probe got no answer in time. `attempt` is 1, 2 or 3; null for one that tries a size (--black-holes). */
export interface LostEvent {
  readonly type: 'lost';
  readonly wallNs: number;
  readonly probe: SentProbe;
  readonly attempt: number | null;
  readonly roundTripNs: null;
}

/** All attempts at a hop were in vain. */
export interface NoReplyEvent {
  readonly type: 'no-reply';
  readonly hop: number;
}

/** Somebody listens at the port and answered. */
export interface ReplyEvent {
  readonly type: 'reply';
  readonly wallNs: number;
  readonly hop: number;
  readonly address: string;
  readonly port: number;
  readonly octets: number;
}

/** The kernel took no probe for this hop. */
export interface SendFailedEvent {
  readonly type: 'send-failed';
  readonly hop: number;
  readonly errno: number;
}

/** A hop is done with. `addresses`: who answered for it, without the senders of MTUs. */
export interface HopEvent {
  readonly type: 'hop';
  readonly hop: number;
  /** Probes to this hop. */
  readonly sent: number;
  /** Those of them that were answered. */
  readonly answered: number;
  readonly addresses: readonly string[];
  /** The shortest round trip; null where none was measured. */
  readonly bestNs: number | null;
}

/** The path got narrower. */
export interface MtuEvent {
  readonly type: 'mtu';
  /** Where the narrow link begins: 0 for this host, else the hop of `address` or, if that is not known, the one before the probe's end. */
  readonly behindHop: number;
  /** Who said so; null for this machine. */
  readonly address: string | null;
  /** Octets of the packets until now. */
  readonly before: number;
  /** And from now on. */
  readonly after: number;
}

/** Probes larger than `passes` octets vanish behind a hop, and nobody says so (RFC 2923 section 2.1). */
export interface BlackHoleEvent {
  readonly type: 'black-hole';
  /** The last hop that answered larger probes, 0 for none. */
  readonly behindHop: number;
  /** The first one that did not answer them. */
  readonly hop: number;
  /** Octets of the largest packet that was answered from there. */
  readonly passes: number;
  /** Octets of the smallest one that vanished. */
  readonly fails: number;
}

/** The target was not reached within `maxHops`. */
export interface TooManyHopsEvent {
  readonly type: 'too-many-hops';
  readonly mtu: number;
}

/** `condition`: what was waited for holds. */
export type EndReason =
  | 'reached'
  | 'unreachable'
  | 'too-many-hops'
  | 'reply'
  | 'send-failed'
  | 'error'
  | 'interrupted'
  | 'deadline'
  | 'condition';

export interface SummaryEvent {
  readonly type: 'summary';
  readonly reason: EndReason;
  /** Octets of the packets at the end: the path MTU, as far as the path is known. */
  readonly mtu: number;
  /** Hops to the target and our estimate of those back; null unless it was reached. */
  readonly hops: number | null;
  readonly back: number | null;
  /** Probes of all kinds and attempts. */
  readonly sent: number;
  /** Those of them that were answered. */
  readonly answered: number;
  readonly elapsedNs: number;
  /** The verdicts on `until` and on `conditions`. */
  readonly conditions: readonly ConditionVerdict[];
}

export type TracepathEvent =
  | AnswerEvent
  | LostEvent
  | NoReplyEvent
  | ReplyEvent
  | SendFailedEvent
  | HopEvent
  | MtuEvent
  | BlackHoleEvent
  | TooManyHopsEvent
  | SummaryEvent;
