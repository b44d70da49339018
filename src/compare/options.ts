/** The command line of `sonde compare`. */
import type { ParsedCommand } from '../cli/command.ts';
import { parseDuration } from '../cli/duration.ts';
import { UsageError } from '../cli/errors.ts';
import type { OptionSpec } from '../cli/getopt.ts';
import { parseReal } from '../cli/numbers.ts';
import { parseCommand } from '../cli/parse-command.ts';
import type { UsageFacts } from '../cli/usage.ts';
import type { Threshold } from './compare.ts';

export const EXIT = { NOT_WORSE: 0, WORSE: 1, USAGE: 2, TOO_LITTLE: 3 } as const;

const DEFAULT_THRESHOLD_NS = 100e3;
const DEFAULT_ALPHA = 0.05;
const LARGEST_ALPHA = 0.5;
const PERCENT = 100;

export const COMPARE_OPTIONS = [
  {
    long: 'base',
    short: 'b',
    argument: 'file',
    completes: 'file',
    group: 'Targets',
    help: 'further runs of the base; may be given again',
  },
  {
    long: 'threshold',
    short: 't',
    argument: 'shift',
    group: 'Conditions',
    help: 'a shift up to this is no change: 5ms, 10% of the base, 0 (100us)',
  },
  {
    long: 'alpha',
    short: 'a',
    argument: 'number',
    group: 'Conditions',
    help: 'how often anything is called changed where nothing is (0.05)',
  },
  { long: 'json', short: 'j', group: 'Output', help: 'print one JSON object a target, and one for all' },
  { long: 'usage', short: 'h', group: 'Help', help: 'print the short help and exit' },
  { long: 'help', group: 'Help', help: 'print the long help and exit' },
  { long: 'version', short: 'V', group: 'Help', help: 'print the version and exit' },
] as const satisfies readonly OptionSpec[];

export const USAGE: UsageFacts = {
  command: 'sonde compare',
  summary: 'tell whether latency or loss got worse between two runs, or two sets of runs',
  synopsis: '[options] <base> <new>...',
  operands: [
    ['<base>', 'a recording, or what -j wrote; with --base that takes its place'],
    ['<new>', 'the same of the new runs'],
  ],
  completes: 'file',
  exitStatuses: [
    [`${EXIT.NOT_WORSE}`, 'nothing is worse'],
    [`${EXIT.WORSE}`, 'latency or loss of some target is worse'],
    [`${EXIT.USAGE}`, 'usage, or a file that cannot be read'],
    [`${EXIT.TOO_LITTLE}`, 'too little data to tell'],
  ],
  examples: [
    ['sonde compare before.sonde after.sonde', 'two recordings'],
    ['sonde compare --threshold 5ms before.json after.json', 'what ping -j wrote; less than 5 ms more is no change'],
    ['sonde compare --base a1 --base a2 b1 b2', 'two runs on each side'],
  ],
};

export interface CompareCommandOptions {
  readonly base: readonly string[];
  readonly new: readonly string[];
  readonly threshold: Threshold;
  readonly alpha: number;
  readonly json: boolean;
}

export function parseCompare(argv: readonly string[], posixlyCorrect: boolean): ParsedCommand<CompareCommandOptions> {
  const base: string[] = [];
  let threshold: Threshold = { kind: 'time', ns: DEFAULT_THRESHOLD_NS };
  let alpha = DEFAULT_ALPHA;
  let json = false;
  return parseCommand(
    {
      specs: COMPARE_OPTIONS,
      read: (name, value) => {
        switch (name) {
          case 'base':
            base.push(value);
            return;
          case 'threshold':
            threshold = parseThreshold(value);
            return;
          case 'alpha':
            alpha = parseAlpha(value);
            return;
          case 'json':
            json = true;
        }
      },
      finish: (operands) => {
        const before = base.length > 0 ? base : operands.slice(0, 1);
        const after = base.length > 0 ? operands : operands.slice(1);
        if (before.length === 0 || after.length === 0) {
          return { action: 'usage', message: `no file of the ${before.length === 0 ? 'base' : 'new runs'} given` };
        }
        return { action: 'run', options: { base: before, new: after, threshold, alpha, json } };
      },
    },
    argv,
    posixlyCorrect,
  );
}

/** @throws UsageError */
function parseThreshold(text: string): Threshold {
  if (text === '0') return { kind: 'time', ns: 0 };
  const ns = parseDuration(text);
  if (ns !== null) return { kind: 'time', ns };
  const { value, rest } = parseReal(text);
  if (rest === '%' && value >= 0 && Number.isFinite(value)) return { kind: 'part', ofMedian: value / PERCENT };
  throw new UsageError(`invalid --threshold '${text}': a time with its unit (5ms), a part (10%) or 0`, EXIT.USAGE);
}

/** @throws UsageError */
function parseAlpha(text: string): number {
  const { value, rest } = parseReal(text);
  if (rest === '' && value > 0 && value <= LARGEST_ALPHA) return value;
  throw new UsageError(`invalid --alpha '${text}': above 0, and no more than ${LARGEST_ALPHA}`, EXIT.USAGE);
}
