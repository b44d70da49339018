/**
 * Network namespaces through iproute2: made, configured and removed with as few processes as possible (one for all the
 * links, one for each namespace's inside), since a lab should stand before a test notices.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimName } from './ownership.ts';

/** Where iproute2 keeps the handles of named namespaces, and the files that it lays over /etc inside them: ip-netns(8). */
export const NETNS_FOLDER = '/run/netns';
const NETNS_ETC_FOLDER = '/etc/netns';
const POLL_MS = 2;

/** Whether this process may make network namespaces: it is root, and an attempt succeeds. */
export const canUseNetns = process.getuid?.() === 0 && tryOneNamespace();

function tryOneNamespace(): boolean {
  const name = claimName();
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return false;
  return spawnSync('ip', ['netns', 'delete', name]).status === 0;
}

/** Runs `ip -batch` over `lines` outside of any namespace. @throws Error with what ip said */
export async function ipBatch(lines: readonly string[]): Promise<void> {
  await runTool('ip', ['-batch', '-'], `${lines.join('\n')}\n`);
}

/** What is to be done inside one namespace before it is used. */
export interface NamespaceSetup {
  /** Paths below /proc/sys, e.g. `net/ipv4/ip_forward`; one that this kernel has not in a namespace is left out. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** Lines for `ip -batch`. */
  readonly ip: readonly string[];
  /** A ruleset for `nft -f`, '' for none. */
  readonly nft: string;
}

/**
 * Configures one namespace: kernel settings first, since addresses and links take theirs from them. Settles when all
 * its links carry packets, so their other ends must be configured at the same time. @throws Error
 */
export async function configureNamespace(name: string, setup: NamespaceSetup): Promise<void> {
  const script = [
    ...Object.entries(setup.sysctls).map(([path, value]) => writeSysctl(path, value)),
    `ip -batch - <<'END'\n${setup.ip.join('\n')}\nEND`,
  ];
  if (setup.nft !== '') script.push(`nft -f - <<'END'\n${setup.nft}\nEND`);
  script.push(WAIT_FOR_CARRIER);
  await runShell(name, script.join('\n'));
}

/** A device whose queue is still `noop` drops what is sent, even where its carrier is on already. */
const WAIT_FOR_CARRIER = `
tries=0
while ip -oneline link show up | grep -Eq 'qdisc noop |NO-CARRIER|state DOWN'; do
  tries=$((tries + 1)); test $tries -lt 1000
  sleep 0.002
done`;

/** Sets one kernel parameter, e.g. `net/ipv4/ping_group_range`, inside a namespace. @throws Error */
export async function setSysctl(name: string, path: string, value: string): Promise<void> {
  await runShell(name, `echo '${value}' > /proc/sys/${path}`);
}

function writeSysctl(path: string, value: string): string {
  return `if [ -e /proc/sys/${path} ]; then echo '${value}' > /proc/sys/${path}; fi`;
}

/** Runs a `sh -e` script inside a namespace and answers its stdout. @throws Error */
export async function runShell(name: string, script: string): Promise<string> {
  return await runTool('ip', ['netns', 'exec', name, 'sh', '-e'], script);
}

/** Writes files that stand in /etc for every command run inside the namespace (`ip netns exec` mounts them there). */
export function writeEtcFiles(name: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(`${NETNS_ETC_FOLDER}/${name}`, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(`${NETNS_ETC_FOLDER}/${name}/${file}`, text);
}

/** Names of all named namespaces and of all folders below /etc/netns. */
export function listNamespaceNames(): string[] {
  return [...new Set([...listFolder(NETNS_FOLDER), ...listFolder(NETNS_ETC_FOLDER)])];
}

/** Ends every process inside the namespaces, then removes them and their /etc files. Those already gone are no error. */
export async function deleteNamespaces(names: readonly string[]): Promise<void> {
  for (let pids = processesInside(names); pids.length > 0; pids = processesInside(names)) {
    pids.forEach(kill);
    await sleep(POLL_MS);
  }
  const present = new Set(listFolder(NETNS_FOLDER));
  const deletions = names.filter((name) => present.has(name)).map((name) => `netns delete ${name}`);
  // Another sweep may have been quicker with one of them, so one refusal must not keep the rest: `-force`.
  if (deletions.length > 0) spawnSync('ip', ['-force', '-batch', '-'], { input: `${deletions.join('\n')}\n` });
  for (const name of names) rmSync(`${NETNS_ETC_FOLDER}/${name}`, { recursive: true, force: true });
}

/** Identifiers of the processes whose network namespace is one of `names`. */
export function processesInside(names: readonly string[]): number[] {
  const inodes = new Set(names.map(namespaceInode));
  return listFolder('/proc')
    .filter((entry) => /^\d+$/.test(entry) && inodes.has(processInode(entry)))
    .map(Number);
}

/** `net:[4026532281]`, the kernel's own name of a namespace: namespaces(7). */
function namespaceInode(name: string): string {
  const status = statSync(`${NETNS_FOLDER}/${name}`, { throwIfNoEntry: false });
  return status === undefined ? 'none' : `net:[${status.ino}]`;
}

function processInode(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return 'gone';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // No namespace was ever made here.
  }
}

/** Runs a tool to its end with `input` on stdin and answers its stdout. @throws Error with the tool's stderr */
async function runTool(command: string, argv: readonly string[], input: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const child = execFile(command, argv, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${argv.join(' ')}: ${stderr.trim() || error.message}\n${input}`));
    });
    // A tool that refuses its first line does not read the others: its status says so, EPIPE nothing more.
    child.stdin?.on('error', () => {}).end(input);
  });
}
