/** What routers put behind the quote in an ICMP error, in words: RFC 4884, RFC 4950, RFC 5837. */
import { escapeControl } from '../cli/printf.ts';
import type { InterfaceInformation, MplsLabel } from '../packet/icmp-extension-objects.ts';
import { extensionFlaws, type IcmpExtension, type IcmpExtensionObject } from '../packet/icmp-extensions.ts';

/** RFC 5837 section 4.1. */
const ROLES = ['in', 'below in', 'out', 'next hop'] as const;

/** One line for each thing said, without indent and newline. */
export function describeExtension(extension: IcmpExtension): readonly string[] {
  const flaws = extensionFlaws(extension).map((flaw) => `extension: ${flaw}`);
  if (extension.kind === 'malformed') return flaws;
  const lines = extension.objects.flatMap(describeObject);
  const checksum = extension.checksumOk === false ? ['extension: wrong checksum'] : [];
  return [...lines, ...checksum, ...flaws];
}

function describeObject({ classNumber, cType, body, content }: IcmpExtensionObject): readonly string[] {
  switch (content.kind) {
    case 'mpls-label-stack':
      return content.labels.map(describeLabel);
    case 'interface-information':
      return [describeInterface(content)];
    case 'interface-identification':
    case 'unknown':
      return [`extension object of class ${classNumber}, type ${cType}: ${body.length} octets`];
    case 'malformed':
      return []; // told as a flaw
  }
}

function describeLabel({ label, experimental, bottomOfStack, ttl }: MplsLabel): string {
  return `mpls label ${label} class ${experimental} ttl ${ttl}${bottomOfStack ? ' bottom of stack' : ''}`;
}

function describeInterface({ role, index, address, name, mtu }: InterfaceInformation): string {
  const facts = [
    ...(name === null ? [] : [`name ${escapeControl(name)}`]),
    ...(index === null ? [] : [`index ${index}`]),
    ...(address === null ? [] : [`address ${address}`]),
    ...(mtu === null ? [] : [`mtu ${mtu}`]),
  ];
  return `interface ${ROLES[role] ?? role}: ${facts.join(' ')}`;
}
