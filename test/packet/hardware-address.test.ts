import { describe, expect, it } from 'vitest';
import { formatHardwareAddress, parseHardwareAddress } from '../../src/packet/hardware-address.ts';
import { hex, randomBuffers, toHex } from './support.ts';

describe('hardware addresses as text', () => {
  it.each([
    ['02007701fe0a', '02:00:77:01:FE:0A'],
    ['', ''],
    ['0a', '0A'],
    ['0202020202020202020202020202020202020202', Array(20).fill('02').join(':')],
  ])('%s is shown as %s', (octets, text) => {
    expect(formatHardwareAddress(hex(octets))).toBe(text);
  });

  it.each([
    ['02:77:01:00:00:fe', '0277010000fe'],
    ['02-77-01-00-00-FE', '0277010000fe'],
    ['2:77:1:0:0:fe', '0277010000fe'],
    ['0f:1', '0f01'],
  ])('%s is read', (text, octets) => {
    expect(toHex(parseHardwareAddress(text)!)).toBe(octets);
  });

  it.each([
    '',
    '02',
    ':',
    '02:',
    ':02',
    '02::01',
    '02:77-01',
    '02:7g',
    '002:01',
    '02:77 ',
    ' 02:77',
    '0277.0100.00fe',
    Array(33).fill('0').join(':'),
  ])('"%s" is none', (text) => {
    expect(parseHardwareAddress(text)).toBeNull();
  });

  it('comes back from text as it was', () => {
    for (const bytes of randomBuffers(500, 32, 77)) {
      if (bytes.length > 1) expect(parseHardwareAddress(formatHardwareAddress(bytes))).toEqual(bytes);
    }
  });
});
