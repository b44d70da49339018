import { describe, expect, it } from 'vitest';
import {
  buildRecordRoute,
  buildSourceRoute,
  buildTimestampAndAddress,
  buildTimestampOnly,
  buildTimestampPrespecified,
  encodeArea,
} from '../../src/packet/ip-option-areas.ts';
import { toHex } from './support.ts';

/** `octets` octets in hex: these digits, then zeros. */
function padded(digits: string, octets: number): string {
  return digits.replaceAll(' ', '').padEnd(octets * 2, '0');
}

// The golden areas are what strace shows iputils 20221126 give to setsockopt(IP_OPTIONS).
describe('option areas for sending', () => {
  it('record route: a no-operation, then nine empty slots', () => {
    expect(toHex(buildRecordRoute())).toBe(padded('01 07 27 04', 40));
  });

  it('timestamps alone: nine empty slots', () => {
    expect(toHex(buildTimestampOnly())).toBe(padded('44 28 05 00', 40));
  });

  it('timestamps and addresses: four empty slots', () => {
    expect(toHex(buildTimestampAndAddress())).toBe(padded('44 24 05 01', 36));
  });

  it('prespecified timestamps: the addresses, each with an empty time', () => {
    const area = buildTimestampPrespecified(['127.0.0.1', '127.0.0.2']);
    expect(toHex(area)).toBe(padded('44 14 05 03 7f000001 00000000 7f000002', 20));
  });

  it('source routes: a no-operation, then the hops without the destination', () => {
    const hops = ['127.0.0.2', '127.0.0.3'];
    expect(toHex(buildSourceRoute('loose', hops))).toBe(padded('01 83 0b 04 7f000002 7f000003', 12));
    expect(toHex(buildSourceRoute('strict', hops))).toBe(padded('01 89 0b 04 7f000002 7f000003', 12));
  });

  it('are padded with end-of-list octets to whole words', () => {
    const noOperation = { kind: 'no-operation', type: 1 } as const;
    expect(toHex(encodeArea([noOperation]))).toBe('01000000');
    expect(toHex(encodeArea(new Array<typeof noOperation>(3).fill(noOperation)))).toBe('01010100');
    expect(() => encodeArea(new Array<typeof noOperation>(41).fill(noOperation))).toThrow(RangeError);
  });

  it('refuse more slots than 40 octets hold, and none at all', () => {
    const ten = new Array<string>(10).fill('127.0.0.1');
    expect(() => buildRecordRoute(10)).toThrow(RangeError);
    expect(() => buildRecordRoute(0)).toThrow(RangeError);
    expect(() => buildTimestampOnly(10)).toThrow(RangeError);
    expect(() => buildTimestampAndAddress(5)).toThrow(RangeError);
    expect(() => buildTimestampPrespecified(ten.slice(0, 5))).toThrow(RangeError);
    expect(() => buildTimestampPrespecified([])).toThrow(RangeError);
    expect(() => buildSourceRoute('loose', ten)).toThrow(RangeError);
    expect(() => buildSourceRoute('strict', [])).toThrow(RangeError);
  });

  it('refuse an address that is no dotted quad', () => {
    expect(() => buildSourceRoute('loose', ['router1'])).toThrow('"router1"');
    expect(() => buildTimestampPrespecified(['::1'])).toThrow('"::1"');
  });
});
