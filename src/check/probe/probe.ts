/** Measures a check once, by its kind. */
import type { Check } from '../check.ts';
import type { Measurement } from '../measurement.ts';
import { probeArp } from './arp.ts';
import { probeClock } from './clock.ts';
import { probeDns } from './dns.ts';
import { probePath } from './path.ts';
import { probePing } from './ping.ts';
import { measureOrExplain } from './refusal.ts';
import { probeRouters } from './routers.ts';
import { probeTcp } from './tcp.ts';

/** Rejects with bugs only. Once `signal` is aborted it answers soon, with what is known. */
export async function probeCheck(check: Check, signal: AbortSignal): Promise<Measurement> {
  return await measureOrExplain(check, signal, () => probeByKind(check, signal));
}

function probeByKind(check: Check, signal: AbortSignal): Promise<Measurement> {
  switch (check.kind) {
    case 'ping':
      return probePing(check, signal);
    case 'path':
      return probePath(check, signal);
    case 'clock':
      return probeClock(check, signal);
    case 'arp':
      return probeArp(check, signal);
    case 'routers':
      return probeRouters(check, signal);
    case 'tcp':
      return probeTcp(check, signal);
    case 'dns':
      return probeDns(check, signal);
  }
}
