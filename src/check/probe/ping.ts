/** A ping check: the library's `ping()`, and what its events say. */
import { ping } from '../../index.ts';
import { EPERM } from '../../net/constants.ts';
import type { PingCheck } from '../check.ts';
import type { Measurement } from '../measurement.ts';
import { factsOf } from '../vocabularies.ts';
import { familyNumber } from './family.ts';
import { Heard } from './heard.ts';
import { measureOrExplain, NOTHING_SENT, refusedBySystem } from './refusal.ts';
import { statisticsReader } from './series.ts';
import { conditionTexts } from './verdicts.ts';

/**
 * `auto` begins with ICMP on the socket that all checks share, and climbs the library's ladder, on sockets of its own, only
 * where nothing comes back: a file of 500 checks would else open 500 sockets, each of which hears what all others get.
 */
export async function probePing(check: PingCheck, signal: AbortSignal): Promise<Measurement> {
  if (check.method !== 'auto') return await measure(check, check.method, signal);
  const first = await measureOrExplain(check, signal, () => measure(check, 'icmp', signal));
  if (signal.aborted || isConclusive(first)) return first;
  const climbed = await measureOrExplain(check, signal, () => measure(check, 'auto', signal));
  // Ended while it climbed: what ICMP said is known.
  return signal.aborted && climbed.outcome === 'unmeasurable' ? first : climbed;
}

function isConclusive(measurement: Measurement): boolean {
  return measurement.outcome === 'measured' && ['answers', 'nameless'].includes(measurement.presence);
}

async function measure(check: PingCheck, method: PingCheck['method'], signal: AbortSignal): Promise<Measurement> {
  const { count, intervalMs, timeoutMs, device, size, ttl, port } = check;
  const run = ping(check.target, {
    signal,
    count,
    intervalMs,
    timeoutMs,
    fullTimeout: true,
    family: familyNumber(check.family),
    interface: device ?? undefined,
    size: size ?? undefined,
    ttl: ttl ?? undefined,
    // Left out, the run may share its socket.
    method: method === 'icmp' ? undefined : method,
    port: method === 'icmp' ? undefined : (port ?? undefined),
    conditions: conditionTexts(check),
  });
  const heard = new Heard(false);
  for await (const event of run) heard.take(event);
  const { transmitted, received, elapsedMs, address, method: used, conditions } = await run;
  if (received === 0 && heard.remark === null && heard.sendErrno !== null) return refusedBySystem(heard.sendErrno);
  if (received === 0 && heard.denials.areOurs(address)) return refusedBySystem(EPERM);
  if (transmitted === 0) return NOTHING_SENT;
  const roundTripsMs = heard.series.roundTripsMs(transmitted);
  const read = statisticsReader(roundTripsMs, intervalMs, elapsedMs);
  return {
    outcome: 'measured',
    presence: heard.presenceOf(address, received),
    verdicts: conditions,
    facts: factsOf(check.kind, (word) => read(word, { kind: 'run' })),
    roundTripsMs,
    hops: [],
    remark: heard.remark,
    address: address === check.target ? null : address,
    method: used,
  };
}
