/**
 * The full backend, on the addon. What needs privileges is opened first; then they are given up, but for the one that setting
 * and removing routes needs (docs/decisions/0025).
 */
import { SetupError } from '../cli/errors.ts';
import { COMMAND_RULES, type SetupRules } from '../cli/setup-rules.ts';
import { TimerfdAlarm } from '../net/alarm.ts';
import { Clock } from '../net/clock.ts';
import { CAP_NET_ADMIN } from '../net/constants.ts';
import { DefaultRouteTable } from '../net/default-routes.ts';
import { isSystemError, reasonOf } from '../net/errors.ts';
import { IcmpSocketRefused, openIcmpSocket } from '../net/icmp-socket.ts';
import { Interfaces } from '../net/interfaces.ts';
import { LinkWatch } from '../net/link-watch.ts';
import type { NativeAddon } from '../net/native.ts';
import { explainRefusal } from '../net/privileges.ts';
import { nameInfoOf, ReverseNames, resolveName } from '../net/resolver.ts';
import { Syslog } from '../net/syslog.ts';
import { formatIpv4, requireIpv4 } from '../packet/address.ts';
import { findLinks } from './addon/links.ts';
import { AddonDiscoveryPort } from './addon/port.ts';
import {
  type DefaultRoutes,
  LOOKUP_STATUS,
  type RdiscBackend,
  type Session,
  type SessionRequest,
  SOCKET_STATUS,
} from './backend.ts';

export function addonBackend(addon: NativeAddon, rules: SetupRules = COMMAND_RULES): RdiscBackend {
  return {
    name: 'addon',
    clock: new Clock(addon.readClocks),
    names: new ReverseNames(nameInfoOf(addon, new Interfaces(addon))),
    openSession: (request) => openSession(addon, request, rules),
    resolve: (name) => resolve(addon, name, rules),
    createAlarm: (onExpiry) => new TimerfdAlarm(addon, onExpiry),
    openSystemLog: (ident) => openSyslog(addon, ident),
    strerror: addon.strerror,
  };
}

function openSession(addon: NativeAddon, { install, receives }: SessionRequest, { secure }: SetupRules): Session {
  if (install) requireNetAdmin(addon);
  const closers: (() => void)[] = [];
  const opened = <Thing extends { close(): void }>(thing: Thing): Thing => {
    closers.push(() => thing.close());
    return thing;
  };
  const close = () => {
    for (const each of closers.splice(0).reverse()) each();
  };
  try {
    const port = opened(new AddonDiscoveryPort(addon, openRawSocket(addon), receives));
    const routes = install ? opened(defaultRoutes(addon)) : null;
    const links = opened(new LinkWatch(addon));
    secure(addon, install ? 1 << CAP_NET_ADMIN : 0);
    const readLinks = () => findLinks(addon.interfaces());
    return { port, routes, readLinks, watchLinks: links.watch, close };
  } catch (error) {
    close();
    throw isSystemError(error) ? new SetupError(error.message, SOCKET_STATUS, { cause: error }) : error;
  }
}

function openRawSocket(addon: NativeAddon) {
  try {
    return openIcmpSocket(addon, 4, true).handle;
  } catch (error) {
    if (!(error instanceof IcmpSocketRefused)) throw error;
    throw new SetupError(explainRefusal(error), SOCKET_STATUS, { cause: error });
  }
}

/** Asked before anything is sent: who wants routes should not learn at the first router that there will be none. */
function requireNetAdmin(addon: NativeAddon): void {
  if (((addon.capabilities().effective >> BigInt(CAP_NET_ADMIN)) & 1n) === 1n) return;
  throw new SetupError(
    `--install: no route can be set without CAP_NET_ADMIN\n=> as root: setcap cap_net_raw,cap_net_admin+ep ${process.execPath}`,
  );
}

function defaultRoutes(addon: NativeAddon): DefaultRoutes {
  const table = new DefaultRouteTable(addon);
  return {
    add: (gateway, { index }) => table.add(requireIpv4('gateway', gateway), index),
    remove: (gateway, { index }) => table.remove(requireIpv4('gateway', gateway), index),
    close: () => table.close(),
  };
}

async function resolve(addon: NativeAddon, name: string, { wait, isStillWanted }: SetupRules): Promise<string> {
  try {
    return formatIpv4((await wait(resolveName(addon, name, 4, isStillWanted))).addresses[0]!.octets);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(`${name}: ${reasonOf(error)}`, LOOKUP_STATUS, { cause: error });
  }
}

function openSyslog(addon: NativeAddon, ident: string): Syslog {
  try {
    return new Syslog(addon, ident);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new SetupError(
      `no system log at /dev/log (${reasonOf(error)})\n=> start one, or name a file: --daemon --log <file>`,
    );
  }
}
