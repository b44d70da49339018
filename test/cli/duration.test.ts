import { describe, expect, it } from 'vitest';
import { parseDeadlineSeconds, parseDuration } from '../../src/cli/duration.ts';
import { UsageError } from '../../src/cli/errors.ts';

const INT_MAX = 2 ** 31 - 1;

describe('a duration', () => {
  it.each([
    ['2m', 120e9],
    ['90s', 90e9],
    ['1500ms', 1.5e9],
    ['1.5 h', 5400e9],
    ['.5s', 5e8],
    ['20us', 20e3],
    ['20\u00b5s', 20e3],
    ['7ns', 7],
  ])('%s has %d ns', (text, ns) => {
    expect(parseDuration(text)).toBe(ns);
  });

  it.each(['', '5', 's', '5x', '5 %', '5%', '-5s', '5s ', ' 5s', '1e3s', '1m30s', '5S', '5.s'])('is not %j', (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});

describe('a deadline', () => {
  it.each([
    ['7', 7],
    [' 7', 7],
    ['0', 0],
    ['2m', 120],
    ['1500ms', 1.5],
    ['0s', 0],
    ['1ns', 1e-9],
    ['2147483647s', INT_MAX],
  ])('of %j has %d s', (text, seconds) => {
    expect(parseDeadlineSeconds(text, INT_MAX)).toBe(seconds);
  });

  it.each([
    ['', "invalid argument: ''"],
    ['1.5', "invalid argument: '1.5'"],
    ['-1', "invalid argument: '-1': out of range: 0 <= value <= 2147483647"],
    ['2x', "invalid argument: '2x'"],
    ['2m30s', "invalid argument: '2m30s'"],
    ['600000h', "invalid argument: '600000h': out of range: 0 <= value <= 2147483647s"],
  ])('of %j is refused, as iputils refuses numbers', (text, message) => {
    const read = () => parseDeadlineSeconds(text, INT_MAX);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });
});
