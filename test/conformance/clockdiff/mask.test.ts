import { describe, expect, it } from 'vitest';
import { maskClocks } from '../mask.ts';
import { MASKS } from './mask.ts';

const mask = (text: string, ...extra: ('about 256 ms' | 'about 245 ms' | 'about -1234 ms')[]) =>
  maskClocks(text, MASKS, extra);

describe('the masks of clockdiff', () => {
  it.each([
    ['1795343761 0 0\n', '<now> <figures>\n'],
    ['1795343761 -1 2\n', '<now> <figures>\n'],
    [
      '\r\nhost=hostb.lab rtt=0(0)ms/-1ms delta=0ms/-1ms Sun Nov 22 10:34:21 2026\r\n',
      '\r\nhost=hostb.lab rtt=<figures> delta=<figures> <ctime>\r\n',
    ],
    [
      'host=10.77.1.254 rtt=12(3)ms/0ms delta=0ms/0ms 2026-11-02T10:34:21+0100\n',
      'host=10.77.1.254 rtt=<figures> delta=<figures> <ISO>+0100\n',
    ],
  ])('hide the clocks of %j', (text, masked) => {
    expect(mask(text)).toBe(masked);
  });

  it.each([
    '1795343761 3 0\n',
    '1795343761 0 250\n',
    '1795343761 0\n',
    '179534376 0 0\n',
    '1795343761.5 0 0\n',
    'x 1795343761 0 0\n',
    'Sun Nov 2 10:34:21 2026\n',
    '2026-11-2T10:34:21+0100\n',
    '2026-11-02T10:34:21\n',
    'clockdiff: 10.77.64.4 is down\n',
  ])('leave alone what is wrong, or no clock: %j', (text) => {
    expect(mask(text)).toBe(text);
  });

  it('hide other differences of clocks only where a case expects them', () => {
    expect(mask('1795343761 256 255\n', 'about 256 ms')).toBe('<now> <figures>\n');
    expect(mask('1795343761 -1234 -1235\n', 'about -1234 ms')).toBe('<now> <figures>\n');
    expect(mask('1795343761 244 245\n', 'about 245 ms')).toBe('<now> <figures>\n');
    expect(mask('1795343761 245 245\n', 'about 256 ms')).toBe('1795343761 245 245\n');
  });
});
