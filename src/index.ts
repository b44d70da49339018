/**
 * The library: `import { ping } from 'sonde'`. Each function checks its options at once and answers a run that has begun: an
 * async iterable of events and a promise of the summary. What opens sockets is loaded when the first run begins. See
 * docs/library.md.
 */
import type { PublishedArpingEvent, PublishedArpingSummary } from './arping/library.ts';
import { type ArpingLibraryOptions, checkArpingOptions } from './arping/library-options.ts';
import { ARPING_WORDS } from './arping/vocabulary.ts';
import type { PublishedClockdiffEvent, PublishedClockdiffSummary } from './clockdiff/library.ts';
import { type ClockdiffLibraryOptions, checkClockdiffOptions } from './clockdiff/library-options.ts';
import { CLOCKDIFF_WORDS } from './clockdiff/vocabulary.ts';
import type { Vocabulary } from './conditions/vocabulary.ts';
import { checkTarget, takeOptions } from './library/options.ts';
import { Run } from './library/run.ts';
import type { PublishedPingEvent, PublishedPingSummary } from './ping/library.ts';
import { checkPingOptions, type PingLibraryOptions } from './ping/library-options.ts';
import { PING_WORDS } from './ping/vocabulary.ts';
import type { PublishedRdiscEvent, PublishedRdiscSummary } from './rdisc/library.ts';
import { checkRdiscOptions, type RdiscLibraryOptions } from './rdisc/library-options.ts';
import type { PublishedSweepEvent, PublishedSweepSummary } from './sweep/library.ts';
import { readSweepRequest, type SweepLibraryOptions, type SweepTargets } from './sweep/library-options.ts';
import type {
  AnyTracepathEvent,
  AnyTracepathSummary,
  PublishedFlowsEvent,
  PublishedFlowsSummary,
  PublishedRoundsEvent,
  PublishedRoundsSummary,
  PublishedTraceEvent,
  PublishedTraceSummary,
} from './tracepath/library.ts';
import {
  type AnyTracepathOptions,
  checkTracepathOptions,
  type TracepathFlowsOptions,
  type TracepathLibraryOptions,
  type TracepathRoundsOptions,
} from './tracepath/library-options.ts';
import { FLOWS_WORDS, ROUNDS_WORDS, TRACE_WORDS } from './tracepath/vocabulary.ts';

export type { Vocabulary } from './conditions/vocabulary.ts';
export { SondeError } from './library/errors.ts';
export { Run } from './library/run.ts';
export type { WarningEvent } from './library/warning.ts';
export { describeIcmp, describeIcmp6 } from './ping/icmp-text.ts';
export type { Shard } from './sweep/targets.ts';
export type {
  ArpingLibraryOptions as ArpingOptions,
  ClockdiffLibraryOptions as ClockdiffOptions,
  PingLibraryOptions as PingOptions,
  PublishedArpingEvent as ArpingEvent,
  PublishedArpingSummary as ArpingSummary,
  PublishedClockdiffEvent as ClockdiffEvent,
  PublishedClockdiffSummary as ClockdiffSummary,
  PublishedFlowsEvent as TracepathFlowsEvent,
  PublishedFlowsSummary as TracepathFlowsSummary,
  PublishedPingEvent as PingEvent,
  PublishedPingSummary as PingSummary,
  PublishedRdiscEvent as RdiscEvent,
  PublishedRdiscSummary as RdiscSummary,
  PublishedRoundsEvent as TracepathRoundsEvent,
  PublishedRoundsSummary as TracepathRoundsSummary,
  PublishedSweepEvent as SweepEvent,
  PublishedSweepSummary as SweepSummary,
  PublishedTraceEvent as TracepathEvent,
  PublishedTraceSummary as TracepathSummary,
  RdiscLibraryOptions as RdiscOptions,
  SweepLibraryOptions as SweepOptions,
  SweepTargets,
  TracepathFlowsOptions,
  TracepathLibraryOptions as TracepathOptions,
  TracepathRoundsOptions,
};

/** What conditions may speak of, by kind of run: docs/conditions.md. */
export const vocabularies: Readonly<
  Record<'ping' | 'tracepath' | 'tracepathRounds' | 'tracepathFlows' | 'arping' | 'clockdiff', Vocabulary>
> = {
  ping: PING_WORDS,
  tracepath: TRACE_WORDS,
  tracepathRounds: ROUNDS_WORDS,
  tracepathFlows: FLOWS_WORDS,
  arping: ARPING_WORDS,
  clockdiff: CLOCKDIFF_WORDS,
};

/** A run of `ping()`. */
export type PingRun = Run<PublishedPingEvent, PublishedPingSummary>;

/**
 * Pings a host, ping(8).
 *
 * @param target a name or an address
 * @returns a run: iterate it for events, await it for the summary; leaving the loop ends it. It rejects with a SondeError where
 * this machine refuses (no such name, no privilege); what the network says is an event.
 * @throws TypeError, RangeError at once for options that cannot be, naming the option
 */
export function ping(target: string, options: PingLibraryOptions = {}): PingRun {
  checkTarget('ping', target);
  const given = takeOptions('ping', options);
  checkPingOptions(given);
  const start = import('./ping/library.ts');
  return new Run(async (control) => (await start).runPing(target, given, control), given.signal);
}

/** A run of `tracepath()`: the path once. */
export type TracepathRun = Run<PublishedTraceEvent, PublishedTraceSummary>;
/** A run of `tracepath()` with `flows`: all equal-cost paths. */
export type TracepathFlowsRun = Run<PublishedFlowsEvent, PublishedFlowsSummary>;
/** A run of `tracepath()` with `report` or `count`: figures of each hop. */
export type TracepathRoundsRun = Run<PublishedRoundsEvent, PublishedRoundsSummary>;

/**
 * Finds the routers on the way to a host, and the path MTU, tracepath(8). No privilege is needed.
 *
 * @param target a name or an address
 * @returns a run, as `ping()` does
 * @throws TypeError, RangeError at once for options that cannot be, naming the option
 */
export function tracepath(target: string, options?: TracepathLibraryOptions): TracepathRun;
export function tracepath(target: string, options: TracepathFlowsOptions): TracepathFlowsRun;
export function tracepath(target: string, options: TracepathRoundsOptions): TracepathRoundsRun;
export function tracepath(
  target: string,
  options: AnyTracepathOptions = {},
): Run<AnyTracepathEvent, AnyTracepathSummary> {
  const given = takeOptions('tracepath', options);
  checkTracepathOptions(target, given);
  const start = import('./tracepath/library.ts');
  return new Run(async (control) => (await start).runTracepath(target, given, control), given.signal);
}

/** A run of `arping()`. */
export type ArpingRun = Run<PublishedArpingEvent, PublishedArpingSummary>;

/**
 * Asks by ARP who has an address, arping(8). Needs CAP_NET_RAW.
 *
 * @param target a name or an IPv4 address on an attached network; with `reverse` a hardware address
 * @returns a run, as `ping()` does
 * @throws TypeError, RangeError at once for options that cannot be, naming the option
 */
export function arping(target: string, options: ArpingLibraryOptions = {}): ArpingRun {
  const given = takeOptions('arping', options);
  checkArpingOptions(target, given);
  const start = import('./arping/library.ts');
  return new Run(async (control) => (await start).runArping(target, given, control), given.signal);
}

/** A run of `clockdiff()`. */
export type ClockdiffRun = Run<PublishedClockdiffEvent, PublishedClockdiffSummary>;

/**
 * Measures how far a host's clock is from ours, by ICMP, clockdiff(8). Needs CAP_NET_RAW.
 *
 * @param target a name or an IPv4 address
 * @returns a run, as `ping()` does
 * @throws TypeError, RangeError at once for options that cannot be, naming the option
 */
export function clockdiff(target: string, options: ClockdiffLibraryOptions = {}): ClockdiffRun {
  const given = takeOptions('clockdiff', options);
  checkClockdiffOptions(target, given);
  const start = import('./clockdiff/library.ts');
  return new Run(async (control) => (await start).runClockdiff(target, given, control), given.signal);
}

/** A run of `rdisc()`. */
export type RdiscRun = Run<PublishedRdiscEvent, PublishedRdiscSummary>;

/**
 * Finds the routers of the attached networks, or is one, by RFC 1256, rdisc(8). Needs CAP_NET_RAW.
 *
 * @returns a run, as `ping()` does
 * @throws TypeError, RangeError at once for options that cannot be, naming the option
 */
export function rdisc(options: RdiscLibraryOptions = {}): RdiscRun {
  const given = takeOptions('rdisc', options);
  checkRdiscOptions(given);
  const start = import('./rdisc/library.ts');
  return new Run(async (control) => (await start).runRdisc(given, control), given.signal);
}

/** A run of `sweep()`. */
export type SweepRun = Run<PublishedSweepEvent, PublishedSweepSummary>;

/**
 * Probes many hosts at once through one socket per address family, sonde-sweep(8).
 *
 * @param targets names, addresses, blocks (`10.0.0.0/24`) and ranges (`10.0.0.1-9`); an address given twice is one target
 * @returns a run, as `ping()` does: an event for each target when it is done
 * @throws TypeError, RangeError at once for targets and options that cannot be, naming the option
 */
export function sweep(targets: SweepTargets, options: SweepLibraryOptions = {}): SweepRun {
  const given = takeOptions('sweep', options);
  const request = readSweepRequest(targets, given);
  const start = import('./sweep/library.ts');
  return new Run(async (control) => (await start).runSweep(request, control), given.signal);
}
