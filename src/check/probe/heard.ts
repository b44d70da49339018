/** What the events of a run of `ping()` say, gathered. */
import type { PingEvent } from '../../index.ts';
import type { Presence } from '../measurement.ts';
import { Denials } from './denials.ts';
import { describeIcmpError } from './icmp-words.ts';
import { Series } from './series.ts';

export class Heard {
  /** Answers of those who serve. */
  readonly series = new Series();
  /** The target refused, by TCP RST: it is there, and nobody listens. */
  refusals = 0;
  readonly denials = new Denials();
  /** The last ICMP error that somebody sent. */
  remark: string | null = null;
  /** The last refusal of our own kernel. */
  sendErrno: number | null = null;

  readonly #isRstRefusal: boolean;

  /** `isRstRefusal`: a RST is no answer. To a ping by TCP it is one, since the host sent it. */
  constructor(isRstRefusal: boolean) {
    this.#isRstRefusal = isRstRefusal;
  }

  take(event: PingEvent): void {
    switch (event.type) {
      case 'reply':
        if (event.answer === 'rst' && this.#isRstRefusal) {
          this.refusals++;
          this.series.lost(event.sequence);
        } else if (!event.duplicate && !event.badChecksum) {
          this.series.answered(event.sequence, event.roundTripMs);
        }
        break;
      case 'lost':
        this.series.lost(event.sequence);
        break;
      case 'network-error':
        if (event.sequence !== null) this.series.lost(event.sequence);
        this.denials.take(event.source, event);
        this.remark = `from ${event.source}: ${describeIcmpError(event.family, event.icmpType, event.icmpCode)}`;
        break;
      case 'send-error':
        this.series.lost(event.sequence);
        this.sendErrno = event.errno;
        break;
      case 'local-error':
        this.sendErrno = event.errno;
        break;
      case 'start':
      case 'unanswered':
      case 'warning':
      case 'summary':
        break;
    }
  }

  /** Of the target at `address`, where `answers` of it came. */
  presenceOf(address: string, answers: number): Presence {
    if (answers > 0) return 'answers';
    return this.refusals > 0 ? 'refuses' : this.denials.presenceOf(address);
  }
}
