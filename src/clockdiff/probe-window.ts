/** The last probes sent, by sequence: when each left, and what became of it. A ring, so memory has a limit whatever is lost. */
import type { Instant } from '../net/clock.ts';

export interface Probe {
  sequence: number;
  /** From 1, without wrap. */
  number: number;
  /** When it was handed to the kernel, on both clocks. */
  wallNs: number;
  monoNs: number;
  /** The kernel's transmit stamp, NaN while there is none. */
  stampNs: number;
  /** `void`: our clock was set since it left, so its times mean nothing. */
  state: 'waiting' | 'unanswered' | 'answered' | 'void';
}

/** Of which replies may still come. A power of two below the 65,536 sequences there are. */
const WINDOW = 1024;

export class ProbeWindow {
  readonly #probes = new Map<number, Probe>();

  enter(number: number, sequence: number, { wallNs, monoNs }: Instant): Probe {
    const probe: Probe = { number, sequence, wallNs, monoNs, stampNs: Number.NaN, state: 'waiting' };
    this.#probes.set(sequence & (WINDOW - 1), probe);
    return probe;
  }

  /** Forgets a probe that did not leave after all. */
  remove(probe: Probe): void {
    this.#probes.delete(probe.sequence & (WINDOW - 1));
  }

  /** Null for a sequence that was never sent, or too long ago. */
  find(sequence: number): Probe | null {
    const probe = this.#probes.get(sequence & (WINDOW - 1));
    return probe?.sequence === sequence ? probe : null;
  }

  voidAll(): void {
    for (const probe of this.#probes.values()) probe.state = 'void';
  }
}
