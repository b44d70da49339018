import { describe, expect, it } from 'vitest';
import { wantsColour } from '../../src/cli/colour.ts';
import { columnsOf } from '../../src/cli/terminal.ts';

describe('colour', () => {
  it.each([
    // NO_COLOR, FORCE_COLOR, on a terminal, in a pipe
    [undefined, undefined, true, false],
    ['', undefined, true, false],
    ['1', undefined, false, false],
    ['0', undefined, false, false],
    [undefined, '', true, false],
    [undefined, '1', true, true],
    [undefined, '3', true, true],
    [undefined, '0', true, true],
    [undefined, 'false', true, true],
    ['', '1', true, true],
    ['1', '', false, false],
    ['1', '1', true, true],
    ['1', '0', true, true],
  ])('NO_COLOR=%j FORCE_COLOR=%j: %s on a terminal, %s in a pipe', (NO_COLOR, FORCE_COLOR, onTerminal, inPipe) => {
    expect(wantsColour({ NO_COLOR, FORCE_COLOR }, true)).toBe(onTerminal);
    expect(wantsColour({ NO_COLOR, FORCE_COLOR }, false)).toBe(inPipe);
  });

  it('is not shown on a dumb terminal, unless it is forced', () => {
    expect(wantsColour({ TERM: 'dumb' }, true)).toBe(false);
    expect(wantsColour({ TERM: 'dumb', FORCE_COLOR: '1' }, true)).toBe(true);
    expect(wantsColour({ TERM: 'xterm' }, true)).toBe(true);
  });
});

describe('width', () => {
  it.each([
    // COLUMNS, of the terminal, wanted
    [undefined, 132, 132],
    [undefined, undefined, 80],
    [undefined, 0, 80],
    ['60', 132, 60],
    ['60', undefined, 60],
    ['', 132, 132],
    ['0', 132, 132],
    ['-5', undefined, 80],
    ['wide', 132, 132],
    ['060', 132, 132],
  ])('COLUMNS=%j on a terminal of %s columns: %d', (COLUMNS, terminalColumns, columns) => {
    expect(columnsOf({ COLUMNS }, terminalColumns)).toBe(columns);
  });
});
