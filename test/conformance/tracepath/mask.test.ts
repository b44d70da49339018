import { describe, expect, it } from 'vitest';
import { maskClocks } from '../mask.ts';
import { MASKS } from './mask.ts';

const RUN = ` 1?: [LOCALHOST]                        0.023ms pmtu 1500
 1:  router1.lab                                           0.086ms${' '}
 2:  10.77.1.254                                          13.016ms pmtu 1400
 3:  hostb.lab                                           312.019ms reached
 4:  hostb.lab                                           3067.053ms !H
     Resume: pmtu 1300 hops 3 back 3${' '}
`;

describe('the masks of tracepath', () => {
  it('hide the clocks of a run and not a character more', () => {
    expect(maskClocks(RUN, MASKS)).toBe(RUN.replace(/ {2}0\.023| {2}0\.086| 13\.016|312\.019|3067\.053/g, '<time>'));
  });

  it.each([
    ['too few columns', ' 1:  a 0.086ms \n'],
    ['two decimals', ' 1:  a   0.08ms \n'],
    ['a leading zero', ' 1:  a  00.086ms \n'],
    ['no blank behind', ' 1:  a   0.086ms\n'],
  ])('show %s', (_, line) => {
    expect(maskClocks(line, MASKS)).toBe(line);
  });
});
