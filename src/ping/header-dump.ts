/** -v on an ICMP error that a raw socket received: the quoted IPv4 header in hex, and its options in words. */
import { decodeQuotedIpv4 } from '../packet/ipv4.ts';
import type { IpOptionsText } from './ip-options-text.ts';

const TITLE = 'Vr HL TOS  Len   ID Flg  off TTL Pro  cks      Src      Dst Data\n';
const IPV4_WORD_OCTETS = 4;
const FIXED_HEADER_WORDS = 5;

/**
 * The two lines, each with its newline, and what follows for options; empty when no whole header was quoted. Numbers are in
 * host order: iputils shows those of 16 bits with their octets swapped (docs/differences.md).
 */
export function formatHeaderDump(quoted: Uint8Array, optionsText: IpOptionsText): string {
  const decoded = decodeQuotedIpv4(quoted);
  if (!decoded.ok) return '';
  const { header } = decoded.value;
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  const flags = (Number(header.reservedFlag) << 2) | (Number(header.dontFragment) << 1) | Number(header.moreFragments);
  const words = FIXED_HEADER_WORDS + header.options.length / IPV4_WORD_OCTETS;
  const fields = [
    ` 4  ${hex(words, 1)}  ${hex(header.typeOfService, 2)} ${hex(header.totalLength, 4)} ${hex(header.identification, 4)}`,
    `   ${hex(flags, 1)} ${hex(header.fragmentOffset, 4)}`,
    `  ${hex(header.timeToLive, 2)}  ${hex(header.protocol, 2)} ${hex(header.headerChecksum, 4)}`,
    ` ${header.sourceAddress}  ${header.destinationAddress} \n`,
  ];
  return TITLE + fields.join('') + optionsText.format(header.options);
}
