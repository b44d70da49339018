/** A recorded run, and its replay: by another user, in another place, another zone and another language. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { claimName } from '../lab/ownership.ts';
import type { RunningCommand, RunResult } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { loadSchema, type Schema } from '../schema.ts';
import { CASES } from './lab.ts';

const NOBODY = 65534;
const OPEN_FOLDER = 0o777;

describeLab('sonde record and sonde replay', () => {
  let lab: Lab;
  let stage: Stage;
  let folder: string;
  let router: RunningCommand;
  const schemas = new Map<string, Schema>();

  beforeAll(async () => {
    stage = createStage();
    folder = mkdtempSync(join(tmpdir(), `${claimName()}-record-`));
    chmodSync(folder, OPEN_FOLDER);
    writeFileSync(join(folder, 'oui.txt'), '02-77-01   (hex)\t\tLaboratory\n');
    lab = await createLab({ names: 'dns' });
    router = lab.start('r1', [stage.command('rdisc'), '-r', '-v', '-T', '4', '-p', '42'], { timeoutMs: 120_000 });
    await router.waitFor(/Sending advertisement/, 'stderr');
  });
  afterAll(async () => {
    await router.signal('SIGTERM');
    await router.ended;
    await lab.close();
    stage.remove();
    rmSync(folder, { recursive: true });
  });

  /** Without a network that it could ask, and without a right to anything. */
  async function replay(...argv: readonly string[]): Promise<Pick<RunResult, 'stdout' | 'stderr' | 'status'>> {
    const env = { PATH: process.env['PATH'], TZ: 'America/St_Johns', LANG: 'de_DE.UTF-8' };
    const child = spawn(stage.command('sonde'), ['replay', ...argv], {
      uid: NOBODY,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { stdout, stderr, status };
  }

  describe.concurrent.each(CASES.map((each, number) => ({ ...each, number })))(
    '$line',
    ({ line, options, shows, number, schema: named }) => {
      const [command, ...args] = line.split(' ') as [string, ...string[]];
      let run: RunResult;
      let file: string;

      beforeAll(async () => {
        file = join(folder, `${number}.sonde`);
        const argv = args.map((word) => (word === 'OUI' ? join(folder, 'oui.txt') : word));
        run = await lab.run('a', [stage.command('sonde'), 'record', file, command, ...argv], options);
      });

      it('is shown again byte for byte', async () => {
        expect(`${run.stdout}${run.stderr}`).toMatch(shows);
        // A terminal of its own has both streams in one, and ends lines by CR LF.
        const seen = { status: run.status, stdout: run.stdout.replaceAll('\r\n', '\n'), stderr: run.stderr };
        const { status, stdout, stderr } = await replay(file);
        expect({ status, stdout, stderr }).toEqual(seen);
      });

      it('is shown as NDJSON that fits the schema', async () => {
        const { stdout, status } = await replay('-j', file);
        const schema = schemas.get(named ?? command) ?? loadSchema(named ?? command);
        schemas.set(named ?? command, schema);
        for (const each of stdout.split('\n').slice(0, -1)) schema.readLine(each);
        expect(status).toBe(run.status);
        if (args.includes('-j')) expect(stdout).toBe(run.stdout);
      });

      if (!args.includes('-j')) return;
      it('is shown as lines', async () => {
        const { stdout, status } = await replay('--text', file);
        expect(status).toBe(run.status);
        expect(stdout).not.toMatch(/^\{|undefined|NaN|\[object/);
      });
    },
  );
});
