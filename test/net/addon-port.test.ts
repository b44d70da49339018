/** The full ICMP port on loopback and in the lab, on both kinds of sockets and both families. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { HOSTS, MTU_OCTETS } from '../lab/topology.ts';
import { answerOf } from '../native/program.ts';
import type { Heard, HeardError, HeardPacket, HeardStamp, Outcome, Sent, Target } from './programs/port.ts';

const PROGRAM = new URL('./programs/port.ts', import.meta.url);
const ERRNO = { EPERM: 1, EACCES: 13, EMSGSIZE: 90, ENETUNREACH: 101, EHOSTUNREACH: 113 } as const;
const REPLY = { 4: 0, 6: 129 } as const;
const TYPES = ['datagram', 'raw'] as const;
const LOOPBACK: readonly (readonly [string, Target])[] = TYPES.flatMap((type) =>
  ['127.0.0.1', '::1'].map((to) => [`${to} ${type}`, { to, type }] as const),
);
const TO_B: readonly (readonly [string, Target])[] = TYPES.flatMap((type) =>
  [HOSTS.b.ipv4, HOSTS.b.ipv6].map((to) => [`${to} ${type}`, { to, type }] as const),
);

function nextHop(family: 4 | 6): string {
  return family === 4 ? HOSTS.r1.ipv4 : HOSTS.r1.ipv6;
}

interface Run {
  readonly heard: readonly Heard[];
  readonly sent: readonly Sent[];
}

function only<K extends Heard['kind']>(heard: readonly Heard[], kind: K): Extract<Heard, { kind: K }>[] {
  return heard.filter((each): each is Extract<Heard, { kind: K }> => each.kind === kind);
}

/**
 * Every stamp lies within the call of `send` that it is said to belong to. A driver may stamp a moment after the call
 * has returned, so the end is that of the pause which follows each send.
 */
function expectStampsToFit({ heard, sent }: Run, slackNs: number): void {
  for (const { token, stampNs } of only(heard, 'stamp')) {
    const send = sent.find((each) => each.token === token)!;
    expect(send, `probe ${token} was never sent`).toBeDefined();
    expect(send.errno, `probe ${token} was refused, and got a stamp`).toBe(0);
    expect(stampNs - send.beforeNs, `stamp of ${token} after the send began`).toBeGreaterThanOrEqual(0);
    expect(stampNs - send.afterNs, `stamp of ${token} before the send was over`).toBeLessThanOrEqual(slackNs);
  }
}

/** A datagram socket's ICMPv6 message that a firewall drops is not refused: the kernel says that it was sent. */
function isSilent(how: string, type: string, to: string): boolean {
  return how === 'EPERM' && type === 'datagram' && to.includes(':');
}

describeLab('AddonPort', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab();
  });
  afterAll(async () => {
    await lab.close();
  });

  /** Plays a scenario with each argument in one process, once the first outcome is asked for. */
  function playAll<T>(scenario: string, list: readonly unknown[]): (index: number) => Promise<T> {
    let played: Promise<Outcome<T>[]> | undefined;
    return async (index) => {
      played ??= answerOf<Outcome<T>[]>(PROGRAM, 'each', { scenario, list }, { netns: lab.netns('a') });
      const outcome = (await played)[index]!;
      if ('error' in outcome) throw new Error(outcome.error);
      return outcome.value;
    };
  }

  async function play<T>(scenario: string, argument: unknown): Promise<T> {
    return await playAll<T>(scenario, [argument])(0);
  }

  describe.each([true, false])('echoes, sent together: %s', (together) => {
    const cases = [...LOOPBACK, ...TO_B];
    const played = playAll<Run & { drainedNs: number; port: object }>(
      'echo',
      cases.map(([, target]) => ({ target, count: 20, together })),
    );
    it.each(cases.map(([title, target], index) => [title, target, index] as const))('%s', async (_, target, index) => {
      const run = await played(index);
      const family = target.to.includes(':') ? 6 : 4;
      expect(run.port).toEqual({
        family,
        socketType: target.type,
        abilities: { receiveStamps: true, transmitStamps: true, errorQueue: true },
      });
      const stamps = only(run.heard, 'stamp');
      const packets = only(run.heard, 'packet');
      expect(stamps.map(({ token }) => token)).toEqual(run.sent.map(({ token }) => token));
      expect(packets.map(({ message }) => message.sequence)).toEqual(run.sent.map(({ token }) => token));
      expect(only(run.heard, 'error')).toEqual([]);
      expectStampsToFit(run, 5e6);
      packets.forEach(({ message, octets, source, hopLimit, stampNs, options }, at) => {
        expect(message.type).toBe(REPLY[family]);
        expect({ octets, source, options }).toEqual({ octets: 64, source: target.to, options: [] });
        expect(hopLimit).toBe(target.to === HOSTS.b.ipv4 || target.to === HOSTS.b.ipv6 ? 62 : 64);
        // The order of things: user space, out, in, user space.
        expect(stampNs).toBeGreaterThanOrEqual(stamps[at]!.stampNs);
        expect(stampNs).toBeLessThanOrEqual(run.drainedNs);
      });
    });
  });

  it.each(LOOPBACK)('tells the stamp of a request before its reply: %s', async (_, target) => {
    const { heard } = await play<Run>('echo', { target, count: 60, together: true });
    expectStampsFirst(heard);
  });

  it('tells the stamp of a request before its reply, with more stamps waiting than are read at once', async () => {
    // port.ts: "all transmit stamps first, so that a reply always meets the stamp of its request".
    const target: Target = { to: '127.0.0.1', type: 'datagram' };
    const heard = await play<Heard[]>('stampsBehind', { target, count: 100, lost: 80 });
    expectStampsFirst(heard);
  });

  function expectStampsFirst(heard: readonly Heard[]): void {
    const stamped = new Set<number>();
    const unstamped: number[] = [];
    for (const each of heard) {
      if (each.kind === 'stamp') stamped.add(each.token);
      else if (each.kind === 'packet' && !stamped.has(each.message.sequence)) unstamped.push(each.message.sequence);
    }
    expect(unstamped).toEqual([]);
  }

  it.each(LOOPBACK)('leaves stamps out where none are wanted: %s', async (_, target) => {
    const { heard, abilities } = await play<{ heard: Heard[]; abilities: object }>('withoutStamps', target);
    expect(abilities).toEqual({ receiveStamps: false, transmitStamps: false, errorQueue: true });
    expect(heard.map(({ kind }) => kind)).toEqual(['packet', 'packet', 'packet']);
    expect((heard as HeardPacket[]).map(({ stampNs }) => stampNs)).toEqual([null, null, null]);
  });

  describe.each([
    ['stamps read after each send', true],
    ['stamps read at the end', false],
  ])('a refused send gives no probe the stamp of another, %s', (_, drained) => {
    const cases = (['EPERM', 'EMSGSIZE', 'ENETUNREACH'] as const).flatMap((how) =>
      TYPES.flatMap((type) => ([4, 6] as const).map((family) => ({ how, type, family, to: nextHop(family) }))),
    );
    const played = playAll<Run>(
      'refusals',
      cases.map(({ how, type, to }) => ({ target: { to, type }, how, drained })),
    );
    it.each(cases.map(({ how, type, family, to }, index) => [how, type, family, to, index] as const))(
      '%s %s IPv%d',
      async (how, type, _, to, index) => {
        const run = await played(index);
        const refused = run.sent.filter(({ errno }) => errno !== 0);
        expect(refused.map(({ errno }) => errno)).toEqual(Array(isSilent(how, type, to) ? 0 : 4).fill(ERRNO[how]));
        expectStampsToFit(run, 1e6);
        const stamped = only(run.heard, 'stamp').map(({ token }) => token);
        expect(new Set(stamped).size, 'no probe is stamped twice').toBe(stamped.length);
        const answered = only(run.heard, 'packet').map(({ message }) => message.sequence);
        // Stamps that wait unread when a send is refused may be lost, but those of the sends after it are not.
        if (drained) expect(stamped).toEqual(answered);
        else expect(stamped).toContain(answered.at(-1));
      },
    );
  });

  describe('the error queue', () => {
    it.each(TYPES.flatMap((type) => [[type, 4] as const, [type, 6] as const]))(
      'tells a "time exceeded": who, what, of which message (%s, IPv%d)',
      async (type, family) => {
        const at = family === 4 ? 'ipv4' : 'ipv6';
        for (const [hops, offender] of [
          [1, HOSTS.r1[at]],
          [2, HOSTS.r2[at]],
        ] as const) {
          const heard = await play<Heard[]>('hopLimit', { target: { to: HOSTS.b[at], type }, hops });
          expect(only(heard, 'stamp').map(({ token }: HeardStamp) => token)).toEqual([7]);
          const errors: HeardError[] = only(heard, 'error');
          expect(errors).toHaveLength(1);
          const { quoted, ...error } = errors[0]!;
          expect(error).toEqual({
            kind: 'error',
            errno: ERRNO.EHOSTUNREACH,
            origin: family === 4 ? 'icmp' : 'icmp6',
            type: family === 4 ? 11 : 3,
            code: 0,
            info: 0,
            offender,
            destination: HOSTS.b[at],
          });
          // Our echo request: type, code, two of checksum, two of identifier, the sequence 7.
          expect([quoted[0], quoted[1], quoted[6], quoted[7]]).toEqual([family === 4 ? 8 : 128, 0, 0, 7]);
        }
      },
    );

    it.each(TYPES.flatMap((type) => [[type, 4] as const, [type, 6] as const]))(
      'tells the MTU that a message exceeds (%s, IPv%d)',
      async (type, family) => {
        const to = family === 4 ? HOSTS.r1.ipv4 : HOSTS.r1.ipv6;
        const { errno, heard } = await play<{ errno: number; heard: Heard[] }>('tooLong', { to, type });
        expect(errno).toBe(ERRNO.EMSGSIZE);
        expect(heard).toHaveLength(1);
        expect(heard[0]).toMatchObject({
          kind: 'error',
          errno: ERRNO.EMSGSIZE,
          origin: 'local',
          info: MTU_OCTETS.aToR1,
          offender: null,
          destination: to,
        });
      },
    );
  });

  describe('raw sockets', () => {
    it.each(['127.0.0.1', '::1'])('get no echo replies of other programs (%s)', async (to) => {
      const times = (count: number, identifier: number) => Array<number>(count).fill(identifier);
      expect(await play('foreign', to)).toEqual({
        one: times(5, 0x1111),
        two: times(5, 0x2222),
        all: [...times(5, 0x1111), ...times(5, 0x2222)],
      });
    });

    it.each([
      [HOSTS.b.ipv4, 0, 11],
      [HOSTS.b.ipv6, 129, 3],
    ])('get the types that are let through, and no other (%s)', async (to, reply, timeExceeded) => {
      expect(await play('filters', to)).toEqual([[reply], [timeExceeded], [reply, timeExceeded], []]);
    });
  });

  it.each(TYPES)('finds IP options where a %s socket has them', async (type) => {
    const packets = await play<HeardPacket[]>('recordRoute', type);
    expect(packets).toHaveLength(1);
    expect(packets[0]).toMatchObject({ octets: 64, message: { type: 0, sequence: 3 } });
    // Request and reply fill in 127.0.0.1 until both slots are full.
    expect(packets[0]!.options).toEqual([7, 11, 12, 127, 0, 0, 1, 127, 0, 0, 1, 0]);
  });

  it.each(LOOPBACK)('wakes by the event loop as long as it is watched, and never in vain: %s', async (_, target) => {
    const { idle, stopped, wakes } = await play<{ idle: number; stopped: number; wakes: number }>('watch', target);
    expect({ idle, stopped }).toEqual({ idle: 0, stopped: 0 });
    expect(wakes).toBeGreaterThanOrEqual(1);
    expect(wakes).toBeLessThanOrEqual(6);
  });

  it.each(LOOPBACK)('carries messages of every size: %s', async (_, target) => {
    const sizes = [8, 9, 63, 64, 65, 1500, 2000, 9000, 65000];
    expect(await play('sizes', { target, sizes })).toEqual(sizes);
  });

  it('reaches link-local addresses by scope and by interface, and names the zone', async () => {
    const index = 11; // eth0 of A: topology.ts
    const { stdout } = await lab.run('a', ['cat', '/sys/class/net/eth0/ifindex']);
    expect(stdout.trim()).toBe(String(index));
    const from = `${HOSTS.r1.linkLocal}%eth0`;
    expect(await play('linkLocal', { to: HOSTS.r1.linkLocal, index })).toEqual([[from], [from]]);
  });
});
