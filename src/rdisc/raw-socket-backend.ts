/**
 * rdisc without the addon: a raw socket from the npm package raw-socket, and all else by means of node. It cannot tell by which
 * interface a message came, sets no routes, hears of no change of interfaces but by looking, and keeps its CAP_NET_RAW.
 */
import { SetupError } from '../cli/errors.ts';
import { COMMAND_RULES, type SetupRules } from '../cli/setup-rules.ts';
import { Clock } from '../net/clock.ts';
import { isSystemError, reasonOf } from '../net/errors.ts';
import { IcmpSocketRefused } from '../net/icmp-socket.ts';
import { TimeoutAlarm } from '../net/portable-alarm.ts';
import { portableClocks } from '../net/portable-clock.ts';
import { strerror } from '../net/portable-errors.ts';
import { askNodeForName, lookUpName } from '../net/portable-names.ts';
import { explainRefusal } from '../net/privileges.ts';
import { loadRawSocket, openRawSocket, type RawSocketModule } from '../net/raw-socket-port.ts';
import { ReverseNames } from '../net/resolver.ts';
import { formatIpv4 } from '../packet/address.ts';
import { LOOKUP_STATUS, type RdiscBackend, type Session, type SessionRequest, SOCKET_STATUS } from './backend.ts';
import { readPortableLinks } from './raw-socket/links.ts';
import { DATA_OCTETS, RawSocketDiscoveryPort } from './raw-socket/port.ts';

/** @throws Error with one line on what is missing and what mends it */
export function loadRawSocketBackend(whyNotAddon: string | null, rules: SetupRules): RdiscBackend {
  return rawSocketBackend(loadRawSocket(), whyNotAddon, rules);
}

/** `whyNotAddon` is told where it matters that this backend stands in for the other one. */
export function rawSocketBackend(
  module: RawSocketModule,
  whyNotAddon: string | null = null,
  rules: SetupRules = COMMAND_RULES,
): RdiscBackend {
  const refuse = (what: string): never => {
    throw new SetupError(`the raw-socket backend cannot do: ${what}${whyNotAddon === null ? '' : `; ${whyNotAddon}`}`);
  };
  return {
    name: 'raw-socket',
    clock: new Clock(portableClocks()),
    names: new ReverseNames(askNodeForName),
    openSession: (request) => {
      if (request.install) refuse('--install');
      // It holds on to a privilege that the addon gives up: a user must know.
      if (whyNotAddon !== null) request.console.warn(`backend: raw-socket; ${whyNotAddon}`);
      return openSession(module, request);
    },
    resolve: (name) => resolve(name, rules),
    createAlarm: (onExpiry) => new TimeoutAlarm(onExpiry),
    openSystemLog: () => refuse('--daemon without --log'),
    strerror,
  };
}

function openSession(module: RawSocketModule, { receives }: SessionRequest): Session {
  try {
    const port = new RawSocketDiscoveryPort(openRawSocket(module, 4, DATA_OCTETS), receives);
    return { port, routes: null, readLinks: readPortableLinks, watchLinks: null, close: () => port.close() };
  } catch (error) {
    if (error instanceof IcmpSocketRefused)
      throw new SetupError(explainRefusal(error), SOCKET_STATUS, { cause: error });
    throw isSystemError(error) ? new SetupError(error.message, SOCKET_STATUS, { cause: error }) : error;
  }
}

async function resolve(name: string, { wait }: SetupRules): Promise<string> {
  try {
    const found = (await wait(lookUpName(name))).addresses.find(({ family }) => family === 4);
    if (found !== undefined) return formatIpv4(found.octets);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${name}: ${reasonOf(error)}`, LOOKUP_STATUS, { cause: error });
  }
  throw new SetupError(`${name}: Address family for hostname not supported`, LOOKUP_STATUS);
}
