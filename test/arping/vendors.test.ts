import { describe, expect, it } from 'vitest';
import { Vendors } from '../../src/arping/vendors.ts';

const ADDRESS = '28:6F:B9:12:34:56';

describe('vendors', () => {
  it.each([
    ["IEEE's oui.txt", '28-6F-B9   (hex)\t\tNokia Shanghai Bell Co., Ltd.', 'Nokia Shanghai Bell Co., Ltd.'],
    [
      "IEEE's oui.csv",
      'MA-L,286FB9,"Nokia Shanghai Bell Co., Ltd.",No.388 Ning Qiao Road',
      'Nokia Shanghai Bell Co., Ltd.',
    ],
    ['its quotes', 'MA-L,286FB9,"Nokia ""Bell""",x', 'Nokia "Bell"'],
    ['its plain names', 'MA-L,286FB9,Nokia,x', 'Nokia'],
    ["Wireshark's manuf", '28:6F:B9\tNokia\tNokia Shanghai Bell Co., Ltd.', 'Nokia Shanghai Bell Co., Ltd.'],
    ['its short form', '28:6F:B9\tNokia', 'Nokia'],
    ["nmap's nmap-mac-prefixes", '286FB9 Nokia Shanghai Bell', 'Nokia Shanghai Bell'],
    ['lines that end in CR LF', '28-6F-B9   (hex)\t\tNokia\r', 'Nokia'],
  ])('are read from %s', (_what, line, name) => {
    const vendors = new Vendors(`# a comment\n\n${line}\n286FB9     (base 16)\t\tsomething else\n`);
    expect(vendors.nameOf(ADDRESS)).toBe(name);
    expect(vendors.size).toBe(1);
  });

  it('have the longest of several assignments', () => {
    const vendors = new Vendors(
      [
        '8C:1F:64\tIEEE',
        '8C:1F:64:F0:00:00/28\tMedium',
        '8C:1F:64:F3:B0:00/36\tSmall',
        'MA-M,8C1F641,"Other, medium",x',
      ].join('\n'),
    );
    expect(vendors.size).toBe(4);
    expect(vendors.nameOf('8C:1F:64:F3:B1:23')).toBe('Small');
    expect(vendors.nameOf('8C:1F:64:F3:C1:23')).toBe('Medium');
    expect(vendors.nameOf('8C:1F:64:11:22:33')).toBe('Other, medium');
    expect(vendors.nameOf('8C:1F:64:E1:22:33')).toBe('IEEE');
  });

  it('are unknown for unknown, short and locally administered addresses', () => {
    const vendors = new Vendors('286FB9 Nokia\n2A6FB9 Nobody\n');
    for (const hardware of ['28:6F:B8:00:00:00', '28:6F', '', '2A:6F:B9:00:00:00']) {
      expect(vendors.nameOf(hardware), hardware).toBeNull();
    }
  });

  it('are none in a file that is something else', () => {
    const lines = [
      '28:6F:B9:00:00:00/33\tOdd',
      '28:6F:B9:00\tFour octets',
      '<html>',
      'MA-X,286FB9,x',
      '286fb9',
      '\0\x01',
    ];
    expect(new Vendors(lines.join('\n')).size).toBe(0);
  });
});
