/** sweep as a command: reads the command line, gathers the targets, probes them, and answers the exit status. */
import { giveUpPrivileges, nameAddon } from '../cli/addon.ts';
import { type Command, type CommandIo, runCommand } from '../cli/command.ts';
import type { Console } from '../cli/console.ts';
import { SetupError } from '../cli/errors.ts';
import type { UsageFacts } from '../cli/usage.ts';
import { Clock } from '../net/clock.ts';
import { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon } from '../net/native.ts';
import type { Family } from '../net/sockaddr.ts';
import type { AddressSet } from './address-set.ts';
import { addressOf, isIpv4Words } from './address-words.ts';
import { EXIT } from './exit-status.ts';
import { gatherTargets, type TargetPlan } from './gather.ts';
import { type Lookup, lookUpWith, resolveNames } from './names.ts';
import { parseSweep, SWEEP_OPTIONS, type SweepOptions } from './options.ts';
import { Probing } from './probing.ts';
import { SweepShow } from './show.ts';
import { openSockets } from './sockets.ts';
import { NamedTargets, Targets } from './targets.ts';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

const USAGE: UsageFacts = {
  command: 'sonde sweep',
  synopsis: '[options] [target...]',
  operands: [['<target>', 'name, address, block (10.0.0.0/24) or range (10.0.0.1-9); none: read from standard input']],
};

/** Exit status as fping(8): 0 all alive, 1 some not, 2 a name without an address, 3 usage, 4 system. */
export async function runSweep(argv: readonly string[], io: CommandIo, load: () => NativeAddon): Promise<number> {
  const command: Command<SweepOptions> = {
    usage: USAGE,
    options: SWEEP_OPTIONS,
    usageStatus: EXIT.USAGE,
    versionFacts: async () => ({ backend: await nameAddon(), node: process.version }),
    run: async (options, console) => {
      const addon = withStatus(load);
      const show = showOf(options, io, console, addon);
      if (!options.merge) return await sweep(options, addon, show);
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

/** Gathers the targets, opens what they need, looks names up without privileges, and probes. */
async function sweep(options: SweepOptions, addon: NativeAddon, show: SweepShow): Promise<number> {
  const interfaces = new Interfaces(addon);
  const scopeOf = (zone: string) => interfaces.byName(zone)?.index ?? 0;
  const plan = gatherTargets(options, scopeOf, addon.terminalColumns(STDIN) > 0);
  const familiesOfNames: readonly Family[] = options.family === null ? [4, 6] : [options.family];
  const opened = openSockets(addon, familiesOf(plan.addresses), plan.names.length > 0 ? familiesOfNames : [], options);
  try {
    withStatus(() => giveUpPrivileges(addon));
    const families = opened.map(({ family }) => family);
    const { named, unresolved } = await resolvePlan(plan, lookUpWith(addon, { ...options, families }), show);
    const targets = new Targets(plan.addresses, named, options.shard);
    const clock = new Clock(addon.readClocks);
    return await new Probing({ addon, clock, interfaces, options, show, targets, opened, unresolved }).run();
  } finally {
    for (const { handle } of opened) addon.close(handle);
  }
}

function familiesOf(addresses: AddressSet): Family[] {
  const families = new Set<Family>();
  addresses.forEachRange((words, at) => families.add(isIpv4Words(words, at) ? 4 : 6));
  return [...families];
}

async function resolvePlan(
  { names, excluded }: TargetPlan,
  lookUp: Lookup,
  show: SweepShow,
): Promise<{ readonly named: NamedTargets; readonly unresolved: number }> {
  let unresolved = 0;
  const found = await resolveNames(names, lookUp, (event) => {
    unresolved++;
    show.show(event);
  });
  const named = new NamedTargets();
  for (const [rank, addresses] of found.entries()) {
    for (const { octets, scope } of addresses) {
      if (excluded.indexOf(addressOf(octets)) < 0) named.add(names[rank]!, addressOf(octets, scope));
    }
  }
  return { named, unresolved };
}
