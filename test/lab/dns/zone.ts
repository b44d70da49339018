/** The lab's names (names.ts) as DNS records. */
import { addressOctets } from '../addresses.ts';
import { FORWARD, REVERSE } from '../names.ts';
import { encodeName, type ResourceRecord, type ResponseCode } from './message.ts';

export interface LookUp {
  readonly code: ResponseCode;
  readonly answers: readonly ResourceRecord[];
}

/** Records of `type` for `name`. A name that exists with other types only has an empty answer: RFC 2308, section 2.2. */
export function lookUp(name: string, type: string): LookUp {
  const pointer = REVERSE_ZONE.get(name);
  if (pointer !== undefined) {
    return { code: 'NOERROR', answers: type === 'PTR' ? [{ name, type, data: encodeName(pointer) }] : [] };
  }
  const record = FORWARD.find((entry) => entry.name === name);
  if (record === undefined) return { code: 'NXDOMAIN', answers: [] };
  if (record.alias !== undefined) {
    const alias: ResourceRecord = { name, type: 'CNAME', data: encodeName(record.alias) };
    return { code: 'NOERROR', answers: [alias, ...lookUp(record.alias, type).answers] };
  }
  if (type === 'A' && record.ipv4 !== undefined) {
    return { code: 'NOERROR', answers: [{ name, type, data: addressOctets(record.ipv4) }] };
  }
  if (type === 'AAAA' && record.ipv6 !== undefined) {
    return { code: 'NOERROR', answers: [{ name, type, data: addressOctets(record.ipv6) }] };
  }
  return { code: 'NOERROR', answers: [] };
}

const REVERSE_ZONE: ReadonlyMap<string, string> = new Map(
  [...REVERSE].map(([address, name]) => [reverseName(address), name]),
);

/** `10.77.3.2` -> `2.3.77.10.in-addr.arpa`; IPv6 in nibbles below ip6.arpa (RFC 3596, section 2.5). */
export function reverseName(address: string): string {
  if (!address.includes(':')) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  return `${[...addressOctets(address).toString('hex')].reverse().join('.')}.ip6.arpa`;
}
