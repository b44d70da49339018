/** Lines that whole runs (engine.test.ts) do not show: names, wide and hostile ones, -b and -n, -v, extensions. */
import { describe, expect, it } from 'vitest';
import { encodeMplsLabels } from '../../src/packet/icmp-extension-objects.ts';
import { decodeIcmpExtension, encodeIcmpExtension } from '../../src/packet/icmp-extensions.ts';
import type { AnswerEvent, TracepathEvent } from '../../src/tracepath/events.ts';
import { describeExtension } from '../../src/tracepath/extension-text.ts';
import { addressesOf, type TextOptions } from '../../src/tracepath/text.ts';
import { textOf } from './support.ts';

const ADDRESS = '10.0.0.2';
const ANSWER: AnswerEvent = {
  type: 'answer',
  wallNs: 0,
  probe: { hop: 2, port: 44_446, octets: 1500 },
  hop: 2,
  isHopKnown: true,
  address: ADDRESS,
  outcome: 'hop',
  errno: 113,
  icmpType: 11,
  icmpCode: 0,
  mtu: 1500,
  info: 0,
  roundTripNs: 197_999,
  transmitStamp: 'kernel',
  receiveStamp: 'user',
  hopLimit: 63,
  returnHops: 2,
  trafficClass: 0,
  corrupted: false,
  quotedOctets: 520,
  quotedDestination: null,
  quotedPort: 44_446,
  extension: null,
};

function line(facts: Partial<AnswerEvent>, options: Partial<TextOptions> = {}): string {
  return textOf([{ ...ANSWER, ...facts }], options);
}

const NAMED = { nameOf: () => 'router2.lab' };

describe('the host column', () => {
  it.each<[string, Partial<TextOptions>, string]>([
    ['the name', { numeric: false, ...NAMED }, 'router2.lab'],
    ['the address without a name', { numeric: false }, ADDRESS],
    ['-n: the address', { numeric: true, ...NAMED }, ADDRESS],
    ['-b: name and address', { numeric: false, both: true, ...NAMED }, `router2.lab (${ADDRESS})`],
    ['-b without a name: the address twice', { numeric: false, both: true }, `${ADDRESS} (${ADDRESS})`],
    ['-n -b: address and name', { numeric: true, both: true, ...NAMED }, `${ADDRESS} (router2.lab)`],
  ])('has %s, in 52 columns', (_, options, host) => {
    expect(line({}, options)).toBe(` 2:  ${host.padEnd(52)}  0.197ms \n`);
  });

  it.each([51, 52, 60, 255])('keeps one blank behind a name of %i characters', (length) => {
    const name = 'n'.repeat(length);
    expect(line({}, { numeric: false, nameOf: () => name })).toBe(
      ` 2:  ${name}${' '.repeat(Math.max(1, 52 - length))}  0.197ms \n`,
    );
  });

  it('shows control characters of a name as what they are', () => {
    expect(line({}, { numeric: false, nameOf: () => '\x1b[31mred\x9b\n' })).toContain(' 2:  \\033[31mred\\233\\012  ');
  });
});

describe('the time column', () => {
  it.each([
    [0, '  0.000ms '],
    [999, '  0.000ms '],
    [1000, '  0.001ms '],
    [12_345_678, ' 12.345ms '],
    [3_067_053_000, '3067.053ms '],
    [1e15, '1000000000.000ms '],
  ])('of %i ns is "%s"', (roundTripNs, text) => {
    expect(line({ roundTripNs })).toBe(` 2:  ${ADDRESS.padEnd(52)}${text}\n`);
  });
});

describe('-v', () => {
  const verbose = { verbose: true };

  it('tells what an answer was and where its times came from', () => {
    expect(line({}, verbose)).toContain(
      '\n      icmp 11/0, ttl 63, tos 0x00, sent 1500 octets to port 44446, quoted 520, stamps kernel/user\n',
    );
  });

  it('leaves out what is not known', () => {
    const unknown = { probe: null, hopLimit: null, returnHops: null, trafficClass: null, roundTripNs: null };
    expect(line(unknown, verbose)).toContain('\n      icmp 11/0, quoted 520, stamps kernel/user\n');
  });

  it('tells of a destination that changed on the way', () => {
    expect(line({ quotedDestination: '192.0.2.99' }, verbose)).toContain(
      '\n      quotes a packet to 192.0.2.99 port 44446\n',
    );
  });

  it.each<[TracepathEvent, string]>([
    [{ type: 'mtu', behindHop: 0, address: null, before: 65_535, after: 1500 }, 'mtu 65535 before, 1500 at this host'],
    [
      { type: 'mtu', behindHop: 1, address: ADDRESS, before: 1500, after: 1400 },
      `mtu 1500 before, 1400 behind hop 1, ${ADDRESS}`,
    ],
    [
      { type: 'lost', wallNs: 0, probe: { hop: 3, port: 44_450, octets: 1400 }, attempt: 2, roundTripNs: null },
      'no answer to attempt 2 at hop 3, 1400 octets to port 44450',
    ],
    [
      { type: 'lost', wallNs: 0, probe: { hop: 3, port: 44_450, octets: 1400 }, attempt: null, roundTripNs: null },
      'no answer at hop 3, 1400 octets to port 44450',
    ],
  ])('adds a line for %j, which else has none', (event, text) => {
    expect(textOf([event], verbose)).toBe(`      ${text}\n`);
    expect(textOf([event])).toBe('');
  });
});

describe('extensions', () => {
  const structure = (...objects: readonly { classNumber: number; cType: number; body: Uint8Array }[]) =>
    decodeIcmpExtension(encodeIcmpExtension({ kind: 'structure', objects }));

  it('show label stacks, interfaces, and what nobody knows', () => {
    const labels = encodeMplsLabels([
      { label: 16_001, experimental: 5, bottomOfStack: false, ttl: 1 },
      { label: 3, experimental: 0, bottomOfStack: true, ttl: 255 },
    ]);
    const name = new TextEncoder().encode('ge-0/0/\x1b\0');
    const incoming = Uint8Array.from(
      [0, 0, 0, 3, 0, 1, 0, 0, 10, 0, 0, 9, 12, ...name, 0, 0, 0, 0, 5, 220].slice(0, 28),
    );
    incoming.set([0, 0, 5, 220], 24);
    expect(
      describeExtension(
        structure(
          { classNumber: 1, cType: 1, body: labels },
          { classNumber: 2, cType: 0x8f, body: incoming },
          { classNumber: 77, cType: 6, body: new Uint8Array(2) },
        ),
      ),
    ).toEqual([
      'mpls label 16001 class 5 ttl 1',
      'mpls label 3 class 0 ttl 255 bottom of stack',
      'interface out: name ge-0/0/\\033 index 3 address 10.0.0.9 mtu 1500',
      'extension object of class 77, type 6: 2 octets',
    ]);
  });

  it('say what is wrong with them', () => {
    const bytes = encodeIcmpExtension({
      kind: 'structure',
      objects: [{ classNumber: 1, cType: 1, body: new Uint8Array(3) }],
    });
    bytes[2]! ^= 0xff;
    expect(describeExtension(decodeIcmpExtension(bytes))).toEqual([
      'extension: wrong checksum',
      'extension: extension object of class 1: MPLS label stack of 3 octets',
    ]);
    expect(describeExtension(decodeIcmpExtension(Uint8Array.of(0x20)))).toEqual([
      'extension: extension header is cut: 4 octets needed, 1 there',
    ]);
  });
});

describe('the names that a line needs', () => {
  it('are those of the addresses in it', () => {
    expect(addressesOf(ANSWER)).toEqual([ADDRESS]);
    expect(addressesOf({ ...ANSWER, address: null })).toEqual([]);
    expect(addressesOf({ type: 'mtu', behindHop: 1, address: ADDRESS, before: 2, after: 1 })).toEqual([ADDRESS]);
    expect(addressesOf({ type: 'no-reply', hop: 1 })).toEqual([]);
  });
});
