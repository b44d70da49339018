/** What this machine refuses, in words, apart from what the network answers. */
import { getSystemErrorName } from 'node:util';
import { SondeError } from '../../index.ts';
import { strerror } from '../../net/portable-errors.ts';
import type { Check } from '../check.ts';
import type { Measurement, Unmeasurable } from '../measurement.ts';
import { noFacts } from '../vocabularies.ts';
import { verdictsOf } from './verdicts.ts';

/** getaddrinfo(3)'s words for a name that is certain not to be there, or to have no address. Others may be right in a minute. */
export const NO_SUCH_NAME: readonly string[] = ['EAI_NONAME', 'EAI_NODATA', 'EAI_ADDRFAMILY'];

/** Where nothing was asked, no answer says nothing. */
export const NOTHING_SENT: Unmeasurable = {
  outcome: 'unmeasurable',
  reason: 'ended before the first probe',
  hint: null,
};

/** What `measure` brings, or what kept it from it. @throws what is neither an abort, a refusal of this machine, nor a name that is not there */
export async function measureOrExplain(
  check: Check,
  signal: AbortSignal,
  measure: () => Promise<Measurement>,
): Promise<Measurement> {
  try {
    return await measure();
  } catch (error) {
    // A run of the library that has not begun when it is aborted rejects with the reason.
    if (signal.aborted) return NOTHING_SENT;
    // Options that fit the schema one by one, and not each other: no reason to lose all other checks.
    if (error instanceof RangeError) return { outcome: 'unmeasurable', reason: error.message, hint: null };
    if (!(error instanceof SondeError)) throw error;
    if (NO_SUCH_NAME.includes(error.code)) return nameless(check, error.message);
    return { outcome: 'unmeasurable', reason: error.message, hint: error.hint ?? HINTS[error.code] ?? null };
  }
}

/** The name of the target stands for nobody. */
export function nameless(check: Check, remark: string): Measurement {
  return {
    outcome: 'measured',
    presence: 'nameless',
    verdicts: verdictsOf(check, () => null),
    facts: noFacts(check.kind),
    roundTripsMs: [],
    hops: [],
    remark,
    address: null,
    method: null,
  };
}

const HINTS: Readonly<Record<string, string>> = {
  EPERM: 'a packet filter of this machine refuses the probes: look at `nft list ruleset`',
  ENETUNREACH: 'this machine has no route to the target: look at `ip route get`',
  EHOSTUNREACH: 'this machine has no route to the target: look at `ip route get`',
  EMFILE: 'this process may open no more files: --jobs has fewer checks under way at once',
};

/** None of the probes left, because our own kernel refused them with `errno`. */
export function refusedBySystem(errno: number): Unmeasurable {
  const hint = HINTS[getSystemErrorName(-errno)] ?? null;
  return { outcome: 'unmeasurable', reason: `no probe could be sent: ${strerror(errno)}`, hint };
}
