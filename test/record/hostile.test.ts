/** Recordings that are torn, damaged, or made up: one line that names the place, and never anything else. */
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeValue } from '../../src/cli/recording.ts';
import { splitLines } from '../../src/cli/recording-reader.ts';
import { makeSafe } from '../../src/replay/safe-output.ts';
import { flipBit } from '../packet/support.ts';
import { REPLY, recordRun, replayFile, SUMMARY, UNREACHABLE } from './support.ts';

const file = Uint8Array.from(recordRun([REPLY, UNREACHABLE]).file);
const LINES = Buffer.from(file).toString().trimEnd().split('\n');

/** With a checksum that fits, as whoever makes up a recording would give it. */
function sealed(lines: readonly string[]): Buffer {
  const body = `${lines.join('\n')}\n{"type":"end","status":0`;
  return Buffer.from(`${body},"crc32":"${crc32(body).toString(16).padStart(8, '0')}"}\n`);
}

const HEADER = LINES[0]!;
const BODY = LINES.slice(1, -1);
const PIT = JSON.stringify({ ...REPLY, ipOptions: null, mismatch: null, extra: 0 }).replace(
  '"extra":0',
  `"extra":${'['.repeat(1e5)}${']'.repeat(1e5)}`,
);
const VIEW = BODY.find((line) => line.startsWith('{"type":"view"'))!;

describe('a damaged recording', () => {
  it('is made of these lines', async () => {
    expect((await replayFile(sealed([HEADER, ...BODY]))).flaw).toBeNull();
    expect(Uint8Array.from(sealed([HEADER, ...BODY]))).toEqual(file);
  });

  it('is told from a whole one wherever it was cut off', async () => {
    for (let octets = 0; octets < file.length; octets++) {
      const { flaw, status } = await replayFile(file.subarray(0, octets));
      const lines = Buffer.from(file.subarray(0, octets)).toString().split('\n').length;
      expect(status, `${octets} octets`).toBeNull();
      expect(flaw, `${octets} octets`).toMatch(new RegExp(`^line (${lines}|${lines - 1}): `));
    }
  });

  it('shows what stands before the place where it was cut off', async () => {
    const { stdout, flaw } = await replayFile(file.subarray(0, file.length - 1 - LINES.at(-1)!.length));
    expect(flaw).toBe(`line ${LINES.length - 1}: no end behind it: the run was killed, or the recording is torn`);
    expect(stdout).toContain('Destination Host Unreachable');
  });

  it('is told from a whole one whichever bit is wrong', async () => {
    for (let bit = 0; bit < file.length * 8; bit++) {
      const { flaw } = await replayFile(flipBit(file, bit));
      expect(flaw, `bit ${bit}`).toMatch(/^line \d+: [^\n]+$/);
    }
  });

  it('is told where something follows its end', async () => {
    expect((await replayFile(Buffer.concat([file, Buffer.from('\n')]))).flaw).toMatch(/behind the end/);
  });
});

describe('a recording that somebody made up', () => {
  const cases: readonly (readonly [what: string, file: Uint8Array, flaw: RegExp])[] = [
    ['nothing', new Uint8Array(0), /^line 1: the file is empty$/],
    ['NDJSON of another kind', Buffer.from('{"type": "reply"}\n'), /^line 1: no recording of sonde record$/],
    ['octets that are no UTF-8', Buffer.from([0xff, 0xfe, 0x0a]), /^line 1: /],
    ['a later form', sealed([HEADER.replace('"schema":1', '"schema":2')]), /^line 1: made by a newer sonde .* update/],
    ['a form that never was', sealed([HEADER.replace('"schema":1', '"schema":0')]), /^line 1: a header/],
    ['arguments that are no words', sealed([HEADER.replace('"-c"', '3')]), /^line 1: a header/],
    ['an unknown line', sealed([HEADER, '{"type":"spell"}']), /^line 2: no line that a recording has/],
    ['a list', sealed([HEADER, '[1]']), /^line 2: no JSON object$/],
    ['two headers', sealed([HEADER, HEADER]), /^line 2: /],
    [
      'an event without a view',
      sealed([HEADER, '{"type":"event","event":{"type":"reply"}}']),
      /^line 2: an event before/,
    ],
    ['a view that is none of the command', sealed([HEADER, VIEW.replace('"ping"', '"toString"')]), /^line 2: no view/],
    [
      'an event without a type',
      sealed([HEADER, VIEW, '{"type":"event","event":{}}']),
      /^line 3: a line of type 'event'/,
    ],
    ['a pit', sealed([HEADER, VIEW, `{"type":"event","event":${PIT}}`]), /^line 3: nested deeper/],
    [
      'a pit for octets',
      sealed([HEADER, VIEW, `{"type":"event","event":${PIT.replace('"extra"', '"mismatch"')}}`]),
      /^line 3: no event/,
    ],
    [
      'no end of a line',
      Buffer.concat([Buffer.from(`${HEADER}\n`), Buffer.alloc(1 << 27, 0x20)]),
      /^line 2: longer than/,
    ],
    ['a status that is none', Buffer.from(`${HEADER}\n{"type":"end","status":"0","crc32":"0"}\n`), /^line 2: /],
  ];
  it.each(cases)('%s', async (_, made, expected) => {
    expect((await replayFile(made)).flaw).toMatch(expected);
  });

  it('is given up in the middle of a line without an end, in however small pieces it comes', () => {
    let pieces = 0;
    const endless = function* () {
      for (const piece = Buffer.alloc(1 << 20, 0x20); pieces < 1 << 7; pieces++) yield piece;
    };
    expect(() => [...splitLines(endless())]).toThrow('line 1: longer than 64 MiB');
    expect(pieces).toBe(64);
  });

  it('ends in a line on what is wrong, or shows what could have been, whatever an event holds', async () => {
    const keys = [...Object.keys(REPLY), ...Object.keys(SUMMARY)].filter((key) => key !== 'type');
    const events = fc.constantFrom(REPLY, UNREACHABLE, SUMMARY);
    await fc.assert(
      fc.asyncProperty(events, fc.constantFrom(...keys), fc.json(), async (event, key, json) => {
        const line = encodeValue({ type: 'event', event: { ...event, [key]: JSON.parse(json) } });
        for (const asJson of [false, true]) {
          const { stdout, flaw } = await replayFile(sealed([HEADER, VIEW, line]), asJson);
          if (flaw === null) expect(stdout).not.toMatch(/undefined|\[object/);
          else expect(flaw).toMatch(/^line 3: [^\n]+$/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('cannot steer a terminal by what is said of it', async () => {
    const { flaw } = await replayFile(sealed([HEADER, VIEW.replace('"ping"', '"\\u001b]0;owned\\u0007"')]));
    expect(flaw).toBe("line 2: no view '\\033]0;owned\\007'");
  });

  it('cannot steer a terminal', () => {
    expect(makeSafe('a\x1b[2J\x1b]0;title\x07\x9b31m\x7f\x00')).toBe('a\\033[2J\\033]0;title\x07\\23331m\\177\\000');
    expect(makeSafe('\x1b[32mgreen\x1b[0m\tx\b\r\n')).toBe('\x1b[32mgreen\x1b[0m\tx\b\r\n');
  });
});
