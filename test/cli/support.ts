/** What the tests of the command line share: random texts, and python3 as a second opinion on C's own number functions. */
import { spawnSync } from 'node:child_process';

/** Reproducible numbers below 2^32 (xorshift32). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** `count` texts of up to `maxLength` characters out of `alphabet`. */
export function randomTexts(count: number, maxLength: number, alphabet: string, seed: number): string[] {
  const next = randomNumbers(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length: next() % (maxLength + 1) }, () => alphabet[next() % alphabet.length]).join(''),
  );
}

/** Whether python3 is here and can call the C library, whose strtod and printf are what iputils uses. */
export const hasPython = spawnSync('python3', ['-c', 'import ctypes; ctypes.CDLL(None).strtod']).status === 0;

/** Runs a python3 program that reads JSON from stdin and writes JSON to stdout. */
export function askPython<Answer>(program: string, input: unknown): Answer {
  const asked = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (asked.status !== 0) throw new Error(`python3 failed: ${asked.stderr}`);
  return JSON.parse(asked.stdout) as Answer;
}
