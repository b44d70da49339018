/**
 * When to look at all of many sockets, whether or not the event loop has spoken of them. In a busy program it is late, and its
 * word on a deadline may come before its word on a socket: nobody shall be given up whose answer has come. Of the time no more
 * than about a tenth goes into looking.
 */

/** To look at one socket takes a system call or two. */
const PER_SOCKET_NS = 10_000;

export class LookRound {
  #lookedNs = Number.NEGATIVE_INFINITY;

  /** Whether it is time for a round of `sockets` of them; it is taken as done then. */
  isDue(nowNs: number, sockets: number): boolean {
    if (nowNs - this.#lookedNs < sockets * PER_SOCKET_NS) return false;
    this.#lookedNs = nowNs;
    return true;
  }
}
