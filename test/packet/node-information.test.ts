import { describe, expect, it } from 'vitest';
import { encodeIcmp6 } from '../../src/packet/icmp6.ts';
import {
  buildNodeInformationQuery,
  NI_FLAG_ALL,
  NI_QTYPE_IPV4_ADDRESSES,
  NI_QTYPE_IPV6_ADDRESSES,
  NI_QTYPE_NODE_NAME,
  NI_QTYPE_NOOP,
  type NiAnswer,
  type NodeInformation,
  readNiAnswer,
  readNiSubject,
} from '../../src/packet/node-information.ts';
import { encodeNodeName, readNodeNames } from '../../src/packet/node-names.ts';
import { hex, prefixesOf, randomBuffers, toHex } from './support.ts';

const NONCE = hex('0123456789abcdef');

function reply(qtype: number, data: string, code = 0): NodeInformation {
  return { kind: 'node-information', type: 140, code, qtype, flags: 0, nonce: NONCE, data: hex(data) };
}

describe('buildNodeInformationQuery', () => {
  // The octets are those of the golden vectors of the same kind, with a checksum of zero.
  it.each([
    [
      'an IPv6 address',
      { kind: 'ipv6', address: '2001:db8:1::2' },
      '8b0000000002000001234567 89abcdef 20010db8000100000000000000000002',
    ],
    ['an IPv4 address', { kind: 'ipv4', address: '192.0.2.1' }, '8b0200000002000001234567 89abcdef c0000201'],
    [
      'a qualified name',
      { kind: 'name', name: { labels: ['host', 'example', 'net'], fullyQualified: true } },
      '8b0100000002000001234567 89abcdef 04686f7374 076578616d706c65 036e6574 00',
    ],
    [
      'a single label',
      { kind: 'name', name: { labels: ['host'], fullyQualified: false } },
      '8b0100000002000001234567 89abcdef 04686f7374 00 00',
    ],
    ['nothing', { kind: 'none' }, '8b0100000002000001234567 89abcdef'],
  ] as const)('asks about %s, and the subject reads back', (_what, subject, digits) => {
    const query = buildNodeInformationQuery(NI_QTYPE_NODE_NAME, 0, NONCE, subject);
    expect(toHex(encodeIcmp6(query))).toBe(toHex(hex(digits)));
    expect(readNiSubject(query)).toEqual(subject);
  });

  it('throws a RangeError for a nonce that has not eight octets, or a name that no wire form has', () => {
    const none = { kind: 'none' } as const;
    const short = buildNodeInformationQuery(NI_QTYPE_NOOP, NI_FLAG_ALL, NONCE.subarray(1), none);
    expect(() => encodeIcmp6(short)).toThrow('nonce must have 8 octets, not 7');
    const named =
      (...labels: string[]) =>
      () =>
        encodeNodeName({ labels, fullyQualified: true });
    expect(named('')).toThrow(RangeError);
    expect(named('x'.repeat(64))).toThrow(RangeError);
    expect(named('\u0100')).toThrow(RangeError);
    expect(named(...new Array<string>(4).fill('x'.repeat(63)))).toThrow(RangeError);
  });
});

describe('readNiSubject', () => {
  it.each([
    [0, '20010db800010000000000000000000201'],
    [0, ''],
    [2, 'c00002'],
    [1, '05686f7374'],
    [1, '04686f737400 0369707600'],
    [3, ''],
  ])('of code %i is null when the data are %j', (code, digits) => {
    expect(readNiSubject({ ...reply(NI_QTYPE_NODE_NAME, digits, code), type: 139 })).toBeNull();
  });
});

describe('readNiAnswer', () => {
  it.each<[string, NodeInformation, NiAnswer]>([
    ['a refusal', reply(2, '', 1), { kind: 'refused' }],
    ['an unknown qtype', reply(2, '', 2), { kind: 'unknown-qtype' }],
    ['an unknown code', reply(2, '', 9), { kind: 'unknown-code', code: 9 }],
    ['a qtype that nobody asks for', reply(7, ''), { kind: 'unsupported-qtype', qtype: 7 }],
    ['an answer to nothing', reply(0, ''), { kind: 'noop' }],
  ])('reads %s', (_what, message, answer) => {
    expect(readNiAnswer(message)).toEqual(answer);
  });

  it('reads IPv4 addresses with their times to live', () => {
    expect(readNiAnswer(reply(NI_QTYPE_IPV4_ADDRESSES, '00000e10 c0000201 ffffffff c0000202'))).toEqual({
      kind: 'addresses',
      addresses: [
        { timeToLiveSeconds: 3600, address: '192.0.2.1' },
        { timeToLiveSeconds: 0xffffffff, address: '192.0.2.2' },
      ],
      problem: null,
    });
  });

  it('keeps the addresses before a cut one and tells that it was cut', () => {
    const whole = hex('00000000 20010db8000100000000000000000002 00000258 fe800000000000000000000000000002');
    for (const prefix of prefixesOf(whole)) {
      const answer = readNiAnswer(reply(NI_QTYPE_IPV6_ADDRESSES, toHex(prefix)));
      const count = Math.floor(prefix.length / 20);
      const problem = prefix.length % 20 === 0 ? null : 'truncated';
      expect(answer).toMatchObject({ problem, addresses: { length: count } });
    }
  });

  it('calls a name reply without a whole time to live too short', () => {
    for (const digits of ['', '000000']) {
      expect(readNiAnswer(reply(NI_QTYPE_NODE_NAME, digits))).toMatchObject({ names: [], problem: 'too-short' });
    }
  });
});

describe('readNodeNames', () => {
  const HOST = '04686f7374';
  const NET = '036e657400';
  const host = { labels: ['host'], fullyQualified: false };

  it('reads a list, and knows a name that is not fully qualified by its extra zero', () => {
    expect(readNodeNames(hex(`${HOST}0000 ${HOST}${NET} ${HOST}00`), 0)).toEqual({
      names: [host, { labels: ['host', 'net'], fullyQualified: true }, { labels: ['host'], fullyQualified: true }],
      problem: null,
    });
  });

  it('keeps the names before a cut one, for every cut', () => {
    const list = hex(`${HOST}0000 ${HOST}${NET}`);
    for (const prefix of prefixesOf(list)) {
      const { names, problem } = readNodeNames(prefix, 0);
      const isWhole = [0, 6, 7].includes(prefix.length);
      expect([names.length, problem], `${prefix.length} octets`).toEqual([
        prefix.length < 6 ? 0 : 1,
        isWhole ? null : 'truncated',
      ]);
    }
  });

  it('follows a pointer back to an earlier name; offsets count from the first octet of the data', () => {
    const { names, problem } = readNodeNames(hex(`00000000 ${HOST}${NET} 0161c009 0162c00e`), 4);
    expect(names.map(({ labels }) => labels.join('.'))).toEqual(['host.net', 'a.net', 'b.a.net']);
    expect(problem).toBeNull();
  });

  it('follows a pointer beyond the first 256 octets', () => {
    const { names } = readNodeNames(hex(`${'0161'.repeat(100)}00 ${'0162'.repeat(100)}00 ${NET} c192`), 0);
    expect(names.map(({ labels }) => labels.length)).toEqual([100, 100, 1, 1]);
    expect(names[3]?.labels).toEqual(['net']);
  });

  it.each([
    ['to itself', 'c000'],
    ['forward', 'c00203616263 00'],
    ['to its own name, a loop', '0161c000'],
    ['to each other', '0161c004 0162c000'],
  ])('calls a pointer %s malformed', (_where, digits) => {
    expect(readNodeNames(hex(digits), 0)).toEqual({ names: [], problem: 'malformed' });
  });

  it('calls the reserved label types and a name above 255 octets malformed', () => {
    expect(readNodeNames(hex('4161'), 0).problem).toBe('malformed');
    expect(readNodeNames(hex('8161'), 0).problem).toBe('malformed');
    expect(readNodeNames(hex('0161'.repeat(127).concat('00')), 0).problem).toBeNull();
    expect(readNodeNames(hex('0161'.repeat(126).concat('02616100')), 0).problem).toBe('malformed');
  });

  it('keeps octets that are no letters, a dot in a label included', () => {
    expect(readNodeNames(hex('03 00 2e ff 00'), 0).names).toEqual([{ labels: ['\0.\xff'], fullyQualified: true }]);
  });

  it('ends on random octets full of pointers', () => {
    for (const bytes of randomBuffers(20_000, 60, 0x4620)) {
      for (let i = 0; i < bytes.length; i += 3) bytes[i] = bytes[i]! & 1 ? 0xc0 : bytes[i]! & 7;
      expect(readNodeNames(bytes, 0).names.length).toBeLessThanOrEqual(bytes.length);
    }
  });
});
