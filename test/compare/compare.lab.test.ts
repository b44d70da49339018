/** Real runs over a path whose length we know, compared. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { claimName } from '../lab/ownership.ts';
import { type PathControl, startPath } from '../lab/path/control.ts';
import { routers } from '../lab/path/spec.ts';
import { createStage, type Stage } from '../lab/stage.ts';

/** So many that a second in which the machine had too much to do does not hide 5 ms. */
const ROUNDS = 80;

describeLab('sonde compare on runs over a path', () => {
  let lab: Lab;
  let path: PathControl;
  let stage: Stage;
  let folder: string;

  beforeAll(async () => {
    stage = createStage();
    folder = mkdtempSync(join(tmpdir(), `${claimName()}-compare-`));
    lab = await createLab();
    path = await startPath(lab);
  });
  afterAll(async () => {
    await path.stop();
    await lab.close();
    stage.remove();
    rmSync(folder, { recursive: true });
  });

  /** Records `tracepath --report` to an end that answers after so long, and loses every so manieth answer. */
  async function record(name: string, address: string, delayMs: number, losesEvery?: number): Promise<string> {
    const file = join(folder, name);
    const losesAnswers = losesEvery === undefined ? {} : { losesAnswers: { every: losesEvery } };
    const end = { is: 'port-unreachable', delayMs, ...losesAnswers } as const;
    await path.change({ target: { ipv4: address }, hops: routers(1), end });
    const line = ['tracepath', '-n', '--report', '--count', `${ROUNDS}`, '--interval', '0.02', address];
    const { status, stderr } = await lab.run('a', [stage.command('sonde'), 'record', file, ...line]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return file;
  }

  const compare = (...argv: readonly string[]) => lab.run('a', [stage.command('sonde'), 'compare', ...argv]);

  it('tells 5 ms more, and losses, from a second run that is like the first', async () => {
    const address = '10.99.1.7';
    const before = await record('before', address, 10);
    const same = await record('same', address, 10);
    const longer = await record('longer', address, 15);
    const lossy = await record('lossy', address, 10, 2);
    // What a busy machine adds to either is not what this is about.
    const [equal, slow, lost] = await Promise.all([
      compare('-t', '2ms', before, same),
      compare('-t', '2ms', before, longer),
      compare('-t', '2ms', before, lossy),
    ]);
    expect(equal.stdout).toMatch(/no change\n$/);
    expect(equal.status).toBe(0);
    expect(slow.stdout).toMatch(/worse beyond 2\.000 ms/);
    expect(slow.status).toBe(1);
    expect(lost.stdout).toMatch(/loss .* now: worse/);
    expect(lost.status).toBe(1);
  });
});
