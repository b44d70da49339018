/** `watch`: wakes for packets and for errors, as often as there is a reason to, and not once more. */

import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  AF_INET,
  EINPROGRESS,
  IP_RECVERR,
  SO_ERROR,
  SO_LINGER,
  SO_SELECT_ERR_QUEUE,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_IP,
  SOL_SOCKET,
} from '../../src/net/constants.ts';
import { MessageBatch } from '../../src/net/message-batch.ts';
import { type NativeHandle, WAIT_ERRORS, WAIT_PACKETS } from '../../src/net/native.ts';
import { answerOf, runProgram } from './program.ts';
import {
  addon,
  closedPort,
  loopTurns,
  open,
  openTimer,
  openUdp,
  parts,
  sendTo,
  sockaddr,
  thrownBy,
  until,
} from './support.ts';

const PROGRAM = new URL('./programs/readiness.ts', import.meta.url);
const ECONNREFUSED = 111;
/** So many turns of the event loop are watched for wakes that should not be. */
const TURNS = 200;

function openReporting() {
  const socket = openUdp();
  addon.setsockopt(socket.handle, SOL_IP, IP_RECVERR, 1);
  addon.setsockopt(socket.handle, SOL_SOCKET, SO_SELECT_ERR_QUEUE, 1);
  return socket;
}

/** The next look finds an error and nothing else: a datagram went to a port where nobody listens. */
function raiseError(handle: NativeHandle): void {
  expect(sendTo(handle, closedPort())).toBe(1);
  expect(addon.wait(handle, 5e9)).toBe(WAIT_ERRORS);
}

describe('watch', () => {
  it('wakes once for a packet, stays quiet, and wakes again for the next', async () => {
    const { handle, name } = openUdp();
    const batch = new MessageBatch(addon, 4, 4);
    let wakes = 0;
    let packets = 0;
    addon.watch(handle, () => {
      wakes++;
      packets += addon.receive(handle, batch.native);
    });
    for (let round = 1; round <= 5; round++) {
      sendTo(handle, name);
      await until(() => packets === round);
      await loopTurns(TURNS);
      expect(wakes).toBe(round);
    }
  });

  it('wakes for one packet of many until all are read', async () => {
    const { handle, name } = openUdp();
    const batch = new MessageBatch(addon, 1, 4);
    for (let i = 0; i < 10; i++) sendTo(handle, name);
    let packets = 0;
    addon.watch(handle, () => {
      packets += addon.receive(handle, batch.native);
    });
    await until(() => packets === 10);
  });

  it('wakes once for a bare queued error, with a callback that reads both queues', async () => {
    const { handle } = openReporting();
    const batch = new MessageBatch(addon, 4, 64);
    let wakes = 0;
    let errors = 0;
    let pending = 0;
    addon.watch(handle, () => {
      wakes++;
      if (addon.receive(handle, batch.native) === -ECONNREFUSED) pending++;
      errors += addon.receiveErrors(handle, batch.native);
    });
    for (let round = 1; round <= 3; round++) {
      sendTo(handle, closedPort());
      await until(() => errors === round);
      await loopTurns(TURNS);
      expect({ wakes, pending, errors }).toEqual({ wakes: round, pending: round, errors: round });
    }
  });

  it('wakes once for a queued error with a callback that reads the error queue alone', async () => {
    const { handle, name } = openReporting();
    const batch = new MessageBatch(addon, 4, 64);
    let wakes = 0;
    let errors = 0;
    addon.watch(handle, () => {
      wakes++;
      errors += addon.receiveErrors(handle, batch.native);
    });
    sendTo(handle, closedPort());
    await until(() => errors === 1);
    await loopTurns(TURNS);
    expect(wakes).toBe(1);
    // The entry took the pending error with it: nothing is left to be told.
    expect(sendTo(handle, name)).toBe(1);
    expect(addon.receive(handle, batch.native)).toBe(1);
  });

  it('goes on waking for what a callback leaves unread, once in each turn of the loop, and loses nothing', async () => {
    const { handle } = openReporting();
    raiseError(handle);
    let wakes = 0;
    addon.watch(handle, () => {
      wakes++;
    });
    await loopTurns(TURNS);
    // Level-triggered, as poll(2) is: this is why a callback has to read both queues.
    expect(wakes).toBeGreaterThan(TURNS / 4);
    expect(wakes).toBeLessThanOrEqual(TURNS + 1);
    const batch = new MessageBatch(addon, 4, 64);
    expect(addon.receiveErrors(handle, batch.native)).toBe(1);
    const sofar = wakes;
    await loopTurns(TURNS);
    expect(wakes - sofar).toBeLessThanOrEqual(1);
  });

  describe('of a connected socket without IP_RECVERR, whose errors have no queue', () => {
    /** Both ends; the far one closes, so that what is sent to it comes back as an error. */
    function openConnected() {
      const handle = open(AF_INET, SOCK_DGRAM);
      const far = openUdp();
      addon.connect(handle, far.name);
      return { handle, far, near: addon.getsockname(handle) };
    }

    it('wakes once for an error, which is what `receive` answers then', async () => {
      const { handle, far } = openConnected();
      const batch = new MessageBatch(addon, 4, 64);
      const answers: number[] = [];
      addon.watch(handle, () => answers.push(addon.receive(handle, batch.native)));
      addon.close(far.handle);
      for (let round = 1; round <= 3; round++) {
        expect(sendTo(handle, undefined)).toBe(1);
        await until(() => answers.length === round);
        await loopTurns(TURNS);
        expect(answers).toHaveLength(round);
      }
      expect(answers).toEqual([-ECONNREFUSED, -ECONNREFUSED, -ECONNREFUSED]);
    });

    it('goes on where libuv stops with EBADF: an error, and a packet beside it', async () => {
      const { handle, far, near } = openConnected();
      const batch = new MessageBatch(addon, 4, 64);
      const answers: number[] = [];
      addon.watch(handle, () => answers.push(addon.receive(handle, batch.native)));
      for (let round = 1; round <= 3; round++) {
        const peer = round === 1 ? far.handle : addon.open(AF_INET, SOCK_DGRAM, 0);
        if (round > 1) addon.bind(peer, far.name);
        expect(sendTo(peer, near)).toBe(1);
        addon.close(peer);
        expect(sendTo(handle, undefined)).toBe(1);
        await until(() => answers.length >= round);
        await loopTurns(TURNS);
        // The restart took the error off, so the packet is what the callback finds.
        expect(answers).toEqual(Array(round).fill(1));
      }
    });
  });

  it('stops on null, and null again is no error', async () => {
    const { handle, name } = openUdp();
    let wakes = 0;
    addon.watch(handle, () => wakes++);
    addon.watch(handle, null);
    addon.watch(handle, null);
    sendTo(handle, name);
    expect(addon.wait(handle, 5e9)).toBe(1);
    await loopTurns(TURNS);
    expect(wakes).toBe(0);
  });

  it('replaces the callback by the next one', async () => {
    const { handle, name } = openUdp();
    const calls: string[] = [];
    addon.watch(handle, () => calls.push('first'));
    addon.watch(handle, () => {
      calls.push('second');
      addon.watch(handle, () => {
        calls.push('third');
        addon.watch(handle, null);
      });
    });
    sendTo(handle, name);
    await until(() => calls.length === 2);
    await loopTurns(TURNS);
    expect(calls).toEqual(['second', 'third']);
  });

  it('starts again after it was stopped, many times', async () => {
    const { handle, name } = openUdp();
    sendTo(handle, name);
    for (let round = 0; round < 100; round++) {
      await new Promise<void>((resolve) => {
        addon.watch(handle, () => {
          addon.watch(handle, null);
          resolve();
        });
      });
    }
  });

  it('lets a callback close its own handle', async () => {
    const { handle, name } = openUdp();
    sendTo(handle, name);
    let wakes = 0;
    addon.watch(handle, () => {
      wakes++;
      addon.close(handle);
    });
    await until(() => wakes > 0);
    // A new socket takes the same descriptor, and no watcher of the old one.
    const next = openUdp();
    sendTo(next.handle, next.name);
    await loopTurns(TURNS);
    expect(wakes).toBe(1);
    expect(parts(thrownBy(() => addon.watch(handle, null)))).toEqual({ code: 'EBADF', errno: -9, syscall: 'watch' });
  });

  it('lets a callback close another handle that is ready as well', async () => {
    for (let round = 0; round < 20; round++) {
      const [one, two] = [openUdp(), openUdp()];
      let wakes = 0;
      addon.watch(one.handle, () => {
        wakes++;
        addon.close(one.handle);
        addon.close(two.handle);
      });
      addon.watch(two.handle, () => {
        wakes++;
        addon.close(one.handle);
        addon.close(two.handle);
      });
      sendTo(one.handle, one.name);
      sendTo(two.handle, two.name);
      await until(() => wakes > 0);
      await loopTurns(3);
      expect(wakes).toBe(1);
    }
  });

  it('follows a descriptor that is closed and given out anew in the same turn', async () => {
    const seen: number[] = [];
    for (let round = 0; round < 50; round++) {
      const old = openUdp();
      addon.watch(old.handle, () => seen.push(-1));
      sendTo(old.handle, old.name);
      addon.close(old.handle);
      const next = openUdp();
      const batch = new MessageBatch(addon, 1, 4);
      addon.watch(next.handle, () => {
        seen.push(round);
        addon.receive(next.handle, batch.native);
        addon.close(next.handle);
      });
      sendTo(next.handle, next.name);
    }
    await until(() => seen.length >= 50);
    await loopTurns(10);
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, round) => round));
  });

  it('serves a hundred sockets at once', async () => {
    const sockets = Array.from({ length: 100 }, () => openUdp());
    const counts = sockets.map(() => 0);
    const batch = new MessageBatch(addon, 4, 4);
    sockets.forEach(({ handle }, index) => {
      addon.watch(handle, () => {
        counts[index]! += addon.receive(handle, batch.native);
      });
    });
    for (let round = 0; round < 3; round++) for (const { handle, name } of sockets) sendTo(handle, name);
    await until(() => counts.every((count) => count === 3));
  });

  it('reads a timer itself, so that its callback need not', async () => {
    const timer = openTimer();
    let wakes = 0;
    addon.watch(timer, () => wakes++);
    addon.armTimer(timer, 1);
    await until(() => wakes === 1);
    await loopTurns(TURNS);
    expect(wakes).toBe(1);
  });
});

describe('a callback that throws', () => {
  it('ends the process as any uncaught exception does', async () => {
    const { status, stderr } = await runProgram(PROGRAM, 'throwUncaught');
    expect(stderr).toContain('Error: thrown on purpose');
    expect(status).toBe(1);
  });

  it('reaches `uncaughtException`, and the watcher goes on', async () => {
    expect(await answerOf(PROGRAM, 'throwCaught')).toEqual({
      calls: 3,
      caught: [1, 2, 3].map((call) => `uncaughtException: call ${call}`),
    });
  });

  it('reaches it from a timer and from the resolver too', async () => {
    expect(await answerOf(PROGRAM, 'throwElsewhere')).toEqual(['getaddrinfo', 'getnameinfo', 'timer']);
  });
});

it('runs ticks and microtasks after each callback', async () => {
  expect(await answerOf(PROGRAM, 'microtasks')).toEqual(['callback', 'tick', 'microtask', 'immediate']);
});

describe('a stream that connects', () => {
  /** A listener, and where it listens. */
  async function listener(): Promise<{ readonly port: number; readonly close: () => void }> {
    const server = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { port: (server.address() as AddressInfo).port, close: () => server.close() };
  }

  function connecting(port: number): NativeHandle {
    const handle = open(AF_INET, SOCK_STREAM);
    addon.setsockopt(handle, SOL_SOCKET, SO_LINGER, new Uint8Array(Int32Array.of(1, 0).buffer));
    expect([0, -EINPROGRESS]).toContain(addon.startConnect(handle, sockaddr('127.0.0.1', port)));
    return handle;
  }

  const errorOf = (handle: NativeHandle) => {
    const value = new Int32Array(1);
    addon.getsockopt(handle, SOL_SOCKET, SO_ERROR, new Uint8Array(value.buffer));
    return value[0];
  };

  it('wakes once when it is connected, though it may be written to for ever', async () => {
    const { port, close } = await listener();
    const handle = connecting(port);
    let wakes = 0;
    addon.watch(handle, () => wakes++);
    await until(() => wakes > 0);
    await loopTurns(TURNS);
    expect(wakes).toBe(1);
    expect(errorOf(handle)).toBe(0);
    addon.close(handle);
    close();
  });

  it('wakes once when it is refused, and leaves the reason to be read', async () => {
    const handle = connecting(await closedTcpPort());
    let wakes = 0;
    addon.watch(handle, () => wakes++);
    await until(() => wakes > 0);
    await loopTurns(TURNS);
    expect(wakes).toBe(1);
    expect(errorOf(handle)).toBe(ECONNREFUSED);
  });

  it('is waited for in either case', async () => {
    const { port, close } = await listener();
    const handle = connecting(port);
    expect(addon.wait(handle, 5e9)).toBe(WAIT_PACKETS);
    expect(addon.wait(connecting(await closedTcpPort()), 5e9)).not.toBe(0);
    addon.close(handle);
    close();
  });

  /** A port that was free a moment ago. */
  async function closedTcpPort(): Promise<number> {
    const { port, close } = await listener();
    close();
    return port;
  }
});
