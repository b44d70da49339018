/** The tight loop against a port that a script plays: how many probes leave by turns, when it waits, and what it may not do. */
import { describe, expect, it } from 'vitest';
import { Clock } from '../../src/net/clock.ts';
import type { ExchangeHandler, IcmpPort, PortHandler, TightPort } from '../../src/net/port.ts';
import type { PingConfig } from '../../src/ping/config.ts';
import { EngineHandler } from '../../src/ping/driver.ts';
import { PingEngine } from '../../src/ping/engine.ts';
import type { PingEvent, SummaryEvent } from '../../src/ping/events.ts';
import { echoProtocol } from '../../src/ping/protocol.ts';
import { TightLoop } from '../../src/ping/tight-loop.ts';
import {
  CONFIG,
  ENETUNREACH,
  EPERM,
  IDENTIFIER,
  icmp,
  packetOf,
  queuedErrorOf,
  SECOND,
  TARGET,
  US,
} from './support.ts';

const CAPACITY = 8;
const FLOOD: PingConfig = { ...CONFIG, intervalNs: 0, emitSent: true };

/** What happens at once to the probe with this number (0 the first). */
type Fate = 'answered' | 'silent' | 'twice' | number;

/** A port whose every probe takes 5 us and meets its fate. */
class PlayedPort implements TightPort {
  readonly capacity = CAPACITY;
  /** How many probes each exchange was asked for. */
  readonly asked: number[] = [];
  readonly sequences: number[] = [];
  readonly waits: number[] = [];
  nowNs = 1000 * SECOND;
  readonly clock: Clock;
  readonly port: IcmpPort;
  readonly #rooms = Array.from({ length: CAPACITY }, () => new Uint8Array(64));
  readonly #fate: (probe: number) => Fate;
  /** Replies that wait to be read, by sequence. */
  readonly #waiting: number[] = [];
  #attempts = 0;
  explained = false;

  constructor(fate: (probe: number) => Fate) {
    this.#fate = fate;
    this.clock = new Clock((out) => out.set([this.nowNs, 5, this.nowNs % SECOND]));
    this.port = {
      drain: (handler: PortHandler) => this.#drain(handler),
      wait: (timeoutNs: number) => {
        this.waits.push(timeoutNs);
        this.nowNs += timeoutNs;
      },
    } as unknown as IcmpPort;
  }

  room(index: number): Uint8Array {
    return this.#rooms[index]!;
  }

  exchange(count: number, octets: number, tokens: Uint32Array, _confirm: boolean, handler: ExchangeHandler): void {
    expect(octets).toBe(64);
    this.asked.push(count);
    this.clock.read();
    for (let index = 0; index < count; index++) {
      const fate = this.#fate(this.#attempts++);
      const sequence = tokens[index]!;
      expect(this.#rooms[index]!.subarray(6, 8)).toEqual(Uint8Array.of(sequence >> 8, sequence));
      if (typeof fate === 'number') return handler.sent(index, fate);
      this.sequences.push(sequence);
      handler.sent(index, 0);
      this.nowNs += 5 * US;
      this.clock.advanceTo(this.nowNs);
      if (fate === 'answered' || fate === 'twice') this.#waiting.push(sequence);
      if (fate === 'twice') this.#waiting.push(sequence);
      if (this.#waiting.length === 0) return;
      this.#deliver(this.#waiting.shift()!, handler);
    }
  }

  #drain(handler: PortHandler): boolean {
    if (this.explained) handler.queuedError(queuedErrorOf(icmp({ type: 8, sequence: 1 })));
    const any = this.#waiting.length > 0;
    for (const sequence of this.#waiting.splice(0)) this.#deliver(sequence, handler);
    return any;
  }

  #deliver(sequence: number, handler: PortHandler): void {
    handler.packet(packetOf(icmp({ type: 0, sequence })));
  }
}

interface Run {
  readonly played: PlayedPort;
  readonly events: readonly PingEvent[];
  readonly summary: SummaryEvent;
  readonly turns: number;
}

/** Lets the loop run to its end, or for so many turns. */
function run(
  config: PingConfig,
  fate: (probe: number) => Fate,
  turns = 1000,
  prepare?: (port: PlayedPort) => void,
): Run {
  const played = new PlayedPort(fate);
  prepare?.(played);
  const events: PingEvent[] = [];
  const engine = new PingEngine(config, (event) => events.push(event));
  const { clock, port } = played;
  const options = { engine, clock, port, payload: config.payload, protocol: echoProtocol(4, IDENTIFIER) };
  const loop = new TightLoop(options, new EngineHandler(engine, clock), played);
  engine.start(clock.read());
  let taken = 0;
  while (taken++ < turns && loop.turn() !== 'done');
  engine.finish(clock.read());
  return { played, events, summary: events.at(-1) as SummaryEvent, turns: taken };
}

describe('probes by turns', () => {
  it('become twice as many each time while all are answered at once, up to what the port takes', () => {
    const { played, summary } = run({ ...FLOOD, count: 25 }, () => 'answered');
    expect(played.asked).toEqual([1, 2, 4, 8, 8, 2]);
    expect(summary).toMatchObject({ transmitted: 25, received: 25, pipe: 1, duplicates: 0 });
  });

  it('are never more than the count has left', () => {
    const { played, summary } = run({ ...FLOOD, count: 4 }, () => 'answered');
    expect(played.asked).toEqual([1, 2, 1]);
    expect(summary.transmitted).toBe(4);
  });

  it('carry one sequence after the other, past 65535 too', () => {
    const { played } = run({ ...FLOOD, count: 65_545, quiet: true, emitSent: false }, () => 'answered');
    expect(played.sequences).toEqual(Array.from({ length: 65_545 }, (_, index) => (index + 1) & 0xffff));
  });

  it('are told of in the order in which it all happened, each with its own time', () => {
    const { events } = run({ ...FLOOD, count: 4 }, () => 'answered');
    expect(events.slice(0, -1).map(({ type }) => type)).toEqual(
      ['sent', 'reply', 'sent', 'reply', 'sent', 'reply', 'sent', 'reply'], // the dots and backspaces of a flood
    );
    for (const event of events) {
      if (event.type === 'sent') expect(event.inFlight).toBe(1);
      if (event.type === 'reply') expect(event.roundTripNs).toBe(5 * US);
    }
  });

  it('end where one is not answered at once: the next waits for its reply, or for 10 ms', () => {
    const { played, summary } = run({ ...FLOOD, count: 12 }, (probe) => (probe === 4 ? 'silent' : 'answered'));
    // Probe 4 ends the exchange that it is in; a hundredth of a second later the next one goes, by itself.
    expect(played.asked).toEqual([1, 2, 4, 1, 2, 4]);
    expect(played.waits.slice(0, 3).reduce((sum, waitNs) => sum + waitNs)).toBeGreaterThan(9.9e6);
    expect(summary).toMatchObject({ transmitted: 12, received: 11, pipe: 1 });
  });

  it('are given up for single probes while duplicates come', () => {
    const { played, summary } = run({ ...FLOOD, count: 40 }, (probe) => (probe < 20 ? 'twice' : 'answered'));
    expect(summary.duplicates).toBeGreaterThan(0);
    expect(summary.received).toBe(40);
    // Two probes are the most that ran on with a reply still missing.
    expect(summary.pipe).toBeLessThanOrEqual(2);
    expect(played.asked.filter((count) => count === 1).length).toBeGreaterThan(1);
  });

  it('are single with -A, whose interval may change with each reply', () => {
    const { played } = run({ ...FLOOD, adaptive: true, intervalNs: SECOND, count: 5 }, () => 'answered');
    expect(new Set(played.asked)).toEqual(new Set([1]));
  });
});

describe('a refusal', () => {
  it('in the middle is told, and the run goes on behind it', () => {
    const { events, summary } = run(
      { ...FLOOD, count: 6, lingerNs: SECOND },
      (probe) => (probe === 3 ? EPERM : 'answered'),
      3,
    );
    expect(events.filter(({ type }) => type === 'send-error')).toMatchObject([{ errno: EPERM, sequence: 4 }]);
    expect(summary).toMatchObject({ transmitted: 6, received: 5 });
  });

  it('that the error queue explains counts as its echo', () => {
    const explain = (port: PlayedPort) => {
      port.explained = true;
    };
    const { events } = run({ ...FLOOD, count: 1 }, (probe) => (probe === 0 ? ENETUNREACH : 'answered'), 1, explain);
    expect(events.filter(({ type }) => type === 'send-error')).toEqual([]);
  });
});

describe('a turn', () => {
  it('ends after 4 ms, however much there is to do, so that signals are heard', () => {
    const { played, turns } = run(FLOOD, () => 'answered', 3);
    expect(turns).toBe(4);
    const perTurn = played.sequences.length / 3;
    expect(perTurn * 5 * US).toBeGreaterThanOrEqual(4e6);
    expect(perTurn * 5 * US).toBeLessThan(4.2e6);
  });

  it('never waits past its end', () => {
    const { played } = run({ ...FLOOD, count: 1, lingerNs: 10 * SECOND }, () => 'silent', 5);
    expect(Math.max(...played.waits)).toBeLessThanOrEqual(4e6);
    expect(played.waits.length).toBeGreaterThanOrEqual(5);
  });

  it('tells the target that was asked', () => {
    const { events } = run({ ...FLOOD, count: 1 }, () => 'answered');
    expect(events[1]).toMatchObject({ type: 'reply', source: TARGET, sequence: 1 });
  });
});
