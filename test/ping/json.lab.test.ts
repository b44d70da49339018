/** Every line of real runs of `ping -j`, however they go, is one object of the schema, and nothing else is on stdout. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { DESTINATIONS } from '../lab/destinations.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { LIES } from '../lab/responder/lies.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { HOSTS } from '../lab/topology.ts';
import { judge } from '../ndjson/judge.ts';
import { loadSchema } from '../schema.ts';

const { readLines } = loadSchema('ping');

const RUNS: readonly (readonly [args: string, status: number, kinds: readonly string[], reason: string | null])[] = [
  [`-c 2 -i 0.2 ${HOSTS.b.ipv4}`, 0, ['reply', 'summary'], 'count'],
  [`-c 2 -i 0.2 ${HOSTS.b.ipv6}`, 0, ['reply', 'summary'], 'count'],
  [`-c 2 -i 0.2 -D -v -R -a ${HOSTS.b.ipv4}`, 0, ['warning', 'reply', 'summary'], 'count'],
  ['-c 1 hostb4.lab', 0, ['reply', 'summary'], 'count'],
  [`-c 1 -t 1 ${HOSTS.b.ipv4}`, 1, ['network-error', 'summary'], 'count'],
  [`-c 2 -i 0.2 -O -W 0.2 ${LIES.silence.ipv4}`, 1, ['unanswered', 'lost', 'summary'], 'linger'],
  [`-w 1 -i 0.3 ${LIES.silence.ipv4}`, 1, ['lost', 'summary'], 'deadline'],
  [`-c 3 -i 0.2 -M do -s 1450 ${HOSTS.b.ipv4}`, 1, ['network-error', 'local-error', 'lost', 'summary'], 'count'],
  [`-c 1 -W 0.3 ${DESTINATIONS.localFiltered.ipv4}`, 1, ['send-error', 'summary'], 'linger'],
  [`-c 2 -i 0.2 ${LIES.duplicate.ipv4}`, 0, ['reply', 'summary'], 'count'],
  [`-c 1 ${LIES.truncated.ipv4}`, 0, ['reply', 'summary'], 'count'],
  [`-c 1 ${LIES.corrupted.ipv4}`, 0, ['reply', 'summary'], 'count'],
  [`-c 1 ${LIES.recordRoute.ipv4}`, 0, ['reply', 'summary'], 'count'],
  [`-N name -c 1 ${LIES.normal.ipv6}`, 0, ['reply', 'summary'], 'count'],
  [`-f -c 50 -p ff ${HOSTS.r1.ipv4}`, 0, ['reply', 'summary'], 'count'],
  [`-q -c 2 -i 0.2 ${HOSTS.r1.ipv4}`, 0, ['summary'], 'count'],
  ['-c 1 nosuch.lab', 2, ['error'], null],
  ['-c 0 127.0.0.1', 1, ['error'], null],
  ['', 2, ['error'], null],
  ['--help', 0, ['text'], null],
];

describeLab('ping -j', () => {
  let lab: Lab;
  let stage: Stage;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab({ liar: true });
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
  });

  it.each(RUNS)('%s', async (args, status, kinds, reason) => {
    await lab.forgetLearned();
    const command = args === '--help' ? `${process.cwd()}/bin/ping` : stage.command('ping'); // yargs is in node_modules
    const run = await lab.run('a', [command, '-j', ...args.split(' ').filter((word) => word !== '')]);
    const lines = judge('ping', 'ping', run);
    expect(new Set(lines.map(({ type }) => type))).toEqual(new Set(kinds));
    expect(lines.at(-1)?.reason ?? null).toBe(reason);
    expect(run.status).toBe(status);
  });

  it('ends with a summary that says so when it is interrupted, at whatever moment', async () => {
    for (const afterMs of [150, 170, 190, 230, 290]) {
      const run = await lab.run('a', [stage.command('ping'), '-j', '-i', '0.01', HOSTS.r1.ipv4], {
        signalAt: [{ signal: 'SIGINT', after: afterMs }],
      });
      // Before the run is set up, SIGINT kills the process as it kills iputils': then there is no line at all.
      if (run.signal === 'SIGINT') expect(run.stdout).toBe('');
      else expect(readLines(run.stdout).at(-1)).toMatchObject({ type: 'summary', reason: 'interrupted' });
    }
  });

  it('tells where things stand at SIGQUIT in an object too', async () => {
    const run = await lab.run('a', [stage.command('ping'), '-j', '-c', '3', '-i', '0.2', HOSTS.r1.ipv4], {
      signalAt: [{ signal: 'SIGQUIT', after: /"seq": 2/ }],
    });
    expect(readLines(run.stdout).map(({ type }) => type)).toEqual(['reply', 'reply', 'status', 'reply', 'summary']);
    expect(run.stderr).toBe('');
  });
});
