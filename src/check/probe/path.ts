/** A path check: the library's `tracepath()`, all hops at once. */
import { type TracepathEvent, tracepath } from '../../index.ts';
import type { PathCheck } from '../check.ts';
import type { Hop, Measurement, Presence } from '../measurement.ts';
import { factsOf } from '../vocabularies.ts';
import { familyNumber } from './family.ts';
import { describeIcmpError } from './icmp-words.ts';
import { refusedBySystem } from './refusal.ts';
import { conditionTexts } from './verdicts.ts';

export async function probePath(check: PathCheck, signal: AbortSignal): Promise<Measurement> {
  const { maxHops, port, family } = check;
  const run = tracepath(check.target, {
    signal,
    parallel: true,
    maxHops,
    port: port ?? undefined,
    family: familyNumber(family),
    conditions: conditionTexts(check),
  });
  const heard = new HeardPath();
  for await (const event of run) heard.take(event);
  const { reason, mtu, hops, address, conditions } = await run;
  const isReached = reason === 'reached' || reason === 'reply';
  if (heard.sendErrno !== null && !heard.hops.some((hop) => hop.address !== null))
    return refusedBySystem(heard.sendErrno);
  const presence: Presence = isReached ? 'answers' : 'silent';
  const words: Readonly<Record<string, number | boolean | null>> = { pmtu: mtu, hops, reached: isReached };
  return {
    outcome: 'measured',
    presence,
    verdicts: conditions,
    facts: factsOf(check.kind, (word) => words[word] ?? null),
    roundTripsMs: [],
    hops: heard.hops,
    remark: isReached ? null : (heard.remark ?? `the path did not end within ${heard.hops.length} hops`),
    address: address === check.target ? null : address,
    method: null,
  };
}

class HeardPath {
  readonly #hops: Hop[] = [];
  readonly #mtus = new Map<number, number>();
  /** Who refused to pass probes on. */
  remark: string | null = null;
  sendErrno: number | null = null;

  /** Nearest first. */
  get hops(): readonly Hop[] {
    return this.#hops
      .map((hop) => ({ ...hop, mtu: this.#mtus.get(hop.distance) ?? null }))
      .sort((a, b) => a.distance - b.distance);
  }

  take(event: TracepathEvent): void {
    switch (event.type) {
      case 'hop':
        this.#hops.push({
          distance: event.hop,
          address: event.addresses[0] ?? null,
          name: null,
          roundTripMs: event.bestMs,
          mtu: null,
        });
        break;
      case 'mtu':
        // Narrow from behind that hop on: it shows where the next one is.
        this.#mtus.set(event.behindHop + 1, event.after);
        break;
      case 'answer':
        if (event.address === null) this.sendErrno = event.outcome === 'mtu' ? this.sendErrno : event.errno;
        else if (!['hop', 'silent', 'mtu', 'reached'].includes(event.outcome)) {
          const family = event.address.includes(':') ? 6 : 4;
          this.remark = `from ${event.address}: ${describeIcmpError(family, event.icmpType, event.icmpCode)}`;
        }
        break;
      case 'send-failed':
        this.sendErrno = event.errno;
        break;
      case 'lost':
      case 'no-reply':
      case 'reply':
      case 'black-hole':
      case 'too-many-hops':
      case 'summary':
        break;
    }
  }
}
