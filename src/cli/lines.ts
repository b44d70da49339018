/**
 * What -j writes, as types: the lines that every command has, and the values that lines are made of. Each room's own lines are
 * in its lines.ts. The schemas in docs/schema/ are generated from these types and their comments (`npm run schema`), so a
 * comment here is read by people who never see this file. A member that may be absent is written `name: string | undefined`
 * and not `name?: string`: whoever makes the line must then say so, and cannot forget it.
 *
 * The tags are JSON Schema's keywords. `@asType integer` is for numbers that are whole.
 */

/** The version of the form of all lines. */
export const SCHEMA_VERSION = 1;

/** The version of this form of lines. A new kind or member does not raise it; one that goes or changes its meaning does. */
export type SchemaVersion = typeof SCHEMA_VERSION;

/** What every line ends with: formatLine adds it. */
export interface VersionedLine {
  readonly schema: SchemaVersion;
}

/** What ended a run without a summary, or kept it from beginning. The exit status says the rest. Also told on stderr. */
export interface ErrorLine {
  /** In the words of the text output. */
  readonly error: string;
  readonly type: 'error';
}

/** Something that the user should know; the run goes on. With -v also what was tried on the way. Also told on stderr. */
export interface WarningLine {
  /** In the words of the text output. */
  readonly warning: string;
  readonly type: 'warning';
}

/** The answer to -V. iputils' ping has this key and no other. */
export interface VersionLine {
  /** sonde's version. */
  readonly version: string;
}

/** A text that was asked for, by --help or ping's -N help; nothing else follows. */
export interface TextLine {
  /** What a terminal would show. */
  readonly text: string;
  readonly type: 'text';
}

/** What came of a condition (--fail-if, --until): one line for each, before the summary. */
export interface ConditionLine {
  readonly type: 'condition';
  /** The option that gave it; `asked`: judged and told, and without effect on the exit status. */
  readonly role: 'fail-if' | 'until' | 'asked';
  /** The condition, evenly written. */
  readonly text: string;
  /** Null where too little was measured to say. */
  readonly holds: boolean | null;
  /** It makes the exit status 1: a --fail-if that holds or is not decided, or an --until that does not hold. */
  readonly failed: boolean;
  /** The comparisons and words that decided it. */
  readonly terms: readonly ConditionTermLine[];
}

/** A comparison, or a word that is true or false by itself. */
export interface ConditionTermLine {
  readonly text: string;
  /** Null where something in it is not measured. */
  readonly holds: boolean | null;
  /** What was measured: a word, or what is calculated from words. */
  readonly subject: string;
  /** What `measured` and `limit` are: a number, a ratio from 0 to 1, a time in milliseconds, true or false. */
  readonly dimension: 'count' | 'ratio' | 'duration' | 'truth';
  /** Null where it is not measured. */
  readonly measured: number | boolean | null;
  /** What it was compared with. */
  readonly limit: number | boolean | null;
  /** `measured` as the text output shows it. */
  readonly shown: string;
  /** The comparison and its other side, as they were written. */
  readonly required: string;
}

/** The lines that every command has. */
export type CommonLine = ErrorLine | WarningLine | VersionLine | TextLine;

/**
 * @asType integer
 * @minimum 0
 */
export type Count = number;

/**
 * A count from one.
 *
 * @asType integer
 * @minimum 1
 */
export type PositiveCount = number;

/**
 * @asType integer
 * @minimum 0
 * @maximum 255
 */
export type Octet = number;

/**
 * @asType integer
 * @minimum 0
 * @maximum 65535
 */
export type Uint16 = number;

/**
 * @asType integer
 * @minimum 0
 * @maximum 4294967295
 */
export type Uint32 = number;

/**
 * @asType integer
 */
export type Integer = number;

/**
 * errno(3), a positive number of Linux.
 *
 * @asType integer
 * @minimum 1
 */
export type Errno = number;

/**
 * Whole nanoseconds.
 *
 * @asType integer
 * @minimum 0
 */
export type Nanoseconds = number;

/**
 * Milliseconds with three decimals, as a string because iputils has it so.
 *
 * @pattern ^[0-9]+\.[0-9]{3}$
 */
export type Milliseconds = string;

/** When user space learned of it: seconds since 1970 (Unix time) on our clock, to the microsecond. */
export type Timestamp = number;

/**
 * Octets as lower-case hex digits.
 *
 * @pattern ^([0-9a-f]{2})*$
 */
export type Hex = string;

/**
 * `kernel`: a software stamp of the kernel. `user`: a clock read in user space, where that is asked for (ping's -U, the sending of
 * its -f) and wherever the kernel gave no stamp that can be true.
 */
export type Clock = 'kernel' | 'user';

/** Which clock gave the two times that a round trip is the difference of. */
export interface Stamps {
  readonly transmit: Clock;
  readonly receive: Clock;
}

/** Figures over all round trips in milliseconds, as iputils has them; `mdev` is the population standard deviation. */
export interface RoundTripLine {
  readonly min: Milliseconds;
  readonly avg: Milliseconds;
  readonly max: Milliseconds;
  readonly mdev: Milliseconds;
}
