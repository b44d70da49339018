/** Nothing is leaked, and nothing crashes, however handles, threads and processes end. */
import { describe, expect, it } from 'vitest';
import { AF_INET, AF_INET6, SOCK_DGRAM } from '../../src/net/constants.ts';
import { MessageBatch } from '../../src/net/message-batch.ts';
import type { NativeHandle } from '../../src/net/native.ts';
import { describeLab } from '../lab/describe-lab.ts';
import { answerOf, runProgram } from './program.ts';
import { addon, collectGarbage, countDescriptors, loopTurns, openUdp, sendTo, thrownBy, until } from './support.ts';

const PROGRAM = new URL('./programs/lifetimes.ts', import.meta.url);

describe('descriptors', () => {
  it('are given back by thousands of close calls', async () => {
    await collectGarbage();
    const before = countDescriptors();
    for (let i = 0; i < 5000; i++) {
      const handles = [addon.open(AF_INET, SOCK_DGRAM, 0), addon.open(AF_INET6, SOCK_DGRAM, 0), addon.openTimer()];
      for (const handle of handles) addon.close(handle);
    }
    expect(countDescriptors()).toBe(before);
  });

  it('are given back by thousands of close calls on watched handles', async () => {
    await collectGarbage();
    const before = countDescriptors();
    for (let round = 0; round < 50; round++) {
      for (let i = 0; i < 40; i++) {
        const handle = i % 2 === 0 ? addon.open(AF_INET, SOCK_DGRAM, 0) : addon.openTimer();
        addon.watch(handle, () => {});
        addon.watch(handle, () => {});
        addon.close(handle);
      }
      await loopTurns(1);
    }
    expect(countDescriptors()).toBe(before);
  });

  it('are not lost when opening fails', async () => {
    await collectGarbage();
    const before = countDescriptors();
    for (let i = 0; i < 5000; i++) {
      expect(thrownBy(() => addon.open(9999, SOCK_DGRAM, 0)).code).toBe('EAFNOSUPPORT');
    }
    expect(countDescriptors()).toBe(before);
  });

  it('are given back when nobody holds a handle any more', async () => {
    await collectGarbage();
    const before = countDescriptors();
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 200; i++) {
        addon.open(AF_INET, SOCK_DGRAM, 0);
        addon.openTimer();
      }
      await collectGarbage();
    }
    expect(countDescriptors()).toBe(before);
  });

  it('stay open while they are watched, even if nobody holds the handle', async () => {
    const batch = new MessageBatch(addon, 1, 4);
    const { name, stop } = (() => {
      let handle: NativeHandle | null = addon.open(AF_INET, SOCK_DGRAM, 0);
      addon.bind(handle, openUdp().name.with(2, 0).with(3, 0)); // the same address, any port
      const weak = new WeakRef(handle as object);
      let packets = 0;
      addon.watch(handle, () => {
        packets += addon.receive(weak.deref() as NativeHandle, batch.native);
      });
      const own = addon.getsockname(handle);
      handle = null;
      return {
        name: own,
        stop: async (count: number) => {
          await until(() => packets === count);
          addon.watch(weak.deref() as NativeHandle, null);
          return weak;
        },
      };
    })();
    await collectGarbage();
    sendTo(openUdp().handle, name);
    const weak = await stop(1);
    await loopTurns(2);
    await collectGarbage();
    expect(weak.deref()).toBeUndefined();
  });

  it('are exhausted with EMFILE, and all there again afterwards', async () => {
    const { before, after, rounds } = await answerOf<{
      before: number;
      after: number;
      rounds: { opened: number; error: string; others: string[] }[];
    }>(PROGRAM, 'exhaust', null, { prefix: ['prlimit', '--nofile=64'] });
    expect(after).toBe(before);
    expect(rounds[0]!.opened).toBeGreaterThan(20);
    expect(rounds[1]).toEqual(rounds[0]);
    expect(rounds[0]).toMatchObject({
      error: 'EMFILE -24 socket',
      others: ['EMFILE -24 timerfd_create', 'EMFILE -24 getifaddrs', 'no error'],
    });
  });
});

describeLab('descriptors of an unprivileged user', () => {
  it('are not lost where raw sockets are refused', async () => {
    const { before, after, codes } = await answerOf<{ before: number; after: number; codes: string[] }>(
      PROGRAM,
      'refused',
      null,
      { prefix: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] },
    );
    expect(codes).toEqual(['EPERM']);
    expect(after).toBe(before);
  });
});

/** A sanitizer keeps freed memory for a while; it finds leaks by itself (scripts/sanitize.mjs). */
const isSanitized = process.env['LD_PRELOAD']?.includes('libasan') === true;

describe.skipIf(isSanitized)('memory', () => {
  it('of batches, handles and lookups does not grow', async () => {
    const use = async () => {
      for (let i = 0; i < 200; i++) {
        const batch = new MessageBatch(addon, 64, 1500);
        const handle = addon.open(AF_INET, SOCK_DGRAM, 0);
        addon.receive(handle, batch.native);
        addon.interfaces();
        addon.close(handle);
      }
      await Promise.all(
        Array.from(
          { length: 20 },
          () => new Promise<void>((resolve) => addon.getaddrinfo('127.0.0.1', 0, 4, () => resolve())),
        ),
      );
      await collectGarbage();
      return process.memoryUsage.rss();
    };
    for (let warm = 0; warm < 5; warm++) await use();
    const before = await use();
    for (let round = 0; round < 10; round++) await use();
    // 2000 batches have 34 MB of control buffers and 190 MB of data.
    expect((await use()) - before).toBeLessThan(16e6);
  });
});

describe('workers', () => {
  it('can be terminated in the midst of events, a hundred of them', async () => {
    const { before, after } = await answerOf<{ before: number; after: number }>(PROGRAM, 'workers', {
      count: 100,
      loadHere: true,
      exitByThemselves: false,
    });
    expect(after).toBe(before);
  });

  it('can be the only ones that load the addon', async () => {
    const { before, after } = await answerOf<{ before: number; after: number }>(PROGRAM, 'workers', {
      count: 20,
      loadHere: false,
      exitByThemselves: false,
    });
    expect(after).toBe(before);
  });

  it('can exit by themselves in the midst of events', async () => {
    const { before, after } = await answerOf<{ before: number; after: number }>(PROGRAM, 'workers', {
      count: 20,
      loadHere: false,
      exitByThemselves: true,
    });
    expect(after).toBe(before);
  });
});

describe('the process', () => {
  it.each([
    ['exits from within a callback', 'exitFromCallback'],
    ['exits with events and lookups pending', 'exitAtOnce'],
    ['ends by itself while handles are open', 'endWithOpenHandles'],
    ['closes and opens in its exit listener', 'closeInExitListener'],
  ])('%s, with status 0 and nothing to say', async (_, scenario) => {
    const { status, signal, stderr } = await runProgram(PROGRAM, scenario);
    expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  });

  it('ends with status 1 after an exception in a callback, with all else open', async () => {
    const { status, signal, stderr } = await runProgram(PROGRAM, 'throwWithOpenHandles');
    expect({ status, signal }).toEqual({ status: 1, signal: null });
    expect(stderr).toContain('Error: on purpose');
  });

  it('is ended by a signal that has its default meaning back', async () => {
    const { value, status, signal, stderr } = await runProgram(PROGRAM, 'defaultSignal');
    expect({ status, signal, stderr }).toEqual({ status: null, signal: 'SIGUSR1', stderr: '' });
    expect(value).toEqual(Array(4).fill('EINVAL -22 signal'));
  });

  it('may load the addon twice', async () => {
    expect(await answerOf(PROGRAM, 'loadTwice')).toEqual({ fired: ['one', 'two'], leaked: 0 });
  });
});
