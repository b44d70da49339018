/** A line of -j: JSON in iputils' hand, safe for a terminal, and with the version of its form at its end. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLine } from '../../src/cli/json-line.ts';

describe('a line of -j', () => {
  it('has blanks behind colons and commas, and the version of its form as its last member', () => {
    expect(formatLine({ type: 'x', list: [1, null, 'a'], inner: { deep: true } })).toBe(
      '{"type": "x", "list": [1, null, "a"], "inner": {"deep": true}, "schema": 1}\n',
    );
    expect(formatLine({})).toBe('{"schema": 1}\n');
  });

  it('leaves out what is undefined, and keeps null', () => {
    expect(formatLine({ name: undefined, rtt_ns: null })).toBe('{"rtt_ns": null, "schema": 1}\n');
  });

  it('takes an interface for what it is, and nothing that JSON has not', () => {
    interface Line {
      readonly seq: number;
      readonly hosts: readonly { readonly host: string }[];
    }
    const line: Line = { seq: 1, hosts: [{ host: 'a' }] };
    expect(formatLine(line)).toContain('"seq": 1');
    // @ts-expect-error a bigint
    expect(() => formatLine({ sequence: 1n })).toThrow(TypeError);
    // @ts-expect-error a Date is an object with functions
    formatLine({ when: new Date(0) });
  });

  it('carries any text as it is, in one line and without a control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = formatLine({ text, list: [text] });
        expect(line).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(JSON.parse(line)).toEqual({ text, list: [text], schema: 1 });
      }),
      { examples: [['\x7f'], ['\x9b2J'], ['\x1b[2J']] },
    );
  });
});
