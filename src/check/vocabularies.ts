/** The words that conditions of each kind of check know, and the figures that reports show of each. */
import type { Vocabulary } from '../conditions/vocabulary.ts';
import { vocabularies } from '../index.ts';
import type { Kind } from './file/schema.ts';
import type { Fact } from './measurement.ts';

const TCP_WORDS = {
  ...vocabularies.ping,
  connect: { dimension: 'duration', help: 'time to connect; the greatest where there are several probes' },
} as const satisfies Vocabulary;

const ROUTERS_WORDS = {
  count: { dimension: 'count', help: 'routers that answered' },
} as const satisfies Vocabulary;

const DNS_WORDS = {
  addresses: { dimension: 'count', help: 'addresses that the name has' },
  ipv4: { dimension: 'count', help: 'IPv4 addresses among them' },
  ipv6: { dimension: 'count', help: 'IPv6 addresses among them' },
  time: { dimension: 'duration', help: 'how long the lookup took' },
} as const satisfies Vocabulary;

export const VOCABULARIES: Readonly<Record<Kind, Vocabulary>> = {
  ping: vocabularies.ping,
  path: vocabularies.tracepath,
  clock: vocabularies.clockdiff,
  arp: vocabularies.arping,
  routers: ROUTERS_WORDS,
  tcp: TCP_WORDS,
  dns: DNS_WORDS,
};

const ROUND_TRIP_FACTS = ['min', 'avg', 'max', 'p50', 'p95', 'p99', 'jitter.rfc3550'] as const;

/** In the order in which reports have them. */
const FACT_WORDS: Readonly<Record<Kind, readonly string[]>> = {
  ping: ['sent', 'received', 'loss', ...ROUND_TRIP_FACTS],
  path: ['pmtu', 'hops', 'reached'],
  clock: ['offset', 'bound'],
  arp: ['macs', 'sent', 'received', 'loss', ...ROUND_TRIP_FACTS],
  routers: ['count'],
  tcp: ['connect', 'sent', 'received', 'loss'],
  dns: ['addresses', 'ipv4', 'ipv6', 'time'],
};

/** The figures of a check: `read` answers in base units, null for what was not measured. */
export function factsOf(kind: Kind, read: (word: string) => number | boolean | null): readonly Fact[] {
  return FACT_WORDS[kind].map((word) => ({ word, dimension: VOCABULARIES[kind][word]!.dimension, value: read(word) }));
}

/** A check that was not measured has its figures too, so that series go on. */
export function noFacts(kind: Kind): readonly Fact[] {
  return factsOf(kind, () => null);
}
