/** `wait` (ppoll), timers (timerfd) and the two clocks. */
import { describe, expect, it } from 'vitest';
import { AF_INET, IP_RECVERR, SO_SELECT_ERR_QUEUE, SOCK_DGRAM, SOL_IP, SOL_SOCKET } from '../../src/net/constants.ts';
import { MessageBatch } from '../../src/net/message-batch.ts';
import { WAIT_ERRORS, WAIT_PACKETS } from '../../src/net/native.ts';
import {
  addon,
  closedPort,
  loopTurns,
  open,
  openTimer,
  openUdp,
  parts,
  sendTo,
  thrownBy,
  until,
  untilSome,
} from './support.ts';

const NS_PER_MS = 1e6;
const clocks = new Float64Array(3);

function monoNs(): number {
  addon.readClocks(clocks);
  return clocks[0]!;
}

/** The least of several measurements: a busy machine makes any one of them longer, none shorter. */
function leastOf(times: number, measure: () => number): number {
  return Math.min(...Array.from({ length: times }, measure));
}

describe('wait', () => {
  it('times out after the time given, to a fraction of a millisecond', () => {
    const { handle } = openUdp();
    for (const timeoutNs of [50_000, 300_000, 1_700_000]) {
      const least = leastOf(20, () => {
        const before = monoNs();
        expect(addon.wait(handle, timeoutNs)).toBe(0);
        return monoNs() - before;
      });
      expect(least).toBeGreaterThanOrEqual(timeoutNs);
      expect(least).toBeLessThan(timeoutNs + 0.5 * NS_PER_MS);
    }
  });

  it('answers at once for no time at all, and for a fraction of a nanosecond', () => {
    const { handle } = openUdp();
    expect(addon.wait(handle, 0)).toBe(0);
    expect(addon.wait(handle, 0.25)).toBe(0);
  });

  it('returns when there is something to read, long before its time', () => {
    const { handle, name } = openUdp();
    sendTo(handle, name);
    const before = monoNs();
    expect(addon.wait(handle, 1e18)).toBe(1);
    expect(monoNs() - before).toBeLessThan(1e9);
  });

  it('tells packets from errors', () => {
    const { handle, name } = openUdp();
    addon.setsockopt(handle, SOL_IP, IP_RECVERR, 1);
    for (const selectErrors of [0, 1]) {
      addon.setsockopt(handle, SOL_SOCKET, SO_SELECT_ERR_QUEUE, selectErrors);
      sendTo(handle, closedPort());
      expect(addon.wait(handle, 5e9)).toBe(WAIT_ERRORS);
      const batch = new MessageBatch(addon, 4, 4);
      expect(addon.receiveErrors(handle, batch.native)).toBe(1);
      sendTo(handle, name);
      expect(addon.wait(handle, 5e9)).toBe(WAIT_PACKETS);
      sendTo(handle, closedPort());
      untilSome(handle, () => Number(addon.wait(handle, 0) === (WAIT_PACKETS | WAIT_ERRORS)));
      expect(addon.receiveErrors(handle, batch.native)).toBe(1);
      expect(addon.receive(handle, batch.native)).toBe(1);
      expect(addon.wait(handle, 0)).toBe(0);
    }
  });

  it('waits for a timer too', () => {
    const timer = openTimer();
    const deadline = monoNs() + 2 * NS_PER_MS;
    addon.armTimer(timer, deadline);
    expect(addon.wait(timer, 10e9)).toBe(1);
    expect(monoNs()).toBeGreaterThanOrEqual(deadline);
  });

  it('keeps its seconds and nanoseconds apart', () => {
    // Each is ready at once: what matters is that no timeout makes the kernel say EINVAL.
    const { handle, name } = openUdp();
    sendTo(handle, name);
    for (const timeoutNs of [
      1e9,
      1e9 - 1,
      1e9 + 1,
      999_999_999.999,
      5e9 - 2 ** -20,
      2 ** 53,
      2 ** 53 + 2,
      1e18 - 128,
    ]) {
      expect(addon.wait(handle, timeoutNs), `${timeoutNs}`).toBe(1);
    }
  });
});

describe('a timer', () => {
  it('fires once, never before its deadline, and a fraction of a millisecond after it at best', async () => {
    const timer = openTimer();
    const lateness: number[] = [];
    for (let round = 0; round < 20; round++) {
      const deadline = monoNs() + 1.3 * NS_PER_MS;
      await new Promise<void>((resolve) => {
        addon.watch(timer, () => {
          lateness.push(monoNs() - deadline);
          resolve();
        });
        addon.armTimer(timer, deadline);
      });
    }
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
    expect(Math.min(...lateness)).toBeLessThan(0.5 * NS_PER_MS);
  });

  it.each([1, 0.25, 1e9])('fires at once for the past deadline %d', async (deadlineNs) => {
    const timer = openTimer();
    let fired = 0;
    addon.watch(timer, () => fired++);
    addon.armTimer(timer, deadlineNs);
    await until(() => fired === 1);
  });

  it('does not fire while disarmed, and can be armed again', async () => {
    const timer = openTimer();
    let fired = 0;
    addon.watch(timer, () => fired++);
    addon.armTimer(timer, monoNs() + 2 * NS_PER_MS);
    addon.armTimer(timer, 0);
    addon.wait(timer, 5 * NS_PER_MS);
    await loopTurns(10);
    expect(fired).toBe(0);
    addon.armTimer(timer, 1);
    await until(() => fired === 1);
  });

  it('does not fire when it is disarmed after its time has come and before the loop has seen it', async () => {
    const timer = openTimer();
    let fired = 0;
    addon.watch(timer, () => fired++);
    addon.armTimer(timer, 1);
    expect(addon.wait(timer, 1e9)).toBe(1);
    addon.armTimer(timer, 0);
    await loopTurns(10);
    expect(fired).toBe(0);
  });

  it('takes the latest deadline', async () => {
    const timer = openTimer();
    addon.armTimer(timer, 1);
    const deadline = monoNs() + 3 * NS_PER_MS;
    addon.armTimer(timer, deadline);
    await new Promise<void>((resolve) => addon.watch(timer, resolve));
    expect(monoNs()).toBeGreaterThanOrEqual(deadline);
  });

  it('takes deadlines of many years', () => {
    const timer = openTimer();
    addon.armTimer(timer, 1e18);
    expect(addon.wait(timer, 0)).toBe(0);
  });

  it('is no socket, and a socket is no timer', () => {
    const socket = open(AF_INET, SOCK_DGRAM);
    expect(parts(thrownBy(() => addon.armTimer(socket, 1)))).toEqual({
      code: 'EINVAL',
      errno: -22,
      syscall: 'timerfd_settime',
    });
  });
});

describe('readClocks', () => {
  it('reads CLOCK_MONOTONIC as node does, and CLOCK_REALTIME', () => {
    for (let round = 0; round < 100; round++) {
      const before = Number(process.hrtime.bigint());
      const mono = monoNs();
      expect(mono).toBeGreaterThanOrEqual(before - 256); // one step of a double that large
      expect(mono).toBeLessThanOrEqual(Number(process.hrtime.bigint()) + 256);
    }
    addon.readClocks(clocks);
    expect(Math.abs(clocks[1]! * 1000 + clocks[2]! / 1e6 - Date.now())).toBeLessThan(1000);
    expect(Number.isInteger(clocks[1]) && Number.isInteger(clocks[2])).toBe(true);
    expect(clocks[2]).toBeGreaterThanOrEqual(0);
    expect(clocks[2]).toBeLessThan(1e9);
  });

  it('keeps the offset of the two clocks within a few microseconds', () => {
    const offset = () => {
      addon.readClocks(clocks);
      return (clocks[1]! - start) * 1e9 + clocks[2]! - clocks[0]!;
    };
    const start = Math.floor(Date.now() / 1000);
    const offsets = Array.from({ length: 1000 }, offset).sort((a, b) => a - b);
    // The middle 90 %: a pair may have been preempted four times in a row, and a clock may be slewed.
    expect(offsets[950]! - offsets[50]!).toBeLessThan(5000);
  });

  it('writes three numbers and no more', () => {
    const larger = new Float64Array(5).fill(-1);
    addon.readClocks(larger);
    expect([...larger.subarray(3)]).toEqual([-1, -1]);
    const part = new Float64Array(8).fill(-1);
    addon.readClocks(part.subarray(2, 5));
    expect([...part.subarray(0, 2), ...part.subarray(5)]).toEqual([-1, -1, -1, -1, -1]);
  });

  it('refuses an array that was transferred away', () => {
    const out = new Float64Array(3);
    structuredClone(out.buffer, { transfer: [out.buffer] });
    expect(thrownBy(() => addon.readClocks(out))).toBeInstanceOf(TypeError);
  });
});
