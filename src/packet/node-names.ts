/**
 * Names as the node information messages of RFC 4620 carry them: DNS wire form (RFC 1035 section 3.1), a name that is
 * not fully qualified followed by one more zero octet.
 */
import { bytesToText, concatBytes, textToBytes } from './bytes.ts';

const POINTER_BITS = 0xc0;
const LABEL_MAX_LENGTH = 63; // octets
const NAME_MAX_LENGTH = 255; // octets, length octets and the root's included

/** A name. Each character of a label is one octet, whatever it is; a dot inside a label is not a separator. */
export interface NodeName {
  readonly labels: readonly string[];
  readonly fullyQualified: boolean;
}

/** The names that could be read, and what stopped the reading before the end: null if nothing did. */
export interface NodeNames {
  readonly names: readonly NodeName[];
  readonly problem: 'truncated' | 'malformed' | null;
}

/**
 * Reads the list of names from `start` to the end of `data`. Compression pointers count from the first octet of `data`
 * (RFC 4620 section 6.3) and must point before the name, or the pointed-to part, that they stand in: so no loop is
 * possible.
 */
export function readNodeNames(data: Uint8Array, start: number): NodeNames {
  const names: NodeName[] = [];
  let offset = start;
  while (offset < data.length) {
    const read = readName(data, offset);
    if (typeof read === 'string') return { names, problem: read };
    const isPartial = data[read.end] === 0 && read.labels.length > 0;
    names.push({ labels: read.labels, fullyQualified: !isPartial });
    offset = isPartial ? read.end + 1 : read.end;
  }
  return { names, problem: null };
}

interface NameAt {
  readonly labels: readonly string[];
  /** Where the name ends in the list, which is behind its first pointer if it has one. */
  readonly end: number;
}

function readName(data: Uint8Array, start: number): NameAt | 'truncated' | 'malformed' {
  const labels: string[] = [];
  let offset = start;
  let partStart = start;
  let end: number | null = null;
  let nameLength = 1;
  for (;;) {
    const length = data[offset];
    if (length === undefined) return 'truncated';
    if (length === 0) return { labels, end: end ?? offset + 1 };
    if ((length & POINTER_BITS) === POINTER_BITS) {
      const low = data[offset + 1];
      if (low === undefined) return 'truncated';
      const target = ((length & ~POINTER_BITS) << 8) | low;
      if (target >= partStart) return 'malformed';
      end ??= offset + 2;
      offset = target;
      partStart = target;
      continue;
    }
    nameLength += 1 + length;
    if (length > LABEL_MAX_LENGTH || nameLength > NAME_MAX_LENGTH) return 'malformed';
    if (offset + 1 + length > data.length) return 'truncated';
    labels.push(bytesToText(data.subarray(offset + 1, offset + 1 + length)));
    offset += 1 + length;
  }
}

/** Wire form of a name, uncompressed. @throws RangeError for an empty or too long label, or a name above 255 octets. */
export function encodeNodeName(name: NodeName): Uint8Array {
  const labels = name.labels.map((label) => {
    if (label.length < 1 || label.length > LABEL_MAX_LENGTH) throw new RangeError(`label of ${label.length} octets`);
    return concatBytes(Uint8Array.of(label.length), textToBytes('label', label));
  });
  const bytes = concatBytes(...labels, new Uint8Array(name.fullyQualified ? 1 : 2));
  if (bytes.length > NAME_MAX_LENGTH) throw new RangeError(`name of ${bytes.length} octets`);
  return bytes;
}
