/**
 * Part of `npm run schema`: writes docs/schema/recording.json, JSON Schema (draft 2020-12) of the lines of a recording, from
 * src/cli/recording.ts and from the events and options of every view (recording-views.ts). `sonde replay` judges by it.
 *   --check   writes nothing, and fails when the file is not what would be written
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createFormatter,
  createParser,
  createProgram,
  DEFAULT_CONFIG,
  SchemaGenerator,
} from 'ts-json-schema-generator';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const FILE = 'docs/schema/recording.json';
const VIEWS = ['ping', 'trace', 'rounds', 'flows', 'arping', 'clockdiff', 'rdisc', 'sweep'];
const REFERENCE = '#/definitions/';
/** How the generator marks a function where it is told to leave a comment. */
const FUNCTION = '$comment';

function open(path) {
  const config = {
    ...DEFAULT_CONFIG,
    path: join(root, path),
    tsconfig: join(root, 'tsconfig.json'),
    skipTypeCheck: true, // tsc has done it
    sortProps: false,
    functions: 'comment',
    encodeRefs: false,
    // A later version may tell more: whoever reads the file need not know it.
    additionalProperties: true,
  };
  const program = createProgram(config);
  const generator = new SchemaGenerator(program, createParser(program, config), createFormatter(config), config);
  return (type) => generator.createSchema(type).definitions;
}

/** What src/cli/recording.ts makes of values that JSON has not. */
const OCTETS = {
  type: 'object',
  properties: { $octets: { type: 'string', pattern: '^([0-9a-f]{2})*$' } },
  required: ['$octets'],
  additionalProperties: false,
};
const NOT_FINITE = {
  type: 'object',
  properties: { $number: { enum: ['Infinity', '-Infinity', 'NaN'] } },
  required: ['$number'],
  additionalProperties: false,
};

/** Functions are left out of what is recorded. */
function isFunction(schema) {
  return typeof schema === 'object' && schema !== null && FUNCTION in schema;
}

/** One of our own definitions, in the words of the type that it stands for. */
function describedAs({ description }, name) {
  return { ...(description === undefined ? {} : { description }), $ref: `#/$defs/${name}` };
}

/** A schema in the draft and the names of the file; `prefix` tells types of one name in several views apart. */
function convert(schema, prefix) {
  if (Array.isArray(schema)) return schema.map((each) => convert(each, prefix));
  if (typeof schema !== 'object' || schema === null) return schema;
  if (schema.properties?.BYTES_PER_ELEMENT !== undefined) return describedAs(schema, 'octets');
  if (schema.type === 'number' && !('const' in schema) && !('enum' in schema)) {
    return describedAs(schema, 'number');
  }
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) => {
      if (key === '$ref') return [[key, `#/$defs/${prefix}${value.slice(REFERENCE.length)}`]];
      if (key === 'items' && Array.isArray(value)) return [['prefixItems', convert(value, prefix)]];
      if (key === 'properties') return [[key, convertMembers(value, prefix)]];
      if (key === 'required') return [[key, value.filter((name) => !isFunction(schema.properties?.[name]))]];
      return [[key, convert(value, prefix)]];
    }),
  );
}

function convertMembers(members, prefix) {
  const kept = Object.entries(members).filter(([, member]) => !isFunction(member));
  return Object.fromEntries(kept.map(([name, member]) => [name, convert(member, prefix)]));
}

/** Definitions that `names` lead to. */
function reachable(definitions, names) {
  const found = new Set(names);
  for (const name of found) {
    for (const [, used] of JSON.stringify(definitions[name]).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g))
      found.add(used);
  }
  return [...found];
}

const $defs = { number: { anyOf: [{ type: 'number' }, NOT_FINITE] }, octets: OCTETS };

const lineTypes = open('src/cli/recording.ts')('RecordingLine');
const lines = lineTypes.RecordingLine.anyOf.map(({ $ref }) => $ref.slice(REFERENCE.length));
for (const name of reachable(lineTypes, lines)) $defs[name] = convert(lineTypes[name], '');

const viewTypes = open('scripts/recording-views.ts');
for (const view of VIEWS) {
  const definitions = viewTypes(`${view[0].toUpperCase()}${view.slice(1)}View`);
  const top = Object.values(definitions).find(
    ({ properties }) => properties?.event !== undefined && properties.options,
  );
  const prefix = `${view}.`;
  $defs[`${prefix}event`] = convert(top.properties.event, prefix);
  $defs[`${prefix}options`] = convert(top.properties.options, prefix);
  const names = JSON.stringify(top).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g);
  for (const name of reachable(
    definitions,
    [...names].map(([, used]) => used),
  )) {
    $defs[`${prefix}${name}`] = convert(definitions[name], prefix);
  }
}

const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:sonde:recording',
  title: 'One line of a recording of `sonde record`',
  description:
    "The first line has the type 'recording', the last one 'end'. What an event and the options of a view hold depends on the view: #/$defs/<view>.event and #/$defs/<view>.options.",
  oneOf: lines.map((name) => ({ $ref: `#/$defs/${name}` })),
  $defs,
};
const text = `${JSON.stringify(schema, null, 2)}\n`;
const isCheck = process.argv.includes('--check');
if (!isCheck) writeFileSync(join(root, FILE), text);
else if (readFileSync(join(root, FILE), 'utf8') !== text) {
  console.error(`${FILE} is stale: run \`npm run schema\``);
  process.exitCode = 1;
}
