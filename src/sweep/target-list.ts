/** Words that name targets, from the command line and from files, as ranges and names. Nothing is looked up here. */
import { readSync } from 'node:fs';
import { UsageError } from '../cli/errors.ts';
import { escapeControl } from '../cli/printf.ts';
import { RangeList } from './address-set.ts';
import { EXIT } from './exit-status.ts';
import { parseTarget, type TargetTextOptions } from './target-text.ts';

/** Ranges are looked through for repetitions when there are so many, and again when there are twice as many as were left. */
const COMPACT_RANGES = 1 << 20;

export class TargetList {
  readonly ranges = new RangeList();
  #compactAt = COMPACT_RANGES;
  readonly names = new Set<string>();
  readonly #options: TargetTextOptions;
  readonly #maximum: number;

  constructor(options: TargetTextOptions, maximum: number) {
    this.#options = options;
    this.#maximum = maximum;
  }

  /** `where` is named in front of a complaint: '' or `file:line: `. @throws UsageError for what can be no target */
  add(text: string, where = ''): void {
    const target = parseTarget(text, this.#options);
    switch (target.kind) {
      case 'mistake':
        throw new UsageError(`${where}${escapeControl(target.message)}`, EXIT.USAGE);
      case 'range':
        this.ranges.add(target.first, target.last);
        if (this.ranges.length >= this.#compactAt) this.#compact();
        return;
      case 'name':
        this.names.add(target.name);
        if (this.names.size > this.#maximum) throw tooMany(this.names.size, this.#maximum);
    }
  }

  #compact(): void {
    this.ranges.compact();
    this.#compactAt = Math.max(COMPACT_RANGES, 2 * this.ranges.length);
  }

  /** Words of a file, separated by blanks and line ends; what follows `#` is left out. @throws UsageError, ErrnoException */
  addFile(name: string, descriptor: number): void {
    let line = 0;
    for (const text of readLines(descriptor)) {
      line++;
      for (const word of text.replace(/#.*/, '').split(/\s+/)) {
        if (word !== '') this.add(word, `${name}:${line}: `);
      }
    }
  }
}

export function tooMany(size: number, maximum: number): UsageError {
  const count = size >= Number.MAX_SAFE_INTEGER ? size.toExponential(1) : `${size}`;
  return new UsageError(`${count} targets are too many: --max-targets is ${maximum}`, EXIT.USAGE);
}

const CHUNK_OCTETS = 1 << 16;
const EMPTY_PIPE_WAIT_MS = 5;
/** No line of ours is as long: some 200,000 characters are a summary with every bucket there is. */
const LONGEST_LINE = 1 << 22;

/** The lines of a descriptor, read as they are asked for. @throws ErrnoException, RangeError for a line without end */
export function* readLines(descriptor: number): Generator<string> {
  const chunk = new Uint8Array(CHUNK_OCTETS);
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const octets = readSome(descriptor, chunk);
    rest += decoder.decode(chunk.subarray(0, octets), { stream: octets > 0 });
    const lines = rest.split('\n');
    rest = lines.pop()!;
    yield* lines;
    if (rest.length > LONGEST_LINE) throw new RangeError(`a line of more than ${LONGEST_LINE} characters`);
    if (octets === 0) break;
  }
  if (rest !== '') yield rest;
}

function readSome(descriptor: number, chunk: Uint8Array): number {
  for (;;) {
    try {
      return readSync(descriptor, chunk);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      // Somebody made the pipe non-blocking and it is empty: wait for its writer.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, EMPTY_PIPE_WAIT_MS);
    }
  }
}
