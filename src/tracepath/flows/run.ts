/** `tracepath --flows` as a command: what shows its events. */
import type { CommandIo } from '../../cli/command.ts';
import type { Console } from '../../cli/console.ts';
import { Presenter } from '../../cli/presenter.ts';
import type { ConditionVerdict } from '../../conditions/judge.ts';
import { TimerfdAlarm } from '../../net/alarm.ts';
import { nameInfoOf, ReverseNames } from '../../net/resolver.ts';
import { isUtf8 } from '../probing/locale.ts';
import { type JudgedResult, MODE_SIGNALS } from '../probing/mode-result.ts';
import type { Machine, Session } from '../session.ts';
import type { FlowsEvent } from './events.ts';
import { showFlows } from './show.ts';
import { addressesOf } from './text.ts';
import { type FlowsOptions, traceFlows } from './tracing.ts';

const STDOUT = 1;

export async function runFlows(
  machine: Machine,
  session: Session,
  options: FlowsOptions,
  io: CommandIo,
  console: Console,
): Promise<JudgedResult> {
  const { addon, clock, interfaces } = machine;
  const names = options.numeric && !options.both ? null : new ReverseNames(nameInfoOf(addon, interfaces));
  // Whoever sees the header may press Ctrl-C and expect what is known.
  const signals = io.signals.take(MODE_SIGNALS);
  const show = openView(machine, session, options, io, names === null ? () => null : names.nameOf);
  const presenter = new Presenter<FlowsEvent>(names, addressesOf, show);
  try {
    const createAlarm = (onExpiry: () => void) => new TimerfdAlarm(addon, onExpiry);
    const warn = (message: string) => console.warn(message);
    let conditions: readonly ConditionVerdict[] = [];
    const emit = (event: FlowsEvent) => {
      if (event.type === 'summary') conditions = event.conditions;
      presenter.show(event);
    };
    const result = await traceFlows({ clock, createAlarm, signals, machine, session, options, warn, emit });
    await presenter.settled();
    return { ...result, conditions };
  } finally {
    signals.close();
    session.port.close();
  }
}

function openView(
  { addon, clock }: Machine,
  { targetText }: Session,
  options: FlowsOptions,
  io: CommandIo,
  nameOf: (address: string) => string | null,
): (event: FlowsEvent) => void {
  return showFlows(io, options.json, {
    host: options.destination,
    address: targetText,
    port: options.port,
    maximumFlows: options.flows,
    confidence: options.confidence,
    boxes: addon.terminalColumns(STDOUT) > 0 && isUtf8(io.env),
    epochSeconds: clock.epochSeconds,
    both: options.both,
    numeric: options.numeric,
    strerror: addon.strerror,
    nameOf,
  });
}
