/**
 * ICMP Router Discovery as bytes and values: RFC 1256 section 3. Decoding is lenient, so that a message can be shown whatever
 * is wrong with it; `findFlaw` makes the checks of sections 4.4 and 5.3, which ask to discard it in silence.
 */
import { formatIpv4, IPV4_ADDRESS_LENGTH, requireIpv4 } from './address.ts';
import { NO_BYTES, requireUint8, requireUint16, requireUint32, viewOf } from './bytes.ts';
import { internetChecksum } from './checksum.ts';
import { type Decoded, decoded, malformed, truncated } from './decoded.ts';
import { ICMP_CHECKSUM_OFFSET, ICMP_CODE_OFFSET, ICMP_HEADER_LENGTH, ICMP_TYPE_OFFSET } from './icmp-constants.ts';

export const ICMP_ROUTERADVERT = 9;
export const ICMP_ROUTERSOLICIT = 10;

/** Section 7: where advertisements go, and where solicitations go. */
export const ALL_SYSTEMS = '224.0.0.1';
export const ALL_ROUTERS = '224.0.0.2';

/** A preference level that forbids the address as a default router: section 3, 0x80000000. */
export const INELIGIBLE_PREFERENCE = -(2 ** 31);
export const MAXIMUM_PREFERENCE = 2 ** 31 - 1;
/** The count of addresses is one octet. */
export const MAXIMUM_ADDRESSES = 255;

const ADDRESS_COUNT_OFFSET = 4;
const ENTRY_WORDS_OFFSET = 5;
const LIFETIME_OFFSET = 6;
const RESERVED_OFFSET = 4;
const WORD_LENGTH = 4; // octets
/** An address and its preference level; what a larger entry holds behind them is ignored. */
const MINIMUM_ENTRY_WORDS = 2;
const MINIMUM_ENTRY_LENGTH = MINIMUM_ENTRY_WORDS * WORD_LENGTH;

export interface RouterEntry {
  /** Dotted quad. */
  readonly address: string;
  /** Signed, higher is better; INELIGIBLE_PREFERENCE is no default router at all. */
  readonly preference: number;
  /** What an entry of more than two words holds behind them. */
  readonly extra: Uint8Array;
}

export interface RouterAdvertisement {
  readonly kind: 'advertisement';
  readonly type: typeof ICMP_ROUTERADVERT;
  readonly code: number;
  /** As the message counts them; there may be fewer entries. */
  readonly addressCount: number;
  readonly entryWords: number;
  readonly lifetimeSeconds: number;
  /** Those that are there whole; none where `entryWords` is below 2. */
  readonly entries: readonly RouterEntry[];
  readonly trailing: Uint8Array;
}

export interface RouterSolicitation {
  readonly kind: 'solicitation';
  readonly type: typeof ICMP_ROUTERSOLICIT;
  readonly code: number;
  /** Sent as zero, ignored on reception. */
  readonly reserved: number;
  readonly trailing: Uint8Array;
}

export type IrdpMessage = RouterAdvertisement | RouterSolicitation;

export interface DecodedIrdp {
  readonly message: IrdpMessage;
  readonly checksum: number;
  readonly checksumOk: boolean;
}

/**
 * Decodes one message from its type octet on; octets in the value alias `bytes`. Fails below 8 octets and for every other type.
 * All else is shown as it is: a wrong checksum, a code, a count that does not fit.
 */
export function decodeIrdp(bytes: Uint8Array): Decoded<DecodedIrdp> {
  if (bytes.length < ICMP_HEADER_LENGTH) return truncated(ICMP_HEADER_LENGTH, bytes.length, 'router discovery message');
  const type = bytes[ICMP_TYPE_OFFSET]!;
  if (type !== ICMP_ROUTERADVERT && type !== ICMP_ROUTERSOLICIT) {
    return malformed(`ICMP type ${type} is no router discovery message`);
  }
  const message = type === ICMP_ROUTERADVERT ? readAdvertisement(bytes) : readSolicitation(bytes);
  const checksum = viewOf(bytes).getUint16(ICMP_CHECKSUM_OFFSET);
  return decoded({ message, checksum, checksumOk: internetChecksum(bytes) === 0 });
}

function readSolicitation(bytes: Uint8Array): RouterSolicitation {
  return {
    kind: 'solicitation',
    type: ICMP_ROUTERSOLICIT,
    code: bytes[ICMP_CODE_OFFSET]!,
    reserved: viewOf(bytes).getUint32(RESERVED_OFFSET),
    trailing: bytes.subarray(ICMP_HEADER_LENGTH),
  };
}

function readAdvertisement(bytes: Uint8Array): RouterAdvertisement {
  const addressCount = bytes[ADDRESS_COUNT_OFFSET]!;
  const entryWords = bytes[ENTRY_WORDS_OFFSET]!;
  const entries: RouterEntry[] = [];
  const step = entryWords * WORD_LENGTH;
  let offset = ICMP_HEADER_LENGTH;
  while (step >= MINIMUM_ENTRY_LENGTH && entries.length < addressCount && offset + step <= bytes.length) {
    entries.push({
      address: formatIpv4(bytes, offset),
      preference: viewOf(bytes).getInt32(offset + IPV4_ADDRESS_LENGTH),
      extra: bytes.subarray(offset + MINIMUM_ENTRY_LENGTH, offset + step),
    });
    offset += step;
  }
  return {
    kind: 'advertisement',
    type: ICMP_ROUTERADVERT,
    code: bytes[ICMP_CODE_OFFSET]!,
    addressCount,
    entryWords,
    lifetimeSeconds: viewOf(bytes).getUint16(LIFETIME_OFFSET),
    entries,
    trailing: bytes.subarray(offset),
  };
}

/** Why a message is to be discarded. */
export type IrdpFlaw =
  | { readonly kind: 'bad-checksum' }
  | { readonly kind: 'bad-code'; readonly code: number }
  | { readonly kind: 'no-addresses' }
  | { readonly kind: 'bad-entry-size'; readonly entryWords: number }
  /** Octets that count and entry size ask for, and those there are. */
  | { readonly kind: 'too-short'; readonly neededOctets: number; readonly haveOctets: number };

/** The first rule that a message breaks, in the order of RFC 1256 sections 4.4 and 5.3; null for a valid one. */
export function findFlaw({ message, checksumOk }: DecodedIrdp): IrdpFlaw | null {
  if (!checksumOk) return { kind: 'bad-checksum' };
  if (message.code !== 0) return { kind: 'bad-code', code: message.code };
  if (message.kind === 'solicitation') return null;
  const { addressCount, entryWords, entries, trailing } = message;
  if (addressCount === 0) return { kind: 'no-addresses' };
  if (entryWords < MINIMUM_ENTRY_WORDS) return { kind: 'bad-entry-size', entryWords };
  if (entries.length === addressCount) return null;
  const step = entryWords * WORD_LENGTH;
  return {
    kind: 'too-short',
    neededOctets: ICMP_HEADER_LENGTH + addressCount * step,
    haveOctets: ICMP_HEADER_LENGTH + entries.length * step + trailing.length,
  };
}

/** A solicitation as a host sends it. */
export const SOLICITATION: RouterSolicitation = {
  kind: 'solicitation',
  type: ICMP_ROUTERSOLICIT,
  code: 0,
  reserved: 0,
  trailing: NO_BYTES,
};

/** An advertisement as a router sends it, all addresses with one preference level. 1 to 255 addresses. */
export function advertisementOf(
  lifetimeSeconds: number,
  addresses: readonly string[],
  preference: number,
): RouterAdvertisement {
  return {
    kind: 'advertisement',
    type: ICMP_ROUTERADVERT,
    code: 0,
    addressCount: addresses.length,
    entryWords: MINIMUM_ENTRY_WORDS,
    lifetimeSeconds,
    entries: addresses.map((address) => ({ address, preference, extra: NO_BYTES })),
    trailing: NO_BYTES,
  };
}

/**
 * Encodes one message. The checksum is computed where it is absent; a given one is written as it is, so that a decoded message
 * gives its own octets back. @throws RangeError when a field is out of range: our bug, not the peer's.
 */
export function encodeIrdp(message: IrdpMessage, checksum?: number): Uint8Array {
  const entryOctets = message.kind === 'advertisement' ? message.entries.length * message.entryWords * WORD_LENGTH : 0;
  const bytes = new Uint8Array(ICMP_HEADER_LENGTH + entryOctets + message.trailing.length);
  const view = viewOf(bytes);
  view.setUint8(ICMP_TYPE_OFFSET, message.type);
  view.setUint8(ICMP_CODE_OFFSET, requireUint8('code', message.code));
  if (message.kind === 'solicitation') view.setUint32(RESERVED_OFFSET, requireUint32('reserved', message.reserved));
  else writeAdvertisement(message, bytes);
  bytes.set(message.trailing, ICMP_HEADER_LENGTH + entryOctets);
  view.setUint16(ICMP_CHECKSUM_OFFSET, requireUint16('checksum', checksum ?? internetChecksum(bytes)));
  return bytes;
}

function writeAdvertisement(message: RouterAdvertisement, bytes: Uint8Array): void {
  const view = viewOf(bytes);
  view.setUint8(ADDRESS_COUNT_OFFSET, requireUint8('addressCount', message.addressCount));
  view.setUint8(ENTRY_WORDS_OFFSET, requireUint8('entryWords', message.entryWords));
  view.setUint16(LIFETIME_OFFSET, requireUint16('lifetimeSeconds', message.lifetimeSeconds));
  const step = message.entryWords * WORD_LENGTH;
  message.entries.forEach(({ address, preference, extra }, index) => {
    if (MINIMUM_ENTRY_LENGTH + extra.length !== step) {
      throw new RangeError(
        `an entry must have ${message.entryWords} words, not ${MINIMUM_ENTRY_LENGTH + extra.length} octets`,
      );
    }
    const offset = ICMP_HEADER_LENGTH + index * step;
    bytes.set(requireIpv4('address', address), offset);
    view.setInt32(offset + IPV4_ADDRESS_LENGTH, requireInt32('preference', preference));
    bytes.set(extra, offset + MINIMUM_ENTRY_LENGTH);
  });
}

function requireInt32(field: string, value: number): number {
  if (Number.isInteger(value) && value >= INELIGIBLE_PREFERENCE && value <= MAXIMUM_PREFERENCE) return value;
  throw new RangeError(`${field} must be an integer of 32 bits with a sign, not ${value}`);
}
