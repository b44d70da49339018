/** What a lie answers: ICMP messages, and how they differ from an honest packet. */
import { addressOctets } from '../addresses.ts';
import { type Packet, writePacket } from './packets.ts';

/** As if so many routers lay between: 64 - 57, and 64 - 55. */
const HOP_LIMIT = { 4: 57, 6: 55 } as const;
const NO_OPTIONS = Buffer.alloc(0);

export interface Reply {
  /** An ICMP message whose checksum field is zero. */
  readonly icmp: Buffer;
  readonly wrongChecksum?: boolean;
  /** The address asked, unless said. */
  readonly from?: string;
  readonly hopLimit?: number;
  readonly options?: Buffer;
  /** Counted from the arrival of the request. */
  readonly delayMs?: number;
}

/** The IP packet that carries `reply` back to where `request` came from. */
export function replyPacket(request: Packet, reply: Reply): Buffer {
  return writePacket({
    source: reply.from === undefined ? request.destination : addressOctets(reply.from),
    destination: request.source,
    hopLimit: reply.hopLimit ?? HOP_LIMIT[request.family],
    options: reply.options ?? NO_OPTIONS,
    icmp: reply.icmp,
    wrongChecksum: reply.wrongChecksum ?? false,
  });
}
