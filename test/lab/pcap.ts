/** Reads pcap streams with nanosecond stamps: https://www.ietf.org/archive/id/draft-gharris-opsawg-pcap-01.html */

const FILE_HEADER_OCTETS = 24;
const RECORD_HEADER_OCTETS = 16;
/** As this machine's byte order shows it; tcpdump writes in the order of the host. */
const NANOSECOND_MAGIC = 0xa1b23c4d;

export interface CapturedPacket {
  /** CLOCK_REALTIME, ns since 1970. */
  readonly timeNs: bigint;
  /** The frame, from the link-layer header on. */
  readonly octets: Buffer;
}

/** Answers the whole packets in `stream`, which may end in the middle of one. @throws Error when it is no such stream */
export function readPcap(stream: Buffer): CapturedPacket[] {
  const packets: CapturedPacket[] = [];
  if (stream.length < FILE_HEADER_OCTETS) return packets;
  const magic = stream.readUInt32LE(0);
  if (magic !== NANOSECOND_MAGIC) throw new Error(`not pcap with ns stamps: magic 0x${magic.toString(16)}`);
  let offset = FILE_HEADER_OCTETS;
  while (offset + RECORD_HEADER_OCTETS <= stream.length) {
    const seconds = stream.readUInt32LE(offset);
    const nanoseconds = stream.readUInt32LE(offset + 4);
    const start = offset + RECORD_HEADER_OCTETS;
    const end = start + stream.readUInt32LE(offset + 8);
    if (end > stream.length) break;
    packets.push({
      timeNs: BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds),
      octets: stream.subarray(start, end),
    });
    offset = end;
  }
  return packets;
}
