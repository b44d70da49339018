/** Capabilities: read, and dropped for good in every thread of the process. capabilities(7), prctl(2). */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { answerOf, type ProgramOptions } from './program.ts';
import type { Report, Task } from './programs/privileges.ts';
import { addon } from './support.ts';

const PROGRAM = new URL('./programs/privileges.ts', import.meta.url);
const NONE = '0000000000000000';
const NET_RAW = (1n << 13n).toString(16).padStart(16, '0');
const REFUSED = 'EPERM -1 socket';

it('reads the sets that /proc shows', () => {
  const status = readFileSync('/proc/thread-self/status', 'utf8');
  const field = (name: string) => BigInt(`0x${new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)![1]}`);
  expect(addon.capabilities()).toEqual({
    effective: field('CapEff'),
    permitted: field('CapPrm'),
    inheritable: field('CapInh'),
  });
});

describeLab('dropCapabilities', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await createLab({ names: 'dns' });
    await lab.dns.behave({ mode: 'hang' });
  });
  afterAll(async () => {
    await lab.close();
  });

  async function drop(options: ProgramOptions, task: Partial<Task> = {}): Promise<Report> {
    const whole = { times: 1, workers: false, lookups: 0, ...task };
    const report = await answerOf<Report>(PROGRAM, 'drop', whole, { netns: lab.netns('a'), ...options });
    expect(report.threads.length).toBeGreaterThan(4); // node's own threads are many
    for (const thread of report.threads) {
      expect(thread).toEqual({ permitted: NONE, effective: NONE, inheritable: NONE, ambient: NONE, noNewPrivs: '1' });
    }
    expect(report.after.capabilities).toEqual({ effective: NONE, permitted: NONE, inheritable: NONE });
    expect(report.after.raw).toBe(REFUSED);
    return report;
  }

  it('leaves no thread of a root process any capability, nor a way to get one', async () => {
    const { before, left } = await drop({});
    expect(before.raw).toBe('opened');
    expect(before.capabilities.effective).not.toBe(NONE);
    expect(left).toEqual([0]);
  });

  it('can be called twice', async () => {
    expect((await drop({}, { times: 2 })).left).toEqual([0, 0]);
  });

  it('reaches workers that spin, wait, sleep, and lookups that hang', async () => {
    const { left, after, threads } = await drop({}, { workers: true, lookups: 5 });
    expect(left).toEqual([0]);
    expect(after.rawInWorker).toBe(REFUSED);
    expect(threads.length).toBeGreaterThan(15);
  });

  it('is no error for a user who has none, and sets no_new_privs in every thread all the same', async () => {
    const { before, left } = await drop({ user: 'nobody' }, { times: 2, workers: true });
    expect(before).toEqual({ capabilities: { effective: NONE, permitted: NONE, inheritable: NONE }, raw: REFUSED });
    expect(left).toEqual([0, 0]);
  });

  it('takes the ambient set of a user with it', async () => {
    const { before } = await drop({ user: 'nobody', capabilities: ['net_raw'] });
    expect(before.capabilities).toMatchObject({ effective: NET_RAW, permitted: NET_RAW });
    expect(before.raw).toBe('opened');
  });

  it('says so when the other threads cannot be listed', async () => {
    const answer = await answerOf(PROGRAM, 'dropWithoutDescriptors', null, {
      netns: lab.netns('a'),
      prefix: ['prlimit', '--nofile=64'],
    });
    expect(answer).toEqual({ left: -1, raw: REFUSED });
  });
});
