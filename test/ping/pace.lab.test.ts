/** The schedule with real packets, while something holds up the process: a resolver that hangs, a listener that takes its time. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import type { CapturedPacket } from '../lab/pcap.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';
import { answerOf } from '../native/program.ts';

const PROGRAM = new URL('./programs/library.ts', import.meta.url);
const INTERVAL_MS = 10;
const NS_PER_MS = 1e6;
/** So many probes in a row: on a busy machine some of them are late, but all of them only where the schedule has moved. */
const WINDOW = 20;

/** How late each request left by the kernel's stamps, in ms, if the n-th is due n intervals after the first. */
function latenesses(requests: readonly CapturedPacket[]): number[] {
  const startNs = requests[0]!.timeNs;
  return requests.map(({ timeNs }, index) => Number(timeNs - startNs) / NS_PER_MS - index * INTERVAL_MS);
}

/** The least lateness in each window of the run. What moves the schedule shows in all windows that follow. */
function shifts(late: readonly number[]): number[] {
  const windows = Math.ceil(late.length / WINDOW);
  return Array.from({ length: windows }, (_, at) => Math.min(...late.slice(at * WINDOW, (at + 1) * WINDOW)));
}

/** 1 % of the duration, and what a machine may hold up a single process for. */
function toleranceMs(probes: number): number {
  return 0.01 * probes * INTERVAL_MS + 20;
}

describeLab('the schedule', () => {
  let lab: Lab;
  let stage: Stage;
  beforeAll(async () => {
    stage = createStage();
    lab = await createLab({ names: 'dns' });
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  /** The echo requests that leave A while `run` runs. */
  async function requestsOf<T>(run: () => Promise<T>): Promise<readonly [readonly CapturedPacket[], T]> {
    const capture = await lab.capture('a', 'eth0', 'icmp[icmptype] == icmp-echo');
    const value = await run();
    return [await capture.stop(), value];
  }

  it('of 100 probes at 10 ms does not move while the resolver hangs', { retry: 1 }, async () => {
    await lab.dns.behave({ mode: 'hang', only: 'PTR' });
    const [requests, run] = await requestsOf(
      async () => await lab.run('a', [stage.command('ping'), '-4', '-c', '100', '-i', '0.01', 'hostb4.lab']),
    );
    expect(run.stdout).toContain('100 packets transmitted, 100 received, 0% packet loss');
    // Nobody knew the name in time.
    expect(run.stdout.match(/^64 bytes from 10\.77\.3\.2: icmp_seq=\d+ /gm)).toHaveLength(100);
    expect((await lab.dns.queries()).filter(({ type }) => type === 'PTR').length).toBeGreaterThanOrEqual(1);
    expect(requests).toHaveLength(100);
    for (const shiftMs of shifts(latenesses(requests))) expect(shiftMs).toBeLessThan(toleranceMs(100));
  });

  it('of 200 probes at 10 ms does not move when a listener blocks for 50 ms again and again', {
    retry: 1,
  }, async () => {
    const asked = { to: HOSTS.r1.ipv4, count: 200, intervalMs: INTERVAL_MS };
    const [requests, told] = await requestsOf(
      async () =>
        await answerOf<{ transmitted: number; received: number; elapsedMs: number }>(
          PROGRAM,
          'blocking',
          { asked, everyReplies: 20, forMs: 50 },
          { netns: lab.netns('a') },
        ),
    );
    expect(told).toMatchObject({ transmitted: 200, received: 200 });
    expect(requests).toHaveLength(200);
    const late = latenesses(requests);
    // It was held up: the probe that was due in the middle of the 50 ms left at their end, and those behind it at once.
    expect(late.filter((lateMs) => lateMs > 20).length).toBeGreaterThanOrEqual(9);
    for (const shiftMs of shifts(late)) expect(shiftMs).toBeLessThan(toleranceMs(200));
    expect(told.elapsedMs).toBeLessThan(199 * INTERVAL_MS + toleranceMs(200));
    // And none before its time, but for what the first one was late itself.
    for (const lateMs of late) expect(lateMs).toBeGreaterThan(-toleranceMs(200));
  });
});
