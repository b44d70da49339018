/** Whose ICMP errors say what of a target. */
import { describe, expect, it } from 'vitest';
import { Denials } from '../../src/check/probe/denials.ts';

const [TARGET, ROUTER, OURS] = ['10.0.0.9', '10.0.0.1', '10.0.0.2'];

function denialsOf(
  ...errors: readonly (readonly [source: string, icmpType: number, icmpCode: number, family?: 4 | 6])[]
) {
  const denials = new Denials((address) => address === OURS || address === 'fd00::2');
  for (const [source, icmpType, icmpCode, family = 4] of errors) denials.take(source, { family, icmpType, icmpCode });
  return denials;
}

describe('an ICMP error', () => {
  it('of our own packet filter says nothing of the target', () => {
    for (const code of [0, 3, 9, 10, 13]) expect(denialsOf([OURS, 3, code]).areOurs(TARGET)).toBe(true);
    for (const code of [0, 1, 4]) expect(denialsOf(['fd00::2', 1, code, 6]).areOurs('fd00::9')).toBe(true);
  });

  it('of our own kernel about a neighbour that does not answer does', () => {
    expect(denialsOf([OURS, 3, 1]).areOurs(TARGET)).toBe(false);
    expect(denialsOf([OURS, 3, 1]).presenceOf(TARGET)).toBe('unreachable');
    expect(denialsOf(['fd00::2', 1, 3, 6]).areOurs('fd00::9')).toBe(false);
  });

  it('of this machine counts where it is the target itself', () => {
    const denials = denialsOf([OURS, 3, 3]);
    expect([denials.areOurs(OURS), denials.presenceOf(OURS)]).toEqual([false, 'refuses']);
  });

  it('of somebody else counts beside one of ours', () => {
    const denials = denialsOf([OURS, 3, 13], [ROUTER, 3, 13]);
    expect([denials.areOurs(TARGET), denials.presenceOf(TARGET)]).toEqual([false, 'unreachable']);
  });

  it('of any other kind is no denial', () => {
    const denials = denialsOf(
      [ROUTER, 11, 0],
      [ROUTER, 3, 4],
      [ROUTER, 4, 0],
      ['fd00::1', 2, 0, 6],
      ['fd00::1', 3, 0, 6],
    );
    expect([denials.areOurs(TARGET), denials.presenceOf(TARGET)]).toEqual([false, 'silent']);
  });
});
