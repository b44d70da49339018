/** `struct sockaddr_in`, `sockaddr_in6` and back: ip(7), ipv6(7). Native-endian family and scope, the rest in network order. */
import { formatIpv4, formatIpv6 } from '../packet/address.ts';
import { AF_INET, AF_INET6 } from './constants.ts';

export type Family = 4 | 6;

/** An address with what a socket needs beside it. `scope` is the interface index of a link-local IPv6 address, else 0. */
export interface Address {
  readonly family: Family;
  /** 4 or 16 octets in network order. */
  readonly octets: Uint8Array;
  readonly scope: number;
}

const SOCKADDR_IN_OCTETS = 16;
const SOCKADDR_IN6_OCTETS = 28;
const PORT_OFFSET = 2;
const IN_ADDRESS_OFFSET = 4;
const IN6_FLOWINFO_OFFSET = 4;
const IN6_ADDRESS_OFFSET = 8;
const IN6_SCOPE_OFFSET = 24;

/** Every platform of node's is little-endian but s390x, which this asks for itself. */
export const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

export function encodeSockaddr(address: Address, port = 0, flowInfo = 0): Uint8Array {
  const bytes = new Uint8Array(address.family === 4 ? SOCKADDR_IN_OCTETS : SOCKADDR_IN6_OCTETS);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, address.family === 4 ? AF_INET : AF_INET6, LITTLE_ENDIAN);
  view.setUint16(PORT_OFFSET, port);
  if (address.family === 4) {
    bytes.set(address.octets, IN_ADDRESS_OFFSET);
  } else {
    view.setUint32(IN6_FLOWINFO_OFFSET, flowInfo);
    bytes.set(address.octets, IN6_ADDRESS_OFFSET);
    view.setUint32(IN6_SCOPE_OFFSET, address.scope, LITTLE_ENDIAN);
  }
  return bytes;
}

/** Null for a family that is neither IPv4 nor IPv6, or for octets cut short. The address is a copy. */
export function decodeSockaddr(bytes: Uint8Array): (Address & { readonly port: number }) | null {
  if (bytes.length < SOCKADDR_IN_OCTETS) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const family = view.getUint16(0, LITTLE_ENDIAN);
  const port = view.getUint16(PORT_OFFSET);
  if (family === AF_INET) {
    return { family: 4, octets: bytes.slice(IN_ADDRESS_OFFSET, IN_ADDRESS_OFFSET + 4), scope: 0, port };
  }
  if (family !== AF_INET6 || bytes.length < SOCKADDR_IN6_OCTETS) return null;
  const octets = bytes.slice(IN6_ADDRESS_OFFSET, IN6_ADDRESS_OFFSET + 16);
  return { family: 6, octets, scope: view.getUint32(IN6_SCOPE_OFFSET, LITTLE_ENDIAN), port };
}

/** fe80::/10, RFC 4291 section 2.5.6. */
export function isLinkLocal(address: Address): boolean {
  return address.family === 6 && address.octets[0] === 0xfe && (address.octets[1]! & 0xc0) === 0x80;
}

/** 224.0.0.0/4 or ff00::/8. */
export function isMulticast(address: Address): boolean {
  return address.family === 4 ? (address.octets[0]! & 0xf0) === 0xe0 : address.octets[0] === 0xff;
}

/** ff02::/16, RFC 4291 section 2.7. */
export function isLinkLocalMulticast(address: Address): boolean {
  return address.family === 6 && address.octets[0] === 0xff && (address.octets[1]! & 0x0f) === 2;
}

/** A subnet-router anycast address, RFC 4291 section 2.6.1: the low 64 bits are zero. Whoever answers does so from its own address. */
export function isAnycastRouter(address: Address): boolean {
  return address.family === 6 && address.octets.subarray(8).every((octet) => octet === 0);
}

/** As getnameinfo(3) prints it numerically: a scope is shown as `%name` where `nameOf` knows the interface, else as its index. */
export function formatAddress(address: Address, nameOf: (index: number) => string | null): string {
  if (address.family === 4) return formatIpv4(address.octets);
  const text = formatIpv6(address.octets);
  return address.scope === 0 ? text : `${text}%${nameOf(address.scope) ?? address.scope}`;
}

export function sameAddress(a: Address, b: Address): boolean {
  return a.family === b.family && a.octets.every((octet, index) => octet === b.octets[index]);
}
