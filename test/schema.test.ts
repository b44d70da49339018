/** The judge of -j lines must be able to say no. */
import { describe, expect, it } from 'vitest';
import { loadSchema } from './schema.ts';

const NAMES = ['ping', 'arping', 'clockdiff', 'rdisc', 'sweep', 'tracepath', 'tracepath-flows', 'tracepath-report'];

describe.each(NAMES)('the schema of %s', (name) => {
  const { readLine, readLines, kinds } = loadSchema(name);

  it('takes an error as every command tells it, and knows its kinds', () => {
    expect(readLines('{"error": "x", "type": "error"}\n')).toEqual([{ error: 'x', type: 'error' }]);
    expect(kinds.length).toBeGreaterThan(1);
  });

  it('refuses what is none of its lines, and an output that is cut', () => {
    for (const line of ['{}', '[]', '5', '{"error": "x", "type": "error", "surplus": 1}', '{"type": "no-such-kind"}']) {
      expect(() => readLine(line), line).toThrow(line);
    }
    expect(() => readLine('PING 127.0.0.1')).toThrow(SyntaxError);
    expect(() => readLines('{"error": "x", "type": "error"}')).toThrow('has no end');
  });
});
