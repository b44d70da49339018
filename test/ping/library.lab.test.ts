/** A thousand `ping()`s at once on one socket per family, with real packets: as root on raw sockets, as nobody on datagram ones. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { LIES, type LieName } from '../lab/responder/lies.ts';
import { HOSTS } from '../lab/topology.ts';
import { answerOf } from '../native/program.ts';
import type { Asked, Outcome, Told } from './programs/library.ts';

const PROGRAM = new URL('./programs/library.ts', import.meta.url);
const MANY = 1000;
/** Long enough for what a busy machine holds up: after it, a last probe without a reply is a lost one. */
const INTERVAL_MS = 600;
/** A late ping catches up with a second of its schedule, and sends the one that is due. */
const MOST_UNDER_WAY = 11;
const PACED = { count: 3, intervalMs: INTERVAL_MS } as const;
const TIMEOUT_MS = 50_000;
const ADDRESSES_PER_OCTET = 250;

/** Addresses of A's own kernel, all of which answer. */
const own = (index: number) => `10.99.${Math.trunc(index / ADDRESSES_PER_OCTET)}.${1 + (index % ADDRESSES_PER_OCTET)}`;
const own6 = (index: number) => `fd99::${(index + 1).toString(16)}`;
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

/** Each ping in short: its end and its answered probes. */
function short({ end, replies }: Told): string {
  return `${end}: ${replies}`;
}

/** Pings by how they ended, for a readable failure of a thousand. */
function tally(told: readonly Told[], tell: (told: Told) => string = short): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const each of told) counts[tell(each)] = (counts[tell(each)] ?? 0) + 1;
  return counts;
}

/**
 * What 3 probes to a liar come to. A reply whose cookie is not that of its number is nobody's: on a socket of its own ping would
 * believe some of these.
 */
const PINGS_OF_A_LIAR = 10;
interface Expected {
  readonly lie: LieName &
    keyof {
      [Name in LieName as (typeof LIES)[Name] extends { readonly ipv4: string; readonly ipv6: string }
        ? Name
        : never]: true;
    };
  readonly expected: string;
  /** Where the kernel drops what a raw IPv4 socket sees. */
  readonly ifDropped?: string;
  readonly isFromOther?: true;
  readonly atLeastMs?: number;
}
const EXPECTED_OF_LIARS: readonly Expected[] = [
  { lie: 'normal', expected: 'count 3/3: 1 2 3' },
  { lie: 'duplicate', expected: 'count 3/3, 2 duplicates: 1 1+ 2 2+ 3' },
  { lie: 'badChecksum', expected: 'linger 0/3, 3 corrupted: 1! 2! 3!', ifDropped: 'linger 0/3: ' },
  { lie: 'truncated', expected: 'count 3/3: 1 2 3' },
  { lie: 'corrupted', expected: 'count 3/3: 1 2 3' },
  // Without its cookie a reply is nobody's.
  { lie: 'noPayload', expected: 'linger 0/3: ' },
  { lie: 'otherSource', expected: 'count 3/3: 1 2 3', isFromOther: true },
  { lie: 'after15500us', expected: 'count 3/3: 1 2 3', atLeastMs: 15.5 },
  { lie: 'after123400us', expected: 'count 3/3: 1 2 3', atLeastMs: 123.4 },
  { lie: 'stampFuture', expected: 'count 3/3: 1 2 3' },
  { lie: 'stampNegative', expected: 'linger 0/3: ' },
  { lie: 'silence', expected: 'linger 0/3: ' },
  { lie: 'wrongIdentifier', expected: 'linger 0/3: ' },
  { lie: 'wrongSequence', expected: 'linger 0/3: ' },
  { lie: 'oldSequence', expected: 'count 3/3: 1 2 3' },
  { lie: 'strangersReply', expected: 'count 3/3: 1 2 3' },
  { lie: 'twoPayloads', expected: 'count 3/3: 1 2 3' },
  { lie: 'requestBack', expected: 'linger 0/3: ' },
];

const { a, r1 } = HOSTS;
/** The end and the errors of 3 probes, by family. (Of errors that a router's routes make, Linux sends each host one a second.) */
const UNREACHABLE = [
  { name: 'rejectedNet', ...reported('3/0', r1.ipv4, '1/0', r1.ipv6) },
  { name: 'rejectedHost', ...reported('3/1', r1.ipv4, '1/3', r1.ipv6) },
  { name: 'rejectedPort', ...reported('3/3', r1.ipv4, '1/4', r1.ipv6) },
  { name: 'adminProhibited', ...reported('3/13', r1.ipv4, '1/1', r1.ipv6) },
  { name: 'noNeighbour', ...reported('3/1', a.ipv4, '1/3', a.ipv6) },
  { name: 'blackHole', ipv4: 'linger 0/3', ipv6: 'linger 0/3' },
  { name: 'localUnreachable', ...refused(113) },
  { name: 'localProhibited', ...refused(13) },
  { name: 'localNoRoute', ...refused(101) },
  // An ICMPv6 message that a firewall drops is sent for all that a datagram socket is told.
  { name: 'localFiltered', ...refused(1), ipv6: null },
] as const;

function reported(type4: string, source4: string, type6: string, source6: string): { ipv4: string; ipv6: string } {
  const story = (type: string, source: string) =>
    ['count 0/3, 3 errors', ...[1, 2, 3].map((probe) => `${probe}: ${type} from ${source}`)].join('; ');
  return { ipv4: story(type4, source4), ipv6: story(type6, source6) };
}

function refused(errno: number): { ipv4: string; ipv6: string } {
  const story = ['linger 0/3', ...[1, 2, 3].map((probe) => `${probe}: errno ${errno}`)].join('; ');
  return { ipv4: story, ipv6: story };
}

const KINDS = [
  { socket: 'raw', user: 'root', datagramIcmp: false },
  { socket: 'datagram', user: 'nobody', datagramIcmp: true },
] as const;

for (const { socket, user, datagramIcmp } of KINDS) {
  describeLab(`many pings of one program as ${user}, on ${socket} sockets`, () => {
    let lab: Lab;
    beforeAll(async () => {
      lab = await createLab({ liar: true, datagramIcmp });
      for (const prefix of ['10.99.0.0/16', 'fd99::/64']) {
        await lab.run('a', ['ip', 'route', 'add', 'local', prefix, 'dev', 'lo']);
      }
    });
    afterAll(async () => {
      await lab.close();
    });

    async function play<T = Outcome>(scenario: string, argument: unknown): Promise<T> {
      return await answerOf<T>(PROGRAM, scenario, argument, { netns: lab.netns('a'), user, timeoutMs: TIMEOUT_MS });
    }

    it.concurrent('reaches a thousand addresses at once, of both families: no loss, no duplicate, each answered by its own', async () => {
      const asked = times(MANY, (index) => ({ to: index % 2 === 0 ? own(index) : own6(index), ...PACED }));
      const { told, sockets, warnings } = await play('together', asked);
      expect(tally(told)).toEqual({ 'count 3/3: 1 2 3': MANY });
      expect(told.filter(({ to, sources }) => sources.join() !== to)).toEqual([]);
      expect(sockets).toBe(2);
      expect(warnings).toEqual([]);
    });

    it.concurrent.each([HOSTS.b.ipv4, HOSTS.b.ipv6])('pings %s a thousand times at once', async (to) => {
      const { told, sockets } = await play(
        'together',
        times(MANY, () => ({ to, ...PACED })),
      );
      expect(tally(told)).toEqual({ 'count 3/3: 1 2 3': MANY });
      expect(new Set(told.flatMap(({ sources }) => sources))).toEqual(new Set([to]));
      expect(sockets).toBe(1);
    });

    it.concurrent.each([4, 6] as const)(
      'gives each target its own replies, however strange, beside others that answer as they should (IPv%d)',
      async (family) => {
        const at = family === 4 ? 'ipv4' : 'ipv6';
        const liars = EXPECTED_OF_LIARS.flatMap(({ lie }) =>
          times(PINGS_OF_A_LIAR, () => ({ to: LIES[lie][at], ...PACED, timeoutMs: 1000 })),
        );
        const honest = times(500, (index) => ({ to: family === 4 ? own(index) : own6(index), ...PACED }));
        const { told, warnings } = await play('together', [...liars, ...honest]);
        for (const { lie, expected, ifDropped, isFromOther, atLeastMs } of EXPECTED_OF_LIARS) {
          const target = LIES[lie][at];
          const those = told.filter(({ to }) => to === target);
          const how = socket === 'datagram' || family === 6 ? (ifDropped ?? expected) : expected;
          expect(tally(those), lie).toEqual({ [how]: PINGS_OF_A_LIAR });
          const sources = new Set(those.flatMap((each) => each.sources));
          expect([...sources], lie).toEqual(
            /\d/.test(those[0]!.replies) ? [isFromOther ? LIES.other[at] : target] : [],
          );
          const tooShort = those.filter(({ shortestMs }) => shortestMs !== null && shortestMs < (atLeastMs ?? 0));
          expect(tooShort, lie).toEqual([]);
        }
        expect(tally(told.slice(liars.length))).toEqual({ 'count 3/3: 1 2 3': honest.length });
        expect(warnings).toEqual([]);
      },
    );

    it.concurrent.each([4, 6] as const)(
      'lets unreachable targets fail alone, each with its own error (IPv%d)',
      async (family) => {
        const unreachable = UNREACHABLE.flatMap(({ name, ipv4, ipv6 }) => {
          const expected = family === 4 ? ipv4 : ipv6;
          const to = DESTINATIONS[name][family === 4 ? 'ipv4' : 'ipv6'];
          return expected === null ? [] : [{ to, expected }];
        });
        const reachable = times(500, (index) => ({ to: family === 4 ? own(index) : own6(index), ...PACED }));
        // They alternate, so that sends of the one follow errors of the other.
        const failing = unreachable.flatMap(({ to }) => times(10, () => ({ to, ...PACED, timeoutMs: 2500 })));
        const asked: Asked[] = reachable.flatMap((each, index) => [each, ...failing.slice(index, index + 1)]);
        const { told } = await play('together', asked);
        const failed = new Map<string, string[]>();
        for (const { to, end, errors } of told)
          failed.set(to, [...(failed.get(to) ?? []), [end, ...errors].join('; ')]);
        for (const { to, expected } of unreachable) {
          expect(failed.get(to), `${to} of ${family}`).toEqual(Array(10).fill(expected));
        }
        const others = told.filter(({ to }) => to.includes('99'));
        expect(tally(others, ({ end, errors }) => [end, ...errors].join('; '))).toEqual({
          'count 3/3': reachable.length,
        });
      },
    );

    it.concurrent('leaves no descriptor open, and has few while it pings', async () => {
      const asked = times(MANY, (index) => ({ to: index % 2 === 0 ? own(index) : own6(index), ...PACED }));
      const { told, descriptors, sockets } = await play('together', asked);
      expect(tally(told)).toEqual({ 'count 3/3: 1 2 3': MANY });
      expect(descriptors.after).toBe(descriptors.before);
      expect(sockets).toBe(2);
      // A socket for each family, one timer, and nothing for each ping.
      expect(descriptors.during - descriptors.before).toBe(3);
    });

    it.concurrent('open their socket anew when none is left running', async () => {
      const outcomes = await play<Outcome[]>(
        'inTurn',
        times(8, (index) => ({ to: index % 2 === 0 ? own(1) : own6(1), count: 2, intervalMs: INTERVAL_MS })),
      );
      for (const { told, descriptors } of outcomes) {
        expect(told[0]!.end).toBe('count 2/2');
        expect(descriptors.after).toBe(descriptors.before);
      }
    });

    it.concurrent('ends a thousand pings by one signal, with all that was measured, and warns of nothing', async () => {
      const asked = times(MANY, (index) => ({ to: own(index), count: null, intervalMs: 100 }));
      const { told, warnings, descriptors } = await play('aborted', { asked, replies: 3 * MANY + 7 });
      expect(warnings).toEqual([]);
      expect(descriptors.after).toBe(descriptors.before);
      let replies = 0;
      for (const { end, replies: answered } of told) {
        const numbers = answered.split(' ');
        replies += numbers.length;
        const [, received, transmitted] = /^interrupted (\d+)\/(\d+)$/.exec(end) ?? [];
        expect(Number(received), end).toBe(numbers.length);
        // What left in the last moment is on its way.
        expect(Number(transmitted) - Number(received), end).toBeLessThanOrEqual(MOST_UNDER_WAY);
      }
      expect(replies).toBeGreaterThanOrEqual(3 * MANY + 7);
    });

    it.concurrent('rejects a ping whose listener throws with what it throws, and no other', async () => {
      const asked = times(20, (index) => ({ to: own(index), ...PACED }));
      const { told, descriptors } = await play('throwing', asked);
      expect(told[0]).toMatchObject({ end: 'listener: broken', replies: '1 2' });
      expect(tally(told.slice(1))).toEqual({ 'count 3/3: 1 2 3': 19 });
      expect(descriptors.after).toBe(descriptors.before);
    });

    it.concurrent('ends with what was measured when it is disposed of, and leaves nothing open', async () => {
      const asked = times(100, (index) => ({ to: own(index), count: null, intervalMs: 50 }));
      const { told, descriptors } = await play('disposed', { asked, afterMs: 400 });
      for (const { end } of told) expect(end).toMatch(/^interrupted [1-9]\d*\/\d+$/);
      expect(descriptors.after).toBe(descriptors.before);
    });

    it.concurrent('ends when its loop is left, a thousand times, and leaves nothing open', async () => {
      const { told, descriptors } = await play('left', { to: own(1), times: 1000, replies: 2 });
      expect(tally(told)).toEqual({ 'interrupted: 1 2': 1000 });
      expect(descriptors.after).toBe(descriptors.before);
    });

    it.concurrent('sends nothing where the signal was aborted before', async () => {
      const { told } = await play(
        'abortedBefore',
        times(3, (index) => ({ to: own(index), count: 5 })),
      );
      expect(tally(told)).toEqual({ 'aborted: AbortError: ': 3 });
    });

    it.concurrent('loses no reply that came while the thread was busy with something else', async () => {
      const asked = times(300, () => ({ to: LIES.after123400us.ipv4, count: 2, intervalMs: 400 }));
      const { told } = await play('stalled', { asked, afterMs: 450, forMs: 900 });
      expect(tally(told)).toEqual({ 'count 2/2: 1 2': 300 });
    });
  });
}

describeLab('pings of a program without the privilege for either kind of socket', () => {
  it('refuses each, and is not the worse for it', async () => {
    const lab = await createLab({ datagramIcmp: false });
    const { told, descriptors } = await answerOf<Outcome>(
      PROGRAM,
      'together',
      [HOSTS.b.ipv4, HOSTS.b.ipv6].map((to) => ({ to, count: 1 })),
      { netns: lab.netns('a'), user: 'nobody' },
    ).finally(() => lab.close());
    const why = 'SOCK_DGRAM by net.ipv4.ping_group_range ("1 0"), SOCK_RAW for want of CAP_NET_RAW';
    const refusal = (protocol: string) =>
      `refused: socket: Operation not permitted (${protocol} refused: ${why}) (EPERM socket)`;
    expect(told.map(({ end }) => end)).toEqual([refusal('ICMP'), refusal('ICMPv6')]);
    expect(descriptors.after).toBe(descriptors.before);
  });
});

describeLab('a flood for a reader that is slow', () => {
  it('waits for it and loses no event', async () => {
    const lab = await createLab();
    const asked = { to: '127.0.0.1', count: 20_000, intervalMs: 0 };
    const { told, sequences, mostWaiting } = await answerOf<{
      told: Told;
      sequences: readonly number[];
      mostWaiting: number;
    }>(PROGRAM, 'slow', { asked, everyEvents: 100 }, { netns: lab.netns('a') }).finally(() => lab.close());
    expect(told.end).toBe('count 20000/20000');
    expect(sequences).toEqual(times(20_000, (index) => index + 1));
    // A turn of the loop that began below the limit may go beyond it.
    expect(mostWaiting).toBeGreaterThanOrEqual(1024);
    expect(mostWaiting).toBeLessThan(8192);
  });
});

describeLab('ping() with whatever options', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab({ names: 'dns', liar: true });
  });
  afterAll(async () => {
    await lab.close();
  });

  interface One {
    readonly events: readonly { readonly type: string; readonly [member: string]: unknown }[];
    readonly end: Record<string, unknown>;
    /** Descriptors. */
    readonly left: number;
  }
  const one = (to: string, options: object, abortAfterMs?: number) =>
    answerOf<One>(PROGRAM, 'one', { to, options, abortAfterMs }, { netns: lab.netns('a') });

  it.concurrent('tells the address of a name first, then replies, then the summary', async () => {
    const { events, end, left } = await one('hostb.lab', { count: 2, intervalMs: 20, family: 4 });
    expect(events.map(({ type }) => type)).toEqual(['start', 'reply', 'reply', 'summary']);
    expect(events[0]).toMatchObject({ host: 'hostb.lab', address: HOSTS.b.ipv4, family: 4, method: 'icmp' });
    expect(end).toMatchObject({ host: 'hostb.lab', address: HOSTS.b.ipv4, received: 2, statistics: { received: 2 } });
    expect(end).toEqual(events.at(-1));
    expect(left).toBe(0);
  });

  it.concurrent('sets what only a socket of its own can have', async () => {
    const { events, left } = await one(HOSTS.b.ipv4, { count: 1, ttl: 1, tos: 16 });
    expect(events).toMatchObject([
      { type: 'start' },
      { type: 'network-error', source: HOSTS.r1.ipv4, icmpType: 11, icmpCode: 0, errno: 113, sequence: 1 },
      { type: 'summary', received: 0, errors: 1 },
    ]);
    expect(left).toBe(0);
  });

  it.concurrent('tells of each lost probe, with null for its round trip', async () => {
    const { events } = await one(LIES.silence.ipv4, { count: 2, intervalMs: 20, timeoutMs: 100 });
    expect(events.slice(1, 3)).toMatchObject([
      { type: 'lost', sequence: 1, roundTripMs: null },
      { type: 'lost', sequence: 2, roundTripMs: null },
    ]);
  });

  it.concurrent('judges conditions and waits for one', async () => {
    const { end } = await one(HOSTS.b.ipv4, {
      intervalMs: 20,
      until: 'received >= 3 in a row',
      conditions: ['loss == 0%', 'p95 > 1s'],
    });
    expect(end).toMatchObject({
      reason: 'condition',
      conditions: [
        { role: 'until', holds: true },
        { role: 'asked', text: 'loss == 0%', holds: true },
        { role: 'asked', text: 'p95 > 1s', holds: false },
      ],
    });
  });

  it.concurrent('pings by UDP and by TCP', async () => {
    const udp = await one(HOSTS.b.ipv4, { count: 1, method: 'udp' });
    expect(udp.events[1]).toMatchObject({ type: 'reply', answer: 'port-unreachable' });
    const tcp = await one(HOSTS.b.ipv4, { count: 1, method: 'tcp', port: 9 });
    expect(tcp.events[1]).toMatchObject({ type: 'reply', answer: 'rst' });
    expect([udp.left, tcp.left]).toEqual([0, 0]);
  });

  it.concurrent('rejects with what mends it where the machine refuses', async () => {
    const unknown = await one('nosuch.lab', {});
    expect(unknown.end).toMatchObject({
      error: {
        name: 'SondeError',
        code: 'EAI_NONAME',
        syscall: 'getaddrinfo',
        message: expect.stringContaining('nosuch.lab: '),
      },
    });
    const device = await one(HOSTS.b.ipv4, { interface: 'nosuch0' });
    expect(device.end).toMatchObject({ error: { name: 'SondeError', message: expect.stringContaining('nosuch0') } });
    expect([unknown.left, device.left]).toEqual([0, 0]);
  });

  it('rejects at once when it is aborted while a resolver hangs, and leaves nothing open', async () => {
    await lab.dns.behave({ mode: 'hang' });
    for (const options of [{}, { ttl: 5 }]) {
      const { end, left } = await one('hostb.lab', options, 200);
      expect(end).toMatchObject({ error: { name: 'TimeoutError' } });
      // The resolver's own, as long as it hangs.
      expect(left).toBeLessThanOrEqual(1);
    }
    await lab.dns.behave({ mode: 'answer' });
  });

  it.concurrent('works in several threads at once, each with sockets of its own', async () => {
    const asked = times(20, (index) => ({ to: index % 2 === 0 ? HOSTS.b.ipv4 : HOSTS.b.ipv6, ...PACED }));
    const outcomes = await answerOf<Outcome[]>(PROGRAM, 'inThreads', { asked, threads: 4 }, { netns: lab.netns('a') });
    for (const { told } of outcomes) expect(tally(told)).toEqual({ 'count 3/3: 1 2 3': 20 });
    expect(outcomes).toHaveLength(4);
  });
});
