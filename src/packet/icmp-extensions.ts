/**
 * The extension structure that RFC 4884 section 7 puts behind the datagram an ICMP error quotes, and that RFC 8335 puts
 * into an extended echo request: a header with its own checksum, then objects.
 */
import { concatBytes, NO_BYTES, requireUint, requireUint8, requireUint16, viewOf } from './bytes.ts';
import { internetChecksum } from './checksum.ts';
import { type ObjectContent, readObjectContent } from './icmp-extension-objects.ts';

export const EXTENSION_HEADER_LENGTH = 4; // octets
export const EXTENSION_VERSION = 2;
const OBJECT_HEADER_LENGTH = 4; // octets
const VERSION_SHIFT = 12;
const RESERVED_MASK = 0x0fff;
const CHECKSUM_OFFSET = 2;
const CLASS_OFFSET = 2;
const C_TYPE_OFFSET = 3;

/** One object. `body` is what goes on the wire; `content` is how we read it, and no encoder looks at it. */
export interface IcmpExtensionObject {
  readonly classNumber: number;
  readonly cType: number;
  readonly body: Uint8Array;
  readonly content: ObjectContent;
}

/**
 * A structure of version 2. `checksumOk` is null when the checksum is zero, which says it was not computed. `remainder`
 * holds the octets from the first object whose length is unusable, and `flaw` says why; it is empty in a sound
 * structure.
 */
export interface IcmpExtensionStructure {
  readonly kind: 'structure';
  readonly reserved: number;
  readonly checksum: number;
  readonly checksumOk: boolean | null;
  readonly objects: readonly IcmpExtensionObject[];
  readonly remainder: Uint8Array;
  readonly flaw: string | null;
}

/** Octets where a structure should be that are not one: fewer than four, or of a version whose format nobody knows. */
export interface MalformedExtension {
  readonly kind: 'malformed';
  readonly bytes: Uint8Array;
  readonly reason: string;
}

export type IcmpExtension = IcmpExtensionStructure | MalformedExtension;

/**
 * Decodes the octets behind the original datagram field; octets in the result alias `bytes`. Never fails: an error
 * message is worth showing even where a router got its extension wrong, so every fault is told in the result (see
 * `extensionFlaws`).
 */
export function decodeIcmpExtension(bytes: Uint8Array): IcmpExtension {
  if (bytes.length < EXTENSION_HEADER_LENGTH) {
    return { kind: 'malformed', bytes, reason: `extension header is cut: 4 octets needed, ${bytes.length} there` };
  }
  const view = viewOf(bytes);
  const first = view.getUint16(0);
  const version = first >> VERSION_SHIFT;
  if (version !== EXTENSION_VERSION) {
    return { kind: 'malformed', bytes, reason: `extension version is ${version}, not 2` };
  }
  const checksum = view.getUint16(CHECKSUM_OFFSET);
  const checksumOk = checksum === 0 ? null : internetChecksum(bytes) === 0;
  return { kind: 'structure', reserved: first & RESERVED_MASK, checksum, checksumOk, ...decodeObjects(bytes) };
}

function decodeObjects(bytes: Uint8Array): Pick<IcmpExtensionStructure, 'objects' | 'remainder' | 'flaw'> {
  const objects: IcmpExtensionObject[] = [];
  let offset = EXTENSION_HEADER_LENGTH;
  while (offset < bytes.length) {
    const remainder = bytes.subarray(offset);
    if (remainder.length < OBJECT_HEADER_LENGTH) {
      return { objects, remainder, flaw: `extension ends in ${remainder.length} octets that are no object` };
    }
    const length = viewOf(remainder).getUint16(0);
    if (length < OBJECT_HEADER_LENGTH) return { objects, remainder, flaw: `object length ${length} is below 4` };
    if (length > remainder.length) {
      return { objects, remainder, flaw: `object of ${length} octets runs past the ${remainder.length} left` };
    }
    const classNumber = remainder[CLASS_OFFSET]!;
    const cType = remainder[C_TYPE_OFFSET]!;
    const body = remainder.subarray(OBJECT_HEADER_LENGTH, length);
    objects.push({ classNumber, cType, body, content: readObjectContent(classNumber, cType, body) });
    offset += length;
  }
  return { objects, remainder: NO_BYTES, flaw: null };
}

/** Everything that is wrong with the format of an extension, in words; its checksum is a field of its own. */
export function extensionFlaws(extension: IcmpExtension): readonly string[] {
  if (extension.kind === 'malformed') return [extension.reason];
  const flaws: string[] = [];
  for (const { classNumber, content } of extension.objects) {
    if (content.kind === 'malformed') flaws.push(`extension object of class ${classNumber}: ${content.reason}`);
  }
  if (extension.flaw !== null) flaws.push(extension.flaw);
  return flaws;
}

/** What `encodeIcmpExtension` takes: the checksum is computed where it is absent. */
export type IcmpExtensionToEncode =
  | MalformedExtension
  | {
      readonly kind: 'structure';
      readonly reserved?: number;
      readonly checksum?: number;
      readonly objects: readonly Omit<IcmpExtensionObject, 'content'>[];
      readonly remainder?: Uint8Array;
    };

/**
 * Encodes an extension; a checksum that is given is written as it is. @throws RangeError when a field is out of range.
 */
export function encodeIcmpExtension(extension: IcmpExtensionToEncode): Uint8Array {
  if (extension.kind === 'malformed') return extension.bytes;
  const { reserved = 0, objects, remainder = NO_BYTES } = extension;
  const bytes = concatBytes(new Uint8Array(EXTENSION_HEADER_LENGTH), ...objects.map(encodeObject), remainder);
  const view = viewOf(bytes);
  view.setUint16(0, (EXTENSION_VERSION << VERSION_SHIFT) | requireUint('reserved', reserved, RESERVED_MASK));
  view.setUint16(CHECKSUM_OFFSET, requireUint16('checksum', extension.checksum ?? internetChecksum(bytes)));
  return bytes;
}

function encodeObject(object: Omit<IcmpExtensionObject, 'content'>): Uint8Array {
  const header = new Uint8Array(OBJECT_HEADER_LENGTH);
  const view = viewOf(header);
  view.setUint16(0, requireUint16('object length', OBJECT_HEADER_LENGTH + object.body.length));
  view.setUint8(CLASS_OFFSET, requireUint8('classNumber', object.classNumber));
  view.setUint8(C_TYPE_OFFSET, requireUint8('cType', object.cType));
  return concatBytes(header, object.body);
}
