/** What the command line and its files ask to be probed, before any name is looked up. */
import { closeSync, openSync } from 'node:fs';
import { SetupError, UsageError } from '../cli/errors.ts';
import { AddressSet, RangeList } from './address-set.ts';
import { EXIT } from './exit-status.ts';
import type { SweepOptions } from './options.ts';
import { TargetList, tooMany } from './target-list.ts';
import { shardNames, shardSize } from './targets.ts';

const STDIN = 0;

export interface TargetPlan {
  /** All addresses that were given, of every shard. */
  readonly addresses: AddressSet;
  /** Names of this shard. */
  readonly names: readonly string[];
  /** What a name must not lead to. */
  readonly excluded: AddressSet;
}

/**
 * Reads operands and files; without either, standard input. `stdinIsTerminal`: nobody would know that we wait for them to
 * type. @throws UsageError, SetupError
 */
export function gatherTargets(
  options: SweepOptions,
  scopeOf: (zone: string) => number,
  stdinIsTerminal: boolean,
): TargetPlan {
  const { shard, maxTargets, wholeBlocks } = options;
  const wanted = new TargetList({ scopeOf, wholeBlocks }, maxTargets * shard.count);
  addOperands(wanted, options);
  const files = options.files.length === 0 && options.operands.length === 0 ? ['-'] : options.files;
  for (const file of files) addFile(wanted, file, stdinIsTerminal);
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

function addOperands(list: TargetList, { operands, generate }: SweepOptions): void {
  if (generate && operands.length === 2) list.add(operands.join('-'));
  else for (const operand of operands) list.add(operand);
}

/** @throws UsageError, SetupError */
function addFile(list: TargetList, file: string, stdinIsTerminal: boolean): void {
  if (file === '-' && stdinIsTerminal) throw new UsageError('no targets: name some, or a file with -f', EXIT.USAGE);
  let descriptor = STDIN;
  try {
    if (file !== '-') descriptor = openSync(file, 'r');
    list.addFile(file === '-' ? 'standard input' : file, descriptor);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new SetupError(`${file}: ${(error as Error).message}`, EXIT.SYSTEM);
  } finally {
    if (descriptor !== STDIN) closeSync(descriptor);
  }
}
