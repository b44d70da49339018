import { describe, expect, it } from 'vitest';
import {
  decodeAttributes,
  decodeNetlinkError,
  decodeNetlinkMessages,
  decodeRouteMessage,
  encodeAttributes,
  encodeNetlinkMessage,
  encodeRouteMessage,
  findAttribute,
  findUint32Attribute,
  NLM_F_REQUEST,
  NLMSG_ERROR,
  RT_TABLE_MAIN,
  RTA_DST,
  RTA_OIF,
  RTA_PREFSRC,
  RTM_GETROUTE,
  RTM_NEWROUTE,
  uint32Attribute,
} from '../../src/packet/rtnetlink.ts';
import { displaced, flipBit, hex, prefixesOf, randomBuffers, toHex } from './support.ts';

// In the order of a little-endian machine, by hand from linux/netlink.h and linux/rtnetlink.h: length 36, RTM_GETROUTE,
// request, number 7; AF_INET, 32 bits of destination; attribute RTA_DST of 8 octets.
const QUESTION = hex('24000000 1a00 0100 07000000 00000000  02 20 00 00 00 00 00 00 00000000  0800 0100 0a4d01fe');

// What Linux 6.18 answered to it here (10.77.1.1/24 on the interface with index 2): RTM_NEWROUTE of 104 octets; table main,
// universe, unicast, flag RTM_F_CLONED; RTA_TABLE, RTA_DST, RTA_OIF, RTA_PREFSRC, RTA_UID, RTA_CACHEINFO.
const ANSWER = hex(
  '68000000 1800 0000 07000000 312d0000  02 20 00 00 fe 00 00 01 00020000' +
    '0800 0f00 fe000000  0800 0100 0a4d01fe  0800 0400 02000000  0800 0700 0a4d0101  0800 1900 00000000' +
    `2400 0c00 02000000 74620000 ${'00'.repeat(24)}`,
);

const ROUTE = {
  family: 2,
  destinationLength: 32,
  sourceLength: 0,
  tos: 0,
  table: 0,
  protocol: 0,
  scope: 0,
  type: 0,
  flags: 0,
  attributes: [{ type: RTA_DST, value: hex('0a4d01fe') }],
};

function unwrap<T>(result: { ok: true; value: T } | { ok: false; error: { reason: string } }): T {
  if (!result.ok) throw new Error(result.error.reason);
  return result.value;
}

describe('netlink messages', () => {
  it('ask for a route in the octets that the headers give', () => {
    const payload = encodeRouteMessage(ROUTE);
    const message = { type: RTM_GETROUTE, flags: NLM_F_REQUEST, sequence: 7, portId: 0, payload };
    expect(toHex(encodeNetlinkMessage(message))).toBe(toHex(QUESTION));
    expect(unwrap(decodeNetlinkMessages(displaced(QUESTION)))).toEqual([message]);
    expect(unwrap(decodeRouteMessage(payload))).toEqual(ROUTE);
  });

  it("tell the kernel's answer: the output interface and the source", () => {
    const [message] = unwrap(decodeNetlinkMessages(ANSWER));
    expect(message).toMatchObject({ type: RTM_NEWROUTE, sequence: 7, portId: 0x2d31 });
    const route = unwrap(decodeRouteMessage(message!.payload));
    expect(route).toMatchObject({ family: 2, destinationLength: 32, table: RT_TABLE_MAIN, type: 1, flags: 0x200 });
    expect(findUint32Attribute(route.attributes, RTA_OIF)).toBe(2);
    expect(findAttribute(route.attributes, RTA_PREFSRC)).toEqual(hex('0a4d0101'));
    expect(findAttribute(route.attributes, 99)).toBeNull();
  });

  it('come several in a datagram, each padded to four octets', () => {
    const one = { type: 3, flags: 0, sequence: 1, portId: 2, payload: hex('010203') };
    const two = { ...one, sequence: 2, payload: hex('') };
    const bytes = Uint8Array.from([...encodeNetlinkMessage(one), ...encodeNetlinkMessage(two)]);
    expect(bytes).toHaveLength(20 + 16);
    expect(unwrap(decodeNetlinkMessages(bytes))).toEqual([one, two]);
  });

  it.each([
    ['an errno', 'f3ffffff 24000000', 13],
    ['an acknowledgement', '00000000 24000000', 0],
  ])('say %s', (_what, payload, errno) => {
    expect(decodeNetlinkError(hex(payload))).toEqual({ ok: true, value: errno });
  });

  it('say no errno below zero, and none in fewer than four octets', () => {
    expect(decodeNetlinkError(hex('0d000000')).ok).toBe(false);
    for (const prefix of prefixesOf(hex('f3ffffff'))) expect(decodeNetlinkError(prefix).ok).toBe(false);
  });

  it.each([
    ['a length below the header', '0f000000 0300 0000 01000000 02000000'],
    ['a length beyond the datagram', '11000000 0300 0000 01000000 02000000'],
    ['a second message that is cut', '10000000 0300 0000 01000000 02000000 10000000'],
  ])('are refused with %s', (_what, octets) => {
    expect(decodeNetlinkMessages(hex(octets)).ok).toBe(false);
  });

  it('are refused at every shorter length', () => {
    for (const prefix of prefixesOf(ANSWER)) {
      expect(decodeNetlinkMessages(prefix).ok, `${prefix.length} octets`).toBe(prefix.length === 0);
    }
  });
});

describe('attributes', () => {
  it('come back as they were, however long they are', () => {
    for (let length = 0; length < 9; length++) {
      const attributes = [
        { type: 1, value: new Uint8Array(length).fill(7) },
        { type: 0xffff, value: hex('aa') },
      ];
      expect(unwrap(decodeAttributes(encodeAttributes(attributes)))).toEqual(attributes);
    }
  });

  it('are found whatever flags stand in their type', () => {
    const nested = { type: 0x8000 | RTA_OIF, value: hex('05000000') };
    expect(findUint32Attribute([nested], RTA_OIF)).toBe(5);
    expect(findUint32Attribute([{ ...nested, value: hex('0500') }], RTA_OIF)).toBeNull();
  });

  it('hold one number', () => {
    expect(uint32Attribute(RTA_OIF, 0x01020304)).toEqual({ type: RTA_OIF, value: hex('04030201') });
    expect(() => uint32Attribute(RTA_OIF, 2 ** 32)).toThrow(RangeError);
  });

  it.each(['0300 0100', '0500 0100', '0800 0100 0a4d01', '08'])('%s are refused', (octets) => {
    expect(decodeAttributes(hex(octets)).ok).toBe(false);
  });

  it('are not made longer than their length can say', () => {
    expect(() => encodeAttributes([{ type: 1, value: new Uint8Array(0xffff) }])).toThrow(RangeError);
  });
});

describe('whatever octets come', () => {
  it('no decoder throws on a flipped bit or a random buffer', () => {
    const feed = (bytes: Uint8Array) => {
      const messages = decodeNetlinkMessages(bytes);
      for (const { payload } of messages.ok ? messages.value : []) {
        decodeRouteMessage(payload);
        decodeNetlinkError(payload);
      }
      decodeAttributes(bytes);
      decodeRouteMessage(bytes);
    };
    for (let bit = 0; bit < ANSWER.length * 8; bit++) feed(flipBit(ANSWER, bit));
    for (const bytes of randomBuffers(5000, 96, NLMSG_ERROR)) feed(bytes);
  });

  it('no field that does not fit is cut', () => {
    const message = { type: RTM_GETROUTE, flags: 0, sequence: 0, portId: 0, payload: hex('') };
    expect(() => encodeNetlinkMessage({ ...message, type: 0x1_0000 })).toThrow(RangeError);
    expect(() => encodeNetlinkMessage({ ...message, sequence: 2 ** 32 })).toThrow(RangeError);
    expect(() => encodeRouteMessage({ ...ROUTE, table: 256 })).toThrow(RangeError);
    expect(() => encodeRouteMessage({ ...ROUTE, flags: -1 })).toThrow(RangeError);
  });
});
