/**
 * `npm run schema`: writes docs/schema/*.json, JSON Schema (draft 2020-12) of every line that a command prints with -j, from the
 * types in src/<room>/lines.ts and their comments. The types are the one source: json.ts cannot write what they do not say.
 *   --check       writes nothing, and fails when a file is not what would be written
 *   <directory>   in place of docs/schema
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  createFormatter,
  createParser,
  createProgram,
  DEFAULT_CONFIG,
  SchemaGenerator,
} from 'ts-json-schema-generator';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** File in docs/schema/ without its ending: the type, exported by some lines.ts, that is the union of its lines. */
const SCHEMAS = {
  ping: 'PingLine',
  arping: 'ArpingLine',
  clockdiff: 'ClockdiffLine',
  rdisc: 'RdiscLine',
  sweep: 'SweepLine',
  tracepath: 'TracepathLine',
  'tracepath-flows': 'FlowsLine',
  'tracepath-report': 'RoundsLine',
  'check-report': 'CheckOutputLine',
  compare: 'CompareLine',
  doctor: 'DoctorLine',
};

/** What is added to each line where it is written, src/cli/json-line.ts. */
const ADDED_TYPE = 'VersionedLine';

const DEFINITION = '#/definitions/';

/** Our own tag: `@exactlyOne a b`, an object has either `a` or `b`. */
const EXACTLY_ONE = 'exactlyOne';

/** A function from the name of a type to definitions, its own among them. */
function openTypes() {
  const config = {
    ...DEFAULT_CONFIG,
    tsconfig: join(root, 'scripts', 'schema.tsconfig.json'), // its files are all lines.ts, and what they import
    skipTypeCheck: true, // tsc has done it
    sortProps: false, // the order in which members are written
    extraTags: [EXACTLY_ONE],
    encodeRefs: false,
  };
  const program = createProgram(config);
  const generator = new SchemaGenerator(program, createParser(program, config), createFormatter(config), config);
  return (type) => {
    try {
      return generator.createSchema(type).definitions;
    } catch (error) {
      // Types that do not compile end here, with a stack and a syntax tree that help nobody.
      console.error(`schema: ${type} cannot be read (${error.message}): see what npx tsc --noEmit says`);
      process.exit(1);
    }
  };
}

/** `SendErrorLine` -> `send-error`: the kind that a line names in `type`, where it is alone in that. */
function nameDefinition(typeName) {
  return typeName
    .replace(/Line$/, '')
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
    .toLowerCase();
}

/** Draft 7, as generated, and our own tag in the words of draft 2020-12. */
function modernize(value) {
  if (Array.isArray(value)) return value.map(modernize);
  if (value === null || typeof value !== 'object') return value;
  // What it is comes before what it is made of. A member of a line may be called `description`: that one is no text.
  const { description, ...rest } = value;
  const isText = typeof description === 'string';
  const members = Object.entries(isText ? rest : value).flatMap(([key, member]) => modernizeMember(key, member));
  return Object.fromEntries(isText ? [['description', description], ...members] : members);
}

function modernizeMember(key, member) {
  if (key === '$ref') return [[key, `#/$defs/${nameDefinition(member.slice(DEFINITION.length))}`]];
  if (key === 'items' && Array.isArray(member)) {
    return [
      ['prefixItems', modernize(member)],
      ['items', false],
    ];
  }
  if (key === EXACTLY_ONE) return [['oneOf', member.split(' ').map((name) => ({ required: [name] }))]];
  return [[key, modernize(member)]];
}

/** The names of the lines that a union stands for; unions in it are opened. */
function linesOf(definitions, typeName) {
  const { anyOf } = definitions[typeName];
  if (anyOf === undefined) return [typeName];
  return anyOf.flatMap(({ $ref }) => linesOf(definitions, $ref.slice(DEFINITION.length)));
}

/** Each definition after those that it is first named in, so that a reader comes from the lines to what they are made of. */
function inOrderOfUse(definitions, names) {
  const ordered = new Set(names);
  for (const name of ordered) {
    const references = JSON.stringify(definitions[name]).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g);
    for (const [, used] of references) ordered.add(used);
  }
  return [...ordered];
}

function addMembers(definition, { properties, required }) {
  return {
    ...definition,
    properties: { ...definition.properties, ...properties },
    required: [...definition.required, ...required],
  };
}

/** `added` are the definitions of what every line ends with. */
function makeSchema(file, own, type, added) {
  const definitions = { ...own, ...added };
  const { title, description } = definitions[type];
  const lines = linesOf(definitions, type);
  for (const name of lines) definitions[name] = addMembers(definitions[name], added[ADDED_TYPE]);
  const $defs = {};
  for (const name of inOrderOfUse(definitions, lines)) {
    const key = nameDefinition(name);
    if ($defs[key] !== undefined) throw new Error(`${file}: two types become ${key}`);
    $defs[key] = modernize(definitions[name]);
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:sonde:${file}-json`,
    title,
    description,
    oneOf: lines.map((name) => ({ $ref: `#/$defs/${nameDefinition(name)}` })),
    $defs,
  };
}

const definitionsOf = openTypes();
const added = definitionsOf(ADDED_TYPE);
const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true });
const directory = positionals[0] ?? join(root, 'docs', 'schema');
const stale = [];
for (const [file, type] of Object.entries(SCHEMAS)) {
  const path = join(directory, `${file}.json`);
  const text = `${JSON.stringify(makeSchema(file, definitionsOf(type), type, added), null, 2)}\n`;
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  stale.push(relative(root, path));
  if (values.check !== true) writeFileSync(path, text);
}
if (values.check === true && stale.length > 0) {
  console.error(`schema: not what the types in src/*/lines.ts say, run npm run schema: ${stale.join(', ')}`);
  process.exitCode = 1;
}
