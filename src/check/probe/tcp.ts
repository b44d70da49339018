/** A tcp check: the library's `ping()` by TCP, of which only a SYN-ACK counts. */
import { ping } from '../../index.ts';
import { EPERM } from '../../net/constants.ts';
import type { TcpCheck } from '../check.ts';
import type { Measurement } from '../measurement.ts';
import { factsOf } from '../vocabularies.ts';
import { familyNumber } from './family.ts';
import { Heard } from './heard.ts';
import { NOTHING_SENT, refusedBySystem } from './refusal.ts';
import { statisticsReader } from './series.ts';
import { verdictsOf } from './verdicts.ts';

const NS_PER_MS = 1e6;

export async function probeTcp(check: TcpCheck, signal: AbortSignal): Promise<Measurement> {
  const { host, port, count, intervalMs, timeoutMs } = check;
  const run = ping(host, {
    signal,
    method: 'tcp',
    port,
    count,
    intervalMs,
    timeoutMs,
    fullTimeout: true,
    family: familyNumber(check.family),
  });
  const heard = new Heard(true);
  for await (const event of run) heard.take(event);
  const { transmitted, elapsedMs, address } = await run;
  const roundTripsMs = heard.series.roundTripsMs(transmitted);
  const connected = roundTripsMs.filter((ms) => ms !== null);
  if (connected.length === 0 && heard.refusals === 0 && heard.remark === null && heard.sendErrno !== null) {
    return refusedBySystem(heard.sendErrno);
  }
  if (connected.length === 0 && heard.refusals === 0 && heard.denials.areOurs(address)) return refusedBySystem(EPERM);
  if (transmitted === 0) return NOTHING_SENT;
  const presence = heard.presenceOf(address, connected.length);
  const connectNs = connected.length === 0 ? null : Math.max(...connected) * NS_PER_MS;
  const read = statisticsReader(roundTripsMs, intervalMs, elapsedMs, { connect: () => connectNs });
  return {
    outcome: 'measured',
    presence,
    verdicts: verdictsOf(check, read),
    facts: factsOf(check.kind, (word) => read(word, { kind: 'run' })),
    roundTripsMs,
    hops: [],
    remark: heard.refusals > 0 ? 'connection refused' : heard.remark,
    address: address === host ? null : address,
    method: null,
  };
}
