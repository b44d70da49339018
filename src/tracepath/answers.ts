/** What an entry of the error queue says about the path: ../shared/spec/iputils.md section 2.3. */
import type { Instant } from '../net/clock.ts';
import type { QueuedUdpError } from '../net/udp-port.ts';
import { ICMP_TIME_EXCEEDED } from '../packet/icmp-constants.ts';
import { decodeIcmpExtension, extensionFlaws, type IcmpExtension } from '../packet/icmp-extensions.ts';
import { ICMPV6_TIME_EXCEED } from '../packet/icmp6-constants.ts';
import type { AnswerEvent, Outcome } from './events.ts';
import { EMSGSIZE, lowerMtu, OVERHEAD_OCTETS } from './mtu.ts';
import type { ProbeHistory } from './probe-history.ts';
import type { TraceConfig } from './trace.ts';

/** errno values as the kernel's error queue has them: asm-generic/errno.h. */
const EACCES = 13;
const EPROTO = 71;
const ENETUNREACH = 101;
const ETIMEDOUT = 110;
const ECONNREFUSED = 111;
const EHOSTUNREACH = 113;

const OUTCOMES = new Map<number, Outcome>([
  [EMSGSIZE, 'mtu'],
  [ECONNREFUSED, 'reached'],
  [ENETUNREACH, 'net-unreachable'],
  [EACCES, 'prohibited'],
  [EPROTO, 'protocol-error'],
  [ETIMEDOUT, 'silent'],
  [EHOSTUNREACH, 'host-unreachable'],
]);

export function outcomeOf({ errno, origin, type, code }: QueuedUdpError): Outcome {
  const isTimeExceeded =
    code === 0 &&
    ((origin === 'icmp' && type === ICMP_TIME_EXCEEDED) || (origin === 'icmp6' && type === ICMPV6_TIME_EXCEED));
  if (errno === EHOSTUNREACH && isTimeExceeded) return 'hop';
  return OUTCOMES.get(errno) ?? 'other-error';
}

/** Systems send with a TTL of 64, 128 or 255: how many hops an answer has come that arrives with `hopLimit`. */
export function estimateReturnHops(hopLimit: number): number {
  const initial = hopLimit <= 64 ? 64 : hopLimit <= 128 ? 128 : 255;
  return initial + 1 - hopLimit;
}

/** RFC 4884 section 5.5: where routers older than it put an extension, counted from the quoted IP header. */
const UNANNOUNCED_OFFSET = 128;

/** The extension behind the quote, if there is one. `overheadOctets` are those of the quoted headers, which we do not get. */
export function extensionOf(error: QueuedUdpError, overheadOctets: number): IcmpExtension | null {
  const { octets, start, end, extensionStart, extensionEnd } = error;
  if (error.origin === 'local') return null;
  if (extensionEnd > extensionStart) return decodeIcmpExtension(octets.slice(extensionStart, extensionEnd));
  const unannounced = start + UNANNOUNCED_OFFSET - overheadOctets;
  if (unannounced >= end) return null;
  // Our own zeros stand there in an ordinary quote: only what is sound in all its parts is taken for an extension.
  const extension = decodeIcmpExtension(octets.slice(unannounced, end));
  const isSound = extension.kind === 'structure' && extension.checksumOk === true && extension.objects.length > 0;
  return isSound && extensionFlaws(extension).length === 0 ? extension : null;
}

/** What an engine knows of the run that an answer belongs to. */
export interface AnswerContext {
  readonly config: TraceConfig;
  readonly history: ProbeHistory;
  /** The hop that is probed at present, for answers that do not say which probe they are about. */
  readonly presentHop: number;
  /** The size of packets at present. */
  readonly mtu: number;
}

/** Reads one entry, received at `now`, into an event that outlives it. */
export function readAnswer(error: QueuedUdpError, context: AnswerContext, now: Instant): AnswerEvent {
  const { config, history, presentHop, mtu } = context;
  const { record, corrupted } = history.attribute(error);
  const isLocal = error.origin === 'local';
  const received = { monoNs: now.monoNs, wallNs: now.wallNs, stampNs: isLocal ? Number.NaN : error.stampNs };
  const interval = record === null ? null : history.measure(record, received);
  const outcome = outcomeOf(error);
  const isHopKnown = record !== null && !isLocal;
  const isElsewhere = error.destination !== null && withoutZone(error.destination) !== withoutZone(config.wireTarget);
  return {
    type: 'answer',
    wallNs: now.wallNs,
    probe: record === null ? null : { hop: record.hop, port: record.port, octets: record.octets },
    hop: isHopKnown ? record.hop : presentHop,
    isHopKnown,
    address: error.offender === null ? null : shownAddress(config, error.offender),
    outcome,
    errno: error.errno,
    icmpType: error.type,
    icmpCode: error.code,
    mtu: outcome === 'mtu' ? lowerMtu(config.family, record?.octets ?? mtu, error.info) : mtu,
    info: error.info,
    roundTripNs: interval?.ns ?? null,
    transmitStamp: interval?.transmitStamp ?? 'user',
    receiveStamp: interval?.receiveStamp ?? 'user',
    hopLimit: error.hopLimit < 0 ? null : error.hopLimit,
    returnHops: error.hopLimit < 0 ? null : estimateReturnHops(error.hopLimit),
    trafficClass: error.trafficClass < 0 ? null : error.trafficClass,
    corrupted,
    quotedOctets: error.end - error.start,
    quotedDestination: isElsewhere && !isLocal ? error.destination : null,
    quotedPort: error.destinationPort,
    extension: extensionOf(error, OVERHEAD_OCTETS[config.family]),
  };
}

function withoutZone(address: string): string {
  return address.split('%', 1)[0]!;
}

/** As iputils shows it: a v4-mapped target's routers in the same notation. */
export function shownAddress(config: TraceConfig, address: string): string {
  return config.isMapped ? `::ffff:${address}` : address;
}
