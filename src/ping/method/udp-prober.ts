/**
 * Probes that are UDP datagrams to a port where nobody listens: the target's "port unreachable" is the answer.
 *
 * Which probe it answers is the hard part. An ICMP error quotes the IP header and 8 octets (RFC 792), which here is the UDP header
 * and nothing else: the ports. Most systems quote more, and then the tag in the payload names the probe. So:
 *
 * - While the target has not been seen to quote the tag, each probe leaves by a socket of its own, that is from a port of its own.
 * - Once it has, all further probes leave by one socket, so that they are one flow and take one path.
 * - What comes without a tag counts only on a socket that has sent a single probe. Then the next probe has its own socket again.
 *
 * An answer that is late, forged or sent twice is never taken for another probe's; the sockets are kept open to hear it.
 */
import type { Clock } from '../../net/clock.ts';
import { isSystemError } from '../../net/errors.ts';
import { LookRound } from '../../net/look-round.ts';
import type { QueuedUdpError, UdpPort, UdpPortHandler, UdpReply } from '../../net/udp-port.ts';
import type { AnswerKind } from '../events.ts';
import type { ProbeHandler, Prober } from '../prober.ts';
import { isPortUnreachable } from './answers.ts';
import { readTag, type Secret, TAG_OCTETS, writeTag } from './probe-tag.ts';

export interface UdpProberOptions {
  readonly clock: Clock;
  /** Another socket towards the target. @throws SystemError */
  readonly open: () => UdpPort;
  /** The first one, open already. */
  readonly first: UdpPort;
  /** Numeric, as sources are named. */
  readonly target: string;
  readonly destinationPort: number;
  readonly payload: Uint8Array;
  readonly secret: Secret;
}

type Octets = Pick<UdpReply, 'octets' | 'start' | 'end'>;

/** Sockets that are kept for late answers, and for how long. */
const LANES = 256;
const LATE_NS = 60e9;
const SEQUENCES = 0x1_0000;

/** One socket, and what it has sent. */
interface Lane {
  readonly port: UdpPort;
  /** How many probes; with one, whatever comes is about that. */
  probes: number;
  /** Of its latest probe, and when that was sent, `monoNs`. */
  number: number;
  sentNs: number;
}

export class UdpProber implements Prober {
  readonly wakeAtNs = Number.POSITIVE_INFINITY;
  readonly #options: UdpProberOptions;
  readonly #payload: Uint8Array;
  readonly #lanes: Lane[];
  /** Those that the event loop has woken us for. */
  readonly #ready = new Set<Lane>();
  readonly #round = new LookRound();
  /** What all probes leave by while the target quotes tags. */
  #common: Lane | null = null;
  /** Of probes so far, beyond the 16 bits of their sequence. */
  #number = 0;
  #callback: (() => void) | null = null;

  constructor(options: UdpProberOptions) {
    this.#options = options;
    this.#payload = options.payload.slice();
    this.#lanes = [laneOf(options.first)];
  }

  send(sequence: number, { monoNs }: Clock): number {
    const { destinationPort, secret } = this.#options;
    const number = this.#numberOf(sequence);
    if (this.#payload.length >= TAG_OCTETS) writeTag(this.#payload, secret, number);
    const lane = this.#nextLane(monoNs);
    if (typeof lane === 'number') return lane;
    const payloadOctets = this.#payload.length;
    const probe = { destinationPort, hopLimit: 0, payload: this.#payload, payloadOctets, token: number };
    const sent = lane.port.send([probe]);
    if (sent < 0) return -sent;
    this.#number = number;
    lane.number = number;
    lane.sentNs = monoNs;
    lane.probes++;
    return 0;
  }

  /** The next number whose low 16 bits are `sequence`. */
  #numberOf(sequence: number): number {
    const behind = (sequence - this.#number + SEQUENCES) % SEQUENCES;
    return (this.#number + (behind === 0 ? SEQUENCES : behind)) >>> 0;
  }

  /** An errno where no socket is to be had. */
  #nextLane(nowNs: number): Lane | number {
    if (this.#common !== null) return this.#common;
    const latest = this.#lanes.at(-1)!;
    if (latest.probes === 0) return latest;
    if (this.#lanes.length >= LANES) this.#dropOldest();
    while (this.#lanes.length > 1 && nowNs - this.#lanes[0]!.sentNs > LATE_NS) this.#dropOldest();
    const opened = this.#open();
    if (typeof opened !== 'number' || this.#lanes.length === 1) return opened;
    // Better no late answer to the oldest probe than no new probe.
    this.#dropOldest();
    return this.#open();
  }

  #open(): Lane | number {
    try {
      const lane = laneOf(this.#options.open());
      this.#lanes.push(lane);
      if (this.#callback !== null) this.#watchLane(lane);
      return lane;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return -error.errno;
    }
  }

  #dropOldest(): void {
    const lane = this.#lanes.shift()!;
    this.#ready.delete(lane);
    lane.port.close();
  }

  drain(handler: ProbeHandler): boolean {
    // The latest too: it may have something to say about a send that was refused a moment ago.
    const lanes = this.#ready.add(this.#common ?? this.#lanes.at(-1)!);
    if (this.#round.isDue(this.#options.clock.read().monoNs, this.#lanes.length)) {
      for (const lane of this.#lanes) lanes.add(lane);
    }
    let any = false;
    for (const lane of lanes) {
      const port: UdpPortHandler = {
        transmitted: (token, stampNs) => handler.transmitted(token % SEQUENCES, stampNs),
        queuedError: (error) => this.#queuedError(lane, error, handler),
        reply: (reply) => this.#reply(lane, reply, handler),
      };
      if (lane.port.drain(port)) any = true;
      else lanes.delete(lane);
    }
    return any;
  }

  #queuedError(lane: Lane, error: QueuedUdpError, handler: ProbeHandler): void {
    const { target, destinationPort } = this.#options;
    if (error.origin === 'local') return handler.queuedError(error);
    if (error.destination !== target || error.destinationPort !== destinationPort) return;
    const tag = this.#tagOf(error);
    // So many octets of a datagram that is not ours: made up.
    if (tag === 'foreign') return;
    const number = this.#probeOf(lane, tag);
    if (number === null) return;
    if (isPortUnreachable(error, target))
      this.#answer('port-unreachable', lane, number, tag, { ...error, source: target }, handler);
    else handler.probeError(number % SEQUENCES, error);
  }

  #reply(lane: Lane, reply: UdpReply, handler: ProbeHandler): void {
    const { target, destinationPort } = this.#options;
    const tag = this.#tagOf(reply);
    // A host of many addresses may answer from another one: whoever knows the tag has had our datagram.
    const isTarget = reply.source === target && reply.sourcePort === destinationPort;
    if (!isTarget && typeof tag !== 'number') return;
    // Somebody listens after all, and may answer what he likes.
    const number = this.#probeOf(lane, tag === 'foreign' ? null : tag);
    if (number !== null) this.#answer('datagram', lane, number, tag, reply, handler);
  }

  #tagOf({ octets, start, end }: Octets): ReturnType<typeof readTag> {
    return this.#payload.length < TAG_OCTETS ? null : readTag(octets, start, end, this.#options.secret);
  }

  /** The number of the probe that something is about, by its tag or by its socket; null where it cannot be told. */
  #probeOf(lane: Lane, tag: number | null): number | null {
    if (tag === null) {
      if (lane === this.#common) this.#common = null;
      return lane.probes === 1 ? lane.number : null;
    }
    return tag <= this.#number && this.#number - tag < SEQUENCES ? tag : null;
  }

  #answer(
    kind: AnswerKind,
    lane: Lane,
    number: number,
    tag: ReturnType<typeof readTag>,
    { source, start, end, hopLimit, stampNs }: Omit<UdpReply, 'sourcePort'>,
    handler: ProbeHandler,
  ): void {
    this.#common = typeof tag === 'number' ? (this.#common ?? lane) : null;
    handler.answer({
      kind,
      sequence: number % SEQUENCES,
      source,
      octets: end - start,
      hopLimit: hopLimit < 0 ? null : hopLimit,
      time: { stampNs },
    });
  }

  watch(callback: (() => void) | null): void {
    this.#callback = callback;
    for (const lane of this.#lanes) this.#watchLane(lane);
  }

  #watchLane(lane: Lane): void {
    const woken = () => {
      this.#ready.add(lane);
      this.#callback?.();
    };
    lane.port.watch(this.#callback === null ? null : woken);
  }

  /** Where every reply is followed by the next probe at once, the target's limit on ICMP errors is what is measured. */
  tightTurn(): null {
    return null;
  }

  close(): void {
    for (const { port } of this.#lanes) port.close();
    this.#lanes.length = 0;
    this.#ready.clear();
  }
}

function laneOf(port: UdpPort): Lane {
  return { port, probes: 0, number: 0, sentNs: 0 };
}
