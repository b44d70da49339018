/** What conditions are told of rounds: the statistics of the target, and figures of the hops. */
import type { Measured } from '../../conditions/vocabulary.ts';
import { measuredOf, type RunTime } from '../../conditions/words.ts';
import type { ProbeStatistics } from '../../measure/probe-statistics.ts';
import type { RoundsWord } from '../vocabulary.ts';
import type { HopStatistics } from './hop-statistics.ts';

/** A run of rounds, live. */
export interface RoundsView {
  readonly rounds: number;
  readonly hasReached: boolean;
  /** Of the target; a reset makes new ones. */
  readonly statistics: ProbeStatistics;
  shownHops(): readonly HopStatistics[];
}

export function measureRounds(view: RoundsView, time: RunTime): Measured {
  const figures: Readonly<Record<RoundsWord, () => number | boolean | null>> = {
    rounds: () => view.rounds,
    reached: () => view.hasReached,
    hops: () => (view.hasReached ? view.shownHops().length : null),
    'worst.loss': () => worst(view, ({ lossRatio }) => lossRatio),
    'worst.avg': () => worst(view, ({ averageNs }) => averageNs),
    'worst.p95': () => worst(view, ({ p95Ns }) => p95Ns),
  };
  return { read: (word, scope) => measuredOf(view.statistics, time, figures).read(word, scope) };
}

/** A router that never answers says nothing about the path. */
function worst(view: RoundsView, figure: (hop: HopStatistics) => number | null): number | null {
  const hops = view.shownHops().filter(({ hasAnswered }) => hasAnswered);
  const figures = hops.map(figure).filter((each) => each !== null);
  return figures.length === 0 ? null : Math.max(...figures);
}
