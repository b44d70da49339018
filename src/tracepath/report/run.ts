/** `tracepath --report`, `--count` and `--live` as a command: what shows the rounds' events. */
import type { CommandIo } from '../../cli/command.ts';
import { Presenter } from '../../cli/presenter.ts';
import type { ConditionVerdict } from '../../conditions/judge.ts';
import { TimerfdAlarm } from '../../net/alarm.ts';
import { nameInfoOf, ReverseNames } from '../../net/resolver.ts';
import type { TracepathOptions } from '../options.ts';
import { showHost } from '../probing/host-text.ts';
import { isUtf8 } from '../probing/locale.ts';
import { type JudgedResult, MODE_SIGNALS } from '../probing/mode-result.ts';
import type { Machine, Session } from '../session.ts';
import type { RoundsEvent } from './events.ts';
import { LiveView } from './live.ts';
import { roundsText, showRounds } from './show.ts';
import { ASCII_SPARKS, BLOCK_SPARKS } from './sparkline.ts';
import { addressesOf } from './text.ts';
import { makeRounds, traceRounds } from './tracing.ts';

export async function runRounds(
  machine: Machine,
  session: Session,
  options: TracepathOptions,
  io: CommandIo,
): Promise<JudgedResult> {
  const { addon, clock, interfaces } = machine;
  const names = options.numeric && !options.both ? null : new ReverseNames(nameInfoOf(addon, interfaces));
  const shown = {
    host: options.destination,
    address: session.targetText,
    intervalSeconds: options.intervalSeconds,
    stats: options.stats,
    epochSeconds: clock.epochSeconds,
    both: options.both,
    numeric: options.numeric,
    strerror: addon.strerror,
    nameOf: names === null ? () => null : names.nameOf,
  };
  const show = showRounds(io, options.json, shown);
  let live: LiveView | null = null;
  const write = (event: RoundsEvent) => {
    // The report stands on the terminal's own screen.
    if (event.type === 'summary') live?.close();
    if (event.type === 'summary' || live === null) show(event);
  };
  const presenter = new Presenter<RoundsEvent>(names, addressesOf, write);
  let conditions: readonly ConditionVerdict[] = [];
  const engine = makeRounds(session, options, (event) => {
    if (event.type === 'summary') conditions = event.conditions;
    presenter.show(event);
    live?.update();
  });
  const signals = io.signals.take(MODE_SIGNALS);
  try {
    if (options.live) {
      const glyphs = isUtf8(io.env) ? BLOCK_SPARKS : ASCII_SPARKS;
      live = new LiveView({
        engine,
        clock,
        text: roundsText(shown),
        glyphs,
        showHost: (address) => showHost(address, shown),
        write: (output) => io.stdout(output),
      });
    }
    const createAlarm = (onExpiry: () => void) => new TimerfdAlarm(addon, onExpiry);
    const inputs = live === null ? [] : [live.watch];
    const result = await traceRounds({ clock, createAlarm, signals, session, engine, inputs });
    await presenter.settled();
    return { ...result, conditions };
  } finally {
    live?.close();
    signals.close();
    session.port.close();
  }
}
