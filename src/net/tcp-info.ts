/** `struct tcp_info` of <linux/tcp.h>, as far as its first version goes: tcp(7) TCP_INFO. All words are in native order. */
import { LITTLE_ENDIAN } from './sockaddr.ts';

export const TCP_INFO_OCTETS = 104;
const STATE_OFFSET = 0;
const RETRANSMITS_OFFSET = 2;
const ROUND_TRIP_OFFSET = 68;
const TOTAL_RETRANSMITS_OFFSET = 100;

const TCP_SYN_SENT = 2;
/** The peer connects to us at the same moment: its SYN is no answer to ours. */
const TCP_SYN_RECV = 3;

/** What became of a connect so far. */
export interface ConnectFacts {
  /** The SYN is not answered yet. */
  readonly isPending: boolean;
  /** The kernel has sent it more than once. */
  readonly isRepeated: boolean;
  /** From SYN to SYN-ACK; 0 where none was measured. */
  readonly roundTripUs: number;
}

/** Null where the kernel wrote too little. */
export function readTcpInfo(octets: Uint8Array): ConnectFacts | null {
  if (octets.length < TCP_INFO_OCTETS) return null;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const state = view.getUint8(STATE_OFFSET);
  return {
    isPending: state === TCP_SYN_SENT || state === TCP_SYN_RECV,
    isRepeated: view.getUint8(RETRANSMITS_OFFSET) > 0 || view.getUint32(TOTAL_RETRANSMITS_OFFSET, LITTLE_ENDIAN) > 0,
    roundTripUs: view.getUint32(ROUND_TRIP_OFFSET, LITTLE_ENDIAN),
  };
}
