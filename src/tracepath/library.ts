/** A run of the library's `tracepath()`: sockets and engines are those of the command. Loaded when the first one begins. */
import { guestRules, openMachine } from '../library/guest.ts';
import { type Published, publisher } from '../library/published.ts';
import type { RunControl } from '../library/run.ts';
import type { WarningEvent } from '../library/warning.ts';
import type { SummaryEvent, TracepathEvent } from './events.ts';
import type { FlowsEvent, FlowsSummaryEvent } from './flows/events.ts';
import { traceFlows } from './flows/tracing.ts';
import { type AnyTracepathOptions, toCommandOptions } from './library-options.ts';
import type { RoundsEvent, RoundsSummaryEvent } from './report/events.ts';
import { makeRounds, traceRounds } from './report/tracing.ts';
import { openSession } from './session.ts';
import { trace } from './tracing.ts';

interface Target {
  /** The target as it was given. */
  readonly host: string;
  /** Its address. */
  readonly address: string;
}

/** What a run of `tracepath()` came to, and the last of its events. */
export type PublishedTraceSummary = Published<SummaryEvent> & Target;
/** The same with `flows`. */
export type PublishedFlowsSummary = Published<FlowsSummaryEvent> & Target;
/** The same in rounds. */
export type PublishedRoundsSummary = Published<RoundsSummaryEvent> & Target;
/** What a run of `tracepath()` tells. `summary` comes last. */
export type PublishedTraceEvent = Published<Exclude<TracepathEvent, { type: 'summary' }>> | PublishedTraceSummary;
/** The same with `flows`. */
export type PublishedFlowsEvent =
  | Published<Exclude<FlowsEvent, { type: 'summary' }>>
  | PublishedFlowsSummary
  | WarningEvent;
/** The same in rounds. */
export type PublishedRoundsEvent = Published<Exclude<RoundsEvent, { type: 'summary' }>> | PublishedRoundsSummary;

export type AnyTracepathEvent = PublishedTraceEvent | PublishedFlowsEvent | PublishedRoundsEvent;
export type AnyTracepathSummary = PublishedTraceSummary | PublishedFlowsSummary | PublishedRoundsSummary;

/** @throws SetupError, SystemError and what an abort gives as its reason */
export async function runTracepath(
  target: string,
  given: AnyTracepathOptions,
  control: RunControl<AnyTracepathEvent>,
): Promise<AnyTracepathSummary> {
  const { options, mode } = toCommandOptions(target, given);
  const machine = openMachine();
  const session = await openSession(machine, options, guestRules(control));
  try {
    control.begin();
    const publish = publisher(machine.clock.epochSeconds);
    let summary: AnyTracepathSummary | null = null;
    const emit = (event: TracepathEvent | FlowsEvent | RoundsEvent) => {
      const published = publish(event);
      if (published.type !== 'summary') return control.emit(published);
      summary = { ...published, host: target, address: session.targetText };
      control.emit(summary);
    };
    const { clock, createAlarm } = machine;
    const outside = { clock, createAlarm, signals: control.signals, gate: control.gate };
    switch (mode) {
      case 'serial':
      case 'parallel':
        await trace({ ...outside, session, options, emit });
        break;
      case 'flows': {
        const warn = (message: string) => control.emit({ type: 'warning', message });
        await traceFlows({ ...outside, machine, session, options: { ...options, flows: options.flows! }, warn, emit });
        break;
      }
      case 'report':
      case 'live':
        await traceRounds({ ...outside, session, engine: makeRounds(session, options, emit) });
        break;
    }
    return summary!;
  } finally {
    session.port.close();
  }
}
