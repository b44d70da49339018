/**
 * What the tests of clockdiff share: replies built by hand, and a player that runs the engine against a scripted peer with
 * made-up clocks. It does what the driver does and nothing more, and reads no clock.
 */
import { NO_CONDITIONS } from '../../src/cli/conditions.ts';
import type { ClockdiffConfig } from '../../src/clockdiff/config.ts';
import { ClockdiffEngine } from '../../src/clockdiff/engine.ts';
import type { ClockdiffEvent, SampleEvent, SummaryEvent } from '../../src/clockdiff/events.ts';
import type { Instant } from '../../src/net/clock.ts';
import type { IncomingPacket, QueuedError } from '../../src/net/port.ts';

export const US = 1e3;
export const MS = 1e6;
export const SECOND = 1e9;
export const DAY_MS = 86_400_000;

export const TARGET = '192.0.2.7';
export const IDENTIFIER = 0x1b2c;
/** 10:00:00.1 UT, on which the made-up wall clock is zero: 36,000,100 ms, no time of day with its octets reversed. */
export const TEN_OCLOCK_NS = 36_000.1 * SECOND;

export const ENOBUFS = 105;
export const EPERM = 1;
export const EPROTO = 71;
export const ECONNREFUSED = 111;
export const EHOSTUNREACH = 113;

export const CONFIG: ClockdiffConfig = {
  mode: 'icmp',
  identifier: IDENTIFIER,
  target: null,
  samples: 50,
  intervalNs: 0,
  midnightNs: TEN_OCLOCK_NS,
  clockErrorNs: 0,
  waitMinimumNs: MS,
  deadlineNs: 0,
  conditions: NO_CONDITIONS,
};

/** The RFC 1071 checksum, in the plainest way. */
function checksum(octets: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < octets.length; i += 2) sum += (octets[i]! << 8) | (octets[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export interface MessageParts {
  readonly type?: number;
  readonly identifier?: number;
  readonly sequence: number;
  /** Receive and transmit stamp. */
  readonly stamps?: readonly [number, number];
  /** Octets in all; 20 unless said. */
  readonly octets?: number;
  readonly badChecksum?: boolean;
}

/** A timestamp reply, RFC 792: type, code, checksum, identifier, sequence, originate, receive, transmit. */
export function reply(parts: MessageParts): Uint8Array {
  const { type = 14, identifier = IDENTIFIER, sequence, stamps = [0, 0], octets = 20, badChecksum = false } = parts;
  const whole = new Uint8Array(Math.max(20, octets));
  const view = new DataView(whole.buffer);
  view.setUint8(0, type);
  view.setUint16(4, identifier);
  view.setUint16(6, sequence);
  view.setUint32(12, stamps[0]);
  view.setUint32(16, stamps[1]);
  const message = whole.subarray(0, octets);
  new DataView(message.buffer).setUint16(2, checksum(message) ^ (badChecksum ? 0x0101 : 0));
  return message;
}

/** A packet as the port hands it over: not at the start of its buffer, and with foreign octets around it. */
export function packetOf(
  message: Uint8Array,
  facts: Partial<IncomingPacket> = {},
  options: Uint8Array = new Uint8Array(0),
): IncomingPacket {
  const octets = new Uint8Array(message.length + options.length + 43).fill(0xa5);
  octets.set(options, 20);
  const start = 20 + options.length;
  octets.set(message, start);
  return {
    octets,
    start,
    end: start + message.length,
    optionsStart: 20,
    optionsEnd: start,
    source: TARGET,
    hopLimit: 57,
    stampNs: Number.NaN,
    ...facts,
  };
}

/** An entry of the error queue about the request with this sequence. */
export function queuedErrorOf(sequence: number, facts: Partial<QueuedError> = {}): QueuedError {
  const { octets, start, end } = packetOf(reply({ type: 13, sequence }));
  return {
    errno: EHOSTUNREACH,
    origin: 'icmp',
    type: 3,
    code: 1,
    info: 0,
    offender: '192.0.2.254',
    destination: TARGET,
    octets,
    start,
    end,
    ...facts,
  };
}

/** Something that happens `afterNs` after the probe that it belongs to. */
export type Arrival =
  | { readonly afterNs: number; readonly message: Uint8Array; readonly options?: Uint8Array; readonly source?: string }
  | { readonly afterNs: number; readonly error: QueuedError };

export interface Probe {
  readonly sequence: number;
  /** On the wall clock, as the probe leaves. */
  readonly wallNs: number;
  /** Milliseconds since midnight UT that a right clock shows so many ns after the probe left. */
  readonly timeAfter: (ns: number) => number;
}

export type Peer = (probe: Probe) => readonly Arrival[];

export interface PlayOptions {
  /** Errnos of sends, in order; 0 and anything behind the end goes out. */
  readonly refusals?: readonly (number | { readonly errno: number; readonly because: QueuedError })[];
  /** Kernel stamps come with packets and sends; true unless said. */
  readonly stamps?: boolean;
  /** At this many ns the wall clock is set forward by so many. */
  readonly clockStep?: { readonly atNs: number; readonly byNs: number };
  readonly interruptAtNs?: number;
  /** The engine is asked again so late after each wake-up. */
  readonly latenessNs?: number;
  readonly limitNs?: number;
}

export interface Played {
  readonly events: readonly ClockdiffEvent[];
  readonly samples: readonly SampleEvent[];
  readonly summary: SummaryEvent;
  readonly status: number;
  /** Monotonic times of the sends. */
  readonly sentAtNs: readonly number[];
  readonly endedAtNs: number;
}

/** The peer that a clock so far ahead makes, over a path with these delays. */
export function honestPeer(aheadMs = 0, thereNs = 100 * US, backNs = 100 * US): Peer {
  return ({ sequence, timeAfter }) => {
    const shown = ((Math.floor(timeAfter(thereNs) + aheadMs) % DAY_MS) + DAY_MS) % DAY_MS;
    return [{ afterNs: thereNs + backNs, message: reply({ sequence, stamps: [shown, shown] }) }];
  };
}

const START_NS = 5 * SECOND;

/** Plays a whole run. @throws Error when it does not end within `limitNs` (100 s unless said) */
export function play(changes: Partial<ClockdiffConfig>, peer: Peer, options: PlayOptions = {}): Played {
  const {
    refusals = [],
    stamps = true,
    clockStep,
    interruptAtNs = Infinity,
    latenessNs = 0,
    limitNs = 100e9,
  } = options;
  const events: ClockdiffEvent[] = [];
  const config = { ...CONFIG, ...changes };
  const engine = new ClockdiffEngine(config, (event) => events.push(event));
  let monoNs = START_NS;
  const wallOf = (ns: number) =>
    ns - START_NS + (clockStep !== undefined && ns - START_NS >= clockStep.atNs ? clockStep.byNs : 0);
  const now = (): Instant => ({ monoNs, wallNs: wallOf(monoNs) });
  const pending: { readonly atNs: number; readonly arrival: Arrival }[] = [];
  const sentAtNs: number[] = [];
  let sends = 0;
  engine.start(now());
  for (;;) {
    if (monoNs - START_NS > limitNs) throw new Error(`still running: ${JSON.stringify(events.slice(-5))}`);
    if (monoNs - START_NS >= interruptAtNs) engine.interrupt();
    const step = engine.next(now());
    if (step === 'done') break;
    if (step === 'send') {
      const sequence = engine.nextSequence;
      engine.sending(now());
      const refusal = refusals[sends++] ?? 0;
      if (typeof refusal === 'object') {
        engine.refused(now(), refusal.errno, engine.queuedError(refusal.because, now()));
        continue;
      }
      if (refusal !== 0) {
        engine.refused(now(), refusal, false);
        continue;
      }
      engine.sent();
      sentAtNs.push(monoNs - START_NS);
      if (stamps) engine.transmitted(sequence, wallOf(monoNs));
      const wallNs = wallOf(monoNs);
      const timeAfter = (ns: number) => (config.midnightNs + wallNs + ns) / MS;
      for (const arrival of peer({ sequence, wallNs, timeAfter })) {
        pending.push({ atNs: monoNs + arrival.afterNs, arrival });
      }
      pending.sort((a, b) => a.atNs - b.atNs);
      continue;
    }
    const nextArrival = pending[0]?.atNs ?? Infinity;
    monoNs = Math.max(monoNs, Math.min(nextArrival, engine.wakeAtNs + latenessNs, START_NS + interruptAtNs));
    while (pending.length > 0 && pending[0]!.atNs <= monoNs) deliver(pending.shift()!);
  }
  const status = engine.finish();
  const summary = events.at(-1);
  if (summary?.type !== 'summary') throw new Error('a run ends with its summary');
  const samples = events.filter((event) => event.type === 'sample');
  return { events, samples, summary, status, sentAtNs, endedAtNs: monoNs - START_NS };

  function deliver({ atNs, arrival }: (typeof pending)[number]): void {
    if ('error' in arrival) {
      engine.queuedError(arrival.error, now());
      return;
    }
    const facts = { source: arrival.source ?? TARGET, stampNs: stamps ? wallOf(atNs) : Number.NaN };
    engine.packet(packetOf(arrival.message, facts, arrival.options), now());
  }
}

export function kindsOf(events: readonly ClockdiffEvent[]): string[] {
  return events.map(({ type }) => type);
}
