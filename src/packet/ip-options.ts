/**
 * The option area of an IPv4 header, RFC 791 section 3.1, as a list that loses nothing.
 *
 * A peer chooses every octet here, and option lengths of 0, 1 or more than there is once made ping spin
 * (CVE-2010-2529). So each step of the reader consumes at least one octet of those that are there, and an option that
 * contradicts its format becomes an entry of kind `malformed` that still shows its type and octets. If its length is
 * unusable nobody can tell where the next option begins: the entry then takes all the rest. If only its contents are
 * wrong, the list goes on behind it.
 */
import { formatIpv4, IPV4_ADDRESS_LENGTH, requireIpv4 } from './address.ts';
import { concatBytes, requireUint, requireUint8, requireUint32, viewOf } from './bytes.ts';

export const IPOPT_END = 0;
export const IPOPT_NOOP = 1;
export const IPOPT_RR = 7;
export const IPOPT_MTUP = 11; // RFC 1063, withdrawn
export const IPOPT_TIMESTAMP = 68;
export const IPOPT_SEC = 130; // RFC 1108
export const IPOPT_LSRR = 131;
export const IPOPT_SID = 136;
export const IPOPT_SSRR = 137;
export const IPOPT_RA = 148; // router alert, RFC 2113

/** Flags of the timestamp option. */
export const IPOPT_TS_TSONLY = 0;
export const IPOPT_TS_TSANDADDR = 1;
export const IPOPT_TS_PRESPEC = 3;

export const ROUTE_MIN_POINTER = 4;
export const TIMESTAMP_MIN_POINTER = 5;
const LENGTH_OFFSET = 1;
const POINTER_OFFSET = 2;
const OVERFLOW_AND_FLAG_OFFSET = 3;
const LENGTHED_MIN_LENGTH = 2; // type and length
const ROUTE_DATA_OFFSET = 3;
const TIMESTAMP_DATA_OFFSET = 4;
const TIMESTAMP_LENGTH = 4; // octets
const OVERFLOW_MAX = 15;

/** End of option list: `padding` is what stands behind it in the area and means nothing. */
export interface EndOption {
  readonly kind: 'end';
  readonly type: typeof IPOPT_END;
  readonly padding: Uint8Array;
}

export interface NoOperationOption {
  readonly kind: 'no-operation';
  readonly type: typeof IPOPT_NOOP;
}

/**
 * Record route, loose or strict source route. `addresses` are all slots, filled or not; `pointer` counts octets from
 * the option's first, which is 1. How many slots are used so far: `usedRouteSlots`.
 */
export interface RouteOption {
  readonly kind: 'record-route' | 'loose-source-route' | 'strict-source-route';
  readonly type: typeof IPOPT_RR | typeof IPOPT_LSRR | typeof IPOPT_SSRR;
  readonly pointer: number;
  readonly addresses: readonly string[];
  /** What is wrong with an option that can be read all the same. */
  readonly flaw?: string;
}

/** One slot; `address` is null with flag IPOPT_TS_TSONLY. The time is a u32: see `isStandardTime`. */
export interface TimestampEntry {
  readonly address: string | null;
  readonly timestamp: number;
}

/** Internet timestamp. `overflow` counts the hops that found no slot; `pointer` as in a route. */
export interface TimestampOption {
  readonly kind: 'timestamp';
  readonly type: typeof IPOPT_TIMESTAMP;
  readonly pointer: number;
  readonly overflow: number;
  readonly flag: number;
  readonly entries: readonly TimestampEntry[];
  readonly flaw?: string;
}

/** Any other option (security, router alert, …): `data` is what follows type and length. */
export interface UnknownOption {
  readonly kind: 'unknown';
  readonly type: number;
  readonly data: Uint8Array;
}

/** An option that contradicts its format; `bytes` are all its octets, type included. */
export interface MalformedOption {
  readonly kind: 'malformed';
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly reason: string;
}

export type IpOption = EndOption | NoOperationOption | RouteOption | TimestampOption | UnknownOption | MalformedOption;

/**
 * Reads an option area; octets in the result alias `area`. Never fails: what cannot be read is an entry that says so.
 */
export function decodeIpOptions(area: Uint8Array): readonly IpOption[] {
  const options: IpOption[] = [];
  let offset = 0;
  while (offset < area.length) {
    const type = area[offset]!;
    if (type === IPOPT_END) {
      options.push({ kind: 'end', type, padding: area.subarray(offset + 1) });
      break;
    }
    if (type === IPOPT_NOOP) {
      options.push({ kind: 'no-operation', type });
      offset += 1;
      continue;
    }
    const rest = area.subarray(offset);
    const length = rest[LENGTH_OFFSET];
    if (length === undefined || length < LENGTHED_MIN_LENGTH || length > rest.length) {
      options.push({ kind: 'malformed', type, bytes: rest, reason: unusableLength(length, rest.length) });
      break;
    }
    options.push(decodeOption(type, rest.subarray(0, length)));
    offset += length;
  }
  return options;
}

function unusableLength(length: number | undefined, have: number): string {
  if (length === undefined) return 'option has no length octet';
  if (length < LENGTHED_MIN_LENGTH) return `option length ${length} is below 2`;
  return `option length ${length} runs past the ${have} octets left`;
}

function decodeOption(type: number, bytes: Uint8Array): IpOption {
  switch (type) {
    case IPOPT_RR:
      return decodeRoute('record-route', type, bytes);
    case IPOPT_LSRR:
      return decodeRoute('loose-source-route', type, bytes);
    case IPOPT_SSRR:
      return decodeRoute('strict-source-route', type, bytes);
    case IPOPT_TIMESTAMP:
      return decodeTimestamps(type, bytes);
    default:
      return { kind: 'unknown', type, data: bytes.subarray(LENGTHED_MIN_LENGTH) };
  }
}

function decodeRoute(kind: RouteOption['kind'], type: RouteOption['type'], bytes: Uint8Array): IpOption {
  if (bytes.length < ROUTE_DATA_OFFSET) return malformedOption(bytes, `route of ${bytes.length} octets has no pointer`);
  if ((bytes.length - ROUTE_DATA_OFFSET) % IPV4_ADDRESS_LENGTH !== 0) {
    return malformedOption(bytes, `route length ${bytes.length} is not 3 plus a multiple of 4`);
  }
  const pointer = bytes[POINTER_OFFSET]!;
  const fault = pointerFault(pointer, ROUTE_MIN_POINTER, IPV4_ADDRESS_LENGTH, bytes.length);
  if (fault !== null) return malformedOption(bytes, fault);
  const addresses: string[] = [];
  for (let offset = ROUTE_DATA_OFFSET; offset < bytes.length; offset += IPV4_ADDRESS_LENGTH) {
    addresses.push(formatIpv4(bytes, offset));
  }
  return { kind, type, pointer, addresses, ...flawOf(pointer, bytes.length) };
}

function decodeTimestamps(type: typeof IPOPT_TIMESTAMP, bytes: Uint8Array): IpOption {
  if (bytes.length < TIMESTAMP_DATA_OFFSET) {
    return malformedOption(bytes, `timestamp option of ${bytes.length} octets has no flag`);
  }
  const view = viewOf(bytes);
  const pointer = view.getUint8(POINTER_OFFSET);
  const flag = view.getUint8(OVERFLOW_AND_FLAG_OFFSET) & 0x0f;
  const overflow = view.getUint8(OVERFLOW_AND_FLAG_OFFSET) >> 4;
  if (!isTimestampFlag(flag)) return malformedOption(bytes, `timestamp flag ${flag} is not defined`);
  const entryLength = timestampEntryLength(flag);
  if ((bytes.length - TIMESTAMP_DATA_OFFSET) % entryLength !== 0) {
    return malformedOption(bytes, `timestamp option length ${bytes.length} is not 4 plus a multiple of ${entryLength}`);
  }
  const fault = pointerFault(pointer, TIMESTAMP_MIN_POINTER, entryLength, bytes.length);
  if (fault !== null) return malformedOption(bytes, fault);
  const entries: TimestampEntry[] = [];
  for (let offset = TIMESTAMP_DATA_OFFSET; offset < bytes.length; offset += entryLength) {
    const address = flag === IPOPT_TS_TSONLY ? null : formatIpv4(bytes, offset);
    entries.push({ address, timestamp: view.getUint32(offset + entryLength - TIMESTAMP_LENGTH) });
  }
  return { kind: 'timestamp', type, pointer, overflow, flag, entries, ...flawOf(pointer, bytes.length) };
}

function isTimestampFlag(flag: number): boolean {
  return flag === IPOPT_TS_TSONLY || flag === IPOPT_TS_TSANDADDR || flag === IPOPT_TS_PRESPEC;
}

function timestampEntryLength(flag: number): number {
  return flag === IPOPT_TS_TSONLY ? TIMESTAMP_LENGTH : IPV4_ADDRESS_LENGTH + TIMESTAMP_LENGTH;
}

/** Why `pointer` cannot be used, or null. RFC 791: "If the pointer is greater than the length" the area is full. */
function pointerFault(pointer: number, minimum: number, slotLength: number, optionLength: number): string | null {
  if (pointer < minimum) return `pointer ${pointer} is below ${minimum}`;
  if (pointer <= optionLength && (pointer - minimum) % slotLength !== 0) return `pointer ${pointer} is inside a slot`;
  return null;
}

/** A pointer farther than the octet behind the option means full too, but no correct hop leaves it there. */
function flawOf(pointer: number, optionLength: number): { readonly flaw?: string } {
  return pointer > optionLength + 1 ? { flaw: `pointer ${pointer} is far beyond the option` } : {};
}

function malformedOption(bytes: Uint8Array, reason: string): MalformedOption {
  return { kind: 'malformed', type: bytes[0]!, bytes, reason };
}

/** How many slots of a route are filled (record route) or already visited (source route), by its pointer. */
export function usedRouteSlots(option: RouteOption): number {
  return Math.min(option.addresses.length, Math.floor((option.pointer - ROUTE_MIN_POINTER) / IPV4_ADDRESS_LENGTH));
}

/** How many slots of a timestamp option are filled, by its pointer. */
export function usedTimestampSlots(option: TimestampOption): number {
  const entryLength = timestampEntryLength(option.flag);
  return Math.min(option.entries.length, Math.floor((option.pointer - TIMESTAMP_MIN_POINTER) / entryLength));
}

/**
 * Writes a list of options one behind the other, without padding: the inverse of `decodeIpOptions`.
 * @throws RangeError when a field is out of range.
 */
export function encodeIpOptions(options: readonly IpOption[]): Uint8Array {
  return concatBytes(...options.map(encodeOption));
}

function encodeOption(option: IpOption): Uint8Array {
  switch (option.kind) {
    case 'end':
      return concatBytes(Uint8Array.of(IPOPT_END), option.padding);
    case 'no-operation':
      return Uint8Array.of(IPOPT_NOOP);
    case 'unknown':
      return encodeLengthed(option.type, option.data);
    case 'malformed':
      return option.bytes;
    case 'timestamp':
      return encodeTimestamps(option);
    case 'record-route':
    case 'loose-source-route':
    case 'strict-source-route': {
      const slots = option.addresses.map((address) => requireIpv4('route address', address));
      return encodeLengthed(option.type, concatBytes(Uint8Array.of(requireUint8('pointer', option.pointer)), ...slots));
    }
  }
}

function encodeTimestamps(option: TimestampOption): Uint8Array {
  const overflow = requireUint('overflow', option.overflow, OVERFLOW_MAX);
  const flag = requireUint('flag', option.flag, 0x0f);
  const slots = option.entries.map(({ address, timestamp }) => {
    if ((address === null) !== (flag === IPOPT_TS_TSONLY))
      throw new RangeError(`timestamp flag ${flag} with ${address}`);
    const time = new Uint8Array(TIMESTAMP_LENGTH);
    viewOf(time).setUint32(0, requireUint32('timestamp', timestamp));
    return address === null ? time : concatBytes(requireIpv4('timestamp address', address), time);
  });
  const head = Uint8Array.of(requireUint8('pointer', option.pointer), (overflow << 4) | flag);
  return encodeLengthed(option.type, concatBytes(head, ...slots));
}

function encodeLengthed(type: number, data: Uint8Array): Uint8Array {
  const length = requireUint8('option length', LENGTHED_MIN_LENGTH + data.length);
  return concatBytes(Uint8Array.of(requireUint8('option type', type), length), data);
}
