/** Words that name targets, as ranges and names. Nothing is looked up here. */
import { UsageError } from '../cli/errors.ts';
import { escapeControl } from '../cli/printf.ts';
import { RangeList } from './address-set.ts';
import { EXIT } from './exit-status.ts';
import { parseTarget, type TargetTextOptions } from './target-text.ts';

/** Ranges are looked through for repetitions when there are so many, and again when there are twice as many as were left. */
const COMPACT_RANGES = 1 << 20;

export class TargetList {
  readonly ranges = new RangeList();
  #compactAt = COMPACT_RANGES;
  readonly names = new Set<string>();
  readonly #options: TargetTextOptions;
  readonly #maximum: number;

  constructor(options: TargetTextOptions, maximum: number) {
    this.#options = options;
    this.#maximum = maximum;
  }

  /** `where` is named in front of a complaint: '' or `file:line: `. @throws UsageError for what can be no target */
  add(text: string, where = ''): void {
    const target = parseTarget(text, this.#options);
    switch (target.kind) {
      case 'mistake':
        throw new UsageError(`${where}${escapeControl(target.message)}`, EXIT.USAGE);
      case 'range':
        this.ranges.add(target.first, target.last);
        if (this.ranges.length >= this.#compactAt) this.#compact();
        return;
      case 'name':
        this.names.add(target.name);
        if (this.names.size > this.#maximum) throw tooMany(this.names.size, this.#maximum);
    }
  }

  #compact(): void {
    this.ranges.compact();
    this.#compactAt = Math.max(COMPACT_RANGES, 2 * this.ranges.length);
  }
}

export function tooMany(size: number, maximum: number): UsageError {
  const count = size >= Number.MAX_SAFE_INTEGER ? size.toExponential(1) : `${size}`;
  return new UsageError(`${count} targets are too many: --max-targets is ${maximum}`, EXIT.USAGE);
}
