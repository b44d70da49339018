/** What a test can make the lab's DNS server do; shared by the test's side and the server's. */
import type { RecordType } from './message.ts';

export interface DnsBehaviour {
  /** `answer` at once, `delay` the same answer by `delayMs`, `hang` without ever answering, or fail with `servfail`. */
  readonly mode: 'answer' | 'delay' | 'hang' | 'servfail';
  readonly delayMs?: number;
  /** Only questions of this type; all others are answered at once. */
  readonly only?: RecordType;
}

/** One question that came in. */
export interface SeenQuery {
  readonly name: string;
  readonly type: string;
}
