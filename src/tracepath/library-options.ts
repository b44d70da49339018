/** The options of `tracepath()` in the library: names, units, ranges, and what they mean in terms of the command's. No sockets here. */
import { type ConditionLibraryOptions, conditionChecks, readConditions } from '../library/conditions.ts';
import {
  abortSignal,
  type Check,
  checkOptions,
  checkTarget,
  flag,
  oneOf,
  realNumber,
  wholeNumber,
} from '../library/options.ts';
import {
  CONFIDENCE_MAX,
  CONFIDENCE_MIN,
  COUNT_MAX,
  chooseMode,
  FLOW_COUNT_MAX,
  FLOWS_MAX,
  INTERVAL_MAX,
  INTERVAL_MIN,
  type Mode,
  PORT_MAX,
} from './mode-options.ts';
import { OVERHEAD_OCTETS } from './mtu.ts';
import { DEFAULT_PORT, defaults, HOPS_MAX, INT_MAX, type TracepathOptions } from './options.ts';
import { vocabularyOf } from './vocabulary.ts';

/** What every way of tracing can be told: tracepath(8)'s long options in camelCase, times in milliseconds. */
interface CommonOptions extends ConditionLibraryOptions {
  /** Ends the run with what is known. Aborted before the first probe, the run rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** End after this time, 1 to 2,147,483,647,000. @defaultValue no such end */
  readonly deadlineMs?: number | undefined;
  /** 4 or 6: that family only. @defaultValue the first that the name has an address of */
  readonly family?: 4 | 6 | undefined;
  /** Octets of the first packet, IP and UDP headers included: 29 (IPv6: 49) to 2,147,483,647. @defaultValue 65535 (IPv6: 128000); in rounds 64 */
  readonly length?: number | undefined;
  /** Go no further, 0 to 255. @defaultValue 30 */
  readonly maxHops?: number | undefined;
  /** First destination port, 1 to 65,535. @defaultValue 44444 */
  readonly port?: number | undefined;
  /** Source port, with `flows` of the first flow: 0 to 65,535. @defaultValue one that the kernel chooses */
  readonly sourcePort?: number | undefined;
}

/** The path once, hop by hop or all hops at once: as tracepath(8) does. */
export interface TracepathLibraryOptions extends CommonOptions {
  /** Probe all hops at once. */
  readonly parallel?: boolean | undefined;
  /** Where probes vanish, try small ones and find the size that passes (RFC 2923). Hop by hop only. */
  readonly blackHoles?: boolean | undefined;
  readonly flows?: undefined;
  readonly report?: false | undefined;
  readonly count?: undefined;
  readonly confidence?: undefined;
  readonly intervalMs?: undefined;
}

/** All equal-cost paths, with as many flows as it takes. */
export interface TracepathFlowsOptions extends CommonOptions {
  /** Flows at most, 1 to 256: each has a socket. */
  readonly flows: number;
  /** Probes for each hop and flow, 1 to 1,000. @defaultValue 1 */
  readonly count?: number | undefined;
  /** How sure to be that no next hop is missed, 0.01 to 0.999999. @defaultValue 0.95 */
  readonly confidence?: number | undefined;
  readonly parallel?: false | undefined;
  readonly blackHoles?: false | undefined;
  readonly report?: false | undefined;
  readonly intervalMs?: undefined;
}

/** The path again and again, with figures for each hop. */
export type TracepathRoundsOptions = CommonOptions & {
  /** From one round to the next, 10 to 86,400,000. @defaultValue 1000 */
  readonly intervalMs?: number | undefined;
  readonly flows?: undefined;
  readonly confidence?: undefined;
  readonly parallel?: false | undefined;
  readonly blackHoles?: false | undefined;
} & (
    | {
        /** Rounds, in other words `report` without a `count`. */
        readonly report: true;
        /** So many of them, 1 to 2,147,483,647. @defaultValue 10 */
        readonly count?: number | undefined;
      }
    | { readonly report?: true | undefined; readonly count: number }
  );

export type AnyTracepathOptions = TracepathLibraryOptions | TracepathFlowsOptions | TracepathRoundsOptions;

type OptionName = keyof TracepathLibraryOptions | keyof TracepathFlowsOptions;

const MS_PER_SECOND = 1000;

const CHECKS: Readonly<Record<Exclude<OptionName, keyof ConditionLibraryOptions>, Check>> = {
  signal: abortSignal,
  deadlineMs: realNumber(1, INT_MAX * MS_PER_SECOND),
  family: oneOf([4, 6]),
  length: wholeNumber(OVERHEAD_OCTETS[4] + 1, INT_MAX),
  maxHops: wholeNumber(0, HOPS_MAX),
  port: wholeNumber(1, PORT_MAX),
  sourcePort: wholeNumber(0, PORT_MAX),
  parallel: flag,
  blackHoles: flag,
  flows: wholeNumber(1, FLOWS_MAX),
  report: flag,
  count: wholeNumber(1, COUNT_MAX),
  confidence: realNumber(CONFIDENCE_MIN, CONFIDENCE_MAX),
  intervalMs: realNumber(INTERVAL_MIN * MS_PER_SECOND, INTERVAL_MAX * MS_PER_SECOND),
};

/** Words of conditions depend on the way of tracing. @throws TypeError, RangeError naming the option */
export function checkTracepathOptions(target: string, options: AnyTracepathOptions): void {
  checkTarget('tracepath', target);
  const { conditions, until, ...others } = options;
  checkOptions('tracepath', others, CHECKS);
  refuseContradictions(options);
  checkOptions('tracepath', { conditions, until }, conditionChecks(vocabularyOf(modeOf(options))));
}

function refuseContradictions(options: AnyTracepathOptions): void {
  const given = (['flows', 'report', 'parallel', 'blackHoles'] as const).filter((name) => {
    return options[name] !== undefined && options[name] !== false;
  });
  const [first, second] = given;
  if (second !== undefined) throw new RangeError(`${first} and ${second} exclude each other`);
  const { flows, count, confidence, intervalMs, family, length } = options;
  if (family === 6 && length !== undefined) {
    wholeNumber(OVERHEAD_OCTETS[6] + 1, INT_MAX)(length, 'length, with family 6,');
  }
  if (count !== undefined && (first === 'parallel' || first === 'blackHoles')) {
    throw new RangeError(`${first} and count exclude each other`);
  }
  if (flows !== undefined && count !== undefined) wholeNumber(1, FLOW_COUNT_MAX)(count, 'count, with flows,');
  if (confidence !== undefined && flows === undefined) throw new RangeError('confidence goes with flows');
  const isRounds = first === 'report' || (flows === undefined && count !== undefined);
  if (intervalMs !== undefined && !isRounds) throw new RangeError('intervalMs goes with report or count');
}

/** The options were checked. */
function modeOf(given: AnyTracepathOptions): Mode {
  return chooseMode(withoutConditions('', given));
}

/** The same in the command's terms. The options were checked. */
export function toCommandOptions(
  destination: string,
  given: AnyTracepathOptions,
): { readonly options: TracepathOptions; readonly mode: Mode } {
  const mode = modeOf(given);
  const conditions = readConditions(given, vocabularyOf(mode));
  return { mode, options: { ...withoutConditions(destination, given), conditions } };
}

function withoutConditions(destination: string, given: AnyTracepathOptions): TracepathOptions {
  const base = defaults({ commandName: 'tracepath' });
  return {
    ...base,
    destination,
    numeric: true,
    deadlineSeconds: (given.deadlineMs ?? 0) / MS_PER_SECOND,
    family: given.family ?? null,
    length: given.length ?? base.length,
    maxHops: given.maxHops ?? base.maxHops,
    port: given.port ?? DEFAULT_PORT,
    sourcePort: given.sourcePort ?? base.sourcePort,
    parallel: given.parallel ?? false,
    blackHoles: given.blackHoles ?? false,
    flows: given.flows ?? null,
    report: given.report ?? false,
    count: given.count ?? null,
    confidence: given.confidence ?? base.confidence,
    intervalSeconds: given.intervalMs === undefined ? base.intervalSeconds : given.intervalMs / MS_PER_SECOND,
  };
}
