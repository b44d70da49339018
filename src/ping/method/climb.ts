/**
 * `--method auto`: the first method that something comes back by. ICMP first, as it is what hosts answer for; UDP, which needs no
 * privilege; TCP, which crosses almost everything. What is sent to find out is none of the run's and in no statistics.
 */
import { SetupError } from '../../cli/errors.ts';
import { TimerfdAlarm } from '../../net/alarm.ts';
import { isSystemError } from '../../net/errors.ts';
import { IcmpSocketRefused } from '../../net/icmp-socket.ts';
import type { SignalSource } from '../../net/pump.ts';
import type { SetupContext } from '../addon/context.ts';
import type { Session } from '../backend.ts';
import { drive } from '../driver.ts';
import { PingEngine } from '../engine.ts';
import type { NetworkErrorEvent } from '../events.ts';
import { makePayload } from '../message.ts';
import { SCOUTS, type Sign, signOf } from './ladder.ts';
import { METHODS } from './method.ts';
import { refusedBy } from './refusals.ts';
import type { SocketMethod } from './session.ts';

export interface Rungs {
  icmp(): Promise<Session>;
  /** `known`: a session towards the same target by another method. */
  sockets(method: SocketMethod, known: Session | null): Promise<Session>;
}

/** @throws SetupError, SystemError; leaves nothing open then */
export async function climb(context: SetupContext, rungs: Rungs): Promise<Session> {
  const { options, console } = context;
  const methods = METHODS.filter((method) => refusedBy(method, options).length === 0);
  const tell = (method: string, what: string) => console.warn(`--method auto: ${method}: ${what}`);
  /** The first that could be opened: what remains where nothing comes back by any. */
  let fallback: Session | null = null;
  let latest: Session | null = null;
  let refusal: Error | null = null;
  try {
    for (const method of methods) {
      try {
        latest = await (method === 'icmp' ? rungs.icmp() : rungs.sockets(method, fallback));
      } catch (error) {
        // Whatever else is wrong with the target is wrong by any method.
        if (!isTold(error) || (fallback === null && !isRefusal(error))) throw error;
        tell(method.toUpperCase(), error.message);
        refusal ??= error;
        continue;
      }
      const sign = await scout(context, latest);
      // Interrupted, the run begins and ends at once, in the words of any other.
      if (sign === 'stay' || sign === 'interrupted') {
        fallback?.port.close();
        return latest;
      }
      // The target is not on our link. That is why the methods before were silent too, and nothing speaks against the first.
      if (sign === 'absent') {
        if (fallback === null) return latest;
        latest.port.close();
        break;
      }
      tell(nameOf(latest), sign === 'leave' ? 'refused on the way' : 'nothing comes back');
      if (fallback === null) fallback = latest;
      else latest.port.close();
      latest = null;
    }
  } catch (error) {
    latest?.port.close();
    fallback?.port.close();
    throw error;
  }
  if (fallback === null) throw refusal!;
  if (methods.length > 1) console.warn(`--method auto: going on with ${nameOf(fallback)}`);
  return fallback;
}

function isTold(error: unknown): error is Error {
  return error instanceof SetupError || isSystemError(error);
}

/** No ICMP socket is to be had, of neither kind. */
function isRefusal(error: Error): boolean {
  return error.cause instanceof IcmpSocketRefused;
}

function nameOf({ port: { method, destinationPort } }: Session): string {
  return destinationPort === null ? method.toUpperCase() : `${method.toUpperCase()} port ${destinationPort}`;
}

/** What the first thing that comes back says; null for nothing. `absent`: our own kernel finds no such neighbour. */
type Scouted = Sign | 'absent' | 'interrupted' | null;

/** Sends a few probes. */
async function scout(context: SetupContext, session: Session): Promise<Scouted> {
  const { addon, clock, options, hearSignals } = context;
  const port = session.port.aside();
  const payload = makePayload(session.isNodeQuery ? 0 : options.size, options.pattern);
  let sign: Scouted = null;
  const engine = new PingEngine(
    {
      family: session.family,
      ...(port.protocol === null ? {} : { protocol: port.protocol }),
      method: port.method,
      target: session.targetText,
      identifier: session.identifier,
      shownIdentifier: null,
      count: SCOUTS.count,
      intervalNs: SCOUTS.intervalNs,
      preload: 1,
      deadlineNs: 0,
      lingerNs: Math.min(SCOUTS.lingerNs, port.lifeNs),
      adaptive: false,
      privileged: false,
      reportUnanswered: false,
      quiet: false,
      verbose: false,
      manyMayAnswer: session.isBroadcast || session.isMulticast,
      payload,
      userStamps: options.userLatency,
      emitSent: false,
    },
    (event) => {
      sign ??= event.type === 'summary' && event.reason === 'interrupted' ? 'interrupted' : signOf(event);
      if (sign === 'stay' && event.type === 'network-error' && isOurs(event, session)) sign = 'absent';
      if (sign !== null) engine.interrupt();
    },
  );
  try {
    const createAlarm = (onExpiry: () => void) => new TimerfdAlarm(addon, onExpiry);
    const prober = port.prober(payload);
    const signals: SignalSource = { listen: (listener) => hearSignals?.().overhear(listener) };
    await drive({ createAlarm, engine, prober, clock, signals, tight: false });
    return sign;
  } finally {
    port.close();
  }
}

/** Our kernel reports to itself what became of the neighbour. */
function isOurs({ source }: NetworkErrorEvent, { sourceText }: Session): boolean {
  return source.split('%', 1)[0] === sourceText;
}
