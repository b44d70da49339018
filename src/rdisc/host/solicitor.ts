/** When a link is solicited: three times, three seconds apart, and no more once a router has spoken. RFC 1256 section 5.3. */
import type { Link } from '../protocol.ts';

const MAX_SOLICITATIONS = 3;
const SOLICITATION_INTERVAL_NS = 3e9;

interface LinkState {
  readonly link: Link;
  sent: number;
  /** Of the next solicitation; Infinity once there is none. */
  nextAtNs: number;
}

export class Solicitor {
  readonly #states = new Map<number, LinkState>();
  /** Answers to the latest solicitation are awaited until then; Infinity before the first one. */
  answersUntilNs = Number.POSITIVE_INFINITY;

  /** `delayNs`: how long after `nowNs` a link that is new is solicited first. */
  setLinks(nowNs: number, links: readonly Link[], delayNs: () => number): void {
    const present = new Set(links.map(({ index }) => index));
    for (const index of this.#states.keys()) if (!present.has(index)) this.#states.delete(index);
    for (const link of links) {
      const known = this.#states.get(link.index);
      const { sent, nextAtNs } = known ?? { sent: 0, nextAtNs: nowNs + delayNs() };
      this.#states.set(link.index, { link, sent, nextAtNs });
    }
  }

  /**
   * A router has spoken on a link (null: on any). "Subsequent to one of the solicitations, the host must desist from sending any
   * more"; before the first one it need not have been an answer.
   */
  desist(interfaceIndex: number | null): void {
    for (const state of this.#states.values()) {
      const isItsLink = interfaceIndex === null || interfaceIndex === state.link.index;
      if (isItsLink && state.sent > 0) state.nextAtNs = Number.POSITIVE_INFINITY;
    }
  }

  /** Links to be solicited now. */
  takeDue(nowNs: number): readonly Link[] {
    const due = [...this.#states.values()].filter(({ nextAtNs }) => nextAtNs <= nowNs);
    for (const state of due) {
      state.sent++;
      this.answersUntilNs = nowNs + SOLICITATION_INTERVAL_NS;
      state.nextAtNs = state.sent < MAX_SOLICITATIONS ? nowNs + SOLICITATION_INTERVAL_NS : Number.POSITIVE_INFINITY;
    }
    return due.map(({ link }) => link);
  }

  /** Nothing more will be sent, and the time for answers is over. */
  isExhausted(nowNs: number): boolean {
    if (this.nextAtNs !== Number.POSITIVE_INFINITY) return false;
    return this.answersUntilNs === Number.POSITIVE_INFINITY || nowNs >= this.answersUntilNs;
  }

  /** Of the next solicitation on any link; Infinity when there is none. */
  get nextAtNs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.#states.values()].map(({ nextAtNs }) => nextAtNs));
  }
}
