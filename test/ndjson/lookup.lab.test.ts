/** A signal that comes while a name is looked up: there is no run yet that could tell of its end. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import { claimName } from '../lab/ownership.ts';
import type { RunResult } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import { COMMANDS, commandLine, diagnosticName } from './commands.ts';
import { judge } from './judge.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const SIGINT_STATUS = 130;
const POLL_MS = 30;

describeLab('while a name is looked up', () => {
  let lab: Lab;
  let stage: Stage;
  let folder: string;
  let names = 0;

  beforeAll(async () => {
    stage = createStage();
    folder = mkdtempSync(join(tmpdir(), `${claimName()}-lookup-`));
    lab = await createLab({ names: 'dns', resolverOptions: 'timeout:15 attempts:1' });
    await lab.dns.behave({ mode: 'hang' });
  });
  afterAll(async () => {
    await lab.close();
    stage.remove();
    rmSync(folder, { recursive: true });
  });

  /** Runs what `argvFor` makes of a name, and sends the signal once the name was asked for. */
  async function signalled(argvFor: (name: string) => string[], signal: (typeof SIGNALS)[number]): Promise<RunResult> {
    const name = `n${names++}.lab`;
    const started = lab.start('a', argvFor(name));
    const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));
    while (!(await lab.dns.queries()).some((query) => query.name === name)) await pause();
    // A thread has asked: the event loop behind it gets a moment to turn.
    await pause();
    await started.signal(signal);
    return await started.ended;
  }

  it.concurrent.each(COMMANDS.flatMap((command) => SIGNALS.map((signal) => ({ ...command, signal }))))(
    '$title -j tells of $signal, and is ended by it',
    async ({ signal, ...command }) => {
      const words = (name: string) => commandLine(stage, command, command.unresolvable.replace('nosuch.lab', name));
      const result = await signalled(words, signal);
      expect(judge(command.schema, diagnosticName(command), result)).toEqual([
        { error: `interrupted by ${signal}`, type: 'error', schema: 1 },
      ]);
      expect(result.signal).toBe(signal);
    },
  );

  it.concurrent('ping without -j is ended at once and without a word, also where it is recorded', async () => {
    const file = join(folder, 'run');
    const plain = await signalled((name) => [stage.command('ping'), name], 'SIGINT');
    const recorded = await signalled((name) => [stage.command('sonde'), 'record', file, 'ping', name], 'SIGINT');
    for (const { stdout, stderr, signal } of [plain, recorded])
      expect({ stdout, stderr, signal }).toEqual({ stdout: '', stderr: '', signal: 'SIGINT' });
    const { stdout, stderr, status } = spawnSync(stage.command('sonde'), ['replay', file], { encoding: 'utf8' });
    expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: SIGINT_STATUS });
  });
});
