/**
 * `npm run docs`: writes the tables of docs/library.md, options, events and summaries of each function, from the library's types
 * and their comments. What stands between `<!-- table: name -->` and `<!-- end -->` is written anew.
 *   --check   writes nothing, and fails when the file is not what would be written
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishedName } from './published-names.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
// The compiler that ts-json-schema-generator brings: the one that we compile with has no interface for programs.
const ts = createRequire(require.resolve('ts-json-schema-generator'))('typescript');

const FILE = join(root, 'docs', 'library.md');
const INDEX = join(root, 'src', 'index.ts');
const TABLE = /(<!-- table: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** Where the engines' own events are, whose comments those of the library have lost on the way. */
const ENGINE_EVENTS = {
  Ping: ['src/ping/events.ts', 'PingEvent'],
  Tracepath: ['src/tracepath/events.ts', 'TracepathEvent'],
  TracepathFlows: ['src/tracepath/flows/events.ts', 'FlowsEvent'],
  TracepathRounds: ['src/tracepath/report/events.ts', 'RoundsEvent'],
  Arping: ['src/arping/events.ts', 'ArpingEvent'],
  Clockdiff: ['src/clockdiff/events.ts', 'ClockdiffEvent'],
  Rdisc: ['src/rdisc/events.ts', 'RdiscEvent'],
  Sweep: ['src/sweep/events.ts', 'SweepEvent'],
};
/** What all events, or all that are about some moment, have. */
const COMMON = ['type', 'timestampMs'];
const DEPTH = 2;

const { options } = ts.getParsedCommandLineOfConfigFile(
  join(root, 'tsconfig.json'),
  {},
  {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(diagnostic.messageText);
    },
  },
);
const program = ts.createProgram([INDEX], options);
const checker = program.getTypeChecker();

function exportedType(file, name) {
  const source = program.getSourceFile(join(root, file));
  const symbol = checker.getExportsOfModule(checker.getSymbolAtLocation(source)).find((each) => each.name === name);
  if (symbol === undefined) throw new Error(`${file} exports no ${name}`);
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return checker.getDeclaredTypeOfSymbol(target);
}

const membersOf = (type) => (type.isUnion() ? type.types : [type]);
const typeOfProperty = (property) => checker.getTypeOfSymbol(property);

/** The words of `type` in a union by type. */
function nameOf(type) {
  const property = type.getProperty('type');
  return property === undefined ? null : typeOfProperty(property).value;
}

/** The engine's event of that type, by the names that its members have in the library. */
function engineEvent(kind, name) {
  const type = membersOf(exportedType(...ENGINE_EVENTS[kind])).find((each) => nameOf(each) === name);
  const members = type === undefined ? [] : type.getProperties().map((each) => [publishedName(each.name), each]);
  return { symbol: type?.aliasSymbol ?? type?.symbol, members: new Map(members) };
}

const commentOf = (symbol) =>
  symbol === undefined
    ? ''
    : ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');

/** Of an option, what it is where it is left out. */
function defaultOf(symbol) {
  const tag = symbol.getJsDocTags(checker).find(({ name }) => name === 'defaultValue');
  return tag === undefined ? '' : ts.displayPartsToString(tag.text).replaceAll(/\s+/g, ' ');
}

function typeText(type) {
  const text = checker.typeToString(type, undefined, ts.TypeFlags.NoTruncation | ts.TypeFormatFlags.NoTruncation);
  const plain = text.replace('<ArrayBufferLike>', '').replace(/ \| undefined$/, '');
  // A name of ours for a handful of words says less than the words.
  const words = wordsOf(checker.getNonNullableType(type));
  return (words === '' ? plain : words.replaceAll('`', "'").replaceAll(', ', ' | ')).replaceAll('|', '\\|');
}

/** `a, b {c, d}`: members by name, with those of plain objects behind. */
function namesOf(type, depth) {
  return type
    .getProperties()
    .filter(({ name }) => !COMMON.includes(name))
    .map((property) => {
      const inner = checker.getNonNullableType(typeOfProperty(property));
      const isPlain =
        inner.flags & ts.TypeFlags.Object && !checker.isArrayType(inner) && inner.getCallSignatures().length === 0;
      const isOctets = inner.symbol?.name === 'Uint8Array';
      const names = isPlain && !isOctets && depth > 1 ? namesOf(inner, depth - 1) : '';
      return names === '' ? `\`${property.name}\`` : `\`${property.name}\` {${names}}`;
    })
    .join(', ');
}

const row = (...cells) => `| ${cells.join(' | ')} |\n`;
const head = (...cells) => row(...cells) + row(...cells.map(() => '---'));

function optionsTable(kind) {
  const members = membersOf(exportedType('src/index.ts', `${kind}Options`));
  const described = members
    .flatMap((type) => checker.getPropertiesOfType(type))
    .filter((each) => commentOf(each) !== '');
  const properties = new Map(described.toReversed().map((each) => [each.name, each]));
  const rows = [...properties.values()]
    .toReversed()
    .map((property) =>
      row(
        `\`${property.name}\``,
        `\`${typeText(typeOfProperty(property))}\``,
        commentOf(property),
        defaultOf(property),
      ),
    );
  return head('option', 'type', 'what it does', 'default') + rows.join('');
}

function eventsTable(kind) {
  const rows = membersOf(exportedType('src/index.ts', `${kind}Event`))
    .filter((type) => nameOf(type) !== 'summary')
    .map((type) => {
      const comment =
        commentOf(type.aliasSymbol) || commentOf(type.symbol) || commentOf(engineEvent(kind, nameOf(type)).symbol);
      return row(`\`${nameOf(type)}\``, comment, namesOf(type, DEPTH));
    });
  return head('`type`', 'what it says', 'members') + rows.join('');
}

/** Texts that a member may be; '' for what is something else. */
function wordsOf(type) {
  const words = membersOf(type).map(({ value }) => value);
  return words.every((word) => typeof word === 'string') ? words.map((word) => `\`${word}\``).join(', ') : '';
}

function summaryTable(kind) {
  const { members } = engineEvent(kind, 'summary');
  const rows = checker
    .getPropertiesOfType(exportedType('src/index.ts', `${kind}Summary`))
    .filter(({ name }) => name !== 'type')
    .map((property) => {
      const isTime = property.name === 'timestampMs'; // of which the engine's comment says another unit
      const comment = isTime ? 'When it ended.' : commentOf(property) || commentOf(members.get(property.name));
      const inner = checker.getNonNullableType(typeOfProperty(property));
      const isPlain = inner.flags & ts.TypeFlags.Object && !checker.isArrayType(inner);
      const names = isPlain ? namesOf(inner, 1) : wordsOf(inner);
      return row(`\`${property.name}\``, [comment, names].filter((text) => text !== '').join(' '));
    });
  return head('member', 'what it says') + rows.join('');
}

const WRITERS = { Options: optionsTable, Event: eventsTable, Summary: summaryTable };

const before = readFileSync(FILE, 'utf8');
const after = before.replaceAll(TABLE, (_, begin, name, end) => {
  const [, kind, what] = /^(.*)(Options|Event|Summary)$/.exec(name) ?? [];
  if (what === undefined) throw new Error(`no table of ${name}`);
  return `${begin}${WRITERS[what](kind)}${end}`;
});
if (!process.argv.includes('--check')) writeFileSync(FILE, after);
else if (after !== before) {
  console.error('docs/library.md is not what the types say: npm run docs');
  process.exit(1);
}
