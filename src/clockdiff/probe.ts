/** The requests that make a peer tell its time: RFC 792 (Timestamp), or an echo under an IP timestamp option (RFC 791). */
import { encodeIcmp, ICMP_ECHO, ICMP_TIMESTAMP } from '../packet/icmp.ts';
import { buildTimestampPrespecified } from '../packet/ip-option-areas.ts';

/**
 * `icmp`: timestamp messages. `ip-4`: echoes with an IP timestamp option for us, the peer, the peer again and us (-o).
 * `ip-3`: the same with the peer once (-o1).
 */
export type Mode = 'icmp' | 'ip-4' | 'ip-3';

/** Octets of every request, whichever mode. */
export const PROBE_OCTETS = 20;
const TIMESTAMPS_OCTETS = 12;
const HEADER_OCTETS = 8;

/** Writes one request. `originateMs` is for those who look at the wire and is never read back. @throws RangeError */
export function writeProbe(
  target: Uint8Array,
  mode: Mode,
  identifier: number,
  sequence: number,
  originateMs: number,
): void {
  target.set(
    mode === 'icmp' ? timestampRequest(identifier, sequence, originateMs) : echo(identifier, sequence, originateMs),
  );
}

function timestampRequest(identifier: number, sequence: number, originateTimestamp: number): Uint8Array {
  return encodeIcmp({
    kind: 'timestamp',
    type: ICMP_TIMESTAMP,
    code: 0,
    identifier,
    sequence,
    originateTimestamp,
    receiveTimestamp: 0,
    transmitTimestamp: 0,
    trailing: new Uint8Array(PROBE_OCTETS - HEADER_OCTETS - TIMESTAMPS_OCTETS),
  });
}

function echo(identifier: number, sequence: number, originateMs: number): Uint8Array {
  const payload = new Uint8Array(PROBE_OCTETS - HEADER_OCTETS);
  new DataView(payload.buffer).setUint32(0, originateMs);
  return encodeIcmp({ kind: 'echo', type: ICMP_ECHO, code: 0, identifier, sequence, payload });
}

/** The option area for IP_OPTIONS: slots for these dotted quads alone, in the order in which a packet passes them. */
export function stampOptions(mode: 'ip-4' | 'ip-3', own: string, peer: string): Uint8Array {
  return buildTimestampPrespecified(mode === 'ip-4' ? [own, peer, peer, own] : [own, peer, own]);
}
