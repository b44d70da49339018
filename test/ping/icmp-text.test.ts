/** The texts of iputils.md section 1.4.4, every one. */
import { describe, expect, it } from 'vitest';
import { describeIcmp, describeIcmp6 } from '../../src/ping/icmp-text.ts';

describe('ICMP errors in words', () => {
  it.each([
    [0, 'Destination Net Unreachable'],
    [1, 'Destination Host Unreachable'],
    [2, 'Destination Protocol Unreachable'],
    [3, 'Destination Port Unreachable'],
    [4, 'Frag needed and DF set (mtu = 1400)'],
    [5, 'Source Route Failed'],
    [6, 'Destination Net Unknown'],
    [7, 'Destination Host Unknown'],
    [8, 'Source Host Isolated'],
    [9, 'Destination Net Prohibited'],
    [10, 'Destination Host Prohibited'],
    [11, 'Destination Net Unreachable for Type of Service'],
    [12, 'Destination Host Unreachable for Type of Service'],
    [13, 'Packet filtered'],
    [14, 'Precedence Violation'],
    [15, 'Precedence Cutoff'],
    [16, 'Dest Unreachable, Bad Code: 16'],
    [255, 'Dest Unreachable, Bad Code: 255'],
  ])('destination unreachable, code %i: %s', (code, text) => {
    expect(describeIcmp(3, code, 1400)).toBe(text);
  });

  it.each([
    [0, 0],
    [68, 68],
    [65_535, 65_535],
    [4_294_967_295, 4_294_967_295],
  ])('write an MTU of %i without a sign', (mtu, shown) => {
    expect(describeIcmp(3, 4, mtu)).toBe(`Frag needed and DF set (mtu = ${shown})`);
  });

  it.each([
    [0, 'Redirect Network(New nexthop: 10.88.0.98)'],
    [1, 'Redirect Host(New nexthop: 10.88.0.98)'],
    [2, 'Redirect Type of Service and Network(New nexthop: 10.88.0.98)'],
    [3, 'Redirect Type of Service and Host(New nexthop: 10.88.0.98)'],
    [4, 'Redirect, Bad Code: 4(New nexthop: 10.88.0.98)'],
  ])('redirect, code %i: %s', (code, text) => {
    expect(describeIcmp(5, code, 0x0a58_0062)).toBe(text);
  });

  it('write a next hop whose first octet is above 127', () => {
    expect(describeIcmp(5, 1, 0xffff_fffe)).toBe('Redirect Host(New nexthop: 255.255.255.254)');
    expect(describeIcmp(5, 1, 0xc0a8_0a01)).toBe('Redirect Host(New nexthop: 192.168.10.1)');
  });

  it.each([
    [4, 0, 'Source Quench'],
    [11, 0, 'Time to live exceeded'],
    [11, 1, 'Frag reassembly time exceeded'],
    [11, 2, 'Time exceeded, Bad Code: 2'],
    [12, 0, 'Parameter problem: pointer = 20'],
    [12, 1, 'Parameter problem: pointer = 20'],
    [0, 0, 'Echo Reply'],
    [8, 0, 'Echo Request'],
    [13, 0, 'Timestamp'],
    [14, 0, 'Timestamp Reply'],
    [15, 0, 'Information Request'],
    [16, 0, 'Information Reply'],
    [17, 0, 'Address Mask Request'],
    [18, 0, 'Address Mask Reply'],
    [1, 0, 'Bad ICMP type: 1'],
    [42, 0, 'Bad ICMP type: 42'],
    [255, 0, 'Bad ICMP type: 255'],
  ])('type %i, code %i: %s', (type, code, text) => {
    expect(describeIcmp(type, code, 20)).toBe(text);
  });
});

describe('ICMPv6 errors in words', () => {
  it.each([
    [0, 'No route'],
    [1, 'Administratively prohibited'],
    [2, 'Beyond scope of source address'],
    [3, 'Address unreachable'],
    [4, 'Port unreachable'],
    [5, 'Source address failed ingress/egress policy'],
    [6, 'Reject route to destination'],
    [7, 'Unknown code 7'],
    [255, 'Unknown code 255'],
  ])('destination unreachable, code %i: %s', (code, text) => {
    expect(describeIcmp6(1, code, 0)).toBe(`Destination unreachable: ${text}`);
  });

  it.each([
    [2, 0, 1400, 'Packet too big: mtu=1400'],
    [2, 1, 1400, 'Packet too big: mtu=1400, code=1'],
    [2, 0, 4_294_967_295, 'Packet too big: mtu=4294967295'],
    [3, 0, 0, 'Time exceeded: Hop limit'],
    [3, 1, 0, 'Time exceeded: Defragmentation failure'],
    [3, 2, 0, 'Time exceeded: code 2'],
    [4, 0, 40, 'Parameter problem: Wrong header field at 40'],
    [4, 1, 40, 'Parameter problem: Unknown header at 40'],
    [4, 2, 40, 'Parameter problem: Unknown option at 40'],
    [4, 3, 40, 'Parameter problem: code 3 at 40'],
    [128, 0, 0, 'Echo request'],
    [129, 0, 0, 'Echo reply'],
    [130, 0, 0, 'MLD Query'],
    [131, 0, 0, 'MLD Report'],
    [132, 0, 0, 'MLD Reduction'],
    [0, 0, 0, 'unknown icmp type: 0'],
    [137, 0, 0, 'unknown icmp type: 137'],
    [255, 0, 0, 'unknown icmp type: 255'],
  ])('type %i, code %i, word %i: %s', (type, code, word, text) => {
    expect(describeIcmp6(type, code, word)).toBe(text);
  });
});
