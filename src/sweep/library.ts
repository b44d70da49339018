/** A run of the library's `sweep()`: sockets and engine are those of the command. Loaded when the first one begins. */
import { guestRules, openMachine } from '../library/guest.ts';
import { type Published, publisher } from '../library/published.ts';
import type { RunControl } from '../library/run.ts';
import type { RoundTripFigures, SummaryEvent, SweepEvent } from './events.ts';
import type { SweepRequest } from './library-options.ts';
import { sweepTargets } from './sweeping.ts';

/** What a run of `sweep()` came to, and the last of its events. Buckets of round trips are for `--merge`, which reads JSON. */
export type PublishedSweepSummary = Published<Omit<SummaryEvent, 'roundTrip'>> & {
  /** Of all answers; null without any. */
  readonly roundTrip: Published<Omit<RoundTripFigures, 'buckets'>> | null;
};
/** What a run of `sweep()` tells. `start` comes before any target, `summary` last. */
export type PublishedSweepEvent =
  | Published<Exclude<SweepEvent, { type: 'summary' | 'status' }>>
  | PublishedSweepSummary;

/** @throws SetupError, SystemError and what an abort gives as its reason */
export async function runSweep(
  { options, plan }: SweepRequest,
  control: RunControl<PublishedSweepEvent>,
): Promise<PublishedSweepSummary> {
  const { addon, clock, interfaces, createAlarm } = openMachine();
  const publish = publisher(clock.epochSeconds);
  const { summary } = await sweepTargets({
    addon,
    interfaces,
    createAlarm,
    rules: guestRules(control),
    options,
    plan,
    audience: {
      tells: () => true,
      show: (event) => control.emit(publish(event) as PublishedSweepEvent),
      flush: () => {},
      progress: () => {},
      hasProgress: false,
    },
    begin: () => {
      control.begin();
      return control.signals;
    },
    gate: control.gate,
  });
  const published = publish(withoutBuckets(summary));
  control.emit(published);
  return published;
}

function withoutBuckets({ roundTrip, ...figures }: SummaryEvent) {
  if (roundTrip === null) return { ...figures, roundTrip };
  const { buckets: _, ...times } = roundTrip;
  return { ...figures, roundTrip: times };
}
