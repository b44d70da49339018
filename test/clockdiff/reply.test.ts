import { describe, expect, it } from 'vitest';
import { type Mode, PROBE_OCTETS, stampOptions, writeProbe } from '../../src/clockdiff/probe.ts';
import { readReply } from '../../src/clockdiff/reply.ts';
import { IDENTIFIER, reply } from './support.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const NO_OPTIONS = new Uint8Array(0);
const read = (message: Uint8Array, options = NO_OPTIONS, mode: Mode = 'icmp') =>
  readReply(message, options, mode, IDENTIFIER);

describe('a request', () => {
  it("is a timestamp message of RFC 792 with the sender's time alone", () => {
    const octets = new Uint8Array(PROBE_OCTETS);
    writeProbe(octets, 'icmp', 0x1b2c, 7, 0x0225_5100);
    // By hand: ~(0d00 + 1b2c + 0007 + 0225 + 5100) = ~7b58.
    expect(Buffer.from(octets).toString('hex')).toBe(`0d0084a71b2c000702255100${'00'.repeat(8)}`);
  });

  it('is an echo of the same size under an IP option', () => {
    const octets = new Uint8Array(PROBE_OCTETS);
    writeProbe(octets, 'ip-4', 0x1b2c, 7, 0x0225_5100);
    // By hand: ~(0800 + 1b2c + 0007 + 0225 + 5100) = ~7658.
    expect(Buffer.from(octets).toString('hex')).toBe(`080089a71b2c000702255100${'00'.repeat(8)}`);
  });

  it('has slots for us, the peer, the peer and us, or for the peer once', () => {
    const empty = '00000000';
    // As strace(1) shows them of iputils 20221126.
    expect(Buffer.from(stampOptions('ip-4', '10.77.1.1', '10.77.1.254')).toString('hex')).toBe(
      `44240503${['0a4d0101', '0a4d01fe', '0a4d01fe', '0a4d0101'].map((address) => address + empty).join('')}`,
    );
    expect(Buffer.from(stampOptions('ip-3', '10.77.1.1', '10.77.1.254')).toString('hex')).toBe(
      `441c0503${['0a4d0101', '0a4d01fe', '0a4d0101'].map((address) => address + empty).join('')}`,
    );
  });
});

describe('a reply', () => {
  it("to a timestamp message has the peer's two stamps", () => {
    expect(read(reply({ sequence: 9, stamps: [0x0225_5101, 0xffff_ffff] }))).toEqual({
      kind: 'stamped',
      sequence: 9,
      receiveStamp: 0x0225_5101,
      transmitStamp: 0xffff_ffff,
    });
  });

  it('of any length below 20 octets is too short, and never throws', () => {
    expect(read(new Uint8Array(0))).toEqual({ kind: 'foreign' });
    for (let octets = 1; octets < 20; octets++) {
      const short = reply({ sequence: 9 }).subarray(0, octets);
      expect(read(short), `${octets}`).toMatchObject({ kind: 'unusable' });
      expect(read(reply({ sequence: 9, octets: Math.max(8, octets) }))).toEqual({
        kind: 'unusable',
        why: 'short',
        sequence: 9,
      });
    }
    expect(read(reply({ sequence: 9, octets: 28 }))).toMatchObject({ kind: 'stamped' });
  });

  it('with any bit turned is another one, or useless', () => {
    const good = reply({ sequence: 9, stamps: [5, 5] });
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bad = good.slice();
      bad[bit >> 3]! ^= 1 << (bit & 7);
      expect(['foreign', 'unusable'], `bit ${bit}`).toContain(read(bad).kind);
    }
  });

  it('of another type is none', () => {
    expect(read(reply({ type: 13, sequence: 1 }))).toEqual({ kind: 'foreign' });
    expect(read(reply({ type: 0, sequence: 1 }))).toEqual({ kind: 'foreign' });
    expect(read(reply({ sequence: 1 }), NO_OPTIONS, 'ip-4')).toEqual({ kind: 'foreign' });
  });

  it('that is ours but for its checksum is told by its sequence', () => {
    expect(read(reply({ sequence: 3, badChecksum: true }))).toEqual({ kind: 'unusable', why: 'checksum', sequence: 3 });
    expect(read(reply({ sequence: 3, identifier: 1, badChecksum: true }))).toEqual({
      kind: 'unusable',
      why: 'checksum',
      sequence: null,
    });
    expect(read(reply({ sequence: 3, identifier: 1 }))).toEqual({
      kind: 'unusable',
      why: 'identifier',
      sequence: null,
    });
  });
});

describe('the option area of an echo reply', () => {
  const echo = reply({ type: 0, sequence: 9 });
  const [us, peer] = ['0a4d0101', '0a4d01fe'];
  /** The octets that iputils 20221126 got from a Linux host, but for the stamps. */
  const full = `44242503 ${us}00000001 ${peer}00000002 ${peer}00000003 ${us}00000004`;

  it("has the peer's stamps in its second and third slot, or in the second alone", () => {
    expect(read(echo, hex(full), 'ip-4')).toMatchObject({ kind: 'stamped', receiveStamp: 2, transmitStamp: 3 });
    const three = `441c1d03 ${us}00000001 ${peer}00000002 ${us}00000003`;
    expect(read(echo, hex(three), 'ip-3')).toMatchObject({ kind: 'stamped', receiveStamp: 2, transmitStamp: 2 });
    expect(read(echo, hex(`01010101${full}`), 'ip-4')).toMatchObject({ kind: 'stamped', receiveStamp: 2 });
    // A hop that found no slot says nothing against the stamps of those that did.
    expect(read(echo, hex(full.replace('44242503', '44242513')), 'ip-4')).toMatchObject({ kind: 'stamped' });
  });

  it.each([
    ['no-option', ''],
    ['no-option', '01010101'],
    ['no-option', '07070400000000 00'],
    ['malformed-option', '44'],
    ['malformed-option', '4400'],
    ['malformed-option', '44242403'],
    ['malformed-option', full.replace('03', '05')],
    ['wrong-flag', '440c0d00 00000001 00000002'],
    ['wrong-flag', full.replace('44242503', '44242501')],
    ['unfilled', full.replace('44242503', '44241503')],
    ['unfilled', full.replace('44242503', '44240503')],
    ['unfilled', `440c0d03 ${us}00000001`],
  ])('that says %s is useless: %s', (why, area) => {
    expect(read(echo, hex(area), 'ip-4')).toEqual({ kind: 'unusable', why, sequence: 9 });
  });

  it('may hold any octets', () => {
    for (let seed = 1; seed < 2000; seed++) {
      let state = seed * 2_654_435_761;
      const area = Uint8Array.from({ length: seed % 41 }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state >>> 24;
      });
      if (area.length > 0) area[0] = 68;
      expect(() => read(echo, area, 'ip-4')).not.toThrow();
    }
  });
});
