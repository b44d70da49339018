/** The first octets of a UDP probe's payload: a secret of the run and the probe's number, for those who send them back. */
import { viewOf } from '../../packet/bytes.ts';

export const TAG_OCTETS = 12;
const NUMBER_OFFSET = 8;

/** 64 random bits in two halves: whoever does not see our probes cannot make up an answer to one. */
export type Secret = readonly [number, number];

export function writeTag(octets: Uint8Array, [high, low]: Secret, number: number): void {
  const view = viewOf(octets);
  view.setUint32(0, high);
  view.setUint32(4, low);
  view.setUint32(NUMBER_OFFSET, number);
}

/** The number in the tag that octets [start, end) begin with; null where they are too few, `foreign` where it is not ours. */
export function readTag(
  octets: Uint8Array,
  start: number,
  end: number,
  [high, low]: Secret,
): number | null | 'foreign' {
  if (end - start < TAG_OCTETS) return null;
  const view = new DataView(octets.buffer, octets.byteOffset + start, TAG_OCTETS);
  if (view.getUint32(0) !== high || view.getUint32(4) !== low) return 'foreign';
  return view.getUint32(NUMBER_OFFSET);
}
