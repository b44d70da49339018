/** --merge: results of several runs, as a rule the shards of one list, as if they had been one run. */

import { closeSync, openSync } from 'node:fs';
import { SetupError } from '../cli/errors.ts';
import { fileReason } from '../cli/file-errors.ts';
import { SCHEMA_VERSION } from '../cli/lines.ts';
import { QuantileSketch } from '../measure/quantiles.ts';
import { parseIpv4, parseIpv6 } from '../packet/address.ts';
import { addressOf, compareBits } from './address-words.ts';
import { summarizeSketch } from './engine.ts';
import type { Figures, SummaryEvent, TargetEvent, UnresolvedEvent } from './events.ts';
import { EXIT, exitStatus } from './exit-status.ts';
import { type MergedEvent, readEvent } from './json-reader.ts';
import type { SweepOptions } from './options.ts';
import type { SweepShow } from './show.ts';
import { readLines } from './target-file.ts';
import { WHOLE } from './targets.ts';

/** Shards named in one complaint at most. */
const SHOWN_SHARDS = 20;

/** Reads the files, prints their results as one and answers the exit status. @throws SetupError for a file that is none */
export async function mergeFiles(options: SweepOptions, show: SweepShow): Promise<number> {
  const merge = new Merge();
  for (const file of options.operands) readFile(file, merge);
  const { targets, unresolved, complaints } = merge.finish();
  for (const complaint of complaints) show.warn(complaint);
  for (const event of unresolved) show.show(event);
  for (const event of targets) if (show.tells(event.verdict)) show.show(event);
  const summary = merge.summary();
  await show.end(summary, {
    size: targets.length,
    label: (row) => [targets[row]!.target, targets[row]!.address],
    event: (row) => targets[row]!,
  });
  return exitStatus(summary.figures, options.reachable, merge.isWhole);
}

function readFile(file: string, merge: Merge): void {
  const refuse = (reason: string): never => {
    throw new SetupError(`${file}: ${reason}`, EXIT.SYSTEM);
  };
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    return refuse(fileReason(error));
  }
  try {
    merge.begin(file);
    let number = 0;
    for (const line of readLines(descriptor)) {
      number++;
      const event = readEvent(line);
      if (event?.type === 'newer') {
        return refuse(
          `line ${number}: schema ${event.schema} of a newer sonde, this one reads up to ${SCHEMA_VERSION}`,
        );
      }
      if (event !== null) merge.add(event);
      // A run that was killed may have left half a line behind.
      else if (line !== '') merge.addBroken(number);
    }
    merge.end();
  } catch (error) {
    if (error instanceof SetupError) throw error;
    refuse((error as Error).message);
  } finally {
    closeSync(descriptor);
  }
}

/** What was read so far. The first result of a target counts, wherever others come from. */
export class Merge {
  readonly #targets = new Map<string, TargetEvent>();
  readonly #unresolved = new Map<string, UnresolvedEvent>();
  readonly #summaries: SummaryEvent[] = [];
  readonly #complaints: string[] = [];
  /** Numbers of shards that were read, by how many there are in all. */
  readonly #shards = new Map<number, Set<number>>();
  #file = '';
  #duplicates = 0;
  #brokenLine = 0;
  /** Of the file that is being read: results, and how many its summaries speak of; null without a summary. */
  #results = 0;
  #promised: number | null = null;
  isWhole = true;

  begin(file: string): void {
    this.#file = file;
    this.#brokenLine = 0;
    this.#results = 0;
    this.#promised = null;
  }

  add(event: MergedEvent): void {
    switch (event.type) {
      case 'target': {
        this.#results++;
        const key = `${event.target} ${event.address}`;
        if (this.#targets.has(key)) this.#duplicates++;
        else this.#targets.set(key, event);
        return;
      }
      case 'unresolved':
        this.#unresolved.set(event.target, event);
        return;
      case 'start':
        this.#addShard(event.shard.number, event.shard.count);
        return;
      case 'summary':
        this.#promised = (this.#promised ?? 0) + event.figures.targets;
        this.#summaries.push(event);
        return;
      case 'other':
        return;
    }
  }

  #addShard(number: number, count: number): void {
    const numbers = this.#shards.get(count) ?? new Set();
    if (numbers.has(number)) this.#complaints.push(`${this.#file}: shard ${number}/${count} once more`);
    this.#shards.set(count, numbers.add(number));
  }

  addBroken(line: number): void {
    this.#brokenLine = line;
  }

  end(): void {
    if (this.#brokenLine > 0) this.#complain(`${this.#file}:${this.#brokenLine}: not a result of sweep -j`);
    if (this.#promised === null) this.#complain(`${this.#file}: no summary: the run did not come to its end`);
    // Made with -q, or filtered on the way: what is left must not pass for all.
    else if (this.#promised !== this.#results) {
      this.#complain(`${this.#file}: ${this.#results} results, where its summary counts ${this.#promised} targets`);
    }
  }

  #complain(message: string): void {
    this.#complaints.push(message);
    this.isWhole = false;
  }

  /** To be called once, when all files are read. Targets are in the order of their addresses, names behind them. */
  finish(): {
    readonly targets: readonly TargetEvent[];
    readonly unresolved: readonly UnresolvedEvent[];
    readonly complaints: readonly string[];
  } {
    if (this.#duplicates > 0) {
      this.#complaints.push(`${this.#duplicates} results are of targets that had one: the first counts`);
    }
    if (this.#shards.size > 1) {
      const counts = [...this.#shards.keys()].sort((a, b) => a - b).join(' and ');
      this.#complain(`shards of different lists: of ${counts} parts`);
    }
    for (const [count, numbers] of this.#shards) this.#findMissing(count, numbers);
    return {
      targets: inOrder([...this.#targets.values()]),
      unresolved: [...this.#unresolved.values()],
      complaints: this.#complaints,
    };
  }

  #findMissing(count: number, numbers: ReadonlySet<number>): void {
    const missing: number[] = [];
    for (let number = 1; number <= count; number++) if (!numbers.has(number)) missing.push(number);
    if (missing.length === 0) return;
    const shown = missing.slice(0, SHOWN_SHARDS).join(', ');
    const more = missing.length > SHOWN_SHARDS ? `, and ${missing.length - SHOWN_SHARDS} more` : '';
    this.#complain(`missing shards of ${count}: ${shown}${more}`);
  }

  summary(): SummaryEvent {
    const summaries = this.#summaries;
    const isComplete = this.isWhole && summaries.every(({ reason }) => reason === 'complete');
    const sources = summaries.flatMap(({ stamps }) => (stamps === null ? [] : [stamps]));
    const common = (end: 'transmit' | 'receive') => {
      const [first, ...others] = sources.map((stamps) => stamps[end]);
      return others.every((other) => other === first) ? first! : 'mixed';
    };
    if (!isComplete) this.isWhole = false;
    return {
      type: 'summary',
      reason: isComplete ? 'complete' : 'interrupted',
      figures: this.#figures(),
      elapsedNs: summaries.reduce((longest, { elapsedNs }) => Math.max(longest, elapsedNs), 0),
      roundTrip: summarizeSketch(this.#roundTrips()),
      stamps: sources.length === 0 ? null : { transmit: common('transmit'), receive: common('receive') },
      drops: summaries.reduce((sum, { drops }) => sum + drops, 0),
      shard: WHOLE,
    };
  }

  /** Counted anew from the targets, so that one with two results counts once; the rest only summaries know. */
  #figures(): Figures {
    const targets = [...this.#targets.values()];
    const ofVerdict = (wanted: TargetEvent['verdict']) => targets.filter(({ verdict }) => verdict === wanted).length;
    const ofSummaries = (name: 'duplicates' | 'late' | 'foreign' | 'errors') =>
      this.#summaries.reduce((sum, { figures }) => sum + figures[name], 0);
    return {
      targets: targets.length,
      alive: ofVerdict('alive'),
      silent: ofVerdict('silent'),
      unreachable: ofVerdict('unreachable'),
      refused: ofVerdict('refused'),
      unfinished: ofVerdict('unfinished'),
      unresolved: this.#unresolved.size,
      sent: targets.reduce((sum, { sent }) => sum + sent, 0),
      received: targets.reduce((sum, { received }) => sum + received, 0),
      duplicates: ofSummaries('duplicates'),
      late: ofSummaries('late'),
      foreign: ofSummaries('foreign'),
      errors: ofSummaries('errors'),
    };
  }

  /** From the samples where all are there, else from the summaries' buckets, which the same targets share. */
  #roundTrips(): QuantileSketch {
    const sketch = new QuantileSketch();
    const targets = [...this.#targets.values()].filter(({ received }) => received > 0);
    if (targets.every(({ samplesNs }) => samplesNs !== null)) {
      for (const { samplesNs } of targets) for (const ns of samplesNs!) if (ns !== null) sketch.add(ns);
      return sketch;
    }
    for (const { roundTrip } of this.#summaries) {
      for (const [value, count] of roundTrip?.buckets ?? []) sketch.add(value, count);
    }
    return sketch;
  }
}

/** Addresses in their order, then names in theirs. */
function inOrder(targets: readonly TargetEvent[]): TargetEvent[] {
  const keyed = targets.map((event) => ({
    event,
    name: event.target === event.address ? '' : event.target,
    words: wordsOf(event.address),
  }));
  keyed.sort((a, b) => {
    if (a.name !== b.name) return a.name < b.name ? -1 : 1;
    return a.words === null || b.words === null ? 0 : compareBits(a.words, 0, b.words, 0);
  });
  return keyed.map(({ event }) => event);
}

function wordsOf(text: string): Uint32Array | null {
  const octets = parseIpv4(text) ?? parseIpv6(text.split('%', 1)[0]!);
  return octets === null ? null : addressOf(octets);
}
