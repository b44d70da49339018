/** The commands that mend what is missing, for where this process runs: a machine, a container, a hosted runner. */
import type { Container, Facts } from './facts.ts';

const CAPABILITY_BITS = { NET_RAW: 13 } as const;

/** What starts containers of a kind, as far as it is a command. */
const RUNNERS: Readonly<Record<Container, string | null>> = {
  docker: 'docker run',
  podman: 'podman run',
  kubernetes: null,
  lxc: null,
  other: 'docker run',
};

/** For ICMP datagram sockets. */
export function mendPingGroups({ container, pingGroups, user, greatestGroup }: Facts): readonly string[] {
  const isOpen =
    pingGroups !== null && user.groups.some((group) => group >= pingGroups.first && group <= pingGroups.last);
  if (isOpen) return [];
  const range = `"0 ${greatestGroup}"`;
  const setting = `net.ipv4.ping_group_range=${range}`;
  if (container === null) return [`sudo sysctl -w ${setting}`];
  if (container === 'kubernetes') {
    return [`securityContext.sysctls: {name: net.ipv4.ping_group_range, value: ${range}}`];
  }
  const runner = RUNNERS[container];
  return runner === null ? [`sysctl -w ${setting}`] : [`${runner} --sysctl ${setting} …`];
}

/** For raw and packet sockets. */
export function mendCapability(facts: Facts, capability: 'NET_RAW'): readonly string[] {
  const { capabilities, container, noNewPrivileges, user, node } = facts;
  const bit = 1n << BigInt(CAPABILITY_BITS[capability]);
  if (capabilities !== null && (capabilities.effective & bit) !== 0n) return [];
  const isOutOfReach = capabilities !== null && (capabilities.bounding & bit) === 0n;
  if (container !== null && (isOutOfReach || user.id === 0))
    return [addCapability(container, capability, user.id === 0)];
  // A node with a capability that cannot be had does not even start.
  if (isOutOfReach) {
    return [`run it where the bounding set holds CAP_${capability} (systemd: CapabilityBoundingSet=)`];
  }
  // A file's capabilities count only for whoever may still gain any.
  if (noNewPrivileges) return ['run it as root, or without no_new_privs'];
  // In a container there is no sudo, as a rule: this is for the image.
  const asRoot = container === null ? 'sudo ' : '';
  return [`${asRoot}setcap cap_${capability.toLowerCase()}+ep ${quote(node.path)}`];
}

/** Docker and Kubernetes give what is added to root alone; podman also to others, as ambient capabilities. */
function addCapability(container: Container, capability: string, isRoot: boolean): string {
  const runner = RUNNERS[container];
  if (container === 'kubernetes') {
    return `securityContext.capabilities.add: [${capability}]${isRoot ? '' : ' and securityContext.runAsUser: 0'}`;
  }
  if (runner === null) return `lxc.cap.keep = ${capability.toLowerCase()}`;
  const asRoot = isRoot || container === 'podman' ? '' : ' --user root';
  return `${runner}${asRoot} --cap-add ${capability} …`;
}

/** As a shell takes it for one word. */
function quote(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
