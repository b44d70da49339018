import { describe, expect, it } from 'vitest';
import { parseBackendName } from '../../src/cli/backend-names.ts';
import { didYouMean } from '../../src/cli/suggest.ts';

describe('what may have been meant', () => {
  it.each([
    ['cuont', "; did you mean '--count'?"],
    ['cont', "; did you mean '--count'?"],
    ['intervall', "; did you mean '--interval'?"],
    ['nonsense', ''],
    ['', ''],
    ['x', ''],
  ])('by %j: %j', (word, end) => {
    expect(didYouMean(word, ['count', 'interval', 'interface', 'ttl'], '--')).toBe(end);
  });

  it('stands behind the message about a backend that there is not', () => {
    expect(parseBackendName('addon', 2)).toBe('addon');
    expect(() => parseBackendName('adon', 2)).toThrow(
      "invalid --backend argument: adon (addon or raw-socket); did you mean 'addon'?",
    );
    expect(() => parseBackendName('none', 2)).toThrow(/\(addon or raw-socket\)$/);
  });
});
