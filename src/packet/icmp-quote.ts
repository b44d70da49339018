/**
 * What an ICMP error carries behind its eight header octets, for both versions of IP: the original datagram field,
 * which quotes the packet that went wrong, and the extension of RFC 4884 behind it. Also the first octets of a quoted
 * packet's payload, by which an engine knows its own probe again.
 */
import { viewOf } from './bytes.ts';
import { type Decoded, decoded } from './decoded.ts';
import { decodeIcmpExtension, extensionFlaws, type IcmpExtension } from './icmp-extensions.ts';

/** RFC 4884 section 4: with an extension behind it, the original datagram field has at least so many octets. */
const MIN_ORIGINAL_LENGTH = 128;
const TRANSPORT_HEADER_LENGTH = 8; // octets, of UDP as of an ICMP echo

/** A quote read by `Q`, the extension behind it, and in words whatever is wrong with either. */
export interface ErrorBody<Q> {
  readonly quote: Q;
  readonly extension: IcmpExtension | null;
  readonly flaws: readonly string[];
}

/**
 * Takes an error's body apart. `lengthOctets` is the RFC 4884 length attribute in octets, 0 if there is none. Fails
 * only when no whole header is quoted.
 *
 * A length that cannot be true (past the end, or cutting the quoted header) is a flaw, and the body is then all quote:
 * hosts older than RFC 4884 sent arbitrary octets there. With length 0 and `mayBeUnannounced`, an extension is also
 * looked for at octet 128, where RFC 4884 section 5.5 says old routers put it; quoted data passes for one only if
 * version, a checksum that is not zero, and every object length agree.
 */
export function decodeErrorBody<Q extends { readonly flaws: readonly string[] }>(
  body: Uint8Array,
  lengthOctets: number,
  mayBeUnannounced: boolean,
  decodeQuote: (original: Uint8Array) => Decoded<Q>,
): Decoded<ErrorBody<Q>> {
  if (lengthOctets > 0 && lengthOctets <= body.length) {
    const quote = decodeQuote(body.subarray(0, lengthOctets));
    if (quote.ok) return decoded(announcedBody(quote.value, body.subarray(lengthOctets), lengthOctets));
  }
  if (lengthOctets === 0 && mayBeUnannounced && body.length > MIN_ORIGINAL_LENGTH) {
    const extension = decodeIcmpExtension(body.subarray(MIN_ORIGINAL_LENGTH));
    const quote = decodeQuote(body.subarray(0, MIN_ORIGINAL_LENGTH));
    if (quote.ok && isCertain(extension)) return decoded(withExtension(quote.value, extension));
  }
  const quote = decodeQuote(body);
  if (!quote.ok) return quote;
  const flaws = [...quote.value.flaws];
  if (lengthOctets > 0) flaws.push(`RFC 4884 length of ${lengthOctets} octets does not fit the ${body.length} there`);
  return decoded({ quote: quote.value, extension: null, flaws });
}

function announcedBody<Q extends { readonly flaws: readonly string[] }>(
  quote: Q,
  rest: Uint8Array,
  lengthOctets: number,
): ErrorBody<Q> {
  if (rest.length === 0) return { quote, extension: null, flaws: quote.flaws };
  const body = withExtension(quote, decodeIcmpExtension(rest));
  if (lengthOctets >= MIN_ORIGINAL_LENGTH) return body;
  return { ...body, flaws: [...body.flaws, `extension begins at octet ${lengthOctets}, before octet 128`] };
}

function withExtension<Q extends { readonly flaws: readonly string[] }>(
  quote: Q,
  extension: IcmpExtension,
): ErrorBody<Q> {
  return { quote, extension, flaws: [...quote.flaws, ...extensionFlaws(extension)] };
}

function isCertain(extension: IcmpExtension): boolean {
  return extension.kind === 'structure' && extension.checksumOk === true && extension.flaw === null;
}

/**
 * The UDP header at the start of a quoted payload (RFC 768); null when fewer than 8 octets are there. `length` in
 * octets.
 */
export function readQuotedUdp(payload: Uint8Array): {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly length: number;
  readonly checksum: number;
} | null {
  if (payload.length < TRANSPORT_HEADER_LENGTH) return null;
  const view = viewOf(payload);
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    length: view.getUint16(4),
    checksum: view.getUint16(6),
  };
}

/** The ICMP or ICMPv6 echo header at the start of a quoted payload; null when fewer than 8 octets are there. */
export function readQuotedEcho(payload: Uint8Array): {
  readonly type: number;
  readonly code: number;
  readonly checksum: number;
  readonly identifier: number;
  readonly sequence: number;
} | null {
  if (payload.length < TRANSPORT_HEADER_LENGTH) return null;
  const view = viewOf(payload);
  return {
    type: view.getUint8(0),
    code: view.getUint8(1),
    checksum: view.getUint16(2),
    identifier: view.getUint16(4),
    sequence: view.getUint16(6),
  };
}
