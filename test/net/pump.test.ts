import { describe, expect, it } from 'vitest';
import { type Gate, type PumpOptions, pump, type Turn, type Watch } from '../../src/net/pump.ts';
import type { Signal } from '../../src/net/signals.ts';

/** A loop whose socket, signals and alarm are in the test's hand; `turns` says what each turn answers, then it is done. */
function start(turns: (Turn | (() => Turn))[], options: Partial<PumpOptions> = {}) {
  const world = {
    log: [] as string[],
    turns: 0,
    /** What the loop hands to the world; called as the world would. */
    ring: () => {},
    wake: null as (() => void) | null,
    signal: (_: Signal) => {},
    isAlarmClosed: false,
  };
  const watch: Watch = (callback) => {
    world.wake = callback;
    world.log.push(callback === null ? 'unwatched' : 'watched');
  };
  const ended = pump({
    createAlarm: (onExpiry) => {
      world.ring = onExpiry;
      return {
        arm: (deadlineNs) => world.log.push(`armed ${deadlineNs}`),
        close: () => {
          world.isAlarmClosed = true;
        },
      };
    },
    sockets: [watch],
    signals: {
      listen: (listener) => {
        world.signal = listener;
      },
    },
    onSignal: (signal) => world.log.push(signal),
    turn: () => {
      world.turns++;
      world.log.push('turn');
      const next = turns.shift() ?? 'done';
      return typeof next === 'function' ? next() : next;
    },
    ...options,
  });
  return { world, ended };
}

const eventLoopTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A gate in the test's hand. */
function makeGate() {
  const gate = {
    isShut: false as boolean,
    callback: null as (() => void) | null,
    onOpen: (callback: (() => void) | null) => {
      gate.callback = callback;
    },
    open: () => {
      gate.isShut = false;
      gate.callback?.();
    },
  } satisfies Gate & Record<string, unknown>;
  return gate;
}

describe('a pump with a gate', () => {
  it('has no turn while it is shut, whoever wakes it, and goes on when it opens', async () => {
    const gate = makeGate();
    const { world, ended } = start([1000, 2000], { gate });
    gate.isShut = true;
    world.wake!();
    world.ring();
    expect(world.turns).toBe(1);
    gate.open();
    await eventLoopTurn();
    expect(world.turns).toBe(2);
    world.ring();
    await ended;
    expect(gate.callback).toBeNull();
  });

  it('leaves the event loop a turn before it goes on', async () => {
    const gate = makeGate();
    const { world } = start([1000, 2000], { gate });
    gate.isShut = true;
    gate.open();
    expect(world.turns).toBe(1);
    await eventLoopTurn();
    expect(world.turns).toBe(2);
    world.ring();
  });

  it('has one turn for each of the event loop, however often it opens', async () => {
    const gate = makeGate();
    const { world, ended } = start(
      Array.from({ length: 10 }, () => 'again'),
      { gate },
    );
    for (let turn = 1; turn < 8; turn++) {
      expect(world.turns).toBe(turn);
      gate.open();
      gate.open();
      await eventLoopTurn();
    }
    await ended;
  });

  it('is ended by a signal though its gate is shut', async () => {
    const gate = makeGate();
    const { world, ended } = start([1000], { gate });
    gate.isShut = true;
    world.signal('SIGINT');
    await ended;
    expect(world.turns).toBe(2);
  });
});

describe('a pump', () => {
  it('works at once, and ends when the turn is done', async () => {
    const { world, ended } = start([]);
    expect(world.log).toEqual(['watched', 'turn']);
    await ended;
    expect(world.log).toEqual(['watched', 'turn', 'unwatched']);
    expect(world.isAlarmClosed).toBe(true);
  });

  it('comes back by itself after the event loop had a turn, as often as it is told to', async () => {
    const { world, ended } = start(['again', 'again']);
    expect(world.turns).toBe(1);
    await eventLoopTurn();
    expect(world.turns).toBe(2);
    await ended;
    expect(world.turns).toBe(3);
    expect(world.log.filter((line) => line.startsWith('armed'))).toEqual([]);
  });

  it('arms its alarm with the deadline, and comes back when that expires', async () => {
    const { world, ended } = start([123.5, Number.POSITIVE_INFINITY, 456]);
    expect(world.log).toEqual(['watched', 'turn', 'armed 123.5']);
    await eventLoopTurn();
    expect(world.turns).toBe(1);
    world.ring();
    expect(world.log.at(-1)).toBe('armed Infinity');
    world.ring();
    world.ring();
    await ended;
    expect(world.turns).toBe(4);
  });

  it('comes back sooner when a socket wakes it', async () => {
    const { world, ended } = start([1000]);
    world.wake!();
    await ended;
    expect(world.turns).toBe(2);
  });

  it('watches every socket, and none when it has ended', async () => {
    const watched = new Set<number>();
    const sockets = [0, 1, 2].map(
      (index): Watch =>
        (callback) => {
          if (callback === null) watched.delete(index);
          else watched.add(index);
        },
    );
    const { world, ended } = start([1000], { sockets });
    expect([...watched]).toEqual([0, 1, 2]);
    world.ring();
    await ended;
    expect([...watched]).toEqual([]);
  });

  it('hands over signals, then works', async () => {
    const { world, ended } = start([1000, 2000]);
    world.signal('SIGQUIT');
    world.signal('SIGINT');
    await ended;
    expect(world.log).toEqual([
      ...['watched', 'turn', 'armed 1000'],
      ...['SIGQUIT', 'turn', 'armed 2000'],
      ...['SIGINT', 'turn', 'unwatched'],
    ]);
  });

  it('hears a signal that had come before it began, and may end by it before its first turn', async () => {
    const { world, ended } = start([], { signals: { listen: (listener) => listener('SIGINT') } });
    await ended;
    expect(world.log).toEqual(['watched', 'SIGINT', 'turn', 'unwatched']);
  });

  it('needs no signals', async () => {
    const { world, ended } = start(['again'], { signals: { listen: () => {} } });
    await ended;
    expect(world.turns).toBe(2);
  });

  it('calls nobody any more once it has ended', async () => {
    const { world, ended } = start([1000]);
    const wake = world.wake!;
    world.ring();
    // The world does not know yet: a callback, an expiry and a signal may be under way already.
    wake();
    world.ring();
    world.signal('SIGINT');
    await ended;
    wake();
    world.ring();
    world.signal('SIGINT');
    await eventLoopTurn();
    expect(world.turns).toBe(2);
    expect(world.log).not.toContain('SIGINT');
  });

  it('calls nobody any more when it ends while a turn of the event loop is promised', async () => {
    const { world, ended } = start(['again']);
    world.wake!();
    await ended;
    await eventLoopTurn();
    expect(world.turns).toBe(2);
  });

  it.each<[string, (world: ReturnType<typeof start>['world']) => void]>([
    ['the first turn', () => {}],
    ['a turn of the event loop', () => {}],
    ['an expiry', (world) => world.ring()],
    ['a socket', (world) => world.wake!()],
    ['a signal', (world) => world.signal('SIGQUIT')],
  ])('rejects with what a turn throws that comes by %s, and lets go of everything', async (by, cause) => {
    const fail = () => {
      throw new Error('broken');
    };
    const turns = { 'the first turn': [fail], 'a turn of the event loop': ['again' as const, fail] }[by] ?? [
      1000,
      fail,
    ];
    const { world, ended } = start(turns);
    const rejected = expect(ended).rejects.toThrow('broken');
    cause(world);
    await rejected;
    expect({ wake: world.wake, isAlarmClosed: world.isAlarmClosed }).toEqual({ wake: null, isAlarmClosed: true });
    const { turns: before } = world;
    world.ring();
    expect(world.turns).toBe(before);
  });

  it('rejects where no alarm is to be had, and watches nothing', async () => {
    const watched: (unknown | null)[] = [];
    const createAlarm = () => {
      throw new Error('EMFILE');
    };
    const { world, ended } = start([], { createAlarm, sockets: [(callback) => watched.push(callback)] });
    await expect(ended).rejects.toThrow('EMFILE');
    expect(world.turns).toBe(0);
    expect(watched.at(-1)).toBeNull();
  });
});
