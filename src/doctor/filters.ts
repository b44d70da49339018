/** Which packet filters might stop us: nftables' ruleset, which holds iptables' rules too unless those are of the old kind. */
import { execFile } from 'node:child_process';
import type { FilterChain, Filters } from './facts.ts';

const PATIENCE_MS = 2000;
const MOST_OCTETS = 1 << 24;
const HOOKS: readonly unknown[] = ['input', 'output'];

/** `mayLook`: this process holds CAP_NET_ADMIN, without which the kernel shows nothing. */
export async function readFilters(mayLook: boolean): Promise<Filters> {
  if (!mayLook) return { state: 'unseen', why: 'unprivileged' };
  const json = await runNft();
  return json === null ? { state: 'unseen', why: 'no-nft' } : { state: 'seen', chains: parseRuleset(json) };
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

/** The base chains at input and output of `nft -j list ruleset`, libnftables-json(5). What is no such text has none. */
export function parseRuleset(json: string): readonly FilterChain[] {
  let entries: readonly { readonly chain?: Chain; readonly rule?: Record<string, unknown> }[];
  try {
    entries = (JSON.parse(json) as { nftables?: typeof entries }).nftables ?? [];
  } catch {
    return [];
  }
  const rules = entries.flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
  return entries.flatMap(({ chain }) => {
    if (chain === undefined || !HOOKS.includes(chain.hook)) return [];
    const ours = rules.filter(
      (rule) => rule['family'] === chain.family && rule['table'] === chain.table && rule['chain'] === chain.name,
    );
    const dropRules = ours.filter(({ expr }) => /"(drop|reject)"/.test(JSON.stringify(expr ?? null))).length;
    const name = `${chain.family} ${chain.table} ${chain.name}`;
    return [{ name, policyDrops: chain.policy === 'drop', dropRules }];
  });
}
