import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../src/tracepath/probing/answer.ts';
import { showHost } from '../../../src/tracepath/probing/host-text.ts';
import { isUtf8 } from '../../../src/tracepath/probing/locale.ts';
import { formatTable } from '../../../src/tracepath/probing/table.ts';
import { encodeTag, readTag } from '../../../src/tracepath/probing/tag.ts';
import { errorOf, localMtu, type Saying } from './support.ts';

const NOW = { monoNs: 1, wallNs: 2 };

describe('the tag', () => {
  it('is run and probe in network order', () => {
    expect([...encodeTag(0x01020304, 0xfffefdfc)]).toEqual([1, 2, 3, 4, 0xff, 0xfe, 0xfd, 0xfc]);
  });

  it('is read where it stands whole and is of this run', () => {
    const octets = Uint8Array.of(9, 9, ...encodeTag(0xdeadbeef, 0x80000001), 7);
    expect(readTag(octets, 2, 10, 0xdeadbeef)).toBe(0x80000001);
    expect(readTag(octets, 2, 11, 0xdeadbeef)).toBe(0x80000001);
    for (let end = 2; end < 10; end++) expect(readTag(octets, 2, end, 0xdeadbeef)).toBeNull();
    expect(readTag(octets, 2, 10, 0xdeadbeee)).toBeNull();
    expect(readTag(new Uint8Array(8), 0, 8, 1)).toBeNull();
  });

  it('is not read from a payload with a bit of its run wrong', () => {
    for (let bit = 0; bit < 32; bit++) {
      const octets = encodeTag(0xdeadbeef, 5);
      octets[bit >> 3]! ^= 1 << (bit & 7);
      expect(readTag(octets, 0, 8, 0xdeadbeef)).toBeNull();
    }
  });
});

describe('an answer', () => {
  it.each([
    ['passed-by', { verdict: 'passed-by', mark: null, error: { icmpType: 11, icmpCode: 0, errno: 113 } }],
    ['reached', { verdict: 'reached', mark: null }],
    ['unreachable', { verdict: 'refused', mark: '!H', error: { icmpType: 3, icmpCode: 1, errno: 113 } }],
    ['prohibited', { verdict: 'refused', mark: '!A' }],
    [{ mtu: 1400 }, { verdict: 'too-big', mtu: 1400 }],
  ] as const)('says what became of a probe: %j', (says: Saying, expected) => {
    const error = errorOf({ source: '192.0.2.1', says, hopLimit: 61 }, new Uint8Array(8), 44_444, NOW);
    expect(readAnswer(error)).toMatchObject({ source: '192.0.2.1', hopLimit: 61, stampNs: 2, ...expected });
  });

  it.each([
    [101, '!N'],
    [71, '!P'],
    [92, '!92'],
  ])('marks errno %d as %s', (errno, mark) => {
    const error = errorOf({ source: '192.0.2.1', says: 'unreachable' }, new Uint8Array(8), 44_444, NOW);
    expect(readAnswer({ ...error, errno })).toMatchObject({ verdict: 'refused', mark });
  });

  it('has a sender', () => {
    expect(readAnswer(localMtu(1500))).toBeNull();
    const error = errorOf({ source: '192.0.2.1' }, new Uint8Array(8), 44_444, NOW);
    expect(readAnswer({ ...error, offender: null })).toBeNull();
  });
});

describe('a host', () => {
  const nameOf = (address: string) => (address === '192.0.2.1' ? 'evil\x1b[2J.lab' : null);
  it.each([
    [{ both: false, numeric: false }, '192.0.2.1', 'evil\\033[2J.lab'],
    [{ both: true, numeric: false }, '192.0.2.1', 'evil\\033[2J.lab (192.0.2.1)'],
    [{ both: true, numeric: true }, '192.0.2.1', '192.0.2.1 (evil\\033[2J.lab)'],
    [{ both: false, numeric: true }, '192.0.2.1', '192.0.2.1'],
    [{ both: false, numeric: false }, '192.0.2.2', '192.0.2.2'],
    [{ both: true, numeric: false }, '192.0.2.2', '192.0.2.2 (192.0.2.2)'],
  ])('is shown by name or address, and steers no terminal: %j %s', (options, address, text) => {
    expect(showHost(address, { ...options, nameOf })).toBe(text);
  });
});

describe('a table', () => {
  it('has columns as wide as their widest cell, and nothing behind the last', () => {
    expect(formatTable([['a', 'bb', 'c'], ['10', 'b', ''], ['1']], [1])).toEqual([' a  bb  c', '10  b', ' 1']);
  });
});

describe('the locale', () => {
  it.each([
    [{}, false],
    [{ LANG: 'de_DE.UTF-8' }, true],
    [{ LANG: 'en_US.utf8' }, true],
    [{ LANG: 'de_DE.UTF-8', LC_CTYPE: 'C' }, false],
    [{ LANG: 'C', LC_ALL: 'C.UTF-8' }, true],
    [{ LC_ALL: '', LANG: 'C.UTF-8' }, true],
    [{ LANG: 'de_DE.ISO-8859-1' }, false],
  ])('is UTF-8 or not: %j', (env, expected) => {
    expect(isUtf8(env)).toBe(expected);
  });
});
