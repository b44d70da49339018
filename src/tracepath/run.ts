/** tracepath as a command: reads the command line, opens the socket, drives an engine, and answers the exit status. */
import { loadAddon, nameAddon } from '../cli/addon.ts';
import { type Command, type CommandIo, runCommand } from '../cli/command.ts';
import type { Console } from '../cli/console.ts';
import { SetupError } from '../cli/errors.ts';
import { Presenter } from '../cli/presenter.ts';
import { type ConditionVerdict, statusWith } from '../conditions/judge.ts';
import { TimerfdAlarm } from '../net/alarm.ts';
import { Clock } from '../net/clock.ts';
import { Interfaces } from '../net/interfaces.ts';
import { nameInfoOf, ReverseNames } from '../net/resolver.ts';
import type { Signal } from '../net/signals.ts';
import type { TracepathEvent } from './events.ts';
import { chooseMode } from './mode-options.ts';
import { parseTracepath, TRACEPATH_OPTIONS, type TracepathOptions, USAGE_STATUS } from './options.ts';
import { type JudgedResult, MODE_SIGNALS } from './probing/mode-result.ts';
import { type Machine, openSession, type Session } from './session.ts';
import { showEvents } from './show.ts';
import { addressesOf } from './text.ts';
import { trace } from './tracing.ts';
import { TRACEPATH_USAGE } from './usage.ts';

const FAILURE_STATUS = 1;
const NO_LIVE_RECORDING = '--live is drawn anew by keys and time, and cannot be recorded: use --report';

/** What a shell shows for a command that a signal ended, by the signal's number. */
const SIGNAL_STATUS: Readonly<Record<Signal, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGQUIT: 131,
  SIGALRM: 142,
  SIGTERM: 143,
};

/**
 * Exit status: 0 for whatever the path is like, 1 where no probe could be made, 2 and 255 for usage: tracepath(8). With --flows
 * and in rounds: 1 also where the target did not answer.
 */
export async function runTracepath(argv: readonly string[], io: CommandIo): Promise<number> {
  const parsed = parseTracepath(argv, {
    commandName: io.commandName,
    posixlyCorrect: io.env['POSIXLY_CORRECT'] !== undefined,
  });
  const command: Command<TracepathOptions> = {
    usage: TRACEPATH_USAGE,
    options: TRACEPATH_OPTIONS,
    usageStatus: USAGE_STATUS,
    versionFacts: async () => ({ backend: await nameAddon(), node: process.version }),
    run: async (options, console) => {
      // Before anything is looked up or sent.
      if (options.live) {
        if (io.recorder !== undefined) throw new SetupError(NO_LIVE_RECORDING, FAILURE_STATUS);
        (await import('./report/live.ts')).requireTerminal(io.env);
      }
      const addon = loadAddon();
      const machine = { addon, clock: new Clock(addon.readClocks), interfaces: new Interfaces(addon) };
      const session = await openSession(machine, options);
      return await runMode(machine, session, options, io, console);
    },
  };
  return runCommand(command, parsed, io);
}

/** Modes that not every run needs are loaded when they are asked for. */
async function runMode(
  machine: Machine,
  session: Session,
  options: TracepathOptions,
  io: CommandIo,
  console: Console,
): Promise<number> {
  const { flows } = options;
  switch (chooseMode(options)) {
    case 'serial':
    case 'parallel':
      return await traceAndShow(machine, session, options, io);
    case 'flows':
      return toStatus(
        await (await import('./flows/run.ts')).runFlows(machine, session, { ...options, flows: flows! }, io, console),
      );
    case 'report':
    case 'live':
      return toStatus(await (await import('./report/run.ts')).runRounds(machine, session, options, io));
  }
}

function toStatus({ hasReached, signal, conditions }: JudgedResult): number {
  return statusWith(conditions, signal !== null ? SIGNAL_STATUS[signal] : hasReached ? 0 : 1);
}

async function traceAndShow(
  { addon, clock, interfaces }: Machine,
  session: Session,
  options: TracepathOptions,
  io: CommandIo,
): Promise<number> {
  const names = options.numeric && !options.both ? null : new ReverseNames(nameInfoOf(addon, interfaces));
  const show = showEvents(io, options.json, {
    host: options.destination,
    target: session.targetText,
    verbose: options.verbose,
    both: options.both,
    numeric: options.numeric,
    epochSeconds: clock.epochSeconds,
    strerror: addon.strerror,
    nameOf: names === null ? () => null : names.nameOf,
  });
  const presenter = new Presenter<TracepathEvent>(names, addressesOf, show);
  // A plain run dies of SIGTERM and SIGHUP, as iputils' does. JSON has an end in any case, and --parallel holds lines back.
  const signals = io.signals.take(options.json || options.parallel ? MODE_SIGNALS : undefined);
  try {
    const createAlarm = (onExpiry: () => void) => new TimerfdAlarm(addon, onExpiry);
    let conditions: readonly ConditionVerdict[] = [];
    const emit = (event: TracepathEvent) => {
      if (event.type === 'summary') conditions = event.conditions;
      presenter.show(event);
    };
    const signal = await trace({ clock, createAlarm, signals, session, options, emit });
    await presenter.settled();
    // iputils' tracepath has seen the path, whatever it is like.
    return toStatus({ hasReached: true, signal, conditions });
  } finally {
    signals.close();
    session.port.close();
  }
}
