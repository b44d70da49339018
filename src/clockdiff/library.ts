/** A run of the library's `clockdiff()`: socket and engine are those of the command. Loaded when the first one begins. */
import { guestRules, sharingTimer } from '../library/guest.ts';
import { type Published, publisher } from '../library/published.ts';
import type { RunControl } from '../library/run.ts';
import type { WarningEvent } from '../library/warning.ts';
import { nextIdentifier } from '../net/identifier.ts';
import type { Session } from './backend.ts';
import type { ClockdiffEvent, EndReason, SummaryEvent } from './events.ts';
import { type ClockdiffLibraryOptions, toCommandOptions } from './library-options.ts';
import { loadBackend } from './load-backend.ts';
import { probe } from './probing.ts';

/** What a run of `clockdiff()` came to, and the last of its events. */
export type PublishedClockdiffSummary = Published<Omit<SummaryEvent, 'reason'>> & {
  /** Why the run ended; `samples`: as many as were asked for. */
  readonly reason: EndReason['kind'];
  /** Why our kernel refused to send (`unreachable`), or what an ICMP error said (`refused`); null for other reasons. */
  readonly errno: number | null;
  /** The target by its canonical name where there is one. */
  readonly host: string;
  /** Its address. */
  readonly address: string;
};
/** What a run of `clockdiff()` tells. `summary` comes last. */
export type PublishedClockdiffEvent =
  | Published<Exclude<ClockdiffEvent, { type: 'summary' }>>
  | PublishedClockdiffSummary
  | WarningEvent;

/** @throws SetupError, SystemError and what an abort gives as its reason */
export async function runClockdiff(
  target: string,
  given: ClockdiffLibraryOptions,
  control: RunControl<PublishedClockdiffEvent>,
): Promise<PublishedClockdiffSummary> {
  const options = toCommandOptions(target, given);
  const backend = await loadBackend(options.backend, guestRules(control));
  const identifier = nextIdentifier();
  const warn = (message: string) => control.emit({ type: 'warning', message });
  const session = await backend.openSession({ options, identifier, console: { warn } });
  try {
    control.begin();
    const publish = publisher(backend.clock.epochSeconds);
    let summary: PublishedClockdiffSummary | null = null;
    const emit = (event: ClockdiffEvent) => {
      if (event.type !== 'summary') return control.emit(publish(event));
      summary = summarize(publish(event), session);
      control.emit(summary);
    };
    const { signals, gate } = control;
    const timed = sharingTimer(backend);
    await probe({ backend: timed, session, options, identifier, waitsInKernel: false, signals, gate, emit });
    return summary!;
  } finally {
    session.port.close();
  }
}

function summarize(
  { reason, ...figures }: Published<SummaryEvent>,
  { host, address }: Session,
): PublishedClockdiffSummary {
  return { ...figures, reason: reason.kind, errno: 'errno' in reason ? reason.errno : null, host, address };
}
