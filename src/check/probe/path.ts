/** A path check: the library's `tracepath()`, all hops at once. */
import { type TracepathEvent, tracepath } from '../../index.ts';
import { EPERM } from '../../net/constants.ts';
import type { PathCheck, PingCheck } from '../check.ts';
import type { Hop, Measured, Measurement, Presence } from '../measurement.ts';
import { factsOf } from '../vocabularies.ts';
import { Denials } from './denials.ts';
import { familyNumber } from './family.ts';
import { describeIcmpError } from './icmp-words.ts';
import { probePing } from './ping.ts';
import { refusedBySystem } from './refusal.ts';
import { conditionTexts, verdictsOf } from './verdicts.ts';

const NS_PER_MS = 1e6;

type Words = Readonly<Record<string, number | boolean | null>>;

/** Where the trace does not tell whether the target is there, it is asked once more, as `ping` does by all methods. */
export async function probePath(check: PathCheck, signal: AbortSignal): Promise<Measurement> {
  const traced = await trace(check, signal);
  if (traced.outcome === 'unmeasurable' || !isInDoubt(check, traced)) return traced;
  const asked = await probePing(askingOnceMore(check), signal);
  if (asked.outcome === 'unmeasurable') return signal.aborted ? traced : asked;
  return asked.presence === 'silent' ? traced : { ...traced, ...saidBy(asked) };
}

/**
 * A host that drops UDP, or is further than `max-hops`, leaves a trace as a dead one does. And to tracepath whoever says that the
 * port is unreachable is the target: firewalls say so too, and routers by another of their addresses.
 */
function isInDoubt({ expect }: PathCheck, { presence, facts }: Measured): boolean {
  if (presence === 'answers' || presence === 'refuses') return false;
  const isReached = facts.some(({ word, value }) => word === 'reached' && value === true);
  return expect === 'unreachable' || (expect === 'reachable' && isReached);
}

function saidBy({ presence, method, remark }: Measured): Pick<Measured, 'presence' | 'remark'> {
  return { presence, remark: presence === 'answers' ? `it answers ping --method ${method}` : remark };
}

function askingOnceMore(check: PathCheck): PingCheck {
  const probes = { count: 2, intervalMs: 200, timeoutMs: 1000, device: null, size: null, ttl: null } as const;
  return { ...check, ...probes, kind: 'ping', method: 'auto', port: null, assertions: [] };
}

async function trace(check: PathCheck, signal: AbortSignal): Promise<Measurement> {
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
  const { reason, mtu, hops, sent, answered, elapsedMs, address, conditions } = await run;
  const isReached = reason === 'reached' || reason === 'reply';
  if (heard.sendErrno !== null && !heard.hops.some((hop) => hop.address !== null))
    return refusedBySystem(heard.sendErrno);
  if (heard.denials.areOurs(address)) return refusedBySystem(EPERM);
  // A trace ends with an ICMP error of the target; which one makes no difference.
  const isTarget = reason === 'reply' || heard.denials.isBy(address);
  const isFollowed = isReached || isTarget;
  const presence: Presence = isTarget ? 'answers' : heard.denials.presenceOf(address);
  // As far as a path was followed its MTU is an upper limit of that of the whole: `pmtu >= 1420` is not known to hold.
  const words: Words = { reached: isReached, pmtu: isFollowed ? mtu : null, hops };
  const unfollowed: Words = { ...words, silent: heard.silent, sent, answered, time: elapsedMs * NS_PER_MS };
  return {
    outcome: 'measured',
    presence,
    verdicts: isFollowed ? conditions : verdictsOf(check, (word) => unfollowed[word] ?? null),
    facts: factsOf(check.kind, (word) => words[word] ?? null),
    roundTripsMs: [],
    hops: heard.hops,
    remark: isTarget && isReached ? null : (heard.remark ?? `the path did not end within ${heard.hops.length} hops`),
    address: address === check.target ? null : address,
    method: null,
  };
}

class HeardPath {
  readonly #hops: Hop[] = [];
  readonly #mtus = new Map<number, number>();
  readonly denials = new Denials();
  /** What somebody said instead of an answer. */
  remark: string | null = null;
  sendErrno: number | null = null;
  /** Hops that gave no answer. */
  silent = 0;

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
        else this.#takeAnswer(event.address, event);
        break;
      case 'send-failed':
        this.sendErrno = event.errno;
        break;
      case 'no-reply':
        this.silent++;
        break;
      case 'lost':
      case 'reply':
      case 'black-hole':
      case 'too-many-hops':
      case 'summary':
        break;
    }
  }

  #takeAnswer(address: string, { outcome, icmpType, icmpCode }: Extract<TracepathEvent, { type: 'answer' }>): void {
    const family = address.includes(':') ? 6 : 4;
    this.denials.take(address, { family, icmpType, icmpCode });
    if (['hop', 'silent', 'mtu'].includes(outcome)) return;
    this.remark = `from ${address}: ${describeIcmpError(family, icmpType, icmpCode)}`;
  }
}
