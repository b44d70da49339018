/** A run of the library's `rdisc()`: socket and engines are those of the command. Loaded when the first one begins. */
import { guestRules, sharingTimer } from '../library/guest.ts';
import { type Published, publisher } from '../library/published.ts';
import type { RunControl } from '../library/run.ts';
import type { WarningEvent } from '../library/warning.ts';
import { discover, findAddresses, receivedType } from './discovery.ts';
import type { RdiscEvent, SummaryEvent } from './events.ts';
import { type RdiscLibraryOptions, toCommandOptions } from './library-options.ts';
import { loadBackend } from './load-backend.ts';

/** What a run of `rdisc()` came to, and the last of its events. */
export type PublishedRdiscSummary = Published<SummaryEvent>;
/** What a run of `rdisc()` tells. `listening` comes first, `summary` last. */
export type PublishedRdiscEvent = Published<RdiscEvent> | WarningEvent;

/** @throws SetupError, SystemError and what an abort gives as its reason */
export async function runRdisc(
  given: RdiscLibraryOptions,
  control: RunControl<PublishedRdiscEvent>,
): Promise<PublishedRdiscSummary> {
  const options = toCommandOptions(given);
  const backend = await loadBackend(options.backend, guestRules(control));
  const warn = (message: string) => control.emit({ type: 'warning', message });
  const session = backend.openSession({ install: options.install, receives: receivedType(options), console: { warn } });
  // A program that ends meanwhile leaves no routes behind.
  if (options.install) process.on('exit', session.close);
  try {
    const addresses = await findAddresses(backend, options);
    control.begin();
    const publish = publisher(backend.clock.epochSeconds);
    let summary: PublishedRdiscSummary | null = null;
    const emit = (event: RdiscEvent) => {
      const published = publish(event);
      if (published.type === 'summary') summary = published;
      control.emit(published);
    };
    const { signals, gate } = control;
    await discover({ backend: sharingTimer(backend), session, options, addresses, signals, gate, emit });
    return summary!;
  } finally {
    session.close();
    process.off('exit', session.close);
  }
}
