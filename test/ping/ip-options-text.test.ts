/**
 * The option block of iputils.md section 1.4.3. Areas are written in hex: type, length, pointer, (overflow and flag,) slots.
 * Where a comment says "seen", Debian's ping 20221126 printed just these octets from just this area.
 */
import { describe, expect, it } from 'vitest';
import { addressesInOptions, IpOptionsText } from '../../src/ping/ip-options-text.ts';

const area = (digits: string) => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));
const noNames = () => null;
const format = (digits: string, nameOf: (address: string) => string | null = noNames) =>
  new IpOptionsText(nameOf).format(area(digits));

/** 192.0.2.1 and so on. */
const [A, B, C] = ['c0000201', 'c0000202', 'c0000203'];
const NONE = '00000000';

describe('a recorded route', () => {
  it('is a list with a tab before and a newline behind each hop', () => {
    // Seen, with other addresses: "RR: \t10.88.0.99\n\t10.88.0.98\n\t10.88.0.30\n\t10.88.0.1\n" and an empty line.
    expect(format(`01 070f10 ${A}${B}${C}`)).toBe('\nNOP\nRR: \t192.0.2.1\n\t192.0.2.2\n\t192.0.2.3\n');
  });

  it('shows what was recorded and not the empty slots behind', () => {
    expect(format(`070f0c ${A}${B}${NONE} 00`)).toBe('\nRR: \t192.0.2.1\n\t192.0.2.2\n');
  });

  it('of nine full slots shows nine', () => {
    const text = format(`072728 ${A.repeat(9)} 00`);
    expect(text).toBe(`\nRR: ${'\t192.0.2.1\n'.repeat(9)}`);
  });

  it('without any hop is not shown', () => {
    expect(format(`070b04 ${NONE}${NONE} 00`)).toBe('');
  });

  it('shows an unset hop in the middle as 0.0.0.0, for which no name is asked', () => {
    const nameOf = (address: string) => {
      if (address === '0.0.0.0') throw new Error('asked for the name of 0.0.0.0');
      return null;
    };
    expect(format(`070f10 ${A}${NONE}${B}`, nameOf)).toBe('\nRR: \t192.0.2.1\n\t0.0.0.0\n\t192.0.2.2\n');
  });

  it('has names before the addresses where there are any', () => {
    const nameOf = (address: string) => (address === '192.0.2.1' ? 'router1.lab' : null);
    expect(format(`070b0c ${A}${B}`, nameOf)).toBe('\nRR: \trouter1.lab (192.0.2.1)\n\t192.0.2.2\n');
  });

  it('shows a name with escape sequences escaped, and one that is the address only once', () => {
    const nameOf = (address: string) => (address === '192.0.2.1' ? '\x1b[2Jevil' : address);
    expect(format(`070b0c ${A}${B}`, nameOf)).toBe('\nRR: \t\\033[2Jevil (192.0.2.1)\n\t192.0.2.2\n');
  });
});

describe('the same route again', () => {
  it('is said in a word on the reply line, as long as it stays the same', () => {
    const text = new IpOptionsText(noNames);
    const [first, second] = [area(`070b0c ${A}${B}`), area(`070b0c ${B}${A}`)];
    expect([first, first, first, second, second, first].map((octets) => text.format(octets))).toEqual([
      '\nRR: \t192.0.2.1\n\t192.0.2.2\n',
      '\t(same route)',
      '\t(same route)',
      '\nRR: \t192.0.2.2\n\t192.0.2.1\n',
      '\t(same route)',
      '\nRR: \t192.0.2.1\n\t192.0.2.2\n',
    ]);
  });

  it('is not said of a longer one that begins alike', () => {
    const text = new IpOptionsText(noNames);
    text.format(area(`070b08 ${A}${NONE}`));
    expect(text.format(area(`070b0c ${A}${B}`))).toBe('\nRR: \t192.0.2.1\n\t192.0.2.2\n');
  });
});

describe('a source route', () => {
  it('is a list under its own name', () => {
    expect(format(`830b0c ${A}${B}`)).toBe('\nLSRR: \t192.0.2.1\n\t192.0.2.2\n');
    expect(format(`890b0c ${A}${B}`)).toBe('\nSSRR: \t192.0.2.1\n\t192.0.2.2\n');
  });

  it('is no route that a recorded one could equal', () => {
    const text = new IpOptionsText(noNames);
    text.format(area(`830b0c ${A}${B}`));
    expect(text.format(area(`070b0c ${A}${B}`))).toBe('\nRR: \t192.0.2.1\n\t192.0.2.2\n');
  });
});

describe('time stamps', () => {
  // 37160298 is 0x0237056a; the sample of iputils.md has it.
  it('are an absolute one and then differences, each on its line', () => {
    expect(format('4414 15 00 0237056a 0237056a 02370576 02370570')).toBe(
      '\nTS: \t37160298 absolute\n\t0\n\t12\n\t-6\n',
    );
  });

  it('stand behind the address where the option has one', () => {
    // Seen, with other addresses: "TS: \t10.88.0.99\t37160298 absolute\n\t10.88.0.98\t12\nUnrecorded hops: 1\n".
    expect(format(`4414 15 11 ${A}0237056a ${B}02370576`)).toBe(
      '\nTS: \t192.0.2.1\t37160298 absolute\n\t192.0.2.2\t12\nUnrecorded hops: 1\n',
    );
    expect(format(`4414 15 03 ${A}0237056a ${B}02370576`)).toBe(
      '\nTS: \t192.0.2.1\t37160298 absolute\n\t192.0.2.2\t12\n',
    );
  });

  it('that are not standard are said so, and are a series of their own', () => {
    // Seen: "TS: \t5 absolute not-standard\n\t37160298 absolute\nUnrecorded hops: 3\n".
    expect(format('440c 0d 30 80000005 0237056a')).toBe(
      '\nTS: \t5 absolute not-standard\n\t37160298 absolute\nUnrecorded hops: 3\n',
    );
    expect(format('4414 15 00 0237056a 80000005 02370570 8000000c')).toBe(
      '\nTS: \t37160298 absolute\n\t5 absolute not-standard\n\t6\n\t7 not-standard\n',
    );
  });

  it('are those that were filled in', () => {
    expect(format(`441c 0d 01 ${A}0237056a ${NONE}${NONE} ${NONE}${NONE}`)).toBe(
      '\nTS: \t192.0.2.1\t37160298 absolute\n',
    );
  });

  it('have names before the addresses where there are any', () => {
    expect(format(`440c 0d 01 ${A}0237056a`, () => 'r\x07.lab')).toBe(
      '\nTS: \tr\\007.lab (192.0.2.1)\t37160298 absolute\n',
    );
  });

  it('count up to fifteen hops that found no room', () => {
    expect(format('4408 09 f0 0237056a')).toBe('\nTS: \t37160298 absolute\nUnrecorded hops: 15\n');
  });
});

describe('other options', () => {
  it('are NOP, once each', () => {
    expect(format('010101')).toBe('\nNOP\nNOP\nNOP');
  });

  it('are unknown, by their type in hex', () => {
    expect(format('94040000')).toBe('\nunknown option 94');
    expect(format('9e080000 11223344')).toBe('\nunknown option 9e');
    expect(format('0b040000 05020102')).toMatch(/^\nunknown option b\nunknown option 5/);
  });

  it('end at the end of the list, whatever stands behind it', () => {
    expect(format('01 00 0101 94040000')).toBe('\nNOP');
    expect(format('00')).toBe('');
    expect(format('')).toBe('');
  });

  it('with a length that cannot be end the block with a word about it (CVE-2010-2529)', () => {
    for (const digits of ['0700 0401', '4401 0501', '9e00 0001', '830b0c', '01 07']) {
      const text = format(digits);
      expect(text).toMatch(/\nmalformed option (7|44|9e|83): [^\n]+$/);
      expect(text.split('malformed')).toHaveLength(2);
    }
  });

  it('behind one whose contents are wrong are still shown', () => {
    expect(format(`070705 ${A} 94040000`)).toMatch(/^\nmalformed option 7: .*\nunknown option 94$/);
  });
});

describe('addressesInOptions', () => {
  it('are all that the text will show with a name, and no 0.0.0.0', () => {
    expect(addressesInOptions(area(`070b0c ${A}${NONE} 830b0c ${B}${C} 00`))).toEqual([
      '192.0.2.1',
      '192.0.2.2',
      '192.0.2.3',
    ]);
    expect(addressesInOptions(area(`440c 0d 01 ${A}0237056a`))).toEqual(['192.0.2.1']);
    expect(addressesInOptions(area('4408 09 00 0237056a'))).toEqual([]);
    expect(addressesInOptions(area(`4414 0d 01 ${A}0237056a ${NONE}${NONE}`))).toEqual(['192.0.2.1']);
    expect(addressesInOptions(area('01 94040000'))).toEqual([]);
  });
});
