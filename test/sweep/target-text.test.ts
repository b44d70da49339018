import { describe, expect, it } from 'vitest';
import { distance, formatWords } from '../../src/sweep/address-words.ts';
import { parseTarget } from '../../src/sweep/target-text.ts';

const scopeOf = (zone: string) => (zone === 'eth0' ? 3 : 0);
const zoneOf = () => 'eth0';

/** `first-last (count)`, the name, or the complaint. */
function read(text: string, wholeBlocks = false): string {
  const target = parseTarget(text, { scopeOf, wholeBlocks });
  switch (target.kind) {
    case 'name':
      return `name ${target.name}`;
    case 'mistake':
      return target.message;
    case 'range': {
      const count = distance(target.last, 0, target.first, 0) + 1;
      return `${formatWords(target.first, zoneOf)}-${formatWords(target.last, zoneOf)} (${count})`;
    }
  }
}

describe('a target', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1-10.0.0.1 (1)'],
    ['2001:db8::1', '2001:db8::1-2001:db8::1 (1)'],
    ['fe80::1%eth0', 'fe80::1%eth0-fe80::1%eth0 (1)'],
    ['::ffff:10.0.0.1', '10.0.0.1-10.0.0.1 (1)'],
    ['127.1.0.0/16', '127.1.0.1-127.1.255.254 (65534)'],
    ['10.0.0.77/24', '10.0.0.1-10.0.0.254 (254)'],
    ['10.0.0.77/30', '10.0.0.77-10.0.0.78 (2)'],
    ['10.0.0.77/31', '10.0.0.76-10.0.0.77 (2)'],
    ['10.0.0.77/32', '10.0.0.77-10.0.0.77 (1)'],
    ['10.0.0.0/0', '0.0.0.1-255.255.255.254 (4294967294)'],
    ['2001:db8::/120', '2001:db8::-2001:db8::ff (256)'],
    ['2001:db8::/64', '2001:db8::-2001:db8::ffff:ffff:ffff:ffff (18446744073709552000)'],
    ['fe80::%eth0/126', 'fe80::%eth0-fe80::3%eth0 (4)'],
    ['10.0.0.1-10.0.1.2', '10.0.0.1-10.0.1.2 (258)'],
    ['10.0.0.1-9', '10.0.0.1-10.0.0.9 (9)'],
    ['10.0.0.1-1', '10.0.0.1-10.0.0.1 (1)'],
    ['2001:db8::1-2001:db8::a', '2001:db8::1-2001:db8::a (10)'],
    ['fe80::1%eth0-fe80::2', 'fe80::1%eth0-fe80::2%eth0 (2)'],
    ['host', 'name host'],
    ['my-host-9', 'name my-host-9'],
    ['10-0-0-1.example', 'name 10-0-0-1.example'],
    ['127.1', 'name 127.1'],
    ['10.0.0.256', 'name 10.0.0.256'],
  ])('%s is %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('with whole blocks has the network and broadcast addresses too', () => {
    expect(read('10.0.0.77/24', true)).toBe('10.0.0.0-10.0.0.255 (256)');
  });

  it.each([
    ['10.0.0.0/33', "'10.0.0.0/33': the prefix length must be 0 to 32"],
    ['10.0.0.0/', "'10.0.0.0/': the prefix length must be 0 to 32"],
    ['10.0.0.0/-1', "'10.0.0.0/-1': the prefix length must be 0 to 32"],
    ['::/129', "'::/129': the prefix length must be 0 to 128"],
    ['host/24', "'host/24': no address before the slash"],
    ['10.0.0.9-10.0.0.1', "'10.0.0.9-10.0.0.1': the range ends before it begins"],
    ['10.0.0.9-5', "'10.0.0.9-5': the range ends before it begins"],
    ['10.0.0.9-host', "'10.0.0.9-host': no address behind the hyphen"],
    ['10.0.0.9-256', "'10.0.0.9-256': no address behind the hyphen"],
    ['10.0.0.9-::1', "'10.0.0.9-::1': both ends of a range must be of one kind"],
    ['fe80::1%eth7', "'fe80::1%eth7': no interface 'eth7'"],
  ])('%s is refused: %s', (text, complaint) => {
    expect(read(text)).toBe(complaint);
  });
});
