/** Reads what the target answered: the peer's two stamps, or what is wrong with the reply. */
import {
  decodeIcmp,
  ICMP_ECHOREPLY,
  ICMP_HEADER_LENGTH,
  ICMP_TIMESTAMPREPLY,
  isIcmpChecksumOk,
  peekIcmpIdentifier,
  peekIcmpSequence,
  peekIcmpType,
} from '../packet/icmp.ts';
import { decodeIpOptions, IPOPT_TS_PRESPEC, type TimestampOption, usedTimestampSlots } from '../packet/ip-options.ts';
import type { Mode } from './probe.ts';

export type UnusableReason =
  | 'checksum'
  | 'short'
  | 'identifier'
  | 'sequence'
  | 'no-option'
  | 'malformed-option'
  | 'wrong-flag'
  | 'unfilled';

/** In which slots of the option the peer stamps, by mode: on receiving and on sending. */
const PEER_SLOTS = { 'ip-4': [1, 2], 'ip-3': [1, 1] } as const;

export type Reply =
  /** No reply at all: a request, an error, or another type. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unusable'; readonly why: UnusableReason; readonly sequence: number | null }
  | {
      readonly kind: 'stamped';
      readonly sequence: number;
      readonly receiveStamp: number;
      readonly transmitStamp: number;
    };

/** The ICMP message in `message`, which came under the IPv4 options in `options`. Never throws. */
export function readReply(message: Uint8Array, options: Uint8Array, mode: Mode, identifier: number): Reply {
  const type = mode === 'icmp' ? ICMP_TIMESTAMPREPLY : ICMP_ECHOREPLY;
  if (message.length === 0 || peekIcmpType(message, 0) !== type) return { kind: 'foreign' };
  if (message.length < ICMP_HEADER_LENGTH) return unusable('short', null);
  const sequence = peekIcmpSequence(message, 0);
  const isOurs = peekIcmpIdentifier(message, 0) === identifier;
  if (!isIcmpChecksumOk(message, 0, message.length)) return unusable('checksum', isOurs ? sequence : null);
  if (!isOurs) return unusable('identifier', null);
  return mode === 'icmp' ? readTimestamps(message, sequence) : readOptions(options, PEER_SLOTS[mode], sequence);
}

function readTimestamps(octets: Uint8Array, sequence: number): Reply {
  const decoded = decodeIcmp(octets);
  if (!decoded.ok || decoded.value.message.kind !== 'timestamp') return unusable('short', sequence);
  const { receiveTimestamp, transmitTimestamp } = decoded.value.message;
  return { kind: 'stamped', sequence, receiveStamp: receiveTimestamp, transmitStamp: transmitTimestamp };
}

function readOptions(area: Uint8Array, slots: readonly [received: number, sent: number], sequence: number): Reply {
  const options = decodeIpOptions(area);
  const option = options.find((each): each is TimestampOption => each.kind === 'timestamp');
  if (option === undefined) {
    return unusable(options.some(({ kind }) => kind === 'malformed') ? 'malformed-option' : 'no-option', sequence);
  }
  if (option.flag !== IPOPT_TS_PRESPEC) return unusable('wrong-flag', sequence);
  const [received, sent] = slots.map((slot) => option.entries[slot]?.timestamp);
  if (usedTimestampSlots(option) <= slots[1] || received === undefined || sent === undefined) {
    return unusable('unfilled', sequence);
  }
  return { kind: 'stamped', sequence, receiveStamp: received, transmitStamp: sent };
}

function unusable(why: UnusableReason, sequence: number | null): Reply {
  return { kind: 'unusable', why, sequence };
}
