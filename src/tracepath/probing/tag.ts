/**
 * The tag at the start of a probe's payload: which run sent it, and as which probe. A router that quotes the payload says with
 * it what it answers, without anything in the flow's five-tuple telling probes apart.
 */
import { viewOf } from '../../packet/bytes.ts';
import { LARGEST_PAYLOAD_OCTETS } from '../mtu.ts';

export const TAG_OCTETS = 8;
const PROBE_OFFSET = 4;

/** The size of packets that were asked for, such that a tag has room and no more is filled than the kernel refuses anyway. */
export function taggedPacketOctets(octets: number, overheadOctets: number): number {
  return overheadOctets + Math.min(LARGEST_PAYLOAD_OCTETS, Math.max(TAG_OCTETS, octets - overheadOctets));
}

/** Writes run and probe, 32 bits each. `run` is not zero: a payload of zeros must be nobody's tag. */
export function encodeTag(run: number, probe: number): Uint8Array {
  const tag = new Uint8Array(TAG_OCTETS);
  const view = viewOf(tag);
  view.setUint32(0, run);
  view.setUint32(PROBE_OFFSET, probe);
  return tag;
}

/** The probe that the quoted payload in octets [start, end) names; null where it is cut, or was not sent by this run. */
export function readTag(octets: Uint8Array, start: number, end: number, run: number): number | null {
  if (end - start < TAG_OCTETS) return null;
  const view = new DataView(octets.buffer, octets.byteOffset + start, TAG_OCTETS);
  return view.getUint32(0) === run ? view.getUint32(PROBE_OFFSET) : null;
}
