/** A routers check: the library's `rdisc()`, of which one interface counts. */
import { rdisc } from '../../index.ts';
import type { RoutersCheck } from '../check.ts';
import type { Measurement } from '../measurement.ts';
import { factsOf } from '../vocabularies.ts';
import { NOTHING_SENT, refusedBySystem } from './refusal.ts';
import { verdictsOf } from './verdicts.ts';

export async function probeRouters(check: RoutersCheck, signal: AbortSignal): Promise<Measurement> {
  const run = rdisc({ signal });
  let solicited = 0;
  let sendErrno: number | null = null;
  for await (const event of run) {
    // Leaving the loop ends the run: there is nobody to wait for.
    if (event.type === 'listening' && !event.interfaces.includes(check.target))
      return noInterface(check, event.interfaces);
    if (event.type === 'solicited' && event.interface === check.target) solicited++;
    if (event.type === 'send-error' && event.interface === check.target) sendErrno = event.errno;
  }
  const summary = await run;
  const routers = summary.routers.filter((router) => router.interface === check.target);
  if (routers.length === 0 && solicited === 0) return sendErrno === null ? NOTHING_SENT : refusedBySystem(sendErrno);
  const read = (word: string) => (word === 'count' ? routers.length : null);
  return {
    outcome: 'measured',
    presence: routers.length > 0 ? 'answers' : 'silent',
    verdicts: verdictsOf(check, read),
    facts: factsOf(check.kind, read),
    roundTripsMs: [],
    hops: [],
    remark: routers.length > 0 ? `routers: ${routers.map(({ address }) => address).join(', ')}` : null,
    address: null,
    method: null,
  };
}

function noInterface({ target }: RoutersCheck, others: readonly string[]): Measurement {
  const rest = others.length === 0 ? '' : `; there is ${others.join(', ')}`;
  const reason = `no interface '${target}' that is up and has multicast and an IPv4 address${rest}`;
  return { outcome: 'unmeasurable', reason, hint: null };
}
