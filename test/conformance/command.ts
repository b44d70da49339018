/**
 * What the harness is told of a command. `D` are the names of its differences, `M` those of the masks that a case has to
 * ask for: a case that names one that its command has not does not compile.
 */
import type { Case } from './case.ts';
import type { Difference } from './differences.ts';
import type { MaskTable } from './mask.ts';
import type { Suite } from './suite.ts';

export interface Command<D extends string, M extends string> {
  /** How iputils' program is called in `IPUTILS_PATH`, how its `-V` begins, and how our launcher in `bin/` is called. */
  readonly name: string;
  /** What two runs of the same command cannot have in common. */
  readonly masks: MaskTable<M>;
  readonly differences: Readonly<Record<D, Difference>>;
  /** These need not be named by each case. */
  readonly everywhere: readonly D[];
  /** Sentences about figures that cannot be: the masks hide them. It is asked about both programs' stdout. */
  readonly findWrongFigures?: (stdout: string) => readonly string[];
  /** How long the run took as its own output tells, which is masked; null where it does not tell. */
  readonly elapsedMs?: (stdout: string) => number | null;
}

/** The cases of one command: `CaseOf<typeof PING>`. */
export type CaseOf<C> = C extends Command<infer D, infer M> ? Case<D, M> : never;

/** The suites of one command: `SuiteOf<typeof PING>`. */
export type SuiteOf<C> = C extends Command<infer D, infer M> ? Suite<D, M> : never;
