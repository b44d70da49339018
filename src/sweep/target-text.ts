/** What a word of a command line or of a list of targets stands for. */
import { IPV4_ADDRESS_LENGTH, parseIpv4, parseIpv6 } from '../packet/address.ts';
import {
  type AddressWords,
  addOffset,
  addressOf,
  blockEnd,
  compareBits,
  isIpv4Words,
  SCOPE_WORD,
} from './address-words.ts';

export type TargetText =
  /** From the first to the last address, both included. */
  | { readonly kind: 'range'; readonly first: AddressWords; readonly last: AddressWords }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'mistake'; readonly message: string };

export interface TargetTextOptions {
  /** Index of an interface by the name behind `%`; 0 where there is none. */
  readonly scopeOf: (zone: string) => number;
  /** IPv4 blocks keep their first and last address: the network's own and its broadcast address. */
  readonly wholeBlocks: boolean;
}

const MAPPED_PREFIX = 96;
const IPV4_BITS = 32;
const IPV6_BITS = 128;
/** Smaller blocks have neither network nor broadcast address: RFC 3021. */
const LARGEST_PLAIN_PREFIX = 30;

/** Reads `10.0.0.1`, `10.0.0.0/24`, `10.0.0.1-10.0.0.9`, `10.0.0.1-9`, the same in IPv6 (`fe80::1%eth0`), or a name. */
export function parseTarget(text: string, options: TargetTextOptions): TargetText {
  if (text.includes('/')) return parseBlock(text, options);
  const address = parseAddress(text, options);
  if (address !== null && address.kind === 'range') return address;
  // A zone takes all that follows it: `fe80::1%eth0-fe80::9` is a range only because there is no such interface.
  return parseRange(text, options) ?? address ?? { kind: 'name', name: text };
}

function mistake(message: string): TargetText {
  return { kind: 'mistake', message };
}

/** Null for what is no address at all. */
function parseAddress(text: string, { scopeOf }: TargetTextOptions): TargetText | null {
  const v4 = parseIpv4(text);
  if (v4 !== null) return single(addressOf(v4));
  const [address, zone] = splitZone(text);
  const v6 = parseIpv6(address);
  if (v6 === null) return null;
  const scope = zone === null ? 0 : scopeOf(zone);
  return zone !== null && scope === 0 ? mistake(`'${text}': no interface '${zone}'`) : single(addressOf(v6, scope));
}

function single(address: AddressWords): TargetText {
  return { kind: 'range', first: address, last: address };
}

function splitZone(text: string): readonly [address: string, zone: string | null] {
  const at = text.indexOf('%');
  return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function parseBlock(text: string, options: TargetTextOptions): TargetText {
  const slash = text.lastIndexOf('/');
  const base = parseAddress(text.slice(0, slash), options);
  if (base === null) return mistake(`'${text}': no address before the slash`);
  if (base.kind !== 'range') return base;
  const isIpv4 = isIpv4Words(base.first);
  const prefix = /^[0-9]{1,3}$/.test(text.slice(slash + 1)) ? Number(text.slice(slash + 1)) : -1;
  const bits = isIpv4 ? IPV4_BITS : IPV6_BITS;
  if (prefix < 0 || prefix > bits) return mistake(`'${text}': the prefix length must be 0 to ${bits}`);
  const first = blockEnd(base.first, isIpv4 ? MAPPED_PREFIX + prefix : prefix, 'first');
  const last = blockEnd(base.first, isIpv4 ? MAPPED_PREFIX + prefix : prefix, 'last');
  if (!isIpv4 || prefix > LARGEST_PLAIN_PREFIX || options.wholeBlocks) return { kind: 'range', first, last };
  addOffset(first, 0, first, 0, 1);
  last[SCOPE_WORD - 1]! -= 1;
  return { kind: 'range', first, last };
}

/** Host names have hyphens too: a range has an address before it, and an address or an octet behind it. */
function parseRange(text: string, options: TargetTextOptions): TargetText | null {
  const hyphen = text.indexOf('-');
  if (hyphen === -1) return null;
  const from = parseAddress(text.slice(0, hyphen), options);
  if (from === null || from.kind !== 'range') return from;
  const end = text.slice(hyphen + 1);
  const to = parseAddress(completeEnd(text.slice(0, hyphen), end), options);
  if (to === null) return mistake(`'${text}': no address behind the hyphen`);
  if (to.kind !== 'range') return to;
  return makeRange(text, from.first, to.first);
}

/** `10.0.0.1-9` means `10.0.0.1-10.0.0.9`. */
function completeEnd(start: string, end: string): string {
  if (!/^[0-9]{1,3}$/.test(end) || parseIpv4(start) === null) return end;
  return [...start.split('.').slice(0, IPV4_ADDRESS_LENGTH - 1), end].join('.');
}

/** From one address to another of the same family and interface. */
export function makeRange(text: string, first: AddressWords, given: AddressWords): TargetText {
  const last = given.slice();
  // `fe80::1%eth0-fe80::9` names the interface once.
  if (last[SCOPE_WORD] === 0) last[SCOPE_WORD] = first[SCOPE_WORD]!;
  if (isIpv4Words(first) !== isIpv4Words(last) || first[SCOPE_WORD] !== last[SCOPE_WORD]) {
    return mistake(`'${text}': both ends of a range must be of one kind`);
  }
  if (compareBits(first, 0, last, 0) > 0) return mistake(`'${text}': the range ends before it begins`);
  return { kind: 'range', first, last };
}
