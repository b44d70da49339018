/** Range checks for values that we encode, and the few byte helpers that all codecs share. */

export const NO_BYTES: Uint8Array = new Uint8Array(0);

const UINT16_MAX = 0xffff;
const UINT32_MAX = 0xffffffff;

/**
 * Returns `value` if it is an integer from 0 to `max`. @throws RangeError naming the field: our bug, not the peer's.
 */
export function requireUint(field: string, value: number, max: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new RangeError(`${field} must be an integer from 0 to ${max}, not ${value}`);
}

/** Returns `value` if it fits 8 bits. @throws RangeError naming the field. */
export function requireUint8(field: string, value: number): number {
  return requireUint(field, value, 0xff);
}

/** Returns `value` if it fits 16 bits. @throws RangeError naming the field. */
export function requireUint16(field: string, value: number): number {
  return requireUint(field, value, UINT16_MAX);
}

/** Returns `value` if it fits 32 bits. @throws RangeError naming the field. */
export function requireUint32(field: string, value: number): number {
  return requireUint(field, value, UINT32_MAX);
}

/** Returns `bytes` if it has exactly `octets` octets. @throws RangeError naming the field. */
export function requireLength(field: string, bytes: Uint8Array, octets: number): Uint8Array {
  if (bytes.length === octets) return bytes;
  throw new RangeError(`${field} must have ${octets} octets, not ${bytes.length}`);
}

/** A view of exactly these octets, big endian by default as the network is. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Puts octet strings one behind the other into a new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Octets as text, one character each, so that any octet string survives; what to escape is the printer's decision. */
export function bytesToText(bytes: Uint8Array): string {
  let text = '';
  for (const octet of bytes) text += String.fromCharCode(octet);
  return text;
}

/** The inverse of `bytesToText`. @throws RangeError naming the field when a character is not one octet. */
export function textToBytes(field: string, text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const octet = text.charCodeAt(i);
    if (octet > 0xff) throw new RangeError(`${field} must have one octet per character, not U+${octet.toString(16)}`);
    bytes[i] = octet;
  }
  return bytes;
}
