/** One run of arping on a session that is open: what the command and the library have in common. */
import { SetupError } from '../cli/errors.ts';
import type { Alarm } from '../net/alarm.ts';
import type { Clock } from '../net/clock.ts';
import type { Gate, SignalSource } from '../net/pump.ts';
import type { ArpingConfig } from './config.ts';
import { ArpingDriver } from './driver.ts';
import { ArpingEngine } from './engine.ts';
import type { ArpingEvent } from './events.ts';
import type { ArpingOptions } from './options.ts';
import { type ArpingProtocol, arpProtocol, reverseProtocol } from './protocol.ts';
import type { Session } from './setup.ts';

const NS_PER_SECOND = 1e9;

export interface Probing {
  readonly clock: Clock;
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  readonly session: Session;
  readonly options: ArpingOptions;
  readonly signals: SignalSource;
  readonly gate?: Gate | null;
  readonly emit: (event: ArpingEvent) => void;
}

/** Runs to the end and answers the exit status. The caller closes the session's port. @throws SetupError */
export async function probe({ session, options, emit, ...outside }: Probing): Promise<number> {
  requireSource(session, options);
  const engine = new ArpingEngine(engineConfig(options), protocolOf(options, session), emit);
  const { port, link } = session;
  return await new ArpingDriver({ ...outside, engine, port, broadcast: link.broadcast }).run();
}

/** After the header, as in iputils. @throws SetupError where nobody could answer us */
function requireSource({ source }: Session, { duplicate, reverse, source: given }: ArpingOptions): void {
  const mayBeNone = duplicate || reverse !== null || given !== null;
  if (!mayBeNone && source.every((octet) => octet === 0)) throw new SetupError('no source address in not-DAD mode');
}

function protocolOf(options: ArpingOptions, { link, source, target }: Session): ArpingProtocol {
  if (options.reverse !== null) return reverseProtocol({ link, hardware: options.reverse });
  return arpProtocol({
    link,
    operation: options.answer ? 'reply' : 'request',
    source,
    target,
    isDuplicateDetection: options.duplicate,
    hearsAnnouncements: options.watch,
  });
}

function engineConfig(options: ArpingOptions): ArpingConfig {
  const { expectOne, watch, reverse } = options;
  return {
    count: options.count,
    intervalNs: options.intervalSeconds * NS_PER_SECOND,
    deadlineNs: options.deadlineSeconds * NS_PER_SECOND,
    unsolicited: options.unsolicited,
    duplicateDetection: options.duplicate,
    quitOnReply: options.first,
    // Whoever asks for all that answer must go on asking all.
    broadcastOnly: options.broadcast || expectOne || watch || reverse !== null,
    expectOne,
    watch,
    conditions: options.conditions,
  };
}
