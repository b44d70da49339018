/** `struct sockaddr_ll` as octets. */
import { describe, expect, it } from 'vitest';
import { LITTLE_ENDIAN } from '../../src/net/sockaddr.ts';
import { decodeSockaddrLl, encodeSockaddrLl } from '../../src/net/sockaddr-ll.ts';
import { displaced, hex, randomBuffers, toHex } from '../packet/support.ts';

/** By hand, from <linux/if_packet.h>: family, index and hardware type in the machine's order, the EtherType as on the wire. */
const native = (little: string, big: string) => (LITTLE_ENDIAN ? little : big);
const RECEIVED = hex(
  `${native('1100', '0011')} 0806 ${native('03000000', '00000003')} ${native('0100', '0001')} 01 06 027701000002 0000`,
);

describe('a link address', () => {
  it('is laid out as bind and sendto want it, without what the kernel fills in', () => {
    expect(toHex(encodeSockaddrLl(0x0806, 3, hex('027701000002')))).toBe(
      `${native('1100', '0011')}0806${native('03000000', '00000003')}00000006${'0277010000020000'}`,
    );
    expect(encodeSockaddrLl(0x0806, 3)).toHaveLength(20);
    expect(encodeSockaddrLl(0x0806, 3, new Uint8Array(16))).toHaveLength(28);
  });

  it('is read back, wherever it stands', () => {
    expect(decodeSockaddrLl(displaced(RECEIVED))).toEqual({
      protocol: 0x0806,
      index: 3,
      hardwareType: 1,
      packetType: 'broadcast',
      address: hex('027701000002'),
    });
  });

  it.each([
    [0, 'host'],
    [2, 'multicast'],
    [3, 'other-host'],
    [4, 'outgoing'],
    [5, 'unknown'],
    [255, 'unknown'],
  ])('tells packet type %i as %s', (type, packetType) => {
    expect(decodeSockaddrLl(Uint8Array.from(RECEIVED, (octet, at) => (at === 10 ? type : octet)))).toMatchObject({
      packetType,
    });
  });

  it('ends where its octets end, as getsockname leaves them', () => {
    expect(toHex(decodeSockaddrLl(RECEIVED.subarray(0, 18))!.address)).toBe('027701000002');
    expect(toHex(decodeSockaddrLl(RECEIVED.subarray(0, 14))!.address)).toBe('0277');
    expect(decodeSockaddrLl(RECEIVED.subarray(0, 11))).toBeNull();
  });

  it('is none of another family', () => {
    expect(decodeSockaddrLl(Uint8Array.from(RECEIVED, (octet, at) => (at < 2 ? 2 : octet)))).toBeNull();
  });

  it('is refused beyond 16 octets, for which there is no room', () => {
    expect(() => encodeSockaddrLl(0x0806, 3, new Uint8Array(17))).toThrow(RangeError);
  });

  it('never makes the reader throw', () => {
    for (const bytes of randomBuffers(2000, 32, 17)) decodeSockaddrLl(bytes);
  });
});
