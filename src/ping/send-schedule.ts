/**
 * When the next probe may leave: the pacer's schedule, put off by refusals that mean "later", and stretched by the round trips
 * where -A follows them.
 */
import type { RoundTripStatistics } from '../measure/round-trip.ts';
import type { PingConfig } from './config.ts';
import { Pacer } from './pacer.ts';

const NS_PER_MS = 1e6;
const US_PER_MS = 1e3;

const EAGAIN = 11;
const ENOMEM = 12;
export const EMSGSIZE = 90;
const ENOBUFS = 105;
const RETRY_NS = 10 * NS_PER_MS;
const NO_BUFFER_RETRY_MAXIMUM_NS = 500 * NS_PER_MS;
const NO_BUFFER_ADDEND_MAXIMUM_US = 50_000;
/** Unprivileged users' adaptive interval is never shorter, ping(8) -A. */
const USER_MINIMUM_INTERVAL_MS = 2;

type ScheduleConfig = Pick<PingConfig, 'intervalNs' | 'preload' | 'adaptive' | 'privileged' | 'lingerNs'>;

export class SendSchedule {
  readonly #config: ScheduleConfig;
  readonly #roundTrips: RoundTripStatistics;
  readonly #pacer: Pacer;
  /** Not before this may a refused send be tried again. */
  #retryAtNs = 0;
  /** How long there have been no buffers for the present probe. */
  #noBufferTriesNs = 0;
  /** What the kernel's lack of buffers adds to the interval of -A. */
  #addendUs = 0;

  constructor(config: ScheduleConfig, roundTrips: RoundTripStatistics) {
    this.#config = config;
    this.#roundTrips = roundTrips;
    this.#pacer = new Pacer(config.intervalNs, config.preload, !config.adaptive);
  }

  get intervalNs(): number {
    return this.#pacer.intervalNs;
  }

  /** Nanoseconds until a probe may go; none where it is not above 0. Asks, changes nothing. */
  delayNs(nowNs: number, inFlight: number): number {
    return Math.max(this.#pacer.delayNs(nowNs, inFlight), this.#retryAtNs - nowNs);
  }

  /** The kernel took the probe. */
  accepted(nowNs: number): void {
    this.#noBufferTriesNs = 0;
    this.spend(nowNs);
  }

  /** The probe has had its turn, whether the kernel took it or refused it for good. */
  spend(nowNs: number): void {
    this.#pacer.spend(nowNs);
    this.#retryAtNs = 0;
  }

  /**
   * The send was refused with `errno`, and `explained` says that an error told of before was the reason. Whether that means
   * "later": then the same probe is to be tried again, and the schedule says when. Else it is refused for good.
   */
  triesAgain(nowNs: number, errno: number, explained: boolean): boolean {
    if (errno === ENOBUFS || errno === ENOMEM) return this.#backOff(nowNs);
    if (errno !== EAGAIN && (errno === EMSGSIZE || !explained)) return false;
    this.#retryAtNs = nowNs + RETRY_NS;
    return true;
  }

  /** No buffers in the kernel: slows down, and tries again for as long as one would wait for a reply. False: give up. */
  #backOff(nowNs: number): boolean {
    const { lingerNs } = this.#config;
    this.#addendUs += Math.min(this.#roundTrips.ewmaUs, NO_BUFFER_ADDEND_MAXIMUM_US);
    const retryNs = Math.min(NO_BUFFER_RETRY_MAXIMUM_NS, Math.max(RETRY_NS, this.intervalNs / 2));
    this.#pacer.forfeit(nowNs, retryNs);
    this.#noBufferTriesNs += retryNs;
    if (lingerNs > 0 && this.#noBufferTriesNs >= lingerNs) {
      this.#noBufferTriesNs = 0;
      return false;
    }
    this.#retryAtNs = nowNs + retryNs;
    return true;
  }

  /** A round trip was measured. -A: about one probe in flight, so the interval follows their moving average. */
  follow(): void {
    const { adaptive, privileged } = this.#config;
    if (!adaptive) return;
    const ms = Math.trunc((this.#roundTrips.ewmaUs + this.#addendUs + US_PER_MS / 2) / US_PER_MS);
    this.#pacer.intervalNs = Math.max(ms, privileged ? 0 : USER_MINIMUM_INTERVAL_MS) * NS_PER_MS;
  }
}
