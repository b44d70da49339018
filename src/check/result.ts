/** What came of each check, and of all: what reporters are given. */
import type { Check } from './check.ts';
import type { Fact, Hop } from './measurement.ts';

/** `unknown`: it could not be measured. `not-run`: its turn never came. */
export type Status = 'passed' | 'failed' | 'unknown' | 'not-run';

/** One thing that must be true: a term of a condition, or what the check expects. */
export interface Finding {
  /** As the file has it, written evenly: `p95 < 5ms`, `expect: reachable`. */
  readonly text: string;
  /** Null: not measured, which is no better than false. */
  readonly holds: boolean | null;
  /** `p95`; empty where it is the target itself, and where `measured` names what it is about. */
  readonly subject: string;
  /** `61.2 ms`, `not measured`. */
  readonly measured: string;
  /** `< 5ms`. */
  readonly required: string;
}

export interface CheckResult {
  readonly check: Check;
  readonly status: Status;
  readonly findings: readonly Finding[];
  /** What the findings do not say: why it is unknown or was not run, or who said what instead of an answer. */
  readonly reason: string | null;
  readonly hint: string | null;
  /** How often it was tried; 0 where its turn never came. */
  readonly tries: number;
  /** Of the first try, Unix time; null where there was none. */
  readonly startedAtMs: number | null;
  /** From the first try to the end of the last one. */
  readonly elapsedMs: number;
  readonly facts: readonly Fact[];
  readonly roundTripsMs: readonly (number | null)[];
  readonly hops: readonly Hop[];
  readonly address: string | null;
  readonly method: string | null;
}

export type EndReason = 'done' | 'interrupted' | 'deadline';

export interface Report {
  /** The check file as it was named. */
  readonly file: string;
  readonly version: string;
  readonly host: string;
  /** Unix time, and the same in UTC as ISO 8601 has it. */
  readonly startedAtMs: number;
  readonly startedAtIso: string;
  readonly elapsedMs: number;
  readonly reason: EndReason;
  /** What could not be measured ends the run with the exit status of a failure. */
  readonly failOnUnknown: boolean;
  /** In the order of the file. */
  readonly results: readonly CheckResult[];
}

export type Counts = Readonly<Record<Status, number>>;

export function countResults(results: readonly CheckResult[]): Counts {
  const counts = { passed: 0, failed: 0, unknown: 0, 'not-run': 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}

/** Exit statuses of `sonde check`. */
export const EXIT = { PASSED: 0, FAILED: 1, USAGE: 2, UNKNOWN: 3 } as const;

/** A failure is certain and comes first; what was not run is as unknown as what could not be measured. */
export function exitStatusOf(counts: Counts, failOnUnknown: boolean): number {
  if (counts.failed > 0) return EXIT.FAILED;
  if (counts.unknown + counts['not-run'] > 0) return failOnUnknown ? EXIT.FAILED : EXIT.UNKNOWN;
  return EXIT.PASSED;
}
