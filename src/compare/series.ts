/**
 * From the lines of -j to what is compared: for each target the round trips, and for each probe whether it was answered. A file
 * may hold several runs, one behind the other; each ends with its summary.
 */

import { SCHEMA_VERSION } from '../cli/lines.ts';

/** One run towards one target, in the order of the probes. */
export interface Run {
  /** What measured it, and how: `ping by tcp`. Times of different kinds are of different things. */
  readonly kind: string;
  readonly roundTripsNs: readonly number[];
  readonly answered: readonly boolean[];
}

/** The runs towards each target, by its name as the user gave it. */
export type Series = ReadonlyMap<string, readonly Run[]>;

export type Line = Readonly<Record<string, unknown>>;

/** Sequence numbers go round at 2^16; probes that are further apart than half of that are not answered out of order. */
const SEQUENCES = 0x1_0000;
/** In a file. One that speaks of more probes would fill the memory, be it ours or made up. */
const MOST_PROBES = 20_000_000;

const NO_LINE = 'no line of -j';
const NOT_COMPARABLE = 'a summary of a run that cannot be compared';
const QUIET = 'a summary of answers that no line tells of: leave -q out, or use sonde record';
const TOO_MANY = `more than ${MOST_PROBES} probes`;

export class SeriesReader {
  readonly #series = new Map<string, Run[]>();
  /** Round trips by probe, from 1; null for an answer that no time was measured of. */
  #answers = new Map<number, number | null>();
  #last = 0;
  #targetHop = Number.POSITIVE_INFINITY;
  #hasBegun = false;
  #probes = 0;

  /** Takes a line. Answers what is wrong with it, null for nothing. */
  add(line: Line): string | null {
    const { type, schema, error } = line;
    if (typeof schema === 'number' && schema > SCHEMA_VERSION) {
      return `schema ${schema} of a newer sonde, this one reads up to ${SCHEMA_VERSION}`;
    }
    this.#hasBegun = true;
    switch (type) {
      case 'reply':
      case 'sample':
        return this.#answer(line);
      case 'round-probe':
        return this.#round(line);
      case 'target':
        return this.#target(line);
      case 'summary':
        return this.#summary(line);
      case 'error':
        return `a run that ended in an error: ${String(error)}`;
      default:
        return typeof type === 'string' ? null : NO_LINE;
    }
  }

  /** Whether the last run is over. */
  get isComplete(): boolean {
    return !this.#hasBegun;
  }

  get series(): Series {
    return this.#series;
  }

  /** The first answer to a probe counts. One with a wrong checksum is none. */
  #answer(line: Line): string | null {
    const { seq, rtt_ns: roundTrip } = line;
    if (line['duplicate'] === true || line['bad_checksum'] === true || seq === null) return null;
    if (!isCount(seq)) return NO_LINE;
    const probe = this.#unwrap(seq);
    if (!this.#answers.has(probe)) this.#answers.set(probe, isTime(roundTrip) ? roundTrip : null);
    return null;
  }

  #unwrap(sequence: number): number {
    const turns = Math.round((this.#last - sequence) / SEQUENCES);
    const probe = sequence + Math.max(0, turns) * SEQUENCES;
    this.#last = Math.max(this.#last, probe);
    return probe;
  }

  /** `tracepath --report`: what counts is the target's own hop. Probes behind it reach the target as well. */
  #round(line: Line): string | null {
    const { round, hop, rtt_ns: roundTrip } = line;
    if (!isCount(round) || !isCount(hop)) return NO_LINE;
    if (line['reached'] !== true || hop > this.#targetHop) return null;
    if (hop < this.#targetHop) this.#answers.clear();
    this.#targetHop = hop;
    this.#answers.set(round, isTime(roundTrip) ? roundTrip : null);
    return null;
  }

  /** sweep: all of a target in one line. */
  #target(line: Line): string | null {
    const { target, sent, received, samples_ns: samples } = line;
    if (typeof target !== 'string' || !isCount(sent) || !isCount(received)) return NO_LINE;
    this.#probes += sent;
    if (this.#probes > MOST_PROBES) return TOO_MANY;
    if (samples === undefined) {
      // Beyond 24 probes a sweep keeps no single ones. The order of its losses is not known: they are taken to stand alone.
      const answeredUpTo = (count: number) => Math.floor((count * received) / sent);
      const answered = Array.from({ length: sent }, (_, at) => answeredUpTo(at + 1) > answeredUpTo(at));
      this.#keep(target, { kind: 'sweep', roundTripsNs: [], answered });
      return null;
    }
    if (!Array.isArray(samples)) return NO_LINE;
    const list: readonly unknown[] = samples.slice(0, sent);
    this.#keep(target, { kind: 'sweep', roundTripsNs: list.filter(isTime), answered: list.map(isTime) });
    return null;
  }

  #summary(line: Line): string | null {
    const { mode } = line;
    const sent = line['transmitted'] ?? line['rounds'] ?? (mode === undefined ? undefined : line['sent']);
    const name = mode === undefined || mode === 'report' ? line['host'] : (line['target'] ?? line['host']);
    // A sweep has told of its targets one by one.
    if (typeof name === 'string' && isCount(sent)) {
      this.#probes += sent;
      if (this.#probes > MOST_PROBES) return TOO_MANY;
      // Else everything would seem to be lost.
      if (hasAnswers(line) && this.#answers.size === 0) return QUIET;
      this.#keep(name, { kind: kindOf(line), ...this.#finish(sent) });
    } else if (this.#answers.size > 0 || line['host'] !== undefined) return NOT_COMPARABLE;
    this.#answers = new Map();
    this.#last = 0;
    this.#targetHop = Number.POSITIVE_INFINITY;
    this.#hasBegun = false;
    return null;
  }

  #finish(sent: number): Omit<Run, 'kind'> {
    const answered = Array.from({ length: sent }, (_, at) => this.#answers.has(at + 1));
    const probes = [...this.#answers.keys()].sort((a, b) => a - b);
    return { roundTripsNs: probes.map((probe) => this.#answers.get(probe)!).filter(isTime), answered };
  }

  #keep(name: string, run: Run): void {
    const runs = this.#series.get(name);
    if (runs === undefined) this.#series.set(name, [run]);
    else runs.push(run);
  }
}

/** Whether a summary counts answers. Those of a report are counted by hop. */
function hasAnswers({ received, accepted }: Line): boolean {
  return [received, accepted].some((count) => isCount(count) && count > 0);
}

/** Of the run that a summary is of. */
function kindOf({ mode, accepted, broadcasts, method }: Line): string {
  if (mode === 'report') return 'tracepath';
  if (accepted !== undefined) return 'clockdiff';
  if (broadcasts !== undefined) return 'arping';
  return `ping by ${typeof method === 'string' ? method : 'icmp'}`;
}

/** A target that was not measured in one way everywhere, in words; null where there is none. */
export function findMixture(base: Series, next: Series): string | null {
  for (const [name, runs] of base) {
    const kinds = new Set([...runs, ...(next.get(name) ?? [])].map(({ kind }) => kind));
    if (kinds.size > 1) return `${name}: measured by ${[...kinds].join(' and by ')}, which cannot be compared`;
  }
  return null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** No run lasts longer than 2^53 ns, a hundred days: what is calculated from it stays finite. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}
