/**
 * Which packet filters might stop us: nftables' ruleset, which holds iptables' rules too unless those are of the old kind. Of
 * these only the tables are known.
 */
import { execFile } from 'node:child_process';
import type { FilterChain, Filters } from './facts.ts';
import { readFile } from './read-file.ts';

const PATIENCE_MS = 2000;
const MOST_OCTETS = 1 << 24;
const HOOKS: readonly unknown[] = ['input', 'output'];
/** Tables of iptables and ip6tables of the old kind that are in use; only root may read them. */
const OLD_TABLES = ['/proc/net/ip_tables_names', '/proc/net/ip6_tables_names'];

/** `mayLook`: this process holds CAP_NET_ADMIN, without which the kernel shows nothing. */
export async function readFilters(mayLook: boolean): Promise<Filters> {
  if (!mayLook) return { state: 'unseen', why: 'unprivileged' };
  const json = await runNft();
  const chains = json === null ? null : parseRuleset(json);
  if (chains === null) return { state: 'unseen', why: 'no-nft' };
  return { state: 'seen', chains, oldTables: OLD_TABLES.some((file) => readFile(file) !== '') };
}

function runNft(): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { timeout: PATIENCE_MS, maxBuffer: MOST_OCTETS };
    execFile('nft', ['-j', 'list', 'ruleset'], options, (error, stdout) => resolve(error === null ? stdout : null));
  });
}

interface Chain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly hook?: string;
  readonly policy?: string;
}

/** The base chains at input and output of `nft -j list ruleset`, libnftables-json(5), with all that they jump to; null for what is no such text. */
export function parseRuleset(json: string): readonly FilterChain[] | null {
  let entries: readonly { readonly chain?: Chain; readonly rule?: Record<string, unknown> }[];
  try {
    entries = (JSON.parse(json) as { nftables: typeof entries }).nftables;
  } catch {
    return null;
  }
  if (!Array.isArray(entries)) return null;
  const rules = entries.flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
  return entries.flatMap(({ chain }) => {
    if (chain === undefined || !HOOKS.includes(chain.hook)) return [];
    const ofTable = rules.filter((rule) => rule['family'] === chain.family && rule['table'] === chain.table);
    const dropRules = rulesFrom(chain.name, ofTable).filter((expr) => /"(drop|reject)"/.test(expr)).length;
    const name = `${chain.family} ${chain.table} ${chain.name}`;
    return [{ name, policyDrops: chain.policy === 'drop', dropRules }];
  });
}

/** The expressions of a chain, and of those that it jumps or goes to: most that write rules for others put them into such. */
function rulesFrom(first: string, ofTable: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const chains = new Set([first]);
  const found: string[] = [];
  // A set tells what is added to it while it is gone through.
  for (const chain of chains) {
    const expressions = ofTable
      .filter((rule) => rule['chain'] === chain)
      .map(({ expr }) => JSON.stringify(expr ?? null));
    found.push(...expressions);
    for (const [, target] of expressions.join().matchAll(/"(?:jump|goto)":\{"target":"([^"]+)"\}/g))
      chains.add(target!);
  }
  return found;
}
