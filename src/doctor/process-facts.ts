/** What /proc and /etc tell of this process and of where it runs. What cannot be read is not known, and no error. */
import { existsSync } from 'node:fs';
import type { Container, Facts } from './facts.ts';
import { readFile } from './read-file.ts';

/** net.ipv4.ping_group_range takes no greater one. */
const LAST_GROUP = 2_147_483_647;

export type ProcessFacts = Pick<
  Facts,
  | 'user'
  | 'greatestGroup'
  | 'capabilities'
  | 'noNewPrivileges'
  | 'seccomp'
  | 'container'
  | 'pingGroups'
  | 'ignoresEchoes'
>;

export function readProcess(): ProcessFacts {
  const status = readFile('/proc/self/status');
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? null;
  const [effective, bounding] = [field('CapEff'), field('CapBnd')];
  return {
    user: { id: process.getuid?.() ?? 0, groups: groupsOf() },
    greatestGroup: readGreatestGroup(readFile('/proc/self/gid_map')),
    capabilities:
      effective === null || bounding === null
        ? null
        : { effective: BigInt(`0x${effective}`), bounding: BigInt(`0x${bounding}`) },
    noNewPrivileges: field('NoNewPrivs') === '1',
    seccomp: field('Seccomp') === '2',
    container: findContainer(),
    pingGroups: readPingGroups(),
    ignoresEchoes: readFile('/proc/sys/net/ipv4/icmp_echo_ignore_all').trim() === '1',
  };
}

/** As the kernel looks for them: the effective group and all others. */
function groupsOf(): number[] {
  const own = process.getegid?.();
  return [...new Set([...(own === undefined ? [] : [own]), ...(process.getgroups?.() ?? [])])];
}

/** Of the lines of gid_map, user_namespaces(7). A rootless container has few groups, and no range beyond them can be set. */
export function readGreatestGroup(map: string): number {
  const ends = [...map.matchAll(/^\s*(\d+)\s+\d+\s+(\d+)\s*$/gm)].map(
    ([, first, count]) => Number(first) + Number(count) - 1,
  );
  return ends.length === 0 ? LAST_GROUP : Math.min(LAST_GROUP, Math.max(...ends));
}

function readPingGroups(): Facts['pingGroups'] {
  const [first, last] = readFile('/proc/sys/net/ipv4/ping_group_range').trim().split(/\s+/).map(Number);
  return first === undefined || last === undefined ? null : { first, last };
}

/** By the marks that those who start containers leave in them. */
function findContainer(): Container | null {
  if (existsSync('/.dockerenv')) return 'docker';
  if (existsSync('/run/.containerenv')) return 'podman';
  if (process.env['KUBERNETES_SERVICE_HOST'] !== undefined) return 'kubernetes';
  const named = process.env['container'];
  if (named === 'lxc' || named === 'podman' || named === 'docker') return named;
  if (named !== undefined && named !== '') return 'other';
  const groups = readFile('/proc/1/cgroup');
  if (/kubepods/.test(groups)) return 'kubernetes';
  if (/docker/.test(groups)) return 'docker';
  return /lxc/.test(groups) ? 'lxc' : null;
}
