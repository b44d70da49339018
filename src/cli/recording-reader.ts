/** Reads a recording line by line, however long it is, and finds what is wrong with it. What it says is said by line number. */

import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { fileReason } from './file-errors.ts';
import { escapeControl } from './printf.ts';
import { type EndLine, type HeaderLine, RECORDING_SCHEMA, type RecordingLine } from './recording.ts';

const CHUNK_OCTETS = 1 << 16;
/** Longer than the longest summary by far, and no more than fits in memory twice. */
const LONGEST_LINE_OCTETS = 1 << 26;
const NEWLINE = 0x0a;
const STDIN = 0;
const EMPTY_PIPE_WAIT_MS = 2;
const CHECKSUM_MEMBER = ',"crc32":';

/** What is wrong with a recording, ready to be shown: whoever made it up may have chosen the names that are in it. */
export class BrokenRecording extends Error {
  constructor(flaw: string) {
    super(escapeControl(flaw));
  }
}

export interface NumberedLine {
  readonly number: number;
  readonly octets: Uint8Array;
  /** False for the last one of a file that ends in the middle of it. */
  readonly isWhole: boolean;
}

/** A file in pieces, `-` for stdin. @throws ErrnoException where it does not open, BrokenRecording where it cannot be read */
export function* readChunks(path: string): Generator<Uint8Array> {
  const descriptor = path === '-' ? STDIN : openSync(path, 'r');
  try {
    for (;;) {
      const chunk = new Uint8Array(CHUNK_OCTETS);
      const octets = readSome(descriptor, chunk);
      if (octets === 0) return;
      yield chunk.subarray(0, octets);
    }
  } finally {
    if (descriptor !== STDIN) closeSync(descriptor);
  }
}

/** Answers how many octets came, 0 at the end. The system's message names no file: whoever shows ours does. */
function readSome(descriptor: number, chunk: Uint8Array): number {
  for (;;) {
    try {
      return readSync(descriptor, chunk);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw new BrokenRecording(fileReason(error));
      // Somebody made the pipe non-blocking and it is empty: wait for its writer.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, EMPTY_PIPE_WAIT_MS);
    }
  }
}

/** @throws BrokenRecording for a line that is longer than any of ours, and before it is all in memory */
export function* splitLines(chunks: Iterable<Uint8Array>): Generator<NumberedLine> {
  let number = 0;
  let pieces: Uint8Array[] = [];
  let pending = 0;
  for (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      yield { number: ++number, octets: Buffer.concat([...pieces, chunk.subarray(start, end)]), isWhole: true };
      pieces = [];
      pending = 0;
      start = end + 1;
    }
    pieces.push(chunk.subarray(start));
    pending += chunk.length - start;
    if (pending > LONGEST_LINE_OCTETS) {
      throw new BrokenRecording(`line ${number + 1}: longer than ${LONGEST_LINE_OCTETS >> 20} MiB`);
    }
  }
  if (pending > 0) yield { number: ++number, octets: Buffer.concat(pieces), isWhole: false };
}

/** A line behind the first one. */
export type BodyLine = Exclude<RecordingLine, HeaderLine>;

/** The header, and behind it the rest of the lines, which end with the end line or throw. */
export interface OpenRecording {
  readonly header: HeaderLine;
  readonly lines: Iterable<{ readonly number: number; readonly line: BodyLine }>;
}

/** @throws BrokenRecording at once for a header that is none, later for what follows it; ErrnoException */
export function openRecording(lines: Iterator<NumberedLine>): OpenRecording {
  const first = lines.next();
  if (first.done === true) throw new BrokenRecording('line 1: the file is empty');
  return { header: readHeader(first.value), lines: readBody(lines, first.value) };
}

/** Whether a file that begins with this line is a recording, or was meant to be one. */
export function isRecording(first: NumberedLine): boolean {
  return parseObject(first)?.['type'] === 'recording';
}

function readHeader(first: NumberedLine): HeaderLine {
  const value = first.isWhole ? parseObject(first) : null;
  if (value?.['type'] !== 'recording') throw new BrokenRecording('line 1: no recording of sonde record');
  const { schema, sonde, command, name, argv, json } = value;
  if (typeof schema === 'number' && schema > RECORDING_SCHEMA) {
    throw new BrokenRecording(
      `line 1: made by a newer sonde (form ${schema}, this one reads ${RECORDING_SCHEMA}): update sonde`,
    );
  }
  const isText = [sonde, command, name].every((each) => typeof each === 'string');
  const isList = Array.isArray(argv) && argv.every((each) => typeof each === 'string');
  if (schema !== RECORDING_SCHEMA || !isText || !isList || typeof json !== 'boolean') {
    throw new BrokenRecording('line 1: a header with a member that is wrong or missing');
  }
  return value as unknown as HeaderLine;
}

function* readBody(lines: Iterator<NumberedLine>, first: NumberedLine): OpenRecording['lines'] {
  let checksum = addLine(0, first);
  let number = first.number;
  for (let next = lines.next(); next.done !== true; next = lines.next()) {
    const line = next.value;
    number = line.number;
    if (!line.isWhole) throw new BrokenRecording(`line ${number}: ends in the middle: the recording is torn`);
    const value = readLine(line);
    if (value.type === 'end') {
      checkEnd(value, line, checksum);
      if (lines.next().done !== true) throw new BrokenRecording(`line ${number + 1}: behind the end of the recording`);
      yield { number, line: value };
      return;
    }
    checksum = addLine(checksum, line);
    yield { number, line: value };
  }
  throw new BrokenRecording(`line ${number}: no end behind it: the run was killed, or the recording is torn`);
}

function addLine(checksum: number, { octets }: NumberedLine): number {
  return crc32('\n', crc32(octets, checksum));
}

/** @throws BrokenRecording */
function readLine(line: NumberedLine): BodyLine {
  const value = parseObject(line);
  const flaw = value === null ? 'no JSON object' : flawOf(value);
  if (flaw !== null) throw new BrokenRecording(`line ${line.number}: ${flaw}`);
  return value as unknown as BodyLine;
}

/** Null for what is none. */
function parseObject({ octets }: NumberedLine): Record<string, unknown> | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets));
  } catch {
    return null;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

const SAYINGS = ['fail', 'warn', 'remark', 'print', 'tell'];

/** What is wrong with the members of a line that is not the first one; what is in an event, recording-shapes.ts knows. */
function flawOf(line: Record<string, unknown>): string | null {
  const { type } = line;
  const isWhole = (() => {
    switch (type) {
      case 'view':
        return typeof line['view'] === 'string' && isObject(line['options']) && isListOfText(line['asks']);
      case 'answer':
        return typeof line['ask'] === 'string' && Array.isArray(line['of']) && 'is' in line;
      case 'event':
        return isObject(line['event']) && typeof (line['event'] as Record<string, unknown>)['type'] === 'string';
      case 'said':
        return typeof line['text'] === 'string' && SAYINGS.includes(line['how'] as string);
      case 'version':
        return typeof line['command'] === 'string' && isObject(line['facts']);
      case 'raw':
        return typeof line['text'] === 'string' && ['stdout', 'stderr'].includes(line['stream'] as string);
      case 'end':
        return Number.isInteger(line['status']) && typeof line['crc32'] === 'string';
      default:
        return null;
    }
  })();
  if (isWhole === null) return 'no line that a recording has there';
  return isWhole ? null : `a line of type '${type}' with a member that is wrong or missing`;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** @throws BrokenRecording where the file is another one than was written */
function checkEnd({ crc32: told }: EndLine, { number, octets }: NumberedLine, checksum: number): void {
  const text = new TextDecoder().decode(octets);
  const before = text.slice(0, text.lastIndexOf(CHECKSUM_MEMBER));
  const found = crc32(before, checksum).toString(16).padStart(8, '0');
  if (text !== `${before}${CHECKSUM_MEMBER}"${found}"}` || told !== found) {
    throw new BrokenRecording(`line ${number}: the checksum does not fit: the file was changed after it was recorded`);
  }
}
