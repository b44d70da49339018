/** Looks at the machine. Sockets are opened first; privileges are gone before anything is read from one, loopback included. */
import { release } from 'node:os';
import { explainAddon, giveUpPrivileges } from '../cli/addon.ts';
import { Clock } from '../net/clock.ts';
import { loadForCommand } from '../net/command-process.ts';
import { Interfaces } from '../net/interfaces.ts';
import { isCheckout, type NativeAddon } from '../net/native.ts';
import { loadRawSocket } from '../net/raw-socket-port.ts';
import type { Facts, LoopbackOutcome, LoopbackProbe, Part } from './facts.ts';
import { readFilters } from './filters.ts';
import { probeEcho, probeTcp, probeUdp } from './loopback.ts';
import { readNpm } from './npm.ts';
import { readProcess } from './process-facts.ts';
import { type TriedSockets, trySockets } from './sockets.ts';

const CAP_NET_ADMIN = 1n << 12n;

export async function examine(env: Readonly<Record<string, string | undefined>>): Promise<Facts> {
  const ours = readProcess();
  const mayLook = ours.capabilities !== null && (ours.capabilities.effective & CAP_NET_ADMIN) !== 0n;
  const filters = await readFilters(mayLook);
  const { addon, part } = tryAddon();
  const tried = addon === null ? null : trySockets(addon);
  if (addon !== null) giveUpPrivileges(addon);
  return {
    ...ours,
    node: { version: process.version, nodeApi: Number(process.versions['napi'] ?? 0), path: process.execPath },
    system: { platform: process.platform, release: release(), arch: process.arch, glibc: glibcVersion() },
    isHostedRunner: env['GITHUB_ACTIONS'] === 'true' && env['RUNNER_ENVIRONMENT'] !== 'self-hosted',
    addon: part,
    addonOverride: env['SONDE_ADDON'] ?? null,
    rawSocket: tryRawSocket(),
    isCheckout: isCheckout(),
    npm: readNpm(env),
    sockets: tried?.outcomes ?? null,
    loopback: addon === null || tried === null ? {} : await probeLoopback(addon, tried),
    filters,
  };
}

/** Node tells it in its diagnostic report, process.report. */
function glibcVersion(): string | null {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: unknown } };
  return typeof header?.glibcVersionRuntime === 'string' ? header.glibcVersionRuntime : null;
}

function tryAddon(): { readonly addon: NativeAddon | null; readonly part: Part } {
  try {
    return { addon: loadForCommand(), part: { loads: true } };
  } catch (error) {
    return { addon: null, part: { loads: false, why: explainAddon(error as NodeJS.ErrnoException) } };
  }
}

function tryRawSocket(): Part {
  try {
    loadRawSocket();
    return { loads: true };
  } catch (error) {
    return { loads: false, why: (error as Error).message };
  }
}

async function probeLoopback(addon: NativeAddon, { outcomes, icmp }: TriedSockets): Promise<Facts['loopback']> {
  const machine = { addon, clock: new Clock(addon.readClocks), interfaces: new Interfaces(addon) };
  const probes: [LoopbackProbe, Promise<LoopbackOutcome>][] = icmp.map((socket) => [
    `icmp${socket.family}`,
    probeEcho(machine, socket),
  ]);
  for (const family of [4, 6] as const) {
    if (outcomes[`udp${family}`] === 'open') probes.push([`udp${family}`, probeUdp(machine, family)]);
    if (outcomes[`tcp${family}`] === 'open') probes.push([`tcp${family}`, probeTcp(machine, family)]);
  }
  const settled = await Promise.all(probes.map(async ([name, outcome]) => [name, await outcome] as const));
  return Object.fromEntries(settled);
}
