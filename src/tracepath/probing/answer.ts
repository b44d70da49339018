/** What comes back for a probe, as far as those need it who ask for the path and not for the message. */
import type { QueuedUdpError, UdpReply } from '../../net/udp-port.ts';
import { outcomeOf } from '../answers.ts';
import { type AnswerError, NO_ERROR } from './answer-error.ts';

/**
 * `passed-by`: the hop limit ran out at this router. `reached`: the target has no such port, or answered. `too-big`: the packet is
 * larger than the next link's MTU. `refused`: nothing passes beyond here.
 */
export type Verdict = 'passed-by' | 'reached' | 'too-big' | 'refused';

export interface Answer {
  readonly verdict: Verdict;
  readonly source: string;
  /** What `too-big` says of the MTU in octets, 0 for nothing. */
  readonly mtu: number;
  /** `!N`, `!H`, … as tracepath(8) marks a refusal; null for the rest. */
  readonly mark: string | null;
  readonly error: AnswerError;
  /** TTL with which the answer arrived, -1 where the kernel tells none. */
  readonly hopLimit: number;
  /** Kernel receive stamp, `wallNs` scale; NaN without one. */
  readonly stampNs: number;
}

/** Null for what is no ICMP error with a sender. A refusal of another kind is marked `!<errno>`. */
export function readAnswer(error: QueuedUdpError): Answer | null {
  const { origin, errno, type, code, offender, info, hopLimit, stampNs } = error;
  if (origin === 'local' || offender === null) return null;
  const facts = {
    ...{ source: offender, mtu: 0, mark: null, hopLimit, stampNs },
    error: { icmpType: type, icmpCode: code, errno },
  };
  const refused = (mark: string): Answer => ({ ...facts, verdict: 'refused', mark });
  const outcome = outcomeOf(error);
  switch (outcome) {
    case 'mtu':
      return { ...facts, verdict: 'too-big', mtu: info };
    case 'reached':
      return { ...facts, verdict: 'reached' };
    case 'hop':
    case 'silent':
      return { ...facts, verdict: 'passed-by' };
    case 'host-unreachable':
      return refused('!H');
    case 'net-unreachable':
      return refused('!N');
    case 'prohibited':
      return refused('!A');
    case 'protocol-error':
      return refused('!P');
    case 'other-error':
      return refused(`!${errno}`);
  }
}

/** Who answers with a datagram has received ours. */
export function readReply({ source, hopLimit, stampNs }: UdpReply): Answer {
  return { verdict: 'reached', source, mtu: 0, mark: null, error: NO_ERROR, hopLimit, stampNs };
}
