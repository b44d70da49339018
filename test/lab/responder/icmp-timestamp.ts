/** ICMP time stamp replies: RFC 792, "Timestamp or Timestamp Reply Message". */
import type { LieName } from './lies.ts';
import { icmpMessage } from './packets.ts';
import type { Reply } from './reply.ts';

export const TIMESTAMP_REQUEST_TYPE = 13;
const TIMESTAMP_REPLY_TYPE = 14;
const DAY_MS = 86_400_000;
/** With the lowest octet set it is no time of day with its octets swapped either. */
const NON_STANDARD = 0x800000ff;

/** How the clock of a lie differs from ours. */
const CLOCKS: { readonly [name in LieName]?: (sinceMidnightMs: number) => number } = {
  normal: (ms) => ms,
  clock250msAhead: (ms) => (ms + 250) % DAY_MS,
  clockNonStandard: (ms) => (ms | NON_STANDARD) >>> 0,
};

/** Answers a time stamp request; `icmp` is the whole message. */
export function timestampReply(lie: LieName, icmp: Buffer): readonly Reply[] {
  const clock = CLOCKS[lie];
  if (clock === undefined) return [];
  const stamps = Buffer.from(icmp.subarray(8, 20));
  const now = clock(Date.now() % DAY_MS);
  stamps.writeUInt32BE(now, 4); // received
  stamps.writeUInt32BE(now, 8); // transmitted
  return [{ icmp: icmpMessage(TIMESTAMP_REPLY_TYPE, 0, icmp.readUInt32BE(4), stamps) }];
}
