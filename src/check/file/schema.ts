/**
 * The JSON Schema of check files: what ajv judges them by, and what editors complete them from. docs/schema/check.json is
 * written from it by scripts/check-schema.mjs.
 */

/** What a check is about: the key that says so. */
export const KINDS = ['ping', 'path', 'clock', 'arp', 'routers', 'tcp', 'dns'] as const;
export type Kind = (typeof KINDS)[number];

/** What a check may expect beside its conditions; the first is what holds where nothing is said. */
export const EXPECTATIONS = {
  ping: ['reachable', 'unreachable'],
  path: ['reachable', 'unreachable'],
  clock: ['reachable', 'unreachable'],
  arp: ['reachable', 'unreachable'],
  routers: ['reachable', 'unreachable'],
  tcp: ['open', 'refused', 'unreachable', 'closed'],
  dns: ['resolvable', 'unresolvable'],
} as const satisfies Readonly<Record<Kind, readonly string[]>>;

export type Expectation = (typeof EXPECTATIONS)[Kind][number];

const OPTIONS = {
  count: { type: 'integer', minimum: 1, maximum: 65_535, description: 'Probes to send.', examples: [10] },
  interval: { $ref: '#/$defs/duration', description: 'From one probe to the next.', examples: ['100ms'] },
  timeout: { $ref: '#/$defs/duration', description: 'How long to wait for an answer.', examples: ['2s'] },
  deadline: {
    $ref: '#/$defs/duration',
    description: 'How long one try of the check may take; then it is judged by what is known.',
    examples: ['30s'],
  },
  retries: { type: 'integer', minimum: 0, maximum: 100, description: 'Further tries of a check that did not pass.' },
  backoff: {
    $ref: '#/$defs/duration',
    description: 'From a try to the first further one; each waits twice as long as the one before.',
    examples: ['1s'],
  },
  family: { enum: ['ipv4', 'ipv6'], description: 'Use only addresses of this family.' },
  interface: { $ref: '#/$defs/interface', description: 'The device to send and receive by.', examples: ['eth0'] },
  size: { type: 'integer', minimum: 0, maximum: 65_507, description: 'Octets of payload in a probe.', examples: [56] },
  ttl: { type: 'integer', minimum: 1, maximum: 255, description: 'Time to live or hop limit of the probes.' },
  method: {
    enum: ['icmp', 'udp', 'tcp', 'auto'],
    description: 'How to probe. `auto` takes the first of the others that this machine and the path let through.',
  },
  port: { type: 'integer', minimum: 1, maximum: 65_535, description: 'Port for the methods udp and tcp.' },
  'max-hops': { type: 'integer', minimum: 1, maximum: 255, description: 'Hops to trace at most.', examples: [30] },
  tags: { $ref: '#/$defs/tags', description: 'Names to choose checks by, with --tag.', examples: [['vpn', 'nightly']] },
} as const;

type OptionName = keyof typeof OPTIONS;

/** For every kind. */
const COMMON = ['deadline', 'retries', 'backoff', 'tags'] as const satisfies readonly OptionName[];

interface KindSchema {
  readonly target: object;
  readonly options: readonly OptionName[];
  readonly required?: readonly string[];
  readonly description: string;
  readonly example: string;
}

const TARGET = { $ref: '#/$defs/target' };

const KIND_SCHEMAS: Readonly<Record<Kind, KindSchema>> = {
  ping: {
    target: { ...TARGET, description: 'The host to ping: a name or an address.', examples: ['10.0.0.1'] },
    options: ['count', 'interval', 'timeout', 'family', 'interface', 'size', 'ttl', 'method', 'port'],
    description: 'Round trips to a host, loss and jitter.',
    example: 'p95 < 5ms',
  },
  path: {
    target: { ...TARGET, description: 'The host to trace the path to.', examples: ['10.8.0.1'] },
    options: ['family', 'max-hops', 'port'],
    description: 'The path to a host: its hops and its MTU.',
    example: 'pmtu >= 1420',
  },
  clock: {
    target: { ...TARGET, description: 'The host whose clock is compared with ours (IPv4).', examples: ['db1'] },
    options: ['count'],
    description: 'The difference between the clock of a host and ours.',
    example: 'abs(offset) < 5ms',
  },
  arp: {
    target: { ...TARGET, description: 'An IPv4 address on an attached network.', examples: ['10.0.0.7'] },
    options: ['count', 'interval', 'interface'],
    description: 'Who answers ARP for an address.',
    example: 'macs == 1',
  },
  routers: {
    target: {
      $ref: '#/$defs/interface',
      description: 'The device on whose network routers are looked for.',
      examples: ['eth0'],
    },
    options: [],
    description: 'Routers that answer router discovery (RFC 1256).',
    example: 'count >= 1',
  },
  tcp: {
    target: {
      $ref: '#/$defs/endpoint',
      description: 'Host and port, IPv6 addresses in brackets.',
      examples: ['api.internal:443'],
    },
    options: ['count', 'interval', 'timeout', 'family'],
    description: 'Time to connect to a TCP port.',
    example: 'connect < 100ms',
  },
  dns: {
    target: { ...TARGET, description: 'The name to look up.', examples: ['api.internal'] },
    options: ['timeout', 'family'],
    description: "What the system's resolver answers for a name.",
    example: 'addresses >= 1',
  },
};

/** The keys that a check of this kind may have. */
export function keysOf(kind: Kind): readonly string[] {
  return [kind, 'assert', 'expect', ...COMMON, ...KIND_SCHEMAS[kind].options];
}

function pickOptions(names: readonly OptionName[]): Readonly<Record<string, object>> {
  return Object.fromEntries(names.map((name) => [name, OPTIONS[name]]));
}

function checkSchema(kind: Kind): object {
  const { target, options, description, example } = KIND_SCHEMAS[kind];
  return {
    type: 'object',
    description,
    properties: {
      [kind]: target,
      assert: { $ref: '#/$defs/assert', examples: [[example]] },
      expect: {
        enum: EXPECTATIONS[kind],
        default: EXPECTATIONS[kind][0],
        description:
          'What must be true beside the conditions. Where there are conditions and nothing is said here, they alone count.',
      },
      ...pickOptions([...COMMON, ...options]),
    },
    required: [kind],
    additionalProperties: false,
  };
}

export const nameOfCheckSchema = (kind: Kind) => `${kind}Check`;

export const CHECK_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:sonde:check-file',
  title: 'A file of network checks for `sonde check`',
  description: 'What must hold on the network. The page to it is docs/check.md.',
  type: 'object',
  properties: {
    version: { const: 1, description: 'The version of this form of files.' },
    include: {
      type: 'array',
      description: 'Further check files, by their path from this one. Defaults of this file hold in them as well.',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      maxItems: 100,
      examples: [['checks/vpn.yaml']],
    },
    defaults: {
      type: 'object',
      description: 'Options for all checks that know them and do not say otherwise.',
      properties: OPTIONS,
      additionalProperties: false,
    },
    checks: {
      type: 'object',
      description: 'The checks by their names, which reports show.',
      minProperties: 1,
      maxProperties: 10_000,
      propertyNames: { minLength: 1, maxLength: 200 },
      additionalProperties: { oneOf: KINDS.map((kind) => ({ $ref: `#/$defs/${nameOfCheckSchema(kind)}` })) },
    },
  },
  required: ['version'],
  anyOf: [{ required: ['checks'] }, { required: ['include'] }],
  additionalProperties: false,
  $defs: {
    duration: {
      type: 'string',
      pattern: '^[0-9]+(\\.[0-9]+)?(us|ms|s|m|h)$',
      description: 'A number and its unit: us, ms, s, m or h.',
    },
    target: { type: 'string', minLength: 1, maxLength: 255 },
    endpoint: { type: 'string', pattern: '^(\\[[^\\[\\]]+\\]|[^\\[\\]:]+):[0-9]{1,5}$', maxLength: 262 },
    interface: { type: 'string', minLength: 1, maxLength: 255 },
    condition: {
      type: 'string',
      minLength: 1,
      description: 'A condition: docs/conditions.md has the language, docs/check.md the words of each kind.',
    },
    assert: {
      description: 'Conditions that must all hold.',
      oneOf: [{ $ref: '#/$defs/condition' }, { type: 'array', items: { $ref: '#/$defs/condition' }, maxItems: 100 }],
    },
    tags: { type: 'array', items: { type: 'string', pattern: '^[^\\s,]+$' }, maxItems: 100 },
    ...Object.fromEntries(KINDS.map((kind) => [nameOfCheckSchema(kind), checkSchema(kind)])),
  },
} as const;

/** What a variable may stand in for before it is put in. */
const VARIABLE = { type: 'string', pattern: '\\$\\{' } as const;

/** The schema for editors, which see a file before its variables are put in. */
export function publishedSchema(schema: unknown = CHECK_SCHEMA): unknown {
  if (Array.isArray(schema)) return schema.map(publishedSchema);
  if (schema === null || typeof schema !== 'object') return schema;
  const members = Object.entries(schema).map(([key, value]) => [
    key,
    key === 'examples' ? value : publishedSchema(value),
  ]);
  const published: Record<string, unknown> = Object.fromEntries(members);
  const isNarrow = published['type'] === 'integer' || 'pattern' in published || Array.isArray(published['enum']);
  if (!isNarrow) return published;
  const { description, examples, default: standard, ...narrow } = published;
  return { description, examples, default: standard, anyOf: [narrow, VARIABLE] };
}
