import { describe, expect, it } from 'vitest';
import { readIcmpError } from '../../src/net/portable-icmp-error.ts';
import type { Family } from '../../src/net/sockaddr.ts';
import { internetChecksum } from '../../src/packet/checksum.ts';
import { flipBit, hex, toHex } from '../packet/support.ts';

// All captured in the lab (10.77.1.254, 10.77.2.2 and their like answering `ping -e 4660 -p ff`), IP headers taken off.
const QUOTED = '45000024256c400001013bd10a4d01010a4d0302 0800e5ca12340001ffffffffffffffff';
const TIME_EXCEEDED = hex(`0b00f4ff00000000 ${QUOTED}`);
/** Record route in the quoted header: 60 octets of it. */
const TIME_EXCEEDED_OPTIONS = hex(
  '0b00e8b000000000 4f00004c260f40000101fda80a4d01010a4d03020107270c0a4d01010a4d01fe' +
    '000000000000000000000000000000000000000000000000000000000800e5ca12340001ffffffffffffffff',
);
const QUOTED6 = '60009dec00103a01fd770001000000000000000000000001fd770003000000000000000000000002';
const TIME_EXCEEDED6 = hex(`0300c8e000000000 ${QUOTED6} 8000728912340001ffffffffffffffff`);
/** The first and the second fragment of one request, cut. */
const FRAGMENT6 = '60009dec04e82c01fd770001000000000000000000000001fd770003000000000000000000000002';
const FIRST_FRAGMENT6 = hex(`0300ff6000000000 ${FRAGMENT6} 3a0000010ea58c06 80001cc712340001a6e6026b00000000`);
const LATER_FRAGMENT6 = hex(`0300017b00000000 ${FRAGMENT6} 3a0004e00ea58c06 ffffffffffffffffffffffffffffffff`);
/** `-M do -s 1350` over a link of 1300, cut. */
const TOO_BIG6 = hex(`0200c0f100000514 ${QUOTED6} 8000944512340001a6e6026b00000000`);

/** IPv4 messages made from TIME_EXCEEDED get their checksum anew. */
function sealed(octets: Uint8Array): Uint8Array {
  const copy = octets.slice();
  copy.fill(0, 2, 4);
  const sum = internetChecksum(copy);
  copy[2] = sum >> 8;
  copy[3] = sum & 0xff;
  return copy;
}

function withOctet(octets: Uint8Array, index: number, value: number): Uint8Array {
  const copy = octets.slice();
  copy[index] = value;
  return sealed(copy);
}

const read = (family: Family, octets: Uint8Array) => readIcmpError(family, octets, 0, octets.length);

describe('an ICMP error', () => {
  it('tells which of our messages it is about', () => {
    const error = read(4, TIME_EXCEEDED);
    expect(error).toMatchObject({ type: 11, code: 0, info: 0, destination: '10.77.3.2' });
    expect(toHex(error!.message)).toBe('0800e5ca12340001ffffffffffffffff');
  });

  it('may stand anywhere in its octets', () => {
    const octets = Uint8Array.of(1, 2, 3, ...TIME_EXCEEDED, 4, 5);
    expect(readIcmpError(4, octets, 3, octets.length - 2)).toMatchObject({ destination: '10.77.3.2' });
  });

  it('is understood also where the quoted header has options', () => {
    const error = read(4, sealed(TIME_EXCEEDED_OPTIONS));
    expect(error).toMatchObject({ type: 11, destination: '10.77.3.2' });
    expect(toHex(error!.message)).toBe('0800e5ca12340001ffffffffffffffff');
  });

  it.each([
    ['MTU of "fragmentation needed"', [3, 4], 0x0514],
    ['nothing of another "unreachable"', [3, 1], 0],
    ['pointer of "parameter problem"', [12, 0], 0x20],
    ['nothing of "time exceeded"', [11, 0], 0],
  ] as const)('has the %s for information', (_what, [type, code], info) => {
    const octets = TIME_EXCEEDED.slice();
    octets.set([type, code], 0);
    octets.set([0x20, 0, 0x05, 0x14], 4);
    expect(read(4, sealed(octets))).toMatchObject({ type, code, info });
  });

  it.each([
    ['a redirect, which is no error', withOctet(TIME_EXCEEDED, 0, 5)],
    ['an echo reply', withOctet(TIME_EXCEEDED, 0, 0)],
    ['a quoted UDP datagram', withOctet(TIME_EXCEEDED, 8 + 9, 17)],
    ['a later fragment', withOctet(TIME_EXCEEDED, 8 + 7, 1)],
    ['another version in the quote', withOctet(TIME_EXCEEDED, 8, 0x65)],
  ])('is not made of %s', (_what, octets) => {
    expect(read(4, octets)).toBeNull();
  });

  it('does not count with any bit flipped: its checksum is looked at', () => {
    for (let bit = 0; bit < TIME_EXCEEDED.length * 8; bit++) {
      expect(read(4, flipBit(TIME_EXCEEDED, bit)), `bit ${bit}`).toBeNull();
    }
  });

  it('needs the quoted header and eight octets behind it', () => {
    for (let length = 0; length <= TIME_EXCEEDED.length; length++) {
      const octets = length < 4 ? TIME_EXCEEDED.subarray(0, length) : sealed(TIME_EXCEEDED.subarray(0, length));
      expect(read(4, octets) !== null, `${length} octets`).toBe(length >= 8 + 20 + 8);
    }
  });
});

describe('an ICMPv6 error', () => {
  it('tells which of our messages it is about', () => {
    const error = read(6, TIME_EXCEEDED6);
    expect(error).toMatchObject({ type: 3, code: 0, info: 0, destination: 'fd77:3::2' });
    expect(toHex(error!.message)).toBe('8000728912340001ffffffffffffffff');
  });

  it('has the whole word for information: the MTU', () => {
    expect(read(6, TOO_BIG6)).toMatchObject({ type: 2, code: 0, info: 1300 });
  });

  it('is about a fragmented request when the first fragment is quoted, and only then', () => {
    expect(toHex(read(6, FIRST_FRAGMENT6)!.message)).toBe('80001cc712340001a6e6026b00000000');
    expect(read(6, LATER_FRAGMENT6)).toBeNull();
  });

  it.each([1, 2, 3, 4])('may be of type %i', (type) => {
    expect(read(6, Uint8Array.of(type, ...TIME_EXCEEDED6.subarray(1)))).toMatchObject({ type });
  });

  it.each([0, 5, 127, 128, 129, 135])('is not of type %i', (type) => {
    expect(read(6, Uint8Array.of(type, ...TIME_EXCEEDED6.subarray(1)))).toBeNull();
  });

  it('needs the quoted header and eight octets behind it', () => {
    for (let length = 0; length <= TIME_EXCEEDED6.length; length++) {
      expect(read(6, TIME_EXCEEDED6.subarray(0, length)) !== null, `${length} octets`).toBe(length >= 8 + 40 + 8);
    }
  });
});

it('never throws, whatever comes', () => {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 0x7fff_ffff;
    return seed;
  };
  for (let round = 0; round < 20_000; round++) {
    const octets = Uint8Array.from({ length: random() % 120 }, () => random() & 0xff);
    // Half of them begin like errors, so that the quotes are read too.
    if (octets.length > 8 && round % 2 === 0) octets.set([1 + (random() % 4), 0, 0, 0, 0, 0, 0, 0, 0x60], 0);
    read(6, octets);
    if (octets.length > 8 && round % 2 === 0) octets.set([3, 0, 0, 0, 0, 0, 0, 0, 0x45], 0);
    read(4, octets.length < 4 ? octets : sealed(octets));
  }
});
