/** sweep as a command: reads the command line, gathers the targets, probes them, and answers the exit status. */
import { nameAddon } from '../cli/addon.ts';
import { type Command, type CommandIo, runCommand } from '../cli/command.ts';
import type { Console } from '../cli/console.ts';
import { SetupError } from '../cli/errors.ts';
import { COMMAND_RULES } from '../cli/setup-rules.ts';
import { TimerfdAlarm } from '../net/alarm.ts';
import { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon } from '../net/native.ts';
import { ALL_SIGNALS, type SignalInbox } from '../net/signals.ts';
import { EXIT, exitStatus } from './exit-status.ts';
import { gatherTargets } from './gather.ts';
import { parseSweep, SWEEP_OPTIONS, type SweepOptions } from './options.ts';
import { SweepShow } from './show.ts';
import { sweepTargets } from './sweeping.ts';
import { SWEEP_USAGE } from './usage.ts';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

/** Exit status as fping(8): 0 all alive, 1 some not, 2 a name without an address, 3 usage, 4 system. */
export async function runSweep(argv: readonly string[], io: CommandIo, load: () => NativeAddon): Promise<number> {
  const command: Command<SweepOptions> = {
    usage: SWEEP_USAGE,
    options: SWEEP_OPTIONS,
    usageStatus: EXIT.USAGE,
    versionFacts: async () => ({ backend: await nameAddon(), node: process.version }),
    run: async (options, console) => {
      const addon = withStatus(load);
      const show = showOf(options, io, console, addon);
      if (!options.merge) return await sweep(options, addon, show, io);
      const { mergeFiles } = await import('./merge.ts');
      return await mergeFiles(options, show);
    },
  };
  return runCommand(command, parseSweep(argv, io.env['POSIXLY_CORRECT'] !== undefined), io);
}

/** What the machine refuses has a status of its own here. */
function withStatus<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(error.message, EXIT.SYSTEM);
  }
}

function showOf(options: SweepOptions, io: CommandIo, console: Console, addon: NativeAddon): SweepShow {
  const { output, quiet, stats } = options;
  const stdoutColumns = addon.terminalColumns(STDOUT);
  const stderrColumns = addon.terminalColumns(STDERR);
  const { strerror } = addon;
  return new SweepShow({ output, quiet, stats, strerror, stdoutColumns, stderrColumns, env: io.env }, io, console);
}

/** Gathers the targets and probes them. */
async function sweep(options: SweepOptions, addon: NativeAddon, show: SweepShow, io: CommandIo): Promise<number> {
  const interfaces = new Interfaces(addon);
  const scopeOf = (zone: string) => interfaces.byName(zone)?.index ?? 0;
  const plan = gatherTargets(options, scopeOf, addon.terminalColumns(STDIN) > 0);
  const heard: { signals?: SignalInbox } = {};
  try {
    const { summary, rows } = await sweepTargets({
      addon,
      interfaces,
      createAlarm: (onExpiry) => new TimerfdAlarm(addon, onExpiry),
      rules: { ...COMMAND_RULES, secure: (...rest) => withStatus(() => COMMAND_RULES.secure(...rest)) },
      options,
      plan,
      audience: show,
      begin: () => {
        // SIGTERM is what a job runner sends when the time is up: nothing measured is lost then either.
        heard.signals = io.signals.take(
          options.output === 'json' ? ALL_SIGNALS : ['SIGINT', 'SIGALRM', 'SIGTERM', 'SIGQUIT'],
        );
        return heard.signals;
      },
    });
    await show.end(summary, rows);
    return exitStatus(summary.figures, options.reachable, summary.reason === 'complete');
  } finally {
    heard.signals?.close();
  }
}
