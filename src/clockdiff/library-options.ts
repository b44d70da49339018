/** The options of `clockdiff()` in the library: names, units, ranges, and what they mean in terms of the command's. No sockets here. */
import { BACKEND_NAMES, type BackendName } from '../cli/backend-names.ts';
import { type ConditionLibraryOptions, conditionChecks, readConditions } from '../library/conditions.ts';
import {
  abortSignal,
  type Check,
  checkOptions,
  checkTarget,
  oneOf,
  orNull,
  realNumber,
  wholeNumber,
} from '../library/options.ts';
import {
  type ClockdiffOptions,
  DEADLINE_MAXIMUM_SECONDS,
  defaults,
  INTERVAL_MAXIMUM_SECONDS,
  SAMPLES_MAXIMUM,
} from './options.ts';
import { CLOCKDIFF_WORDS } from './vocabulary.ts';

/** What `clockdiff()` can be told: clockdiff(8)'s long options in camelCase, times in milliseconds. */
export interface ClockdiffLibraryOptions extends ConditionLibraryOptions {
  /** Stop after so many usable replies, 1 to 1,000,000; `null` for no end. @defaultValue 50; null with `until` */
  readonly samples?: number | null | undefined;
  /** Between requests at least, 0 to 86,400,000. 0 asks again as soon as there is an answer. @defaultValue 0 */
  readonly intervalMs?: number | undefined;
  /** End after this time, 1 to 2,147,483,647,000. @defaultValue no such end */
  readonly deadlineMs?: number | undefined;
  /** Ends the run with what is known. Aborted before the first request, the run rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Ask by ICMP echo with an IP timestamp option of so many slots. @defaultValue ICMP timestamp messages */
  readonly ipTimestamp?: 3 | 4 | undefined;
  /** Which part in another language reaches the network. @defaultValue the addon where it loads */
  readonly backend?: BackendName | undefined;
}

const MS_PER_SECOND = 1000;
const SLOTS = [3, 4] as const;

const CHECKS: Readonly<Record<keyof ClockdiffLibraryOptions, Check>> = {
  samples: orNull(wholeNumber(1, SAMPLES_MAXIMUM)),
  intervalMs: realNumber(0, INTERVAL_MAXIMUM_SECONDS * MS_PER_SECOND),
  deadlineMs: realNumber(1, DEADLINE_MAXIMUM_SECONDS * MS_PER_SECOND),
  signal: abortSignal,
  ipTimestamp: oneOf(SLOTS),
  backend: oneOf(BACKEND_NAMES),
  ...conditionChecks(CLOCKDIFF_WORDS),
};

/** @throws TypeError, RangeError naming the option */
export function checkClockdiffOptions(target: string, options: ClockdiffLibraryOptions): void {
  checkTarget('clockdiff', target);
  checkOptions('clockdiff', options, CHECKS);
}

/** The same in the command's terms. The options were checked. */
export function toCommandOptions(destination: string, given: ClockdiffLibraryOptions): ClockdiffOptions {
  return {
    ...defaults(),
    destination,
    samples: given.samples === null ? Number.POSITIVE_INFINITY : (given.samples ?? null),
    intervalSeconds: (given.intervalMs ?? 0) / MS_PER_SECOND,
    deadlineSeconds: (given.deadlineMs ?? 0) / MS_PER_SECOND,
    mode: given.ipTimestamp === undefined ? 'icmp' : `ip-${given.ipTimestamp}`,
    backend: given.backend ?? null,
    conditions: readConditions(given, CLOCKDIFF_WORDS),
  };
}
