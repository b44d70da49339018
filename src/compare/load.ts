/** The runs in a file: a recording, read as the NDJSON that `sonde replay -j` shows of it, or NDJSON itself. */

import { hasBundle, loadBundle, RECORDABLE } from '../cli/bundle.ts';
import { SetupError } from '../cli/errors.ts';
import { fileReason } from '../cli/file-errors.ts';
import type { CommandOutput } from '../cli/output.ts';
import {
  BrokenRecording,
  isRecording,
  type NumberedLine,
  openRecording,
  readChunks,
  splitLines,
} from '../cli/recording-reader.ts';
import { Replay } from '../cli/replay.ts';
import { isSystemError } from '../net/errors.ts';
import { EXIT } from './options.ts';
import { type Line, type Run, type Series, SeriesReader } from './series.ts';

/** The runs of all files together, in their order. @throws SetupError naming file and line of what cannot be read */
export async function loadSeries(files: readonly string[]): Promise<Series> {
  const all = new Map<string, Run[]>();
  for (const file of files) {
    for (const [name, runs] of await loadFile(file)) all.set(name, [...(all.get(name) ?? []), ...runs]);
  }
  return all;
}

async function loadFile(file: string): Promise<Series> {
  const reader = new SeriesReader();
  try {
    const lines = splitLines(readChunks(file));
    const first = lines.next();
    if (first.done === true) throw new BrokenRecording('line 1: the file is empty');
    const all = startingWith(first.value, lines);
    if (isRecording(first.value)) await readRecording(all, reader);
    else readNdjson(all, reader);
  } catch (error) {
    if (error instanceof BrokenRecording) throw new SetupError(`${file}: ${error.message}`, EXIT.USAGE);
    if (isSystemError(error)) throw new SetupError(`${file}: ${fileReason(error)}`, EXIT.USAGE);
    throw error;
  }
  return reader.series;
}

function* startingWith(first: NumberedLine, rest: Iterable<NumberedLine>): Generator<NumberedLine> {
  yield first;
  yield* rest;
}

function readNdjson(lines: Iterable<NumberedLine>, reader: SeriesReader): void {
  let number = 0;
  for (const line of lines) {
    number = line.number;
    const value = parseLine(line);
    const flaw = value === null ? 'no JSON object' : reader.add(value);
    if (flaw !== null) throw new BrokenRecording(`line ${number}: ${flaw}`);
  }
  if (!reader.isComplete) {
    throw new BrokenRecording(`line ${number}: no summary behind it: the run was killed, or the file is torn`);
  }
}

/** Null for what is no object. */
function parseLine({ octets }: Pick<NumberedLine, 'octets'>): Line | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(octets));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Line) : null;
  } catch {
    return null;
  }
}

async function readRecording(lines: Iterator<NumberedLine>, reader: SeriesReader): Promise<void> {
  const recording = openRecording(lines);
  const { command, name } = recording.header;
  const isKnown = Object.hasOwn(RECORDABLE, command) && hasBundle(command);
  const views = isKnown ? loadBundle(command).views : undefined;
  if (views === undefined) throw new BrokenRecording(`line 1: no command '${command}' that could be replayed`);
  // A run with -q is recorded whole, and only not shown.
  await new Replay(recording, views, outputTo(reader, name), true, { quiet: false }).run(recording);
  if (!reader.isComplete) throw new BrokenRecording('a run without a summary: there is nothing to compare');
}

/** Takes what a renderer prints, which is whole lines. */
function outputTo(reader: SeriesReader, commandName: string): CommandOutput {
  const take = (text: string) => {
    for (const line of text.split('\n')) {
      const value = line === '' ? null : parseLine({ octets: Buffer.from(line) });
      const flaw = value === null ? null : reader.add(value);
      if (flaw !== null) throw new BrokenRecording(flaw);
    }
  };
  return { commandName, stdout: take, stderr: () => {}, complain: () => {} };
}
