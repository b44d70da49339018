/** A dns check: what the system's resolver answers, as every other program of this machine would get it. */
import { loadAddon } from '../../cli/addon.ts';
import { SetupError } from '../../cli/errors.ts';
import { isSystemError, reasonOf } from '../../net/errors.ts';
import { loadNative } from '../../net/native.ts';
import { resolveName } from '../../net/resolver.ts';
import type { DnsCheck } from '../check.ts';
import type { Measurement } from '../measurement.ts';
import { factsOf } from '../vocabularies.ts';
import { NO_SUCH_NAME, nameless } from './refusal.ts';
import { verdictsOf } from './verdicts.ts';

const NS_PER_MS = 1e6;

export async function probeDns(check: DnsCheck, signal: AbortSignal): Promise<Measurement> {
  const family = check.family === null ? null : check.family === 'ipv4' ? 4 : 6;
  const startMs = performance.now();
  const late = new Late(check.timeoutMs, signal);
  try {
    const found = await Promise.race([resolveName(loadAddon(loadNative), check.target, family), late.expired]);
    const timeNs = (performance.now() - startMs) * NS_PER_MS;
    if (found === null)
      return {
        outcome: 'unmeasurable',
        reason: 'the resolver did not answer in time',
        hint: null,
      };
    const count = (wanted: 4 | 6) => found.addresses.filter((address) => address.family === wanted).length;
    const words: Readonly<Record<string, number>> = {
      addresses: found.addresses.length,
      ipv4: count(4),
      ipv6: count(6),
      time: timeNs,
    };
    const read = (word: string) => words[word] ?? null;
    return {
      outcome: 'measured',
      presence: 'answers',
      verdicts: verdictsOf(check, read),
      facts: factsOf(check.kind, read),
      roundTripsMs: [],
      hops: [],
      remark: null,
      address: null,
      method: null,
    };
  } catch (error) {
    if (error instanceof SetupError) return { outcome: 'unmeasurable', reason: error.message, hint: null };
    if (!isSystemError(error)) throw error;
    if (NO_SUCH_NAME.includes(error.code)) return nameless(check, reasonOf(error));
    return { outcome: 'unmeasurable', reason: `the resolver says: ${reasonOf(error)}`, hint: null };
  } finally {
    late.forget();
  }
}

/** A lookup cannot be taken back: what comes of it later is nobody's. */
class Late {
  /** Resolves with null at the timeout or when the check is ended. */
  readonly expired: Promise<null>;
  forget = () => {};

  constructor(timeoutMs: number, signal: AbortSignal) {
    this.expired = new Promise((resolve) => {
      const expire = () => resolve(null);
      const timer = setTimeout(expire, timeoutMs);
      signal.addEventListener('abort', expire, { once: true });
      this.forget = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', expire);
      };
    });
  }
}
