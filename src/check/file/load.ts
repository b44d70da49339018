/** A check file and all that it includes: read, checked by the schema, put together. */

import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { fileReason } from '../../cli/file-errors.ts';
import type { Vocabulary } from '../../conditions/vocabulary.ts';
import type { Check } from '../check.ts';
import { UNPRINTABLE } from '../one-line.ts';
import { entryOf, type Located, type LocatedScalar } from './located.ts';
import { CheckFileError, formatPlace, type Mistake, refuse } from './mistake.ts';
import { type Defaults, readCheck } from './read-check.ts';
import type { Kind } from './schema.ts';
import { Source } from './source.ts';
import { validateCheckFile } from './validate.ts';
import { type LookUp, substitute } from './variables.ts';
import { readYaml } from './yaml.ts';

/** Octets of one file. Some 10,000 checks fit. */
const LARGEST_FILE = 1 << 20;
const MOST_FILES = 100;
const MOST_CHECKS = 10_000;
const STDIN = 0;

/** A file that cannot be read at all: there is no place in it to show. */
export class UnreadableFile extends Error {}

export interface LoadOptions {
  readonly lookUp: LookUp;
  readonly vocabularies: Readonly<Record<Kind, Vocabulary>>;
}

/** All checks, includes first to last in their place. `-` is standard input. @throws CheckFileError, UnreadableFile */
export function loadChecks(file: string, options: LoadOptions): readonly Check[] {
  const loader = new Loader(options);
  loader.load(file, [], []);
  return loader.finish();
}

class Loader {
  readonly #options: LoadOptions;
  readonly #checks = new Map<string, Check>();
  readonly #mistakes: Mistake[] = [];
  #files = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  /** `path` leads to this file: those that include it, outermost first. */
  load(file: string, path: readonly string[], defaults: Defaults): void {
    this.#files++;
    const source = new Source(file, readText(file, path.length > 0));
    const root = substitute(readYaml(source), this.#options.lookUp);
    validateCheckFile(root);
    const ownDefaults = entryOf(root, 'defaults')?.value;
    const inForce = ownDefaults === undefined ? defaults : [ownDefaults, ...defaults];
    this.#include(root, [...path, normalize(file)], inForce);
    this.#addChecks(root, inForce);
  }

  #include(root: Located, path: readonly string[], defaults: Defaults): void {
    const includes = entryOf(root, 'include')?.value;
    if (includes?.kind !== 'list') return;
    for (const item of includes.items as readonly LocatedScalar[]) {
      const { source, span } = item;
      const named = String(item.value);
      const file = isAbsolute(named) ? normalize(named) : join(dirname(path.at(-1)!), named);
      if (path.includes(file)) refuse(source, span, `this file includes itself: ${[...path, file].join(' > ')}`);
      if (this.#files >= MOST_FILES) refuse(source, span, `more than ${MOST_FILES} files`);
      try {
        this.load(file, path, defaults);
      } catch (error) {
        if (error instanceof UnreadableFile) refuse(source, span, error.message);
        throw error;
      }
    }
  }

  #addChecks(root: Located, defaults: Defaults): void {
    const checks = entryOf(root, 'checks')?.value;
    if (checks?.kind !== 'map') return;
    for (const entry of checks.entries.values()) {
      const earlier = this.#checks.get(entry.key);
      const { source } = entry.value;
      // Reports show such characters by escapes, and could then show two names alike.
      if (UNPRINTABLE.test(entry.key)) refuse(source, entry.keySpan, 'the name of a check must be one line of text');
      if (earlier !== undefined) {
        const hint = `the first one is at ${formatPlace(earlier.place)}`;
        refuse(source, entry.keySpan, `a check named '${entry.key}' is there already`, hint);
      }
      if (this.#checks.size >= MOST_CHECKS) refuse(source, entry.keySpan, `more than ${MOST_CHECKS} checks`);
      try {
        this.#checks.set(entry.key, readCheck(entry, defaults, this.#options.vocabularies));
      } catch (error) {
        if (!(error instanceof CheckFileError)) throw error;
        this.#mistakes.push(...error.mistakes);
      }
    }
  }

  finish(): readonly Check[] {
    if (this.#mistakes.length > 0) throw new CheckFileError(this.#mistakes);
    return [...this.#checks.values()];
  }
}

/** @throws UnreadableFile, CheckFileError where the text is no UTF-8 */
function readText(file: string, isIncluded: boolean): string {
  const octets = readOctets(file, isIncluded);
  try {
    return UTF_8.decode(octets);
  } catch {
    refuseEncoding(file, octets);
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Shows the first character that is none. */
function refuseEncoding(file: string, octets: Uint8Array): never {
  const lines = new TextDecoder('latin1').decode(octets).split('\n');
  const wrong = lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1')));
  const before = lines.slice(0, wrong).reduce((length, line) => length + line.length + 1, 0);
  const readable = UTF_8.decode(octets.subarray(0, before));
  const source = new Source(file, readable + new TextDecoder().decode(octets.subarray(before)));
  const start = source.text.indexOf('\ufffd', readable.length);
  refuse(source, { start, end: start + 1 }, 'this is no UTF-8 text');
}

/** Reads no more than the limit, whatever the file claims to be: pipes and devices have no size. */
function readOctets(file: string, isIncluded: boolean): Uint8Array {
  const name = file === '-' ? 'standard input' : file;
  let descriptor: number | null = null;
  try {
    // What a file names must not keep us waiting, as a pipe without a writer would.
    if (isIncluded && !statSync(file).isFile()) throw new UnreadableFile(`${name}: this is no regular file`);
    descriptor = file === '-' ? STDIN : openSync(file, 'r');
    const octets = new Uint8Array(LARGEST_FILE + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < octets.length; length += read) {
      read = readSync(descriptor, octets, length, octets.length - length, null);
    }
    if (length > LARGEST_FILE) throw new UnreadableFile(`${name}: larger than ${LARGEST_FILE} octets`);
    return octets.subarray(0, length);
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    throw new UnreadableFile(`${name}: ${fileReason(error)}`);
  } finally {
    if (descriptor !== null && descriptor !== STDIN) closeSync(descriptor);
  }
}
