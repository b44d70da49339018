/**
 * What the tests of ping share: messages built by hand, a network that does what a script says, and a player that runs an
 * engine against it with made-up clocks, so that an hour of pinging takes no time.
 *
 * The player does what ping's driver does and nothing more: it asks the engine what is next, sends, reports, delivers
 * transmit stamps before replies, and wakes the engine when it wanted to be woken. Nothing here reads a clock.
 */
import type { Instant } from '../../src/net/clock.ts';
import type { IncomingPacket, QueuedError } from '../../src/net/port.ts';
import type { PingConfig } from '../../src/ping/config.ts';
import { PingEngine } from '../../src/ping/engine.ts';
import type { PingEvent, ReplyEvent, StartEvent, SummaryEvent } from '../../src/ping/events.ts';
import type { TextOptions } from '../../src/ping/text.ts';

export const US = 1e3;
export const MS = 1e6;
export const SECOND = 1e9;

export const TARGET = '192.0.2.7';
export const ROUTER = '192.0.2.254';
export const TARGET6 = '2001:db8::7';
export const IDENTIFIER = 0x1b2c;

/** errno values of asm-generic/errno.h. */
export const EPERM = 1;
export const EAGAIN = 11;
export const ENOMEM = 12;
export const EMSGSIZE = 90;
export const ENETUNREACH = 101;
export const ENOBUFS = 105;
export const EHOSTUNREACH = 113;

/** Octet k of ping's payload is k (iputils.md section 1.6.2). */
export function ramp(octets: number): Uint8Array {
  return Uint8Array.from({ length: octets }, (_, index) => index);
}

/** `ping 192.0.2.7` as root on a raw socket. */
export const CONFIG: PingConfig = {
  family: 4,
  target: TARGET,
  identifier: IDENTIFIER,
  shownIdentifier: null,
  count: null,
  intervalNs: SECOND,
  preload: 1,
  deadlineNs: 0,
  lingerNs: 10 * SECOND,
  adaptive: false,
  privileged: true,
  reportUnanswered: false,
  quiet: false,
  verbose: false,
  manyMayAnswer: false,
  payload: ramp(56),
  userStamps: false,
  emitSent: false,
};

export const CONFIG6: PingConfig = { ...CONFIG, family: 6, target: TARGET6 };

/** The RFC 1071 checksum, in the plainest way. */
function checksum(octets: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < octets.length; i += 2) sum += (octets[i]! << 8) | (octets[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export interface MessageParts {
  readonly type: number;
  readonly code?: number;
  readonly identifier?: number;
  readonly sequence?: number;
  readonly data?: Uint8Array;
}

/** An ICMP message with a right checksum; what stands in an echo's identifier and sequence stands there in any type. */
export function icmp(parts: MessageParts): Uint8Array {
  const { type, code = 0, identifier = IDENTIFIER, sequence = 0, data = ramp(56) } = parts;
  const octets = new Uint8Array(8 + data.length);
  octets.set([type, code, 0, 0, identifier >> 8, identifier, sequence >> 8, sequence]);
  octets.set(data, 8);
  const sum = checksum(octets);
  octets.set([sum >> 8, sum], 2);
  return octets;
}

/** The start of an IPv4 datagram from us to `destination` with `message` in it, as an ICMP error quotes it. */
export function quote(destination: string, message: Uint8Array, protocol = 1): Uint8Array {
  const octets = new Uint8Array(20 + message.length);
  octets.set([0x45, 0, 0, octets.length, 0, 0, 0x40, 0, 64, protocol, 0, 0, 192, 0, 2, 1]);
  octets.set(destination.split('.').map(Number), 16);
  octets.set(message, 20);
  return octets;
}

/** A packet as the port hands it over: not at the start of its buffer, and with foreign octets around it. */
export function packetOf(message: Uint8Array, facts: Partial<IncomingPacket> = {}): IncomingPacket {
  const octets = new Uint8Array(message.length + 43).fill(0xa5);
  octets.set(message, 20);
  return {
    octets,
    start: 20,
    end: 20 + message.length,
    optionsStart: 20,
    optionsEnd: 20,
    source: TARGET,
    hopLimit: 57,
    stampNs: Number.NaN,
    ...facts,
  };
}

/** An entry of the error queue about `message`, sent by the router. */
export function queuedErrorOf(message: Uint8Array, facts: Partial<QueuedError> = {}): QueuedError {
  const { octets, start, end } = packetOf(message);
  return {
    errno: EHOSTUNREACH,
    origin: 'icmp',
    type: 3,
    code: 1,
    info: 0,
    offender: ROUTER,
    destination: TARGET,
    octets,
    start,
    end,
    ...facts,
  };
}

/** A local error (MSG_ERRQUEUE, SO_EE_ORIGIN_LOCAL). */
export function localErrorOf(errno: number, mtu: number): QueuedError {
  return queuedErrorOf(new Uint8Array(0), { origin: 'local', errno, info: mtu, type: 0, code: 0, offender: null });
}

/** Something that arrives `afterNs` after the probe that it belongs to. */
export type Arrival =
  /** The probe's reply; `message` replaces it, the rest changes facts about it. */
  | { readonly afterNs: number; readonly reply: Partial<IncomingPacket> & { readonly message?: Uint8Array } }
  /** An entry of the error queue about the probe. */
  | { readonly afterNs: number; readonly error: Partial<QueuedError> }
  | { readonly afterNs: number; readonly localError: { readonly errno: number; readonly mtu: number } };

/** What the network does with the `index`-th probe that leaves (0 the first), whose icmp_seq is `sequence`. */
export type Network = (index: number, sequence: number) => readonly Arrival[];

export interface Refusal {
  readonly errno: number;
  /** What the error queue tells of it at once. */
  readonly queued?: QueuedError;
}

export interface PlayOptions {
  readonly network?: Network;
  /** What the `attempt`-th send (0 the first) is refused with; null lets it go. */
  readonly refuse?: (attempt: number, sequence: number) => Refusal | null;
  /** How much later than asked for the `wake`-th wake-up by the clock comes; 0 unless said. */
  readonly lateNs?: (wake: number) => number;
  /** Things that happen at a time since the start. */
  readonly at?: readonly (readonly [afterNs: number, act: (player: Player) => void])[];
  /**
   * `kernel`: both stamps, taken 2 us after the send and 3 us before user space reads. `receive`: no transmit stamps.
   * `none`: neither.
   */
  readonly stamps?: 'kernel' | 'receive' | 'none';
  /** Where the clocks begin; by default far from zero and from each other. */
  readonly startMonoNs?: number;
  readonly startWallNs?: number;
  /** Ends the run by SIGINT after this long: for runs that would not end by themselves. */
  readonly interruptAfterNs?: number;
}

export const TRANSMIT_DELAY_NS = 2 * US;
export const READ_DELAY_NS = 3 * US;

export interface Sent {
  readonly sequence: number;
  /** Since the start. */
  readonly atNs: number;
  readonly confirm: boolean;
}

interface Due {
  readonly atNs: number;
  readonly order: number;
  readonly act: () => void;
}

const STEPS_MAXIMUM = 3_000_000;

export class Player {
  readonly events: PingEvent[] = [];
  /** Every send that was tried, refused ones included. */
  readonly attempts: Sent[] = [];
  readonly sends: Sent[] = [];
  readonly engine: PingEngine;
  status: number | null = null;
  /** Since the start. */
  endedAtNs = Number.NaN;

  readonly #config: PingConfig;
  readonly #options: PlayOptions;
  readonly #startNs: number;
  #monoNs: number;
  #wallOffsetNs: number;
  readonly #due: Due[] = [];
  #order = 0;
  #wakes = 0;

  constructor(config: PingConfig, options: PlayOptions) {
    this.#config = config;
    this.#options = options;
    this.#startNs = this.#monoNs = options.startMonoNs ?? 5_000_000 * SECOND + 12_345;
    this.#wallOffsetNs = (options.startWallNs ?? 250 * MS) - this.#startNs;
    this.engine = new PingEngine(config, (event) => {
      this.events.push(event);
    });
    for (const [afterNs, act] of options.at ?? []) this.#schedule(afterNs, () => act(this));
    if (options.interruptAfterNs !== undefined) this.#schedule(options.interruptAfterNs, () => this.engine.interrupt());
  }

  get now(): Instant {
    return { monoNs: this.#monoNs, wallNs: this.#monoNs + this.#wallOffsetNs };
  }

  get elapsedNs(): number {
    return this.#monoNs - this.#startNs;
  }

  /** Somebody sets the clock: the wall clock jumps, the monotonic one does not. */
  stepWall(byNs: number): void {
    this.#wallOffsetNs += byNs;
  }

  deliver(packet: IncomingPacket): void {
    this.engine.packet(packet, this.now);
    // The port reads the next packet into the same octets.
    packet.octets.fill(0x5a);
  }

  run(): this {
    const { engine } = this;
    engine.start(this.now);
    for (let step = 0; step < STEPS_MAXIMUM; step++) {
      this.#deliverDue();
      const next = engine.next(this.now);
      if (next === 'done') {
        this.status = engine.finish(this.now);
        this.endedAtNs = this.elapsedNs;
        return this;
      }
      if (next === 'send') this.#send();
      else this.#sleep();
    }
    throw new Error(`not at an end after ${STEPS_MAXIMUM} steps`);
  }

  #sleep(): void {
    const arrivalNs = this.#due[0]?.atNs ?? Number.POSITIVE_INFINITY;
    const wakeNs = this.engine.wakeAtNs;
    if (wakeNs === Number.POSITIVE_INFINITY && arrivalNs === Number.POSITIVE_INFINITY) {
      throw new Error('waits for ever, and nothing will come');
    }
    if (wakeNs <= this.#monoNs && arrivalNs > this.#monoNs) {
      throw new Error(`asked to be woken ${this.#monoNs - wakeNs} ns ago: it would spin`);
    }
    if (arrivalNs <= wakeNs) this.#monoNs = Math.max(this.#monoNs, arrivalNs);
    else this.#monoNs = wakeNs + (this.#options.lateNs?.(this.#wakes++) ?? 0);
  }

  #send(): void {
    const { engine } = this;
    const sequence = engine.nextSequence;
    const sent = { sequence, atNs: this.elapsedNs, confirm: engine.confirmNeighbour };
    const refusal = this.#options.refuse?.(this.attempts.length, sequence) ?? null;
    this.attempts.push(sent);
    engine.sending(this.now);
    if (refusal !== null) {
      const explained = refusal.queued !== undefined && engine.queuedError(refusal.queued, this.now);
      engine.refused(this.now, refusal.errno, explained);
      return;
    }
    const wallNs = this.now.wallNs;
    engine.sent(this.now);
    for (const arrival of this.#options.network?.(this.sends.length, sequence) ?? []) this.#launch(arrival, sequence);
    if ((this.#options.stamps ?? 'kernel') === 'kernel') {
      this.#schedule(this.elapsedNs + TRANSMIT_DELAY_NS, () =>
        engine.transmitted(sequence, wallNs + TRANSMIT_DELAY_NS),
      );
    }
    this.sends.push(sent);
  }

  #launch(arrival: Arrival, sequence: number): void {
    const family6 = this.#config.family === 6;
    this.#schedule(this.elapsedNs + arrival.afterNs, () => {
      if ('localError' in arrival) {
        this.engine.queuedError(localErrorOf(arrival.localError.errno, arrival.localError.mtu), this.now);
      } else if ('error' in arrival) {
        const request = icmp({ type: family6 ? 128 : 8, sequence, identifier: this.#config.identifier ?? 0 });
        const facts = { destination: this.#config.target, ...arrival.error };
        this.engine.queuedError(queuedErrorOf(request, facts), this.now);
      } else {
        const data = this.#config.payload;
        const identifier = this.#config.identifier ?? 0;
        const message = arrival.reply.message ?? icmp({ type: family6 ? 129 : 0, sequence, identifier, data });
        const hasStamp = (this.#options.stamps ?? 'kernel') !== 'none';
        const stampNs = hasStamp ? this.now.wallNs - READ_DELAY_NS : Number.NaN;
        this.deliver(packetOf(message, { source: this.#config.target, stampNs, ...arrival.reply }));
      }
    });
  }

  /** Keeps what is due in the order of time, and of being asked for where times are equal. */
  #schedule(afterNs: number, act: () => void): void {
    const due = { atNs: this.#startNs + afterNs, order: this.#order++, act };
    let index = this.#due.length;
    while (index > 0 && this.#due[index - 1]!.atNs > due.atNs) index--;
    this.#due.splice(index, 0, due);
  }

  #deliverDue(): void {
    while (this.#due.length > 0 && this.#due[0]!.atNs <= this.#monoNs) this.#due.shift()!.act();
  }

  get replies(): ReplyEvent[] {
    return this.events.filter((event): event is ReplyEvent => event.type === 'reply');
  }

  get summary(): SummaryEvent {
    const summaries = this.events.filter((event): event is SummaryEvent => event.type === 'summary');
    if (summaries.length !== 1) throw new Error(`${summaries.length} summaries instead of one`);
    return summaries[0]!;
  }

  /** The run in short: `reply 1`, `reply 2 dup`, `error 3`, `unanswered 4`, `end linger`, … */
  get story(): string[] {
    return this.events.map(tell);
  }
}

export function tell(event: PingEvent): string {
  switch (event.type) {
    case 'reply':
      return `reply ${event.sequence}${event.duplicate ? ' dup' : ''}${event.badChecksum ? ' bad' : ''}`;
    case 'network-error':
      return `error ${event.sequence}`;
    case 'local-error':
      return `local error ${event.errno}`;
    case 'send-error':
      return `send error ${event.errno} ${event.sequence}`;
    case 'start':
      return `start ${event.host}`;
    case 'unanswered':
      return `unanswered ${event.sequence}`;
    case 'lost':
      return `lost ${event.sequence}`;
    case 'sent':
      return `sent ${event.sequence}`;
    case 'short-packet':
      return `short ${event.octets}`;
    case 'status':
      return `status ${event.received}/${event.transmitted}`;
    case 'summary':
      return `end ${event.reason}`;
  }
}

/** Plays a whole run and answers what happened. */
export function play(config: Partial<PingConfig>, options: PlayOptions = {}): Player {
  const base = config.family === 6 ? CONFIG6 : CONFIG;
  return new Player({ ...base, ...config }, options).run();
}

/** A network in which every probe is answered after the same time. */
export function answersAfter(afterNs: number): Network {
  return () => [{ afterNs, reply: {} }];
}

export const silence: Network = () => [];

/** Counts of the summary in the order of ping's line: transmitted, received, duplicates, corrupted, errors. */
export function counts(player: Player): number[] {
  const { transmitted, received, duplicates, corrupted, errors } = player.summary;
  return [transmitted, received, duplicates, corrupted, errors];
}

/** Times of the sends since the start, in milliseconds. */
export function sendTimesMs(player: Player): number[] {
  return player.sends.map(({ atNs }) => atNs / MS);
}

/** Reproducible random numbers (xorshift32). */
export function randomSource(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** A run without options, as its renderers are told of it. */
export const PLAIN_OPTIONS: Omit<TextOptions, 'host' | 'strerror' | 'nameOf'> = {
  family: 4,
  method: 'icmp',
  size: 56,
  precise: false,
  audible: false,
  timestamps: false,
  quiet: false,
  flood: false,
  preload: 1,
  verbose: false,
  stats: false,
  manyMayAnswer: false,
  showsGap: false,
  epochSeconds: 0,
  columns: 0,
};

/** Of a run that nothing special was asked of. */
export const PLAIN_START: StartEvent = {
  type: 'start',
  wallNs: 0,
  family: 4,
  host: 'hostb.lab',
  method: 'icmp',
  isMethodFound: false,
  port: null,
  address: '10.77.3.2',
  size: 56,
  optionOctets: 0,
  from: null,
  flowLabel: null,
};

/** What there is to say of a reply that is as it should be. */
export const PLAIN_REPLY = {
  type: 'reply',
  answer: 'echo-reply',
  octets: 64,
  sequence: 1,
  identifier: null,
  transmitStamp: 'kernel',
  receiveStamp: 'kernel',
  duplicate: false,
  badChecksum: false,
  differentAddress: false,
  truncated: false,
  mismatch: null,
  message: null,
  ipOptions: null,
} satisfies Partial<ReplyEvent>;
