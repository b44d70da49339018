/** Times as our own options take them: `1500ms`, `90s`, `2m`. */
import { findUnit, toBaseUnits } from '../conditions/units.ts';
import { UsageError } from './errors.ts';
import { parseInteger } from './numbers.ts';

const NS_PER_SECOND = 1e9;
const DURATION = /^([0-9]+(?:\.[0-9]+)?|\.[0-9]+) ?([a-z\u00b5\u03bc]+)$/;

/** Nanoseconds of a number with its unit; null for any other text. */
export function parseDuration(text: string): number | null {
  const [, digits, name] = DURATION.exec(text) ?? [];
  const unit = name === undefined ? null : findUnit(name);
  return unit === null || digits === undefined ? null : toBaseUnits(digits, unit);
}

/**
 * The argument of --deadline in seconds, with a fraction if need be. Whatever is no number with a unit is read, and refused, as
 * iputils does: an integer of seconds. @throws UsageError with exit status 1, as for any number out of range
 */
export function parseDeadlineSeconds(text: string, maximumSeconds: number): number {
  const ns = parseDuration(text);
  if (ns === null) return parseInteger(text, 0, maximumSeconds);
  const seconds = ns / NS_PER_SECOND;
  if (seconds <= maximumSeconds) return seconds;
  throw new UsageError(`invalid argument: '${text}': out of range: 0 <= value <= ${maximumSeconds}s`, 1);
}
