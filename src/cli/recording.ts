/**
 * The file that `sonde record` writes: NDJSON, one line for what the run was, one for each event with what its renderer had to
 * ask, and one for its end. docs/record.md tells of it, docs/schema/recording.json describes it.
 */
/** Of the form of the file. A reader refuses a larger one. */
export const RECORDING_SCHEMA = 1;

/** The first line. */
export interface HeaderLine {
  readonly type: 'recording';
  readonly schema: number;
  /** Version of the sonde that wrote it. */
  readonly sonde: string;
  /** The command that ran: `ping`. */
  readonly command: string;
  /** As its messages name it: `sonde sweep`. */
  readonly name: string;
  readonly argv: readonly string[];
  /** Whether it spoke JSON (-j). */
  readonly json: boolean;
  /** Unix time in ms at which it began. */
  readonly startedMs: number;
}

/** A renderer is opened with these options. */
export interface ViewLine {
  readonly type: 'view';
  readonly view: string;
  readonly options: unknown;
  /** Options that are functions. */
  readonly asks: readonly string[];
}

/** From here on a function of the view answers this to these arguments. What has no such line answers null. */
export interface AnswerLine {
  readonly type: 'answer';
  readonly ask: string;
  readonly of: readonly unknown[];
  readonly is: unknown;
}

export interface EventLine {
  readonly type: 'event';
  /** As src/<command>/events.ts has it; octets and what is no JSON number in an object of one member, see encodeValue. */
  readonly event: unknown;
}

/** How a command speaks beside its events. */
export type Saying = 'fail' | 'warn' | 'remark' | 'print' | 'tell';

export interface SaidLine {
  readonly type: 'said';
  readonly how: Saying;
  readonly text: string;
}

/** The answer to -V. */
export interface VersionLine {
  readonly type: 'version';
  readonly command: string;
  readonly facts: Readonly<Record<string, string>>;
}

/** Written as it is, and in this form of the run only: a short usage. */
export interface RawLine {
  readonly type: 'raw';
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** The last line. `crc32` is of all octets of the file before the comma in front of it, in eight hexadecimal digits. */
export interface EndLine {
  readonly type: 'end';
  /** Exit status of the run. */
  readonly status: number;
  readonly crc32: string;
}

export type RecordingLine = HeaderLine | ViewLine | AnswerLine | EventLine | SaidLine | VersionLine | RawLine | EndLine;

const OCTETS = '$octets';
const NUMBER = '$number';
/** Deeper than any event, and far from the end of the stack. */
const MAXIMUM_DEPTH = 64;

/** A value as JSON: octets become `{"$octets": "<hex>"}`, Infinity and NaN `{"$number": "Infinity"}`. @throws TypeError for a function */
export function encodeValue(value: unknown): string {
  return JSON.stringify(value, replace);
}

/** For JSON.stringify, which has called toJSON of a Buffer already: the value itself stands in `this`. */
function replace(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : { [NUMBER]: String(value) };
  if (typeof value === 'function') throw new TypeError(`a function cannot be recorded: ${key}`);
  const octets = (this as Readonly<Record<string, unknown>>)[key];
  return octets instanceof Uint8Array ? { [OCTETS]: Buffer.from(octets).toString('hex') } : value;
}

/** The way back. `value` comes from JSON.parse and is changed in place. @throws RangeError for what encodeValue never made */
export function decodeValue(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAXIMUM_DEPTH) throw new RangeError(`nested deeper than ${MAXIMUM_DEPTH}`);
  const members = value as Record<string, unknown>;
  const keys = Object.keys(members);
  if (keys.length === 1) {
    if (keys[0] === OCTETS) return decodeOctets(members[OCTETS]);
    if (keys[0] === NUMBER) return decodeNumber(members[NUMBER]);
  }
  for (const key of keys) members[key] = decodeValue(members[key], depth + 1);
  return members;
}

function decodeOctets(text: unknown): Uint8Array {
  if (typeof text !== 'string' || !/^(?:[0-9a-f]{2})*$/.test(text))
    throw new RangeError('octets that are no hexadecimal digits');
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

function decodeNumber(text: unknown): number {
  if (text !== 'Infinity' && text !== '-Infinity' && text !== 'NaN') throw new RangeError('a number that is none');
  return Number(text);
}
