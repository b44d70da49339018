import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textConsole } from '../../src/cli/console.ts';
import { decodeValue, encodeValue } from '../../src/cli/recording.ts';
import { openRecording, readChunks, splitLines } from '../../src/cli/recording-reader.ts';
import { Replay } from '../../src/cli/replay.ts';
import type { ShowEvents } from '../../src/cli/view.ts';
import type { TextOptions } from '../../src/ping/text.ts';
import { FileRecorder } from '../../src/record/recorder.ts';
import { loadSchema } from '../schema.ts';
import { capture, FACTS, OPTIONS, REPLY, recordRun, replayFile, UNREACHABLE } from './support.ts';

const EVENTS = [REPLY, UNREACHABLE, { type: 'send-error', wallNs: 3e9, errno: 1, sequence: 3 }] as const;

describe('a recording', () => {
  it('is shown again octet for octet, on both streams, with the status of the run', async () => {
    const { file, printed } = recordRun(EVENTS, { status: 1 });
    expect(printed.stdout).toContain('two.example (10.0.0.2)');
    expect(printed.stderr).toBe('ping: something odd\nping: sendmsg: error 1\nbare\n');
    expect(await replayFile(file)).toEqual({ ...printed, status: 1, flaw: null });
  });

  it('answers what only the other renderer asks, too', async () => {
    const quiet = { ...OPTIONS, quiet: false, flood: true };
    const { file, printed } = recordRun([{ type: 'local-error', wallNs: 0, errno: 90, mtu: 1400 }], { options: quiet });
    expect(printed.stdout).not.toContain('error 90');
    const { stdout, flaw } = await replayFile(file, true);
    expect(flaw).toBeNull();
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ error: ['local error', 'error 90'] });
  });

  it('shows lines as NDJSON that fits the schema, and nothing else on stdout', async () => {
    const { stdout, stderr } = await replayFile(recordRun(EVENTS).file, true);
    expect(stderr, 'what the run wrote as it was').not.toContain('bare');
    const types = loadSchema('ping')
      .readLines(stdout)
      .map(({ type }) => type);
    expect(types).toEqual(['warning', 'reply', 'network-error', 'send-error']);
  });

  it('remembers of a name that is found late when it was found', async () => {
    let name: string | null = null;
    const late = function* () {
      yield REPLY;
      name = 'late.example';
      yield REPLY;
    };
    const { file, printed } = recordRun(late(), { options: { ...OPTIONS, nameOf: () => name } });
    expect(printed.stdout).toMatch(/from 10\.0\.0\.2:.*from late\.example/s);
    expect((await replayFile(file)).stdout).toBe(printed.stdout);
  });

  it('knows what a renderer asks as it is opened', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'sonde-view-')), 'run');
    const recorder = new FileRecorder(path, FACTS, () => {});
    const { output, printed } = capture();
    const watched = recorder.watch(output);
    recorder.begin(false, textConsole(watched));
    const show: ShowEvents<unknown, TextOptions> = (to, _json, { nameOf }) => {
      to.stdout(`begins with ${nameOf('10.0.0.2')}\n`);
      return () => {};
    };
    recorder.open('ping', show, watched, false, OPTIONS);
    recorder.end(0);
    const recording = openRecording(splitLines(readChunks(path)));
    const again = capture();
    await new Replay(recording, { ping: async () => show as ShowEvents<never, never> }, again.output, null).run(
      recording,
    );
    expect(again.printed).toEqual(printed);
    expect(printed.stdout).toBe('begins with two.example\n');
    rmSync(dirname(path), { recursive: true });
  });

  it('holds no answer for an address without a name: a flood of them must not fill the memory', () => {
    const events = Array.from({ length: 100 }, (_, number) => ({ ...UNREACHABLE, source: `10.1.0.${number}` }));
    expect(recordRun(events).file.toString()).not.toContain('"answer"');
  });
});

describe('a recording that cannot be written', () => {
  it.each([
    [0, 1],
    [2, 2],
  ])('ends a run of status %i with %i', (status, expected) => {
    const complaints: string[] = [];
    const recorder = new FileRecorder('/dev/full', FACTS, (message) => complaints.push(message));
    recorder.begin(false, textConsole(capture().output));
    expect(recorder.end(status)).toBe(expected);
    expect(complaints).toEqual([expect.stringContaining('the recording ends here')]);
  });
});

describe('a value in a recording', () => {
  it.each([
    ['octets', new Uint8Array([0, 1, 254, 255])],
    ['no octets', new Uint8Array(0)],
    ['a Buffer, as octets', new Uint8Array(Buffer.from('ab'))],
    ['no number', { a: Number.NaN, b: Number.POSITIVE_INFINITY, c: Number.NEGATIVE_INFINITY }],
    ['doubles', [0.1, 1e308, 5e-324, 2 ** 53 - 1, 1_700_000_000.123456]],
    ['nothing', [null, '', [], {}]],
    ['text', { text: '\u0000\u001b[2J\u2028"\\\ud800' }],
  ])('comes back: %s', (_, value) => {
    expect(decodeValue(JSON.parse(encodeValue(value)))).toEqual(value);
  });

  it('is no function', () => {
    expect(() => encodeValue({ deep: { strerror: () => '' } })).toThrow(TypeError);
  });

  it.each([
    ['octets of half a digit', '{"$octets":"abc"}'],
    ['octets that are a number', '{"$octets":12}'],
    ['a number that is none', '{"$number":"12"}'],
    ['a bottomless pit', `${'['.repeat(100)}${']'.repeat(100)}`],
  ])('is refused: %s', (_, json) => {
    expect(() => decodeValue(JSON.parse(json))).toThrow(RangeError);
  });
});
