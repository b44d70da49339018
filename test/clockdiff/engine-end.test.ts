/** How a run ends when there is nothing to be had: silence, useless replies, errors, refusals, signals, a clock that is set. */
import { describe, expect, it } from 'vitest';
import { ClockdiffEngine } from '../../src/clockdiff/engine.ts';
import { buildTimestampPrespecified } from '../../src/packet/ip-option-areas.ts';
import {
  type Arrival,
  CONFIG,
  DAY_MS,
  ECONNREFUSED,
  EHOSTUNREACH,
  ENOBUFS,
  EPERM,
  EPROTO,
  honestPeer,
  IDENTIFIER,
  kindsOf,
  MS,
  type Peer,
  play,
  queuedErrorOf,
  reply,
  SECOND,
  TARGET,
  US,
} from './support.ts';

const silence: Peer = () => [];

describe('a silent host', () => {
  it('is down after eleven seconds and as many probes', () => {
    const { summary, status, endedAtNs, sentAtNs, events } = play({}, silence);
    expect(summary.reason).toEqual({ kind: 'down' });
    expect(summary).toMatchObject({ transmitted: 11, accepted: 0, figures: null, offset: null, roundTrip: null });
    expect(summary.byteOrder).toBeNull();
    expect(summary.kernelStamps).toBe(false);
    expect(endedAtNs).toBe(11 * SECOND);
    expect(sentAtNs).toEqual(Array.from({ length: 11 }, (_, index) => index * SECOND));
    expect(kindsOf(events).slice(0, -1)).toEqual(Array(11).fill('unanswered'));
    expect(status).toBe(1);
  });

  it('gets eleven probes, however long they take', () => {
    const { summary, endedAtNs } = play({ intervalNs: 2 * SECOND }, silence);
    expect(summary).toMatchObject({ reason: { kind: 'down' }, transmitted: 11 });
    expect(endedAtNs).toBeGreaterThanOrEqual(21 * SECOND);
  });

  it('that has answered before is down after eleven seconds of silence, and what was measured is told', () => {
    const { summary, status, endedAtNs } = play({}, (probe) => (probe.sequence <= 20 ? honestPeer(250)(probe) : []));
    expect(summary).toMatchObject({ reason: { kind: 'down' }, accepted: 20, figures: { deltaMs: 250 } });
    expect(endedAtNs).toBeGreaterThanOrEqual(11 * SECOND);
    expect(endedAtNs).toBeLessThan(11.2 * SECOND);
    expect(summary.transmitted).toBeLessThan(150);
    expect(status).toBe(1);
  });

  it('is not down while one reply in thirty comes', () => {
    const { summary, status } = play({ samples: 10 }, (probe) =>
      probe.sequence % 30 === 5 ? honestPeer()(probe) : [],
    );
    expect(summary).toMatchObject({ reason: { kind: 'samples' }, accepted: 10 });
    expect(status).toBe(0);
  });

  it('is not down when its replies take longer than the first waits', () => {
    const { summary, status } = play({ samples: 5 }, honestPeer(0, 3 * SECOND, 3 * SECOND));
    expect(summary).toMatchObject({ reason: { kind: 'samples' }, accepted: 5 });
    expect(status).toBe(0);
  });
});

describe('a host whose replies are of no use', () => {
  const answering =
    (change: (sequence: number) => Parameters<typeof reply>[0], more: Partial<Arrival> = {}): Peer =>
    ({ sequence }) => [{ afterNs: 100 * US, message: reply(change(sequence)), ...more } as Arrival];

  it.each([
    ['checksum', answering((sequence) => ({ sequence, badChecksum: true }))],
    ['short', answering((sequence) => ({ sequence, octets: 12 }))],
  ] as const)('is told so, soon: %s', (why, peer) => {
    const { summary, status, endedAtNs, events } = play({}, peer);
    expect(summary).toMatchObject({ reason: { kind: 'unusable' }, unusable: { [why]: 11 }, transmitted: 11 });
    expect(events[0]).toEqual({ type: 'unusable', wallNs: 100 * US, why, sequence: 1 });
    expect(endedAtNs).toBeLessThan(1.2 * SECOND);
    expect(status).toBe(1);
  });

  it.each([
    ['identifier', answering((sequence) => ({ sequence, identifier: IDENTIFIER + 1 })), 1],
    ['sequence', answering((sequence) => ({ sequence: sequence + 1000 })), 11],
  ] as const)("is told so after eleven seconds where the replies may be another's: %s", (why, peer, told) => {
    const { summary, endedAtNs, events } = play({}, peer);
    expect(summary).toMatchObject({ reason: { kind: 'unusable' }, unusable: { [why]: 11 } });
    expect(endedAtNs).toBe(11 * SECOND);
    expect(kindsOf(events).filter((kind) => kind === 'unusable')).toHaveLength(told);
  });

  it('is not taken for one when the right reply follows the wrong one', () => {
    const peer: Peer = (probe) => [
      { afterNs: 50 * US, message: reply({ sequence: probe.sequence, badChecksum: true }) },
      ...honestPeer(0, 20 * MS, 20 * MS)(probe),
    ];
    const { summary, status } = play({ samples: 20 }, peer);
    expect(summary).toMatchObject({ reason: { kind: 'samples' }, accepted: 20, unusable: { checksum: 20 } });
    expect(status).toBe(0);
  });

  it('that only repeats itself is not down, but of no use', () => {
    const first = reply({ sequence: 1, stamps: [36_000_000, 36_000_000] });
    const { summary } = play({}, () => [{ afterNs: 100 * US, message: first }]);
    expect(summary).toMatchObject({ reason: { kind: 'unusable' }, accepted: 1 });
    expect(summary.duplicates).toBeGreaterThan(10);
  });

  it('hears replies of strangers on a socket that hears everyone, and does not mind', () => {
    const peer: Peer = (probe) => honestPeer()(probe).map((each) => ({ ...each, source: '192.0.2.8' }));
    expect(play({ target: TARGET }, peer).summary.reason).toEqual({ kind: 'down' });
    expect(play({ target: TARGET }, honestPeer()).summary.reason).toEqual({ kind: 'samples' });
  });

  it('does not mind what is no reply at all', () => {
    const peer: Peer = (probe) => [
      { afterNs: 10 * US, message: new Uint8Array(0) },
      { afterNs: 20 * US, message: reply({ type: 13, sequence: probe.sequence }) },
      { afterNs: 30 * US, message: reply({ type: 0, sequence: probe.sequence }) },
      ...honestPeer()(probe),
    ];
    const { accepted, unusable } = play({}, peer).summary;
    expect([accepted, unusable]).toEqual([50, {}]);
  });
});

describe('the IP timestamp option', () => {
  /** An echo reply under the option as it comes back: all slots used, the peer's with these stamps. */
  function stamped(sequence: number, slots: readonly string[], stampsOf: (slot: number) => number): Arrival {
    const options = buildTimestampPrespecified(slots);
    options[2] = options.length + 1;
    const view = new DataView(options.buffer);
    slots.forEach((_, slot) => {
      view.setUint32(8 + 8 * slot, stampsOf(slot));
    });
    return { afterNs: 200 * US, message: reply({ type: 0, sequence }), options };
  }

  it.each([
    ['ip-4', ['192.0.2.1', TARGET, TARGET, '192.0.2.1']],
    ['ip-3', ['192.0.2.1', TARGET, '192.0.2.1']],
  ] as const)("gives the peer's times by its slots: %s", (mode, slots) => {
    const peer: Peer = ({ sequence, timeAfter }) => [
      stamped(
        sequence,
        slots,
        (slot) => Math.floor(timeAfter(100 * US)) + (slot === 0 || slot === slots.length - 1 ? 9 : 250),
      ),
    ];
    const { summary, status } = play({ mode }, peer);
    expect(status).toBe(0);
    expect(summary.figures!.deltaMs).toBe(250);
  });

  it('that is missing makes a reply useless', () => {
    const { summary } = play({ mode: 'ip-4' }, ({ sequence }) => [
      { afterNs: 100 * US, message: reply({ type: 0, sequence }) },
    ]);
    expect(summary).toMatchObject({ reason: { kind: 'unusable' }, unusable: { 'no-option': 11 } });
  });
});

describe('errors', () => {
  it('that say nobody listens there end the run before any reply', () => {
    const { summary, status, events, endedAtNs } = play({}, ({ sequence }) => [
      { afterNs: 2 * MS, error: queuedErrorOf(sequence, { code: 3, errno: ECONNREFUSED }) },
    ]);
    expect(summary).toMatchObject({ reason: { kind: 'refused', errno: ECONNREFUSED }, errors: 1 });
    expect(events[0]).toMatchObject({ type: 'network-error', source: '192.0.2.254', icmpType: 3, icmpCode: 3 });
    expect(endedAtNs).toBe(2 * MS);
    expect(status).toBe(1);
  });

  it('that may pass are told, and waited out', () => {
    const { summary } = play({}, ({ sequence }) => [{ afterNs: 2 * MS, error: queuedErrorOf(sequence) }]);
    expect(summary).toMatchObject({ reason: { kind: 'down' }, errors: 11 });
  });

  it('about a host that has answered count for nothing', () => {
    const peer: Peer = (probe) =>
      [
        ...honestPeer()(probe),
        { afterNs: 150 * US, error: queuedErrorOf(probe.sequence, { code: 3, errno: ECONNREFUSED }) },
      ].filter((_, index) => index === 0 || probe.sequence > 1) as Arrival[];
    expect(play({}, peer).summary).toMatchObject({ reason: { kind: 'samples' }, errors: 49 });
  });

  it('without an errno get the one that the kernel has for them', () => {
    const { summary } = play({}, ({ sequence }) => [
      { afterNs: MS, error: queuedErrorOf(sequence, { code: 13, errno: 0 }) },
    ]);
    expect(summary.reason).toEqual({ kind: 'refused', errno: EHOSTUNREACH });
    const malformed = { type: 12, code: 0, errno: 0 };
    const broken = play({}, ({ sequence }) => [{ afterNs: MS, error: queuedErrorOf(sequence, malformed) }]);
    expect(broken.summary.reason).toEqual({ kind: 'refused', errno: EPROTO });
    const passing = play({}, ({ sequence }) => [{ afterNs: MS, error: queuedErrorOf(sequence, { errno: 0 }) }]);
    expect(passing.events[0]).toMatchObject({ type: 'network-error', errno: 0 });
  });

  it("about other people's packets, and of our own kernel, are none of ours", () => {
    const foreign = (sequence: number) => {
      const error = queuedErrorOf(sequence, { code: 3 });
      const octets = error.octets.slice();
      octets[error.start + 5]! ^= 1; // the identifier
      return { ...error, octets };
    };
    const { summary, events } = play({ samples: 2 }, (probe) => [
      { afterNs: 50 * US, error: foreign(probe.sequence) },
      { afterNs: 60 * US, error: queuedErrorOf(probe.sequence, { origin: 'local', errno: 90 }) },
      { afterNs: 70 * US, error: queuedErrorOf(probe.sequence + 500, { code: 3 }) },
      ...honestPeer()(probe),
    ]);
    expect(summary).toMatchObject({ reason: { kind: 'samples' }, errors: 0 });
    expect(kindsOf(events)).toEqual(['sample', 'sample', 'summary']);
  });
});

describe('a send that the kernel refuses', () => {
  it('ends the run: the target is unreachable', () => {
    const { summary, status } = play({}, silence, { refusals: [EPERM] });
    expect(summary).toMatchObject({ reason: { kind: 'unreachable', errno: EPERM }, transmitted: 0 });
    expect(status).toBe(1);
  });

  it('because an error waited in the socket is tried again', () => {
    const because = queuedErrorOf(1);
    const refusals = [0, { errno: EHOSTUNREACH, because }, { errno: EHOSTUNREACH, because }];
    const { summary } = play({ samples: 3 }, honestPeer(), { refusals });
    expect(summary).toMatchObject({ reason: { kind: 'samples' }, transmitted: 3, accepted: 3 });
  });

  it('for that reason again and again is not tried for ever', () => {
    const because = queuedErrorOf(1);
    const refusals = Array.from({ length: 1000 }, () => ({ errno: EHOSTUNREACH, because }));
    const { summary } = play({}, silence, { refusals });
    expect(summary.reason).toEqual({ kind: 'unreachable', errno: EHOSTUNREACH });
  });

  it('for want of buffers is as good as lost on the way', () => {
    const { summary, sentAtNs } = play({ samples: 2 }, honestPeer(), { refusals: [ENOBUFS] });
    expect(summary).toMatchObject({ reason: { kind: 'samples' }, transmitted: 3, accepted: 2 });
    expect(sentAtNs[0]).toBe(SECOND);
  });
});

describe('an interrupt', () => {
  it('ends the run with what has been measured', () => {
    const { summary, status } = play({ intervalNs: SECOND }, honestPeer(250), { interruptAtNs: 3.5 * SECOND });
    expect(summary).toMatchObject({ reason: { kind: 'interrupted' }, accepted: 4, figures: { deltaMs: 250 } });
    expect(status).toBe(0);
  });

  it('ends it with status 1 when there is nothing', () => {
    const { summary, status } = play({}, silence, { interruptAtNs: 3.5 * SECOND });
    expect(summary).toMatchObject({ reason: { kind: 'interrupted' }, accepted: 0, figures: null });
    expect(status).toBe(1);
  });
});

describe('our own clock', () => {
  it('being set makes the run begin anew: no sample spans the step', () => {
    const clockStep = { atNs: 2.05 * MS, byNs: 3600 * SECOND };
    const peer: Peer = (probe) => {
      // The peer's clock is what ours was before: one hour behind from the step on.
      const before = probe.wallNs < 3600 * SECOND;
      return honestPeer(before ? 0 : -3_600_000)(probe);
    };
    const { events, summary } = play({ samples: 20 }, peer, { clockStep });
    expect(events.find(({ type }) => type === 'clock-step')).toMatchObject({ stepNs: 3600 * SECOND });
    expect(summary.reason).toEqual({ kind: 'samples' });
    expect(summary.accepted).toBe(20);
    expect(summary.transmitted).toBeGreaterThan(29);
    expect(summary.figures!.deltaMs).toBe(-3_600_000);
    expect(summary.offset!.isConsistent).toBe(true);
  });

  it('set back by a day and more still gives requests a time of day', () => {
    const clockStep = { atNs: 2.05 * MS, byNs: -100_000 * SECOND };
    const peer: Peer = (probe) => honestPeer(probe.wallNs < 0 ? 100_000_000 : 0)(probe);
    const { summary } = play({ samples: 20 }, peer, { clockStep });
    expect(summary).toMatchObject({ accepted: 20, figures: { deltaMs: 100_000_000 - DAY_MS } });
    const engine = new ClockdiffEngine(CONFIG, () => {});
    expect(engine.originateMs({ monoNs: 0, wallNs: -100_000 * SECOND })).toBe(36_000_100 - 100_000_000 + DAY_MS);
    expect(engine.originateMs({ monoNs: 0, wallNs: 86_400 * SECOND })).toBe(36_000_100);
  });

  it('being set back while a reply is under way spoils that reply alone', () => {
    const clockStep = { atNs: 50 * MS, byNs: -10 * SECOND };
    const peer: Peer = (probe) => honestPeer(probe.wallNs < 0 ? 10_000 : 0, 40 * MS, 40 * MS)(probe);
    const { summary, samples } = play({ samples: 3 }, peer, { clockStep });
    expect(samples.map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
    expect(summary.figures!.deltaMs).toBe(10_000);
  });
});
