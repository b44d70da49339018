/** ICMP identifiers: what tells the probes of raw sockets apart, which all hear the replies to all. */

const IDENTIFIERS = 0x1_0000;

/** As iputils has it, for a process with one session. */
export const processIdentifier = (): number => process.pid % IDENTIFIERS;

/** Of this thread, in which there may be any number of sessions. */
let latest: number | null = null;

/** For one of many sessions in a process: another one each time, from somewhere on, since other threads choose as well. */
export function nextIdentifier(): number {
  latest = ((latest ?? globalThis.crypto.getRandomValues(new Uint16Array(1))[0]!) + 1) % IDENTIFIERS;
  return latest;
}
