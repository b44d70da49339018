/** What `sonde check -j` and the json reporter write: a line for each check as it ends, and one for all. */
import type { CommonLine, Count } from '../cli/lines.ts';

/**
 * Yes or no, a count, a ratio (0 to 1) or nanoseconds, as `dimension` says; null where it was not measured.
 */
export type FactValue = number | boolean | null;

/** A figure that was measured. */
export interface FactLine {
  /** As conditions call it. */
  readonly word: string;
  /** What `value` counts: `ratio` is 0 to 1, `duration` nanoseconds. */
  readonly dimension: 'count' | 'ratio' | 'duration' | 'truth';
  readonly value: FactValue;
}

/** One thing that must be true. */
export interface FindingLine {
  /** The term of the condition, or `expect: …`. */
  readonly condition: string;
  /** Null where it could not be measured, which is no better than false. */
  readonly holds: boolean | null;
  /** For a reader, with its unit. */
  readonly measured: string;
  /** For a reader: the comparison with its limit. */
  readonly required: string;
}

/** A hop of the path. */
export interface HopLine {
  /** Routers up to here, this one included. */
  readonly hop: Count;
  /** Null where it did not answer. */
  readonly address: string | null;
  /** Null where it has none, or nobody asked. */
  readonly name: string | null;
  /** Whole nanoseconds; null where it was not measured. */
  readonly rtt_ns: Count | null;
  /** Path MTU as learned here, in octets; null where nothing was. */
  readonly mtu: Count | null;
}

/** What came of one check. Written as checks end; the file has them in its own order. */
export interface CheckLine {
  readonly type: 'check';
  readonly name: string;
  readonly kind: 'ping' | 'path' | 'clock' | 'arp' | 'routers' | 'tcp' | 'dns';
  readonly target: string;
  /** `unknown`: it could not be measured. `not-run`: its turn never came. */
  readonly status: 'passed' | 'failed' | 'unknown' | 'not-run';
  /** The address that was probed, where the target is a name. */
  readonly address: string | null;
  /** How it was probed, where there is a choice. */
  readonly method: string | null;
  readonly findings: readonly FindingLine[];
  /** Why, as far as the findings do not say. */
  readonly reason: string | null;
  /** What would mend it. */
  readonly hint: string | null;
  readonly facts: readonly FactLine[];
  /** In the order of sending, in whole nanoseconds; null for a lost probe. */
  readonly rtt_ns: readonly (Count | null)[];
  readonly hops: readonly HopLine[];
  /** How often it was tried. */
  readonly tries: Count;
  /** From the first try to the end of the last one, in whole nanoseconds. */
  readonly elapsed_ns: Count;
  /** When the first try began: seconds since 1970 (Unix time). Null where there was none. */
  readonly timestamp: number | null;
  /** Where the check stands. */
  readonly file: string;
  readonly line: Count;
  readonly column: Count;
  readonly tags: readonly string[];
}

/** The end of a run. */
export interface SummaryLine {
  readonly type: 'summary';
  /** `done`: every check was tried to its end. */
  readonly reason: 'done' | 'interrupted' | 'deadline';
  readonly passed: Count;
  readonly failed: Count;
  /** Could not be measured. */
  readonly unknown: Count;
  /** Their turn never came. */
  readonly not_run: Count;
  /** Whole nanoseconds. */
  readonly elapsed_ns: Count;
  /** When the run began: seconds since 1970 (Unix time). */
  readonly timestamp: number;
  /** The check file as it was named. */
  readonly file: string;
}

/**
 * `sonde check -j` and its json reporter write one JSON object a line: a `check` for each check, and a `summary` at the end. `type`
 * names the kind of line; only the version line has none. What is wrong with a check file comes as `error` lines.
 *
 * @title One line of `sonde check -j`
 */
export type CheckOutputLine = CheckLine | SummaryLine | CommonLine;
