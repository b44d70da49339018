/** An arp check: the library's `arping()`, which hears all that answer. */
import { arping } from '../../index.ts';
import type { ArpCheck } from '../check.ts';
import type { Measurement } from '../measurement.ts';
import { factsOf } from '../vocabularies.ts';
import { NOTHING_SENT, refusedBySystem } from './refusal.ts';
import { Series, statisticsReader } from './series.ts';
import { conditionTexts } from './verdicts.ts';

export async function probeArp(check: ArpCheck, signal: AbortSignal): Promise<Measurement> {
  const { count, intervalMs, device } = check;
  const run = arping(check.target, {
    signal,
    count,
    intervalMs,
    interface: device ?? undefined,
    broadcast: true,
    expectOne: true,
    conditions: conditionTexts(check),
  });
  const series = new Series();
  let sendErrno: number | null = null;
  for await (const event of run) {
    if (event.type === 'reply' && event.sequence !== null && event.roundTripMs !== null) {
      series.answered(event.sequence, event.roundTripMs);
    }
    if (event.type === 'send-error' || event.type === 'receive-error') sendErrno = event.errno;
  }
  const { sent, received, told, address, conditions } = await run;
  if (received === 0 && sendErrno !== null) return refusedBySystem(sendErrno);
  if (sent === 0) return NOTHING_SENT;
  const roundTripsMs = series.roundTripsMs(sent);
  const read = statisticsReader(roundTripsMs, intervalMs, sent * intervalMs, { macs: () => told.length });
  return {
    outcome: 'measured',
    presence: received > 0 ? 'answers' : 'silent',
    verdicts: conditions,
    facts: factsOf(check.kind, (word) => read(word, { kind: 'run' })),
    roundTripsMs,
    hops: [],
    remark: told.length > 1 ? `answers come from ${told.join(' and ')}` : null,
    address: address === check.target ? null : address,
    method: null,
  };
}
