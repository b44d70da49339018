/** The options of `arping()` in the library: names, units, ranges, and what they mean in terms of the command's. No sockets here. */
import { type ConditionLibraryOptions, conditionChecks, readConditions } from '../library/conditions.ts';
import {
  abortSignal,
  type Check,
  checkOptions,
  checkTarget,
  flag,
  orNull,
  realNumber,
  text,
  toCamelCase,
  wholeNumber,
} from '../library/options.ts';
import { parseInetAton } from '../packet/address.ts';
import { parseHardwareAddress } from '../packet/hardware-address.ts';
import { type ArpingOptions, defaults, findContradiction, INT_MAX } from './options.ts';
import { ARPING_WORDS } from './vocabulary.ts';

/** What `arping()` can be told: arping(8)'s long options in camelCase, times in milliseconds. */
export interface ArpingLibraryOptions extends ConditionLibraryOptions {
  /**
   * Stop after so many probes; with `deadlineMs`, after so many replies. `null` for no end.
   * @defaultValue 4; null with `deadlineMs`, `until` or `watch`
   */
  readonly count?: number | null | undefined;
  /** From one probe to the next, 0 to 2,147,483,647,000. 0 sends a single one. @defaultValue 1000 */
  readonly intervalMs?: number | undefined;
  /** End after this time, 1 to 2,147,483,647,000. @defaultValue no such end */
  readonly deadlineMs?: number | undefined;
  /** Ends the run with what is known. Aborted before the first probe, the run rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Interface to send by. @defaultValue the one that the route to the target names */
  readonly interface?: string | undefined;
  /** IPv4 address that the probes come from, one of this host's. @defaultValue what the kernel would send from */
  readonly source?: string | undefined;
  /** Ask everybody, also after a reply. @defaultValue false: after a reply, ask whoever gave it */
  readonly broadcast?: boolean | undefined;
  /** Stop at the first reply. */
  readonly first?: boolean | undefined;
  /** Duplicate address detection, RFC 5227: ask from 0.0.0.0, and stop at the first reply. */
  readonly duplicate?: boolean | undefined;
  /** Hear all that answer, to see whether it is more than one: `told` of the summary. */
  readonly expectOne?: boolean | undefined;
  /** Tell of changes only (`binding`): who has the address, and when that is another one. */
  readonly watch?: boolean | undefined;
  /** Announce by ARP requests that nobody needs to answer, so that neighbours update their caches. */
  readonly unsolicited?: boolean | undefined;
  /** The same by ARP replies. */
  readonly answer?: boolean | undefined;
  /** The target is a hardware address: ask by RARP (RFC 903) for its IPv4 address. */
  readonly reverse?: boolean | undefined;
}

const MS_PER_SECOND = 1000;
const DEFAULT_COUNT = 4;
const MAXIMUM_MS = INT_MAX * MS_PER_SECOND;

const ipv4: Check = (value, name) => {
  text(value, name);
  if (parseInetAton(value as string) === null) throw new RangeError(`${name} must be an IPv4 address, not '${value}'`);
};

const CHECKS: Readonly<Record<keyof ArpingLibraryOptions, Check>> = {
  count: orNull(wholeNumber(1, INT_MAX)),
  intervalMs: realNumber(0, MAXIMUM_MS),
  deadlineMs: realNumber(1, MAXIMUM_MS),
  signal: abortSignal,
  interface: text,
  source: ipv4,
  broadcast: flag,
  first: flag,
  duplicate: flag,
  expectOne: flag,
  watch: flag,
  unsolicited: flag,
  answer: flag,
  reverse: flag,
  ...conditionChecks(ARPING_WORDS),
};

/** @throws TypeError, RangeError naming the option */
export function checkArpingOptions(target: string, options: ArpingLibraryOptions): void {
  checkTarget('arping', target);
  checkOptions('arping', options, CHECKS);
  if (options.reverse === true && parseHardwareAddress(target) === null) {
    throw new RangeError(`the target of arping with reverse must be a hardware address, not '${target}'`);
  }
  const contradiction = findContradiction(toCommandOptions(target, options));
  if (contradiction !== null)
    throw new RangeError(`${contradiction.map(toCamelCase).join(' and ')} exclude each other`);
}

/** The same in the command's terms. The options were checked. */
export function toCommandOptions(target: string, given: ArpingLibraryOptions): ArpingOptions {
  const { deadlineMs, until, watch = false, answer = false, reverse = false } = given;
  const hasOtherEnd = deadlineMs !== undefined || until !== undefined || watch;
  const base = defaults();
  return {
    ...base,
    destination: reverse ? '' : target,
    reverse: reverse ? parseHardwareAddress(target) : null,
    count: given.count === undefined ? (hasOtherEnd ? null : DEFAULT_COUNT) : given.count,
    intervalSeconds: given.intervalMs === undefined ? base.intervalSeconds : given.intervalMs / MS_PER_SECOND,
    deadlineSeconds: (deadlineMs ?? 0) / MS_PER_SECOND,
    device: given.interface ?? null,
    source: given.source ?? null,
    broadcast: given.broadcast ?? false,
    first: given.first ?? false,
    duplicate: given.duplicate ?? false,
    expectOne: given.expectOne ?? false,
    watch,
    unsolicited: answer || (given.unsolicited ?? false),
    answer,
    conditions: readConditions(given, ARPING_WORDS),
  };
}
