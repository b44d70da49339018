import { describe, expect, it } from 'vitest';
import { decodeEthernet, ETH_P_8021Q, encodeEthernet } from '../../src/packet/ethernet.ts';
import { displaced, hex, mustEqual, prefixesOf, randomBuffers } from './support.ts';

// A broadcast with a VLAN tag (identifier 5) before its ARP: IEEE 802.1Q.
const TAGGED = hex('ffffffffffff 020000000001 8100 0005 0806 0001');

describe('Ethernet frames', () => {
  it('leave a VLAN tag in the payload', () => {
    const frame = decodeEthernet(displaced(TAGGED));
    expect(frame).toEqual({
      ok: true,
      value: {
        destination: hex('ffffffffffff'),
        source: hex('020000000001'),
        type: ETH_P_8021Q,
        payload: hex('0005 0806 0001'),
      },
    });
  });

  it('are refused below 14 octets', () => {
    for (const prefix of prefixesOf(TAGGED)) expect(decodeEthernet(prefix).ok).toBe(prefix.length >= 14);
  });

  it('come back as they were, whatever they hold', () => {
    for (const bytes of randomBuffers(2000, 80, 0x806)) {
      const frame = decodeEthernet(bytes);
      if (frame.ok) mustEqual(encodeEthernet(frame.value), bytes);
    }
  });

  it('are not made of addresses that are none', () => {
    const frame = { destination: hex('ffffffffffff'), source: hex('020000000001'), type: 0x806, payload: hex('') };
    expect(() => encodeEthernet({ ...frame, destination: hex('ff') })).toThrow(RangeError);
    expect(() => encodeEthernet({ ...frame, source: hex('02000000000100') })).toThrow(RangeError);
    expect(() => encodeEthernet({ ...frame, type: 0x1_0000 })).toThrow(RangeError);
  });
});
