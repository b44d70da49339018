/**
 * What -j promises, for every command and whatever happens to a run: stdout is JSON of the schema and nothing else, its last line
 * says why the run ended, and stderr tells people what went wrong.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeLab } from '../lab/describe-lab.ts';
import { createLab, type Lab } from '../lab/lab.ts';
import type { RunningCommand, RunResult, SignalStep } from '../lab/run.ts';
import { createStage, type Stage } from '../lab/stage.ts';
import type { Line } from '../schema.ts';
import { COMMANDS, commandLine, diagnosticName, type TestedCommand } from './commands.ts';
import { judge } from './judge.ts';
import { seededRandom } from './random.ts';

const SEED = 20_261_122;
/** docs/json.md: a summary follows each. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Signals to each command, at moments of its start and of its run. */
const MOMENTS = 9;
const BROKEN_PIPE_STATUS = 141;
/** bash: a command whose stdout is a pipe that nobody reads, from its first line on. */
const UNREAD = 'exec 3> >(exec true); wait "$!"; exec "$@" >&3';

describeLab('-j', () => {
  let lab: Lab;
  /** Without ICMP datagram sockets for users. */
  let closedLab: Lab;
  let stage: Stage;
  let router: RunningCommand;

  beforeAll(async () => {
    stage = createStage();
    [lab, closedLab] = await Promise.all([createLab(), createLab({ datagramIcmp: false })]);
    router = lab.start('r1', [stage.command('rdisc'), '-r', '-v', '-T', '4'], { timeoutMs: 300_000 });
    await router.waitFor(/Sending advertisement/, 'stderr');
  });
  afterAll(async () => {
    await router.signal('SIGINT');
    await router.ended;
    await Promise.all([lab.close(), closedLab.close()]);
    stage.remove();
  });

  const run = (command: TestedCommand, words: string): Promise<RunResult> =>
    lab.run('a', commandLine(stage, command, words));

  const judged = (command: TestedCommand, result: RunResult): Line[] =>
    judge(command.schema, diagnosticName(command), result);

  /** Judges a run that must end in a line of this type. */
  const expectEnd = async (command: TestedCommand, words: string, type: 'summary' | 'error'): Promise<void> => {
    const result = await run(command, words);
    expect(judged(command, result).at(-1)?.type, words).toBe(type);
    if (type === 'error') expect(result.status, words).not.toBe(0);
  };

  describe.each(COMMANDS)('of $title', (command) => {
    it.concurrent('is whole in a run that goes well', async () => {
      await expectEnd(command, command.short, 'summary');
    });

    const { silent, unreachable } = command;
    if (silent !== null) {
      it.concurrent('is whole where nobody answers', async () => {
        await expectEnd(command, silent, 'summary');
      });
    }
    if (unreachable !== null) {
      it.concurrent('is whole where nothing can be reached', async () => {
        await expectEnd(command, unreachable, 'summary');
      });
    }

    it.concurrent('is whole for a name that does not resolve', async () => {
      const lines = judged(command, await run(command, command.unresolvable));
      expect(JSON.stringify(lines)).toContain('Name or service not known');
    });

    it.concurrent('is an error in JSON for whatever is wrong with the command line', async () => {
      for (const words of ['--no-such-option', '-Z', ...command.mistakes]) await expectEnd(command, words, 'error');
    });

    it.concurrent('answers what is asked in place of a run', async () => {
      const [version] = judged(command, await run(command, '-V'));
      expect(version).toEqual({ version: expect.any(String), schema: 1 });
    });

    it.concurrent('ends with a summary that says so wherever a signal comes', async () => {
      const random = seededRandom(SEED);
      // SIGHUP tells rdisc to look at the interfaces anew.
      const signals = ENDING_SIGNALS.filter((signal) => command.schema !== 'rdisc' || signal !== 'SIGHUP');
      const ends: (string | null)[] = [];
      for (let moment = 0; moment < MOMENTS; moment++) {
        const signal = signals[moment % signals.length]!;
        const waits: SignalStep['after'][] =
          moment % 2 === 0 ? [Math.round(random() * 250)] : [/\n/, Math.round(random() * 150)];
        ends.push(await signalledEnd(command, signal, waits));
      }
      expect(ends.filter((end) => end !== null).length, ends.join()).toBeGreaterThan(MOMENTS / 4);
    });

    it.concurrent('stops at once and without a word when nobody reads', async () => {
      const argv = ['bash', '-c', UNREAD, 'bash', ...commandLine(stage, command, command.long)];
      const { stdout, stderr, status } = await lab.run('a', argv);
      expect({ stdout, stderr, status }).toEqual({ stdout: '', stderr: '', status: BROKEN_PIPE_STATUS });
    });

    it.concurrent('is whole as far as somebody reads', async () => {
      const argv = ['bash', '-c', '"$@" | head -n 1', 'bash', ...commandLine(stage, command, command.long)];
      const { stdout, stderr } = await lab.run('a', argv);
      expect([Object.keys(JSON.parse(stdout)).at(-1), stdout.indexOf('\n'), stderr]).toEqual([
        'schema',
        stdout.length - 1,
        '',
      ]);
    });

    it.concurrent('says on stderr that the disk is full, and fails', async () => {
      const argv = ['sh', '-c', 'exec "$@" > /dev/full', 'sh', ...commandLine(stage, command, command.short)];
      const { stderr, status } = await lab.run('a', argv);
      expect(stderr).toBe(`${diagnosticName(command)}: write error: No space left on device\n`);
      expect(status).not.toBe(0);
    });

    it.concurrent('says what is denied to a user without privileges, in JSON and in words', async () => {
      const result = await closedLab.run('a', commandLine(stage, command, command.short), { user: 'nobody' });
      const last = judged(command, result).at(-1)!;
      expect(last.type).toBe(command.isPrivileged ? 'error' : 'summary');
      if (command.isPrivileged) expect(String(last['error'])).toMatch(/not permitted|CAP_NET_RAW|denied/i);
    });
  });

  /** How the run told that it was interrupted; null where the signal came before the run or after it. Throws for anything else. */
  async function signalledEnd(
    command: TestedCommand,
    signal: (typeof ENDING_SIGNALS)[number],
    waits: readonly SignalStep['after'][],
  ): Promise<string | null> {
    const started = lab.start('a', commandLine(stage, command, command.long));
    for (const wait of waits) {
      if (typeof wait === 'number') await new Promise((resolve) => setTimeout(resolve, wait));
      else await started.waitFor(wait);
    }
    await started.signal(signal);
    const result = await started.ended;
    const what = `${signal} ${waits.join(' ')}: ${result.stdout}`;
    // Before a command listens, a signal kills it as it kills iputils' one: then there is no line at all.
    if (result.signal !== null && result.stdout === '') {
      expect(result.signal, what).toBe(signal);
      return null;
    }
    const { type, reason, error } = judged(command, result).at(-1)!;
    if (result.signal !== null) {
      expect(error, what).toBe(`interrupted by ${signal}`);
      return null;
    }
    expect(type, what).toBe('summary');
    return reason === 'interrupted' || reason === 'terminated' ? reason : null;
  }
});
