/** The judge of -j lines must be able to say no. */
import { describe, expect, it } from 'vitest';
import { loadSchema } from './schema.ts';

const NAMES = ['ping', 'arping', 'clockdiff', 'rdisc', 'sweep', 'tracepath', 'tracepath-flows', 'tracepath-report'];

const ERROR = '{"error": "x", "type": "error", "schema": 1}';

describe.each(NAMES)('the schema of %s', (name) => {
  const { readLine, readLines, kinds } = loadSchema(name);

  it('takes an error as every command tells it, and knows its kinds', () => {
    expect(readLines(`${ERROR}\n`)).toEqual([{ error: 'x', type: 'error', schema: 1 }]);
    expect(kinds.length).toBeGreaterThan(1);
  });

  it('refuses what is none of its lines, and an output that is cut', () => {
    for (const line of [
      '{}',
      '[]',
      '5',
      `${ERROR.slice(0, -1)}, "surplus": 1}`,
      '{"type": "no-such-kind", "schema": 1}',
    ]) {
      expect(() => readLine(line), line).toThrow(line);
    }
    expect(() => readLine('PING 127.0.0.1')).toThrow(SyntaxError);
    expect(() => readLines(ERROR)).toThrow('has no end');
  });

  it('refuses a line without the version of its form, and one of another version', () => {
    for (const line of ['{"error": "x", "type": "error"}', ERROR.replace('1', '2'), ERROR.replace('1', '"1"')]) {
      expect(() => readLine(line), line).toThrow(line);
    }
  });
});
