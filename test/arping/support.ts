/** A whole run of arping in no time: made-up clocks, a made-up neighbourhood, and the engine that plays in it. */

import type { ArpingConfig } from '../../src/arping/config.ts';
import { ArpingEngine } from '../../src/arping/engine.ts';
import type { ArpingEvent, BindingEvent, ReplyEvent, SummaryEvent } from '../../src/arping/events.ts';
import { type ArpingProtocol, type ArpQuestion, arpProtocol, type LinkEnd } from '../../src/arping/protocol.ts';
import { NO_CONDITIONS } from '../../src/cli/conditions.ts';
import type { Instant } from '../../src/net/clock.ts';
import type { IncomingFrame } from '../../src/net/packet-socket.ts';
import { type ArpPacket, decodeArp, encodeArp } from '../../src/packet/arp.ts';
import { hex, toHex } from '../packet/support.ts';

export const US = 1e3;
export const MS = 1e6;
export const SECOND = 1e9;

export const OWN_HARDWARE = hex('020000000001');
export const TARGET_HARDWARE = hex('020000000002');
export const OTHER_HARDWARE = hex('020000000003');
export const OWN = Uint8Array.of(192, 0, 2, 1);
export const TARGET = Uint8Array.of(192, 0, 2, 2);
export const STRANGER = Uint8Array.of(192, 0, 2, 99);
export const NOBODY = new Uint8Array(4);
export const LINK: LinkEnd = { hardwareType: 1, hardware: OWN_HARDWARE, broadcast: hex('ffffffffffff') };

export const QUESTION: ArpQuestion = {
  link: LINK,
  operation: 'request',
  source: OWN,
  target: TARGET,
  isDuplicateDetection: false,
  hearsAnnouncements: false,
};

const CONFIG: ArpingConfig = {
  count: null,
  intervalNs: SECOND,
  deadlineNs: 0,
  unsolicited: false,
  duplicateDetection: false,
  quitOnReply: false,
  broadcastOnly: false,
  expectOne: false,
  watch: false,
  conditions: NO_CONDITIONS,
};

/** The target's answer to us, but for `lies`. */
export function replyPacket(lies: Partial<ArpPacket> = {}): ArpPacket {
  return {
    hardwareType: 1,
    protocolType: 0x0800,
    operation: 2,
    senderHardware: TARGET_HARDWARE,
    senderProtocol: TARGET,
    targetHardware: OWN_HARDWARE,
    targetProtocol: OWN,
    trailer: new Uint8Array(0),
    ...lies,
  };
}

/** A frame as the port hands it over. */
export function frameOf(packet: ArpPacket | Uint8Array, facts: Partial<IncomingFrame> = {}): IncomingFrame {
  const octets = packet instanceof Uint8Array ? packet : encodeArp(packet);
  return { octets, packetType: 'host', linkSource: TARGET_HARDWARE, stampNs: Number.NaN, ...facts };
}

/** Something that arrives `afterNs` after the probe that it belongs to. */
export interface Arrival {
  readonly afterNs: number;
  readonly lies?: Partial<ArpPacket>;
  readonly facts?: Partial<IncomingFrame>;
}

/** What the neighbourhood does with the `index`-th probe that leaves, 0 the first. */
export type Network = (index: number) => readonly Arrival[];

export const silence: Network = () => [];
export const answersAfter =
  (afterNs: number): Network =>
  () => [{ afterNs }];

export interface PlayOptions {
  readonly network?: Network;
  /** errno of the `attempt`-th send, 0 the first; null lets it go. */
  readonly refuse?: (attempt: number) => number | null;
  /** How much later than asked for the `wake`-th wake-up by the clock comes; 0 unless said. */
  readonly lateNs?: (wake: number) => number;
  /** Things that happen at a time since the start. */
  readonly at?: readonly (readonly [afterNs: number, act: (player: Player) => void])[];
  /** `kernel`: both stamps, 2 us after the send and 3 us before user space reads. `none`: neither. */
  readonly stamps?: 'kernel' | 'none';
  readonly interruptAfterNs?: number;
  readonly question?: Partial<ArpQuestion>;
  readonly protocol?: ArpingProtocol;
}

export const TRANSMIT_DELAY_NS = 2 * US;
export const READ_DELAY_NS = 3 * US;

export interface Sent {
  /** Since the start. */
  readonly atNs: number;
  readonly packet: ArpPacket;
  /** Hex of the link address, 'all' for everybody. */
  readonly to: string;
}

const STEPS_MAXIMUM = 100_000;

export class Player {
  readonly events: ArpingEvent[] = [];
  readonly sends: Sent[] = [];
  readonly engine: ArpingEngine;
  status: number | null = null;
  /** Since the start. */
  endedAtNs = Number.NaN;

  readonly #options: PlayOptions;
  readonly #startNs = 5_000_000 * SECOND + 12_345;
  #monoNs = this.#startNs;
  #wallOffsetNs = 250 * MS - this.#startNs;
  readonly #due: { readonly atNs: number; readonly act: () => void }[] = [];
  #attempts = 0;
  #wakes = 0;

  constructor(config: Partial<ArpingConfig>, options: PlayOptions) {
    this.#options = options;
    const protocol = options.protocol ?? arpProtocol({ ...QUESTION, ...options.question });
    this.engine = new ArpingEngine({ ...CONFIG, ...config }, protocol, (event) => {
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

  deliver(frame: IncomingFrame): void {
    this.engine.frame(frame, this.now);
    // The port reads the next frame into the same octets.
    frame.octets.fill(0x5a);
  }

  run(): this {
    this.engine.start(this.now);
    for (let step = 0; step < STEPS_MAXIMUM; step++) {
      while (this.#due.length > 0 && this.#due[0]!.atNs <= this.#monoNs) this.#due.shift()!.act();
      const next = this.engine.next(this.now);
      if (next === 'done') {
        this.status = this.engine.finish(this.now);
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
    if (Math.min(wakeNs, arrivalNs) === Number.POSITIVE_INFINITY) throw new Error('waits for ever');
    if (wakeNs <= this.#monoNs && arrivalNs > this.#monoNs) throw new Error('asked to be woken in the past');
    if (arrivalNs <= wakeNs) this.#monoNs = Math.max(this.#monoNs, arrivalNs);
    else this.#monoNs = wakeNs + (this.#options.lateNs?.(this.#wakes++) ?? 0);
  }

  #send(): void {
    const { engine } = this;
    const sequence = engine.nextSequence;
    const { packet, destination } = engine.sending(this.now);
    const errno = this.#options.refuse?.(this.#attempts++) ?? null;
    if (errno !== null) return engine.refused(this.now, errno);
    engine.sent();
    const stampNs = this.now.wallNs + TRANSMIT_DELAY_NS;
    const decoded = decodeArp(packet);
    if (!decoded.ok) throw new Error(decoded.error.reason);
    const to = destination === null ? 'all' : toHex(destination);
    for (const arrival of this.#options.network?.(this.sends.length) ?? []) this.#launch(arrival);
    if (this.#options.stamps !== 'none') {
      this.#schedule(this.elapsedNs + TRANSMIT_DELAY_NS, () => engine.transmitted(sequence, stampNs));
    }
    this.sends.push({ atNs: this.elapsedNs, packet: decoded.value, to });
  }

  #launch({ afterNs, lies, facts }: Arrival): void {
    this.#schedule(this.elapsedNs + afterNs, () => {
      const stampNs = this.#options.stamps === 'none' ? Number.NaN : this.now.wallNs - READ_DELAY_NS;
      this.deliver(frameOf(replyPacket(lies), { stampNs, ...facts }));
    });
  }

  #schedule(afterNs: number, act: () => void): void {
    const due = { atNs: this.#startNs + afterNs, act };
    let index = this.#due.length;
    while (index > 0 && this.#due[index - 1]!.atNs > due.atNs) index--;
    this.#due.splice(index, 0, due);
  }

  get replies(): ReplyEvent[] {
    return this.events.filter((event) => event.type === 'reply');
  }

  get bindings(): BindingEvent[] {
    return this.events.filter((event) => event.type === 'binding');
  }

  get summary(): SummaryEvent {
    const last = this.events.at(-1);
    if (last?.type !== 'summary') throw new Error(`the last event is ${last?.type}`);
    return last;
  }

  /** Seconds since the start of each probe. */
  get sendTimes(): number[] {
    return this.sends.map(({ atNs }) => atNs / SECOND);
  }
}

export function play(config: Partial<ArpingConfig>, options: PlayOptions = {}): Player {
  return new Player(config, options).run();
}
