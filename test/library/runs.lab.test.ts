/** The library's runs with real packets: what they tell, how they end, and what they leave behind, which is nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QUEUE_LIMIT } from '../../src/library/run.ts';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import type { RunningCommand } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';
import { answerOf, type ProgramOptions } from '../native/program.ts';
import type { Ending, Kind } from './programs/runs.ts';

const PROGRAM = new URL('./programs/runs.ts', import.meta.url);
const R1 = HOSTS.r1.ipv4;
const R1_HARDWARE = '02:77:01:00:00:FE';
/** Nobody has it. */
const NOBODY = '10.77.1.99';

interface Told {
  readonly type: string;
  readonly [member: string]: unknown;
}

interface OwnThings {
  readonly descriptors: number;
}

describeLab('in the lab', () => {
  let lab: Lab;
  let stage: Stage;
  let router: RunningCommand;
  beforeAll(async () => {
    stage = createStage();
    lab = await createLab({ names: 'dns' });
    router = lab.start('r1', [stage.command('rdisc'), '-r', '-v', '-T', '4', '-p', '42'], { timeoutMs: 120_000 });
    await router.waitFor(/Sending advertisement to 224\.0\.0\.1/, 'stderr');
  });
  afterAll(async () => {
    await router.signal('SIGTERM');
    await router.ended;
    await lab.close();
    stage.remove();
  });

  const ask = <T>(scenario: string, argument: unknown = null, options: ProgramOptions = {}) =>
    answerOf<T>(PROGRAM, scenario, argument, { netns: lab.netns('a'), timeoutMs: 60_000, ...options });
  const events = (kind: string, target: string | string[] | undefined, options: object, how: ProgramOptions = {}) =>
    ask<Told[]>('events', { kind, target, options }, how);
  const typesOf = (told: readonly Told[]) => told.map(({ type }) => type);

  // One after the other: who asks for the same address hears what others are answered.
  describe('arping()', () => {
    it('tells replies with kernel times, and sums up', async () => {
      const told = await events('arping', R1, { count: 2, intervalMs: 500 });
      expect(typesOf(told)).toEqual(['reply', 'reply', 'summary']);
      expect(told[0]).toMatchObject({
        sequence: 1,
        answer: { operation: 'reply', senderAddress: R1, senderHardware: R1_HARDWARE },
        roundTripMs: expect.any(Number),
        transmitStamp: 'kernel',
        receiveStamp: 'kernel',
      });
      expect(told[0]!['timestampMs']).toBeGreaterThan(Date.now() - 600_000);
      expect(told[2]).toMatchObject({
        ...{ reason: 'count', host: R1, address: R1, interface: 'eth0', source: HOSTS.a.ipv4 },
        ...{ sent: 2, received: 2, unanswered: 0, told: [R1_HARDWARE] },
        statistics: { sent: 2, received: 2, lossRatio: 0 },
      });
    });

    it('tells a probe that nobody answers, and judges conditions', async () => {
      const told = await events('arping', NOBODY, { count: 2, intervalMs: 10, conditions: ['loss < 1%', 'macs == 0'] });
      expect(typesOf(told)).toEqual(['unanswered', 'unanswered', 'summary']);
      expect(told[2]).toMatchObject({
        ...{ received: 0, told: [], roundTrip: null, statistics: { lossRatio: 1, roundTrip: null } },
        conditions: [
          { role: 'asked', text: 'loss < 1%', holds: false },
          { role: 'asked', text: 'macs == 0', holds: true },
        ],
      });
    });

    it('ends when what is waited for holds', async () => {
      const told = await events('arping', R1, { intervalMs: 200, until: 'received >= 3 in a row' });
      expect(told.at(-1)).toMatchObject({
        reason: 'condition',
        received: 3,
        conditions: [{ role: 'until', holds: true }],
      });
    });

    it('rejects without the privilege, and says what would mend it', async () => {
      expect(await events('arping', R1, {}, { user: 'nobody' })).toEqual({
        name: 'SondeError',
        message: 'socket: Operation not permitted (AF_PACKET refused for want of CAP_NET_RAW)',
        ...{ code: 'EPERM', syscall: 'socket', errno: -1, hint: expect.stringContaining('setcap cap_net_raw+ep') },
      });
    });

    it('rejects for a device that is not there, and for a name without an address', async () => {
      expect(await events('arping', R1, { interface: 'nope0' })).toMatchObject({
        ...{ name: 'SondeError', code: 'ENODEV', message: 'Device nope0 not available.' },
      });
      expect(await events('arping', 'nosuch.lab', {})).toMatchObject({
        ...{ name: 'SondeError', code: 'EAI_NONAME', syscall: 'getaddrinfo' },
        message: 'nosuch.lab: Name or service not known',
      });
    });
  });

  describe.concurrent('clockdiff()', () => {
    it('measures an offset with its bound', async () => {
      const told = await events('clockdiff', 'router1.lab', { samples: 5 });
      expect(typesOf(told)).toEqual(['sample', 'sample', 'sample', 'sample', 'sample', 'summary']);
      expect(told[0]).toMatchObject({
        roundTripMs: expect.any(Number),
        transmitStamp: 'kernel',
        receiveStamp: 'kernel',
      });
      const { offset } = told[5] as Told & { readonly offset: { readonly offsetMs: number; readonly boundMs: number } };
      // Both ends have the same clock.
      expect(Math.abs(offset.offsetMs)).toBeLessThanOrEqual(offset.boundMs);
      expect(told[5]).toMatchObject({ reason: 'samples', errno: null, accepted: 5, host: 'router1.lab', address: R1 });
    });

    it('hears no replies to another run of the program', async () => {
      expect(await ask('many', { kind: 'clockdiff', count: 50 })).toEqual(Array(50).fill('samples'));
    });

    it('uses IP timestamps where asked to', async () => {
      const told = await events('clockdiff', R1, { samples: 1, ipTimestamp: 4 });
      expect(told.at(-1)).toMatchObject({ reason: 'samples', accepted: 1 });
    });
  });

  describe.concurrent('tracepath()', () => {
    it('tells each hop and the path MTU, without any privilege', async () => {
      const told = await events('tracepath', HOSTS.b.ipv4, {}, { user: 'nobody' });
      const hops = told.filter(({ type }) => type === 'hop');
      expect(hops.map(({ addresses }) => addresses)).toEqual([[R1], [HOSTS.r2.ipv4], [HOSTS.b.ipv4]]);
      expect(told.filter(({ type }) => type === 'mtu').map(({ after }) => after)).toEqual([1500, 1400, 1300]);
      expect(told.at(-1)).toMatchObject({ type: 'summary', reason: 'reached', hops: 3, mtu: 1300, host: HOSTS.b.ipv4 });
    });

    it('tells the same with all hops at once', async () => {
      const told = await events('tracepath', HOSTS.b.ipv4, { parallel: true, conditions: 'pmtu >= 1500 or hops == 3' });
      expect(told.at(-1)).toMatchObject({ reason: 'reached', hops: 3, mtu: 1300, conditions: [{ holds: true }] });
    });

    it('looks for equal-cost paths with flows', async () => {
      const told = await events('tracepath', HOSTS.b.ipv4, { flows: 8, length: 100 });
      expect(told[0]).toMatchObject({ type: 'probe', flow: 0, hop: 1, source: R1, roundTripMs: expect.any(Number) });
      const summary = told.at(-1) as Told & { readonly flows: readonly { readonly end: string }[] };
      expect(new Set(summary.flows.map(({ end }) => end))).toEqual(new Set(['reached']));
      expect(summary).toMatchObject({ address: HOSTS.b.ipv4 });
    });

    it('reports each hop in rounds', async () => {
      const told = await events('tracepath', HOSTS.b.ipv4, { count: 3, intervalMs: 20 });
      expect(told.at(-1)).toMatchObject({
        ...{ reason: 'complete', rounds: 3, reached: true },
        hops: [{ received: 3 }, { received: 3 }, { received: 3, averageMs: expect.any(Number) }],
        statistics: { sent: 3, received: 3 },
      });
    });
  });

  describe.concurrent('sweep()', () => {
    it('tells of each target once, in any order, and sums up', async () => {
      const told = await events('sweep', [`${R1}`, 'hostb4.lab', NOBODY, 'nosuch.lab'], { retries: 1, timeoutMs: 100 });
      const targets = told.filter(({ type }) => type === 'target');
      const verdicts = Object.fromEntries(targets.map(({ target, verdict }) => [target, verdict]));
      expect(verdicts).toMatchObject({ [R1]: 'alive', 'hostb4.lab': 'alive' });
      expect(verdicts[NOBODY]).not.toBe('alive');
      expect(told.find(({ type }) => type === 'unresolved')).toMatchObject({ target: 'nosuch.lab' });
      expect(targets.find(({ target }) => target === R1)).toMatchObject({ samplesMs: [expect.any(Number)] });
      expect(told.at(-1)).toMatchObject({ reason: 'complete', figures: { targets: 3, alive: 2, unresolved: 1 } });
    });

    it('rejects with the call that the machine refused', async () => {
      expect(await events('sweep', R1, { interface: 'nope0' })).toMatchObject({
        ...{ name: 'SondeError', code: 'ENODEV', syscall: 'setsockopt' },
      });
      expect(await events('sweep', R1, { source: '192.0.2.1' })).toMatchObject({
        ...{ name: 'SondeError', code: 'EADDRNOTAVAIL', syscall: 'bind' },
      });
    });

    it('finds the interface of a link-local address also where it has others', async () => {
      const told = await events('sweep', `${HOSTS.r1.linkLocal}%eth0`, {});
      expect(told.at(-1)).toMatchObject({ figures: { targets: 1, alive: 1 } });
    });

    it('loses no event of a reader that takes its time, and keeps no more than some', async () => {
      const { told, most, summary } = await ask<{ told: number; most: number; summary: object }>('slow', {
        targets: '127.9.0.0/19',
        pauseEach: 50,
      });
      expect(told).toBe(8190);
      expect(summary).toMatchObject({ figures: { targets: 8190, alive: 8190 }, drops: 0 });
      expect(most).toBeLessThan(2 * QUEUE_LIMIT);
    });

    it('is ended by an abort also while it waits for its reader', async () => {
      const { reason, waiting } = await ask<{ reason: string; waiting: number }>('stuck', { targets: '127.9.0.0/18' });
      expect(reason).toBe('interrupted');
      // All that were begun are told of, those in the middle of it as unfinished.
      expect(waiting).toBeGreaterThan(QUEUE_LIMIT);
    });
  });

  describe.concurrent('rdisc()', () => {
    it('lists routers', async () => {
      const told = await events('rdisc', undefined, {});
      expect(typesOf(told)).toEqual(expect.arrayContaining(['listening', 'solicited', 'advertisement', 'recorded']));
      expect(told.at(-1)).toMatchObject({
        ...{ type: 'summary', role: 'host', reason: 'listed', defaults: [R1] },
        routers: [{ address: R1, interface: 'eth0', preference: 42 }],
      });
    });

    it('sets a route while it runs, and takes it back however it ends', async () => {
      const routes = async () => (await lab.run('a', ['ip', 'route'])).stdout;
      const before = await routes();
      const told = await ask<string[]>('installed', null);
      expect(told).toEqual(['route add', 'route remove', 'summary']);
      expect(await routes()).toBe(before);
    });
  });

  describe('ending', () => {
    /** Closing a packet socket takes the kernel some 15 ms, and a list of routers some seconds. */
    const KINDS: readonly (readonly [Kind, count: number])[] = [
      ['ping', 1000],
      ['tracepath', 1000],
      ['tracepath flows', 1000],
      ['tracepath rounds', 1000],
      ['arping', 50],
      ['clockdiff', 1000],
      ['sweep', 1000],
      ['rdisc', 100],
    ];
    const AT_ONCE = 100;
    /** Some ten seconds; on a machine with ten times the work that it can do, two minutes. */
    const TIMEOUT_MS = 300_000;
    const ENDINGS: readonly Ending[] = ['complete', 'break', 'dispose', 'abort', 'abort at once'];

    it.concurrent.each(KINDS)(
      '%s in each way, %d times, leaves everything as it was',
      {
        timeout: TIMEOUT_MS,
      },
      async (kind, count) => {
        for (const ending of ENDINGS) {
          const argument = { kind, ending, count, atOnce: AT_ONCE };
          const { before, after } = await ask<{ before: OwnThings; after: OwnThings }>('endings', argument, {
            timeoutMs: TIMEOUT_MS,
          });
          expect(after, ending).toEqual(before);
        }
      },
    );

    it('would be seen to leave descriptors behind', async () => {
      expect(await ask('underway')).toEqual({ descriptors: 2, packet: 1 });
    });

    it.each(['ping', 'arping', 'clockdiff', 'tracepath', 'sweep'])(
      'by an abort while a name is looked up closes all sockets of %s at once',
      async (kind) => {
        await lab.dns.behave({ mode: 'hang' });
        try {
          expect(await ask('lookup', { kind, name: 'hostb.lab' })).toEqual({
            ...{ reason: 'Error: too slow', sockets: [0, 0, 0, 0, 0] },
          });
        } finally {
          await lab.dns.behave({ mode: 'answer' });
        }
      },
    );
  });

  it('works in several threads at once', async () => {
    const reasons = ['count', 'reached', 'flow-limit', 'complete', 'replies', 'samples', 'complete'];
    expect(await ask('threads')).toEqual({ status: 0, there: reasons, here: reasons });
  });

  it.each<readonly [Kind, number, string]>([
    ['sweep', 1000, 'complete'],
    ['tracepath', 1000, 'reached'],
    ['arping', 300, 'replies'],
  ])('runs %s %d times at once', async (kind, count, reason) => {
    expect(await ask('many', { kind, count })).toEqual(Array(count).fill(reason));
  });
});
