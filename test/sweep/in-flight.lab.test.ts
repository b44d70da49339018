/** 200,000 probes under way at once, answered together in a random order by somebody who lies: nothing is matched wrongly. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Child } from '../lab/child.ts';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { startMassResponder } from '../lab/mass-responder/control.ts';
import { fateOf } from '../lab/mass-responder/fates.ts';
import type { RunningCommand } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';

const TARGETS = 200_000;
const FIRST = '10.128.0.0';
const LAST = '10.131.13.63';

function* addresses(): Generator<string> {
  for (let index = 0; index < TARGETS; index++) {
    yield `10.${128 + (index >> 16)}.${(index >> 8) & 0xff}.${index & 0xff}`;
  }
}

/** Waits until so much has been printed; the silent ones are not waited for. */
async function allRead(command: RunningCommand, characters: number): Promise<void> {
  const ended = command.ended.then(() => 'ended');
  while (command.stdout.length < characters) {
    if ((await Promise.race([ended, sleep(20)])) === 'ended') return;
  }
}

describeLab('200,000 probes under way', () => {
  let lab: Lab;
  let stage: Stage;
  let responder: Child;

  beforeAll(async () => {
    stage = createStage();
    lab = await createLab();
    responder = await startMassResponder(lab.netns('liar'));
    await lab.run('a', ['ip', 'route', 'add', '10.128.0.0/9', 'dev', 'liar0']);
  });
  afterAll(async () => {
    await responder.stop();
    await lab.close();
    stage.remove();
  });

  it('are all held back, and each answer counts for its own target only', async () => {
    const answered = responder.ask(`hold ${TARGETS}`);
    const options = ['-a', '-s', '--rate', '0', '-r', '0', '-t', '80000', '--max-targets', `${TARGETS}`];
    const sweep = lab.start('a', [stage.command('sonde'), 'sweep', ...options, `${FIRST}-${LAST}`], {
      timeoutMs: 90_000,
    });
    expect(await answered).toBe(`held ${TARGETS}`);
    const expected = new Set([...addresses()].filter((address) => fateOf(Number(address.split('.')[3])).truths > 0));
    await allRead(sweep, [...expected].join('\n').length);
    await sweep.signal('SIGINT');
    const run = await sweep.ended;
    const alive = new Set(run.stdout.trimEnd().split('\n'));
    // Compared as counts first: a difference of thousands of lines tells nobody anything.
    expect([...alive].filter((address) => !expected.has(address)).slice(0, 5), 'matched wrongly').toEqual([]);
    expect(alive.size).toBe(expected.size);
    const fates = [...addresses()].map((address) => fateOf(Number(address.split('.')[3])));
    const foreign = fates
      .flatMap(({ lies }) => lies)
      .filter((lie) => lie.startsWith('other-') && lie !== 'other-index');
    const duplicates = fates.filter(({ truths }) => truths === 2);
    expect(run.stderr).toContain(
      `${TARGETS} targets: ${expected.size} alive, 0 silent, 0 unreachable, ${TARGETS - expected.size} unfinished, interrupted`,
    );
    expect(run.stderr).toContain(`duplicates ${duplicates.length}, from another address ${foreign.length}\n`);
    expect(run.status).toBe(1);
  });
});
