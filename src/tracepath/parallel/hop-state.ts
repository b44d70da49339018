/** One hop while all are probed at once: what was sent, what came back, and when it is done with. */
import type { AnswerEvent, EndReason, ReplyEvent, SentProbe } from '../events.ts';
import type { ProbeRecord } from '../probe-history.ts';
import { HopTally } from '../run-tally.ts';
import { ATTEMPTS, PATIENCE_NS } from '../trace.ts';

/** Attempts follow each other so closely that a silent hop costs less than 2 s in all. */
const RETRY_NS = PATIENCE_NS / ATTEMPTS;

/** How the run ends at a hop. */
export interface HopEnd {
  readonly reason: EndReason;
  /** Set where the kernel took no probe. */
  readonly errno?: number;
}

export class HopState {
  readonly hop: number;
  readonly tally: HopTally;
  /** Answers to be told in this order; those before `told` have been. */
  readonly answers: (AnswerEvent | ReplyEvent)[] = [];
  told = 0;
  end: HopEnd | null = null;
  /** Answers that a run hop by hop would have waited for: one more where its first attempt changed the MTU. */
  wanted = 1;
  /** Octets of the latest probe. */
  octets = 0;
  #received = 0;
  #sent: SentProbe[] = [];
  #lastNs = Number.NEGATIVE_INFINITY;

  constructor(hop: number) {
    this.hop = hop;
    this.tally = new HopTally(hop);
  }

  get isSilent(): boolean {
    return this.#received === 0;
  }

  /** Probes of the present size that went unanswered as far as is known. */
  get unanswered(): readonly SentProbe[] {
    return this.#sent;
  }

  sent(record: ProbeRecord): void {
    this.#sent.push({ hop: record.hop, port: record.port, octets: record.octets });
    this.#lastNs = record.monoNs;
    this.octets = record.octets;
    this.tally.sent();
  }

  /** An answer that counts, other than one that only tells an MTU. */
  received(): void {
    this.#received++;
  }

  /** The hop is to be probed with smaller packets: what was sent before does not count. */
  restart(): void {
    this.#sent = [];
    this.#lastNs = Number.NEGATIVE_INFINITY;
  }

  isSettled(nowNs: number): boolean {
    if (this.#received >= this.wanted || this.end?.errno !== undefined) return true;
    return this.#hasAllAttempts && nowNs >= this.#lastNs + PATIENCE_NS;
  }

  /** When the next probe is due, or where none is, when the hop is given up. */
  get dueNs(): number {
    if (this.#sent.length < this.wanted) return Number.NEGATIVE_INFINITY;
    return this.#lastNs + (this.#hasAllAttempts ? PATIENCE_NS : RETRY_NS);
  }

  isProbeDue(nowNs: number): boolean {
    return !this.#hasAllAttempts && nowNs >= this.dueNs;
  }

  get #hasAllAttempts(): boolean {
    return this.#sent.length >= ATTEMPTS + this.wanted - 1;
  }
}
