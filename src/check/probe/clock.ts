/** A clock check: the library's `clockdiff()`. */
import { type ClockdiffSummary, clockdiff } from '../../index.ts';
import { EPERM } from '../../net/constants.ts';
import { strerror } from '../../net/portable-errors.ts';
import type { ClockCheck } from '../check.ts';
import type { Measurement, Presence } from '../measurement.ts';
import { factsOf } from '../vocabularies.ts';
import { Denials } from './denials.ts';
import { refusedBySystem } from './refusal.ts';
import { conditionTexts } from './verdicts.ts';

const NS_PER_MS = 1e6;

export async function probeClock(check: ClockCheck, signal: AbortSignal): Promise<Measurement> {
  const run = clockdiff(check.target, { signal, samples: check.count, conditions: conditionTexts(check) });
  const roundTripsMs: (number | null)[] = [];
  const denials = new Denials();
  for await (const event of run) {
    if (event.type === 'sample') roundTripsMs.push(event.roundTripMs);
    if (event.type === 'unanswered') roundTripsMs.push(null);
    if (event.type === 'network-error' && event.source !== null) denials.take(event.source, { family: 4, ...event });
  }
  const summary = await run;
  const { reason, errno, accepted, offset, address, conditions } = summary;
  if (reason === 'unreachable') return refusedBySystem(errno!);
  const isThere = accepted > 0 || isHeard(summary);
  if (!isThere && denials.areOurs(address)) return refusedBySystem(EPERM);
  const presence: Presence = isThere ? 'answers' : denials.presenceOf(address);
  const words: Readonly<Record<string, number>> =
    offset === null ? {} : { offset: offset.offsetMs * NS_PER_MS, bound: offset.boundMs * NS_PER_MS };
  return {
    outcome: 'measured',
    presence,
    verdicts: conditions,
    facts: factsOf(check.kind, (word) => words[word] ?? null),
    roundTripsMs,
    hops: [],
    remark: remarkOf(summary),
    address: address === check.target ? null : address,
    method: null,
  };
}

/** Somebody answered, though nothing can be made of it. */
function isHeard({ reason }: ClockdiffSummary): boolean {
  return reason === 'unusable' || reason === 'non-standard';
}

function remarkOf({ reason, errno }: ClockdiffSummary): string | null {
  switch (reason) {
    case 'refused':
      return strerror(errno!);
    case 'unusable':
      return 'it answers, but none of its replies could be used';
    case 'non-standard':
      return 'its time stamps are no milliseconds since midnight UT';
    case 'down':
    case 'samples':
    case 'interrupted':
    case 'deadline':
    case 'condition':
    case 'unreachable':
      return null;
  }
}
