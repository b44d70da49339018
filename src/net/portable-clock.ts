/** The two clocks of clock.ts by means of node alone. */
import type { ReadClocks } from './clock.ts';

const NS_PER_MS = 1e6;
const MS_PER_SECOND = 1e3;

/** CLOCK_MONOTONIC from the start of the process, to the nanosecond. Never 0: some of it has passed when we are asked. */
export function monotonicNs(): number {
  return performance.now() * NS_PER_MS;
}

/**
 * The wall clock is the monotonic one plus an offset, since node tells the time of day in whole milliseconds only. The sum is
 * kept inside the millisecond that `Date.now` names, so it follows a clock that is stepped or slewed, late by 1 ms at most.
 */
export function portableClocks(): ReadClocks {
  let offsetMs = performance.timeOrigin;
  return (out) => {
    const nowMs = performance.now();
    const dateMs = Date.now();
    const wallMs = Math.min(Math.max(offsetMs + nowMs, dateMs), dateMs + 1);
    offsetMs = wallMs - nowMs;
    const seconds = Math.floor(wallMs / MS_PER_SECOND);
    out[0] = nowMs * NS_PER_MS;
    out[1] = seconds;
    out[2] = Math.round((wallMs - seconds * MS_PER_SECOND) * NS_PER_MS);
  };
}
