/** Options of the modes beyond iputils: over many flows (--flows), and in rounds (--count, --report, --live). */
import { UsageError } from '../cli/errors.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { parseInteger, parseReal } from '../cli/numbers.ts';

export const MODE_OPTIONS = [
  {
    long: 'confidence',
    argument: 'percent',
    group: 'Modes',
    help: 'with --flows: how sure to be that no next hop is missed (95)',
  },
  {
    short: 'c',
    long: 'count',
    argument: 'count',
    group: 'Probes',
    help: 'probe the path <count> times and report; with --flows, each hop',
  },
  { long: 'flows', argument: 'flows', group: 'Modes', help: 'find equal-cost paths with up to <flows> flows' },
  { short: 'i', long: 'interval', argument: 'seconds', group: 'Timing', help: 'from one round to the next (1)' },
  { long: 'live', group: 'Modes', help: 'show rounds on the terminal as they go; keys: q p r d' },
  { long: 'report', group: 'Modes', help: 'probe the path 10 times, or <count> times, and report' },
  { long: 'source-port', argument: 'port', group: 'Probes', help: 'source port; with --flows, of the first flow' },
] as const satisfies readonly OptionSpec[];

export type ModeOptionName = (typeof MODE_OPTIONS)[number]['long'];

export interface ModeOptions {
  /** Flows at most; null without --flows. */
  flows: number | null;
  /** Between 0 and 1. */
  confidence: number;
  /** Rounds, or with --flows probes for each hop and flow; null where not given. */
  count: number | null;
  report: boolean;
  live: boolean;
  intervalSeconds: number;
  /** 0 for one that the kernel chooses. */
  sourcePort: number;
}

const FAILURE_STATUS = 1;
export const FLOWS_MAX = 256;
export const COUNT_MAX = 2 ** 31 - 1;
/** With --flows every round trip is kept. */
export const FLOW_COUNT_MAX = 1000;
export const PORT_MAX = 0xffff;
export const CONFIDENCE_MIN = 0.01;
export const CONFIDENCE_MAX = 0.999999;
export const INTERVAL_MIN = 0.01;
export const INTERVAL_MAX = 86_400;

export const MODE_DEFAULTS: Readonly<ModeOptions> = {
  flows: null,
  confidence: 0.95,
  count: null,
  report: false,
  live: false,
  intervalSeconds: 1,
  sourcePort: 0,
};

type ValueReader = (options: ModeOptions, value: string) => void;

/** What each option does to the values; throws UsageError. */
export const MODE_READERS: Readonly<Record<ModeOptionName, ValueReader>> = {
  confidence: (options, value) => {
    options.confidence = parseBetween(value, CONFIDENCE_MIN * 100, CONFIDENCE_MAX * 100) / 100;
  },
  count: (options, value) => {
    options.count = parseInteger(value, 1, COUNT_MAX);
  },
  flows: (options, value) => {
    options.flows = parseInteger(value, 1, FLOWS_MAX);
  },
  interval: (options, value) => {
    options.intervalSeconds = parseBetween(value, INTERVAL_MIN, INTERVAL_MAX);
  },
  live: (options) => {
    options.live = true;
  },
  report: (options) => {
    options.report = true;
  },
  'source-port': (options, value) => {
    options.sourcePort = parseInteger(value, 0, PORT_MAX);
  },
};

function parseBetween(text: string, minimum: number, maximum: number): number {
  const { value, rest } = parseReal(text);
  if (Number.isNaN(value) || rest !== '') throw new UsageError(`invalid argument: '${text}'`, FAILURE_STATUS);
  if (value >= minimum && value <= maximum) return value;
  const range = `${minimum} <= value <= ${maximum}`;
  throw new UsageError(`invalid argument: '${text}': out of range: ${range}`, FAILURE_STATUS);
}

/** `serial`: hop by hop, as iputils does. */
export type Mode = 'serial' | 'parallel' | 'flows' | 'report' | 'live';

const COMBINATION_STATUS = 2;

/** What the options together ask for. @throws UsageError for those that exclude each other */
export function chooseMode(options: ModeOptions & { readonly parallel: boolean; readonly json: boolean }): Mode {
  const { flows, count, report, live, parallel, json } = options;
  const asked = [
    ...(flows === null ? [] : ['--flows']),
    ...(live ? ['--live'] : []),
    ...(report ? ['--report'] : []),
    ...(parallel ? ['--parallel'] : []),
  ];
  const excluded =
    asked.length > 1 ? asked : live && json ? ['--live', '-j'] : parallel && count !== null ? ['--parallel', '-c'] : [];
  if (excluded.length > 0) throw new UsageError(`${excluded.join(' and ')} exclude each other`, COMBINATION_STATUS);
  if (flows !== null && count !== null && count > FLOW_COUNT_MAX) {
    throw new UsageError(
      `invalid -c value with --flows: '${count}': out of range: 1 <= value <= ${FLOW_COUNT_MAX}`,
      FAILURE_STATUS,
    );
  }
  if (flows !== null) return 'flows';
  if (live) return 'live';
  if (report || count !== null) return 'report';
  return parallel ? 'parallel' : 'serial';
}
