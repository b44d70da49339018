/**
 * clockdiff without the addon: timestamp messages over a raw socket of the npm package raw-socket, and all else by means of
 * node. No kernel stamps, no connected socket, and no IP options: what needs them is refused by name.
 */
import { SetupError } from '../cli/errors.ts';
import { COMMAND_RULES, type SetupRules } from '../cli/setup-rules.ts';
import { Clock } from '../net/clock.ts';
import { isSystemError, reasonOf } from '../net/errors.ts';
import { IcmpSocketRefused } from '../net/icmp-socket.ts';
import { TimeoutAlarm } from '../net/portable-alarm.ts';
import { portableClocks } from '../net/portable-clock.ts';
import { strerror } from '../net/portable-errors.ts';
import { QUEUED_ERROR_TYPES } from '../net/portable-icmp-error.ts';
import { lookUpName } from '../net/portable-names.ts';
import { askNodeForSource } from '../net/portable-source.ts';
import { explainRefusal } from '../net/privileges.ts';
import {
  loadRawSocket,
  openRawSocket,
  passTypes,
  type RawSocket,
  type RawSocketModule,
  RawSocketPort,
} from '../net/raw-socket-port.ts';
import { formatIpv4, parseInetAton } from '../packet/address.ts';
import { ICMP_TIMESTAMPREPLY } from '../packet/icmp-constants.ts';
import type { ClockdiffBackend, Session, SessionRequest } from './backend.ts';
import { FAILURE_STATUS } from './options.ts';
import { raisePriority } from './priority.ts';
import { PROBE_OCTETS } from './probe.ts';

/** `Date.now` names a millisecond, and the wall clock made from it is somewhere inside (portable-clock.ts). */
const CLOCK_ERROR_NS = 1e6;

interface SetupContext extends SessionRequest {
  readonly module: RawSocketModule;
  readonly clock: Clock;
  readonly whyNotAddon: string | null;
  readonly rules: SetupRules;
}

/** @throws Error with one line on what is missing and what mends it */
export function loadRawSocketBackend(whyNotAddon: string | null, rules: SetupRules): ClockdiffBackend {
  return rawSocketBackend(loadRawSocket(), whyNotAddon, rules);
}

/** `whyNotAddon` is told where it matters that this backend stands in for the other one. */
export function rawSocketBackend(
  module: RawSocketModule,
  whyNotAddon: string | null = null,
  rules: SetupRules = COMMAND_RULES,
): ClockdiffBackend {
  const clock = new Clock(portableClocks());
  return {
    name: 'raw-socket',
    clock,
    clockErrorNs: CLOCK_ERROR_NS,
    waitsInKernel: false,
    openSession: (request) => setUp({ ...request, module, clock, whyNotAddon, rules }),
    createAlarm: (onExpiry) => new TimeoutAlarm(onExpiry),
    strerror,
  };
}

async function setUp(context: SetupContext): Promise<Session> {
  const { options, console, whyNotAddon, rules } = context;
  if (options.mode !== 'icmp') {
    const why = whyNotAddon === null ? '' : `; ${whyNotAddon}`;
    throw new SetupError(`the raw-socket backend cannot do: -o (--ip-timestamp)${why}`, FAILURE_STATUS);
  }
  // It measures in milliseconds what the addon measures in microseconds: a user must know.
  if (whyNotAddon !== null) console.warn(`backend: raw-socket; ${whyNotAddon}`);
  const raw = openSocket(context.module);
  try {
    if (rules.isOwnProcess && !raisePriority()) {
      console.warn('nice: no CAP_SYS_NICE: the user-space clock that times the replies will be read less punctually');
    }
    return await openSession(context, raw);
  } catch (error) {
    raw.close();
    throw error;
  }
}

function openSocket(module: RawSocketModule): RawSocket {
  try {
    return openRawSocket(module, 4, PROBE_OCTETS);
  } catch (error) {
    if (error instanceof IcmpSocketRefused)
      throw new SetupError(explainRefusal(error), FAILURE_STATUS, { cause: error });
    throw error;
  }
}

async function openSession({ options, clock, rules }: SetupContext, raw: RawSocket): Promise<Session> {
  const host = options.destination;
  const given = await findAddress(host, rules);
  const source = await attempt('connect', rules.wait(askNodeForSource(given, false)));
  const address = given === '0.0.0.0' ? source : given;
  passTypes(raw, 4, [ICMP_TIMESTAMPREPLY, ...QUEUED_ERROR_TYPES[4]]);
  const port = new RawSocketPort({
    socket: raw,
    family: 4,
    clock,
    target: address,
    messageOctets: PROBE_OCTETS,
    replies: null,
  });
  return { port, host, address, mode: 'icmp', isConnected: false };
}

/** @throws SetupError when there is no such name, or it has no IPv4 address */
async function findAddress(name: string, rules: SetupRules): Promise<string> {
  const literal = parseInetAton(name);
  if (literal !== null) return formatIpv4(literal);
  const { addresses } = await attempt(name, rules.wait(lookUpName(name)));
  const found = addresses.find(({ family }) => family === 4);
  if (found === undefined) throw new SetupError(`${name}: Address family for hostname not supported`, FAILURE_STATUS);
  return formatIpv4(found.octets);
}

async function attempt<T>(what: string, outcome: Promise<T>): Promise<T> {
  try {
    return await outcome;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${what}: ${reasonOf(error)}`, FAILURE_STATUS, { cause: error });
  }
}
