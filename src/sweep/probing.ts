/** Probes a list of targets through open sockets and tells what comes of it. */
import type { Alarm } from '../net/alarm.ts';
import type { Clock } from '../net/clock.ts';
import { EchoSocket } from '../net/echo-socket.ts';
import type { OpenedSocket } from '../net/icmp-socket.ts';
import type { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon } from '../net/native.ts';
import type { Gate, SignalSource } from '../net/pump.ts';
import type { Signal } from '../net/signals.ts';
import { type AddressWords, formatWords, makeAddress } from './address-words.ts';
import { SweepDriver } from './driver.ts';
import { type SweepConfig, SweepEngine } from './engine.ts';
import type { Figures, SummaryEvent, TargetEvent } from './events.ts';
import { type SweepOptions, timeoutOf } from './options.ts';
import { Permutation } from './permutation.ts';
import { ProbeCodec, type ProbeKey } from './probe.ts';
import { randomWords } from './random.ts';
import type { Rows, SweepShow } from './show.ts';
import { formatProgress } from './summary-text.ts';
import type { Targets } from './targets.ts';

const NS_PER_MS = 1e6;
const PROGRESS_NS = 200e6;
const IDENTIFIER_MASK = 0xffff;
const WORD_LIMIT = 0x1_0000_0000;
/** A seed is a whole number that a double, and so JSON, holds exactly: 53 bits. */
const SEED_HIGH_MASK = 0x1f_ffff;
/** Up to here the kernel is asked when each probe left; beyond, that is one more message to read for each, and too dear. */
const TRANSMIT_STAMPS_RATE = 20_000;

/** Who hears of a run: SweepShow, or a program. */
export type Audience = Pick<SweepShow, 'tells' | 'show' | 'flush' | 'progress' | 'hasProgress'>;

export interface ProbingContext {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly interfaces: Interfaces;
  readonly options: SweepOptions;
  readonly audience: Audience;
  readonly targets: Targets;
  readonly opened: readonly OpenedSocket[];
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  readonly signals: SignalSource;
  readonly gate?: Gate | null;
  /** How many names had no address. */
  readonly unresolved: number;
}

export class Probing implements Rows {
  readonly size: number;
  readonly #context: ProbingContext;
  readonly #engine: SweepEngine;
  readonly #driver: SweepDriver;
  readonly #seed: number | null;
  readonly #address = makeAddress();
  #startNs = 0;
  #progressAtNs = Number.POSITIVE_INFINITY;
  #isInterrupted = false;

  constructor(context: ProbingContext) {
    const { options, targets } = context;
    const random = randomWords(5);
    this.#context = context;
    this.size = targets.size;
    this.#seed = options.sequential ? null : (options.seed ?? makeSeed(random[3]!, random[4]!));
    this.#engine = new SweepEngine(this.#engineConfig(), (index) => this.#finished(index));
    const key = { key0: random[0]!, key1: random[1]!, identifier: random[2]! & IDENTIFIER_MASK };
    this.#driver = this.#makeDriver(key);
  }

  #engineConfig(): SweepConfig {
    const { options, targets } = this.#context;
    const permutation = this.#seed === null ? null : new Permutation(targets.size, this.#seed);
    return {
      targets: targets.size,
      order: permutation === null ? (position) => position : (position) => permutation.at(position),
      mode: options.count === null ? 'reach' : 'count',
      attempts: options.count ?? options.retries + 1,
      timeoutNs: timeoutOf(options) * NS_PER_MS,
      backoff: options.backoff,
      periodNs: options.periodMs * NS_PER_MS,
      rate: options.rate,
      keepTrying: options.keepTrying,
    };
  }

  #makeDriver(key: ProbeKey): SweepDriver {
    const { addon, clock, interfaces, options, targets, opened, audience } = this.#context;
    const codec = new ProbeCodec(key, options.size);
    const transmitStamps = options.rate > 0 && options.rate <= TRANSMIT_STAMPS_RATE;
    const { identifier } = key;
    const sockets = opened.map(
      (socket) => new EchoSocket({ addon, clock, socket, messageOctets: codec.octets, identifier, transmitStamps }),
    );
    return new SweepDriver({
      engine: this.#engine,
      sockets,
      targets,
      codec,
      clock,
      interfaces,
      createAlarm: this.#context.createAlarm,
      signals: this.#context.signals,
      gate: this.#context.gate ?? null,
      onSignal: (signal) => this.#signal(signal),
      onForeignReply: (index, from) => {
        const [target, address] = this.label(index);
        audience.show({ type: 'foreign-reply', target, address, from: this.#format(from) });
      },
      onTurn: (nowNs) => this.#turn(nowNs),
      turnAtNs: () => this.#progressAtNs,
    });
  }

  /** Runs to the end and answers what came of it; the caller shows that, and closes the sockets. */
  async run(): Promise<SummaryEvent> {
    const { options, clock, audience } = this.#context;
    const { shard, rate } = options;
    const attempts = options.count ?? options.retries + 1;
    audience.show({ type: 'start', targets: this.size, shard, seed: this.#seed, rate, attempts });
    this.#startNs = clock.read().monoNs;
    if (audience.hasProgress) this.#progressAtNs = this.#startNs + PROGRESS_NS;
    await this.#driver.run();
    return this.#summary();
  }

  #finished(index: number): void {
    const { audience } = this.#context;
    if (audience.tells(this.#engine.verdictOf(index))) audience.show(this.event(index));
  }

  #signal(signal: Signal): void {
    if (signal === 'SIGQUIT') {
      this.#context.audience.show({ type: 'status', figures: this.#figures(), elapsedNs: this.#elapsedNs() });
      this.#context.audience.flush();
      return;
    }
    this.#isInterrupted = true;
    this.#engine.interrupt();
  }

  #turn(nowNs: number): void {
    const { audience } = this.#context;
    audience.flush();
    if (nowNs < this.#progressAtNs) return;
    this.#progressAtNs = nowNs + PROGRESS_NS;
    audience.progress(formatProgress(this.#figures(), nowNs - this.#startNs));
  }

  #summary(): SummaryEvent {
    return {
      type: 'summary',
      reason: this.#isInterrupted ? 'interrupted' : 'complete',
      figures: this.#figures(),
      elapsedNs: this.#elapsedNs(),
      roundTrip: this.#engine.roundTrips(),
      stamps: this.#driver.stamps,
      drops: this.#driver.drops,
      shard: this.#context.options.shard,
    };
  }

  #figures(): Figures {
    return this.#engine.figures(this.#context.unresolved);
  }

  #elapsedNs(): number {
    return this.#context.clock.read().monoNs - this.#startNs;
  }

  label(index: number): readonly [target: string, address: string] {
    const { targets } = this.#context;
    targets.write(this.#address, index);
    const address = this.#format(this.#address);
    return [targets.nameOf(index) ?? address, address];
  }

  event(index: number): TargetEvent {
    const [target, address] = this.label(index);
    return { type: 'target', target, address, ...this.#engine.describe(index) };
  }

  #format(words: AddressWords): string {
    return formatWords(words, this.#context.interfaces.nameOf);
  }
}

function makeSeed(high: number, low: number): number {
  return (high & SEED_HIGH_MASK) * WORD_LIMIT + low;
}
