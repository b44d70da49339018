/** One sweep over targets that are known: what the command and the library have in common. */
import type { SetupRules } from '../cli/setup-rules.ts';
import type { Alarm } from '../net/alarm.ts';
import { Clock } from '../net/clock.ts';
import type { Interfaces } from '../net/interfaces.ts';
import type { NativeAddon } from '../net/native.ts';
import type { Gate, SignalSource } from '../net/pump.ts';
import type { Family } from '../net/sockaddr.ts';
import type { AddressSet } from './address-set.ts';
import { addressOf, isIpv4Words } from './address-words.ts';
import type { SummaryEvent, SweepEvent } from './events.ts';
import { type Lookup, lookUpWith, resolveNames } from './names.ts';
import type { SweepOptions } from './options.ts';
import { type Audience, Probing } from './probing.ts';
import type { Rows } from './show.ts';
import { openSockets } from './sockets.ts';
import type { TargetPlan } from './target-plan.ts';
import { NamedTargets, Targets } from './targets.ts';

export interface Sweeping {
  readonly addon: NativeAddon;
  readonly interfaces: Interfaces;
  readonly createAlarm: (onExpiry: () => void) => Alarm;
  readonly rules: SetupRules;
  readonly options: SweepOptions;
  readonly plan: TargetPlan;
  readonly audience: Audience;
  /** Called when names are looked up and the first probe may go: from now on a signal ends the run with what is known. */
  readonly begin: () => SignalSource;
  readonly gate?: Gate | null;
}

/** Opens what the targets need, looks names up, and probes to the end. Leaves nothing open. @throws SetupError */
export async function sweepTargets(
  sweeping: Sweeping,
): Promise<{ readonly summary: SummaryEvent; readonly rows: Rows }> {
  const { addon, rules, options, plan, audience, begin } = sweeping;
  const familiesOfNames: readonly Family[] = options.family === null ? [4, 6] : [options.family];
  const opened = openSockets(addon, familiesOf(plan.addresses), plan.names.length > 0 ? familiesOfNames : [], options);
  try {
    rules.secure(addon);
    const families = opened.map(({ family }) => family);
    const lookUp = lookUpWith(addon, { ...options, families, wait: rules.wait });
    const { named, unresolved } = await resolvePlan(plan, lookUp, (event) => audience.show(event));
    const targets = new Targets(plan.addresses, named, options.shard);
    const clock = new Clock(addon.readClocks);
    const probing = new Probing({ ...sweeping, clock, targets, opened, unresolved, signals: begin() });
    return { summary: await probing.run(), rows: probing };
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
  tell: (event: SweepEvent) => void,
): Promise<{ readonly named: NamedTargets; readonly unresolved: number }> {
  let unresolved = 0;
  const found = await resolveNames(names, lookUp, (event) => {
    unresolved++;
    tell(event);
  });
  const named = new NamedTargets();
  for (const [rank, addresses] of found.entries()) {
    for (const { octets, scope } of addresses) {
      if (excluded.indexOf(addressOf(octets)) < 0) named.add(names[rank]!, addressOf(octets, scope));
    }
  }
  return { named, unresolved };
}
