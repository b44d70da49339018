/**
 * Option areas as ping(8) and clockdiff(8) hand them to setsockopt(IP_OPTIONS): built, and padded to whole words with
 * end-of-list octets. A route begins with a no-operation octet, so that its addresses stand on word boundaries; the
 * timestamp option needs none.
 */
import { concatBytes, requireUint } from './bytes.ts';
import {
  encodeIpOptions,
  IPOPT_LSRR,
  IPOPT_NOOP,
  IPOPT_RR,
  IPOPT_SSRR,
  IPOPT_TIMESTAMP,
  IPOPT_TS_PRESPEC,
  IPOPT_TS_TSANDADDR,
  IPOPT_TS_TSONLY,
  type IpOption,
  ROUTE_MIN_POINTER,
  type RouteOption,
  TIMESTAMP_MIN_POINTER,
  type TimestampEntry,
} from './ip-options.ts';
import { IPV4_OPTIONS_MAX_LENGTH } from './ipv4.ts';

const WORD_LENGTH = 4; // octets
export const ROUTE_MAX_SLOTS = 9;
export const TIMESTAMP_ONLY_MAX_SLOTS = 9;
export const TIMESTAMP_ADDRESS_MAX_SLOTS = 4;
const NO_ADDRESS = '0.0.0.0';

/** ping -R: record route with empty slots, 40 octets for nine. @throws RangeError beyond 1 to 9 slots. */
export function buildRecordRoute(slots = ROUTE_MAX_SLOTS): Uint8Array {
  return buildRoute('record-route', IPOPT_RR, new Array<string>(slots).fill(NO_ADDRESS));
}

/**
 * Loose or strict source route along dotted quads, first hop first. The packet's destination does not belong in `hops`:
 * the kernel puts it into the last slot when it has taken the first out as next hop.
 * @throws RangeError beyond 1 to 9 hops, or for a hop that is no dotted quad.
 */
export function buildSourceRoute(strictness: 'loose' | 'strict', hops: readonly string[]): Uint8Array {
  if (strictness === 'loose') return buildRoute('loose-source-route', IPOPT_LSRR, hops);
  return buildRoute('strict-source-route', IPOPT_SSRR, hops);
}

function buildRoute(kind: RouteOption['kind'], type: RouteOption['type'], addresses: readonly string[]): Uint8Array {
  requireCount('route addresses', addresses.length, ROUTE_MAX_SLOTS);
  const route: RouteOption = { kind, type, pointer: ROUTE_MIN_POINTER, addresses };
  return encodeArea([{ kind: 'no-operation', type: IPOPT_NOOP }, route]);
}

/** ping -T tsonly: empty slots for times alone, 40 octets for nine. @throws RangeError beyond 1 to 9 slots. */
export function buildTimestampOnly(slots = TIMESTAMP_ONLY_MAX_SLOTS): Uint8Array {
  requireCount('timestamp slots', slots, TIMESTAMP_ONLY_MAX_SLOTS);
  return buildTimestamps(IPOPT_TS_TSONLY, new Array<TimestampEntry>(slots).fill({ address: null, timestamp: 0 }));
}

/**
 * ping -T tsandaddr: empty slots for an address and a time, 36 octets for four. @throws RangeError beyond 1 to 4 slots.
 */
export function buildTimestampAndAddress(slots = TIMESTAMP_ADDRESS_MAX_SLOTS): Uint8Array {
  requireCount('timestamp slots', slots, TIMESTAMP_ADDRESS_MAX_SLOTS);
  return buildTimestamps(
    IPOPT_TS_TSANDADDR,
    new Array<TimestampEntry>(slots).fill({ address: NO_ADDRESS, timestamp: 0 }),
  );
}

/**
 * ping -T tsprespec and clockdiff -o: only the hops with these dotted quads, in this order, put their time in.
 * @throws RangeError beyond 1 to 4 addresses, or for one that is no dotted quad.
 */
export function buildTimestampPrespecified(addresses: readonly string[]): Uint8Array {
  requireCount('prespecified addresses', addresses.length, TIMESTAMP_ADDRESS_MAX_SLOTS);
  return buildTimestamps(
    IPOPT_TS_PRESPEC,
    addresses.map((address) => ({ address, timestamp: 0 })),
  );
}

function buildTimestamps(flag: number, entries: readonly TimestampEntry[]): Uint8Array {
  const pointer = TIMESTAMP_MIN_POINTER;
  return encodeArea([{ kind: 'timestamp', type: IPOPT_TIMESTAMP, pointer, overflow: 0, flag, entries }]);
}

/** Encodes options and pads the area with end-of-list octets to a multiple of 4. @throws RangeError above 40 octets. */
export function encodeArea(options: readonly IpOption[]): Uint8Array {
  const bytes = encodeIpOptions(options);
  const padded = concatBytes(bytes, new Uint8Array(-bytes.length & (WORD_LENGTH - 1)));
  requireUint('option area octets', padded.length, IPV4_OPTIONS_MAX_LENGTH);
  return padded;
}

function requireCount(what: string, count: number, max: number): void {
  if (!Number.isInteger(count) || count < 1 || count > max) {
    throw new RangeError(`${what} must number 1 to ${max}, not ${count}`);
  }
}
