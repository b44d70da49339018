/** From a list of targets to what a run of this shard probes, before any name is looked up. */
import { UsageError } from '../cli/errors.ts';
import { AddressSet, RangeList } from './address-set.ts';
import { EXIT } from './exit-status.ts';
import type { SweepOptions } from './options.ts';
import { TargetList, tooMany } from './target-list.ts';
import { shardNames, shardSize } from './targets.ts';

export interface TargetPlan {
  /** All addresses that were given, of every shard. */
  readonly addresses: AddressSet;
  /** Names of this shard. */
  readonly names: readonly string[];
  /** What a name must not lead to. */
  readonly excluded: AddressSet;
}

/** The index of an interface by its name; 0 where there is none. */
export type ScopeOf = (zone: string) => number;

/** With what the operands name. @throws UsageError for what can be no target */
export function listOperands(options: SweepOptions, scopeOf: ScopeOf): TargetList {
  const { operands, generate, maxTargets, shard, wholeBlocks } = options;
  const list = new TargetList({ scopeOf, wholeBlocks }, maxTargets * shard.count);
  if (generate && operands.length === 2) list.add(operands.join('-'));
  else for (const operand of operands) list.add(operand);
  return list;
}

/** @throws UsageError for exclusions that can be no target, an empty list, or one that is too long */
export function planTargets(wanted: TargetList, options: SweepOptions, scopeOf: ScopeOf): TargetPlan {
  const { shard, maxTargets } = options;
  const excluded = new TargetList({ scopeOf, wholeBlocks: true }, Number.POSITIVE_INFINITY);
  for (const text of options.exclude) excluded.add(text, '--exclude: ');
  const addresses = new AddressSet(wanted.ranges, excluded.ranges);
  const all = [...wanted.names].filter((name) => !excluded.names.has(name));
  // A list that came out empty by mistake must not pass for one whose targets are all alive.
  if (addresses.size + all.length === 0) throw new UsageError('no targets', EXIT.USAGE);
  const names = shardNames(all, addresses.size, shard);
  const size = shardSize(addresses.size, shard) + names.length;
  if (size > maxTargets) throw tooMany(size, maxTargets);
  return { addresses, names, excluded: new AddressSet(excluded.ranges, new RangeList()) };
}
