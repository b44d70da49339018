/** The liar's packets, checked octet by octet where Debian's ping cannot tell. */
import { describe, expect, it } from 'vitest';
import { addressOctets } from '../addresses.ts';
import { HOSTS } from '../topology.ts';
import { answer } from './answer.ts';
import { LIES } from './lies.ts';
import { readPacket, writePacket } from './packets.ts';
import { replyPacket } from './reply.ts';

const HEADERS = { hopLimit: 64, options: Buffer.alloc(0), wrongChecksum: false };

/** What the liar answers to `icmp` sent to `address`, as IP packets in hex. */
function answers(address: string, icmp: string): string[] {
  const source = addressOctets(address.includes(':') ? HOSTS.liarSide.ipv6 : HOSTS.liarSide.ipv4);
  const message = Buffer.from(icmp.replaceAll(' ', ''), 'hex');
  const request = readPacket(writePacket({ ...HEADERS, source, destination: addressOctets(address), icmp: message }))!;
  return answer(request).map((reply) => replyPacket(request, reply).toString('hex'));
}

describe('an answer', () => {
  it('is an echo reply with right checksums', () => {
    // By hand: ~(4500 + 001c + 3901 + 0a58 + 0009 + 0a58 + 0001) = ~92d7, and ~(0001 + 0002).
    expect(answers(LIES.normal.ipv4, '08000000 0001 0002')).toEqual([
      '4500001c0000000039016d280a5800090a5800010000fffc00010002',
    ]);
    // By hand: ~(fd88 + 0009 + fd88 + 0001 + 0008 + 003a + 8100 + 0001 + 0002) = ~(7c5f + the carry 2).
    expect(answers(LIES.normal.ipv6, '80000000 0001 0002')).toEqual([
      '6000000000083a37fd880000000000000000000000000009fd8800000000000000000000000000018100839e00010002',
    ]);
  });

  it('has the clock of the lie in its ICMP time stamps', () => {
    const request = '0d000000 0001 0002 00000005 00000000 00000000';
    const stamps = (address: string) => {
      const [reply] = answers(address, request);
      const icmp = Buffer.from(reply!, 'hex').subarray(20);
      expect(icmp.readUInt8(0)).toBe(14);
      expect([icmp.readUInt32BE(4), icmp.readUInt32BE(8)]).toEqual([0x0001_0002, 5]);
      expect(icmp.readUInt32BE(12)).toBe(icmp.readUInt32BE(16));
      return icmp.readUInt32BE(12);
    };
    const since = (later: number, earlier: number) => (later - earlier + 86_400_000) % 86_400_000;
    const [before, ahead, after] = [LIES.normal, LIES.clock250msAhead, LIES.normal].map(({ ipv4 }) => stamps(ipv4));
    // However long the three took.
    expect(since(ahead!, before!)).toBeGreaterThanOrEqual(250);
    expect(since(ahead!, after!)).toBeLessThanOrEqual(250);
    expect(stamps(LIES.clockNonStandard.ipv4)).toBeGreaterThanOrEqual(0x8000_0000);
  });

  it('carries RFC 4884 extensions behind a quote of 128 octets', () => {
    const [reply] = answers(LIES.errorWithExtensions.ipv4, '08000000 0001 0002');
    const icmp = Buffer.from(reply!, 'hex').subarray(20);
    expect(icmp.length).toBe(8 + 128 + 12);
    expect([...icmp.subarray(0, 2), ...icmp.subarray(4, 8)]).toEqual([11, 0, 0, 32, 0, 0]); // 32 words of 4 octets
    // Version 2, checksum ~(2000 + 0008 + 0101 + 03e8 + 0101), then label 16000 = 0x03e80, bottom of stack, TTL 1.
    expect(icmp.subarray(136).toString('hex')).toBe('2000' + 'da0d' + '00080101' + '03e80101');

    const [reply6] = answers(LIES.errorWithExtensions.ipv6, '80000000 0001 0002');
    const icmp6 = Buffer.from(reply6!, 'hex').subarray(40);
    expect([...icmp6.subarray(0, 2), ...icmp6.subarray(4, 8)]).toEqual([3, 0, 16, 0, 0, 0]); // 16 words of 8 octets
  });

  it.each([
    ['optionLengthZero', '47', '070004'],
    ['optionLengthOne', '47', '070104'],
    ['optionPastHeader', '47', '072704'],
    ['optionGarbage', '4f', '9e281b5b324a'],
    ['optionNops', '4f', '01'.repeat(40)],
    ['sourceRoute', '48', '830b040a5800620a580063'],
  ] as const)('has the hostile options of %s', (name, firstOctet, options) => {
    const [reply] = answers(LIES[name].ipv4, '08000000 0001 0002');
    expect(reply!.slice(0, 2)).toBe(firstOctet);
    expect(reply!.slice(40)).toMatch(new RegExp(`^${options}`));
  });

  it.each([
    ['errorQuotesHalfHeader', 12],
    ['errorQuotesHalfIcmp', 24],
    ['errorQuotesGarbage', 64],
  ] as const)('quotes badly: %s', (name, quoteOctets) => {
    const [reply] = answers(LIES[name].ipv4, '08000000 0001 0002');
    expect(reply!.length / 2).toBe(20 + 8 + quoteOctets);
  });

  it('leaves fragments and strange addresses alone', () => {
    const packet = writePacket({
      ...HEADERS,
      source: addressOctets(HOSTS.liarSide.ipv4),
      destination: addressOctets(LIES.normal.ipv4),
      icmp: Buffer.from('0800000000010002', 'hex'),
    });
    packet.writeUInt16BE(0x2000, 6); // more fragments
    expect(readPacket(packet)).toBeNull();
    expect(answers('10.88.200.200', '08000000 0001 0002')).toEqual([]);
  });
});
