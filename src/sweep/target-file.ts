/** Files of words that name targets, and of lines in general, read as they are asked for. */
import { readSync } from 'node:fs';
import type { TargetList } from './target-list.ts';

const CHUNK_OCTETS = 1 << 16;
const EMPTY_PIPE_WAIT_MS = 5;
/** No line of ours is as long: some 200,000 characters are a summary with every bucket there is. */
const LONGEST_LINE = 1 << 22;

/** Words of a file, separated by blanks and line ends; what follows `#` is left out. @throws UsageError, ErrnoException */
export function addTargets(list: TargetList, name: string, descriptor: number): void {
  let line = 0;
  for (const text of readLines(descriptor)) {
    line++;
    for (const word of text.replace(/#.*/, '').split(/\s+/)) {
      if (word !== '') list.add(word, `${name}:${line}: `);
    }
  }
}

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
